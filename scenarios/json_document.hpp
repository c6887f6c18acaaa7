// SPDX-License-Identifier: GPL-2.0-only
// A parsed JSON text as a small tree that knows where every key and value stands in the text.
// Must not know the scenario language; the JSON library stays behind json_document.cpp.
#pragma once

#include "scenarios/diagnostics.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

/* `number` is one that is no int64_t: a fraction, an exponent, or out of range. */
enum class node_kind : uint8_t { null, boolean, integer, number, string, array, object };

struct member;

struct node {
	node_kind kind = node_kind::null;
	bool truth = false;
	source_span span;
	int64_t integer = 0;
	std::string text;
	std::vector<node> items;
	std::vector<member> members; /* in the order of the text, keys unique */

	bool is(node_kind k) const { return kind == k; }
	/* Null when absent or when this is no object. */
	const member *find(std::string_view key) const;
	const node *get(std::string_view key) const;
};

struct member {
	std::string key;
	source_span key_span;
	node value;
};

inline constexpr size_t largest_document_bytes = size_t{ 1 } << 20;
inline constexpr size_t deepest_nesting = 64;

/* Parses one JSON text: UTF-8 with or without byte order mark, comments allowed. False when there
 * is no tree (the complaint is in `out_errors`); duplicate keys are complained about, the first is
 * kept and the tree is usable. `out_errors` must already hold the source. Throws only bad_alloc. */
bool parse_json(std::string_view text, node &out, diagnostics &out_errors);

/* "an object", "the string 'x'", for "expected .., got ..". */
std::string describe(const node &n);

} // namespace scenario
