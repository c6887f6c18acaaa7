// SPDX-License-Identifier: GPL-2.0-only
// Which task allocated an object, and which freed it, in which calls: for reports.
// It must not know who finds that it was wrong.
#pragma once
#include <memory>
#include "sim/memory_log.hpp"

namespace kernel {

// Of the last NOTES_MAX times that something came or went. Words are made when they are asked for.
class memory_log final : public sim::memory_log {
public:
	void allocated(const sim::allocation &a) override { add(a, false); }
	void freed(const sim::allocation &a) override { add(a, true); }
	void misused(const sim::allocation &a) override { misused_ = &a; }
	bool print_who(const sim::allocation &a, bool freed, char *out,
		       size_t bytes) const override;

	static constexpr size_t NOTES_MAX = 1024, CALLS_MAX = 8;
	struct note {
		const sim::allocation *what;
		bool freed;
		uint64_t steps;		      // choices made until then
		char who[32];		      // who is gone may have no name any more
		const char *calls[CALLS_MAX]; // innermost first; null: no more
	};

	// The last time: another object may have lain there before. Null: it is not known.
	const note *find(const sim::allocation &a, bool freed) const;
	const sim::allocation *misused() const { return misused_; } // null: nothing was

private:
	void add(const sim::allocation &a, bool freed);

	const std::unique_ptr<note[]> notes_ = std::make_unique_for_overwrite<note[]>(NOTES_MAX);
	size_t count_ = 0; // that were ever added
	const sim::allocation *misused_ = nullptr;
};

// "allocated by .., freed by ..", a line each after a line break; without a log only in which
// functions. May be on a fiber.
void describe_life(const sim::allocation &a, char *out, size_t bytes);

} // namespace kernel
