// SPDX-License-Identifier: GPL-2.0-only
// What each value type is called, which numbers it allows and how the schema describes it.
// Must not know JSON nodes or scenarios.
#pragma once

#include "scenarios/ops.hpp"
#include "scenarios/words.hpp"

#include <cstdint>
#include <string>

namespace scenario {

struct value_type_row {
	value_type type;
	const char *phrase;	/* "expected PHRASE" */
	const char *schema;	/* a JSON schema fragment */
	/* Allowed constants; both 0 where the machine decides or numbers make no sense. */
	int64_t low;
	int64_t high;
	const word_list *(*words)();	/* may be written instead of a number */
};

const value_type_row &type_row(value_type type);

/* Numbers of every kind stand for each other at run time, objects of different kinds do not. */
enum class value_group : uint8_t {
	none,
	number,
	task,
	function,
	text,
	memory,
	css,
	worker,
	object,
	any
};

value_group group_of(value_type type);
bool stands_for(value_type have, value_type wanted);

/* "50us" to nanoseconds; false when the text is no such time or too long. */
bool parse_time(const std::string &text, uint64_t &out_ns);

} // namespace scenario
