// SPDX-License-Identifier: GPL-2.0-only
// Watches a trace go by and advances the expected sequences of events.
// Must not know JSON or output formats.
#pragma once

#include <vector>
#include "scenarios/scenario.hpp"
#include "sim/trace.hpp"

namespace scenario {

class event_matcher final : public sim::sink {
public:
	// Everything is passed on to `next` unless that is null.
	event_matcher(const scenario &s, sim::sink *next);
	void write(std::span<const sim::event> events) override;

	bool met(size_t sequence) const;
	// The first event of a sequence that did not come, as text.
	std::string missing(size_t sequence) const;

private:
	bool matches(const event_sequence &s, const event_pattern &p, const sim::event &e) const;
	bool field_matches(const event_field &f, const sim::event &e) const;

	const scenario &scenario_;
	sim::sink *next_;
	std::vector<size_t> positions_; // by sequence: how many of its events have come
};

} // namespace scenario
