// SPDX-License-Identifier: GPL-2.0-only
// The strategy that follows a schedule written by hand: "run K until before its sleep".
// Must not know JSON or expectations.
#pragma once

#include <string>
#include <vector>
#include "scenarios/runtime.hpp"
#include "sim/choice.hpp"

namespace sim {
struct allocation;
class machine;
} // namespace sim

namespace scenario {

// Runs the named thread whenever it can go, and the others in natural order while it cannot;
// after the last step everything is natural. A step that chooses answers the next question of its
// place, and holds up no other: who asks may be the thread of a later step. It looks at the
// machine, and never changes it.
class hand_schedule final : public sim::strategy {
public:
	explicit hand_schedule(const scenario &s) : scenario_(s) {}
	void watch(const sim::machine &m) { machine_ = &m; }

	uint32_t choose(const sim::choice &c) override;
	bool next_execution(const sim::verdict &) override { return false; }

	// After the execution: "@byte: " and which step was never finished, and where everybody
	// stood. Empty if all were, or only the last one's thread never ended.
	std::string unfinished_step() const;

private:
	const schedule_step *step() const;
	void next_step();
	uint32_t answer_to(const sim::choice &c);
	bool passed(const sim::choice &c, uint32_t &answer);
	bool passed_run(const sim::choice &c, uint32_t &answer);
	const sim::option *find_timer(std::span<const sim::option> options) const;
	bool passed_fire(const sim::choice &c, uint32_t &answer);
	void observe(const sim::option *at);
	bool reached(const sim::option *at, bool can_go) const;

	const scenario &scenario_;
	const sim::machine *machine_ = nullptr;
	size_t step_ = 0;
	std::vector<size_t> open_; // steps before it whose question has not come
	// of the present step:
	bool seen_ = false;	    // the thread exists, or has
	uint64_t taken_ = 0;	    // its operations since the step began
	bool took_ = true;	    // since it was last looked at
	bool inside_ = false;	    // in the function that is watched for
	uint64_t inside_count_ = 0; // operations it has stood before, in this call
	uint32_t entries_ = 0, exits_ = 0;
	uint64_t begun_ns_ = sim::NEVER;
	bool armed_ = false;		     // the timer was seen pending
	sim::cpu_id fired_on_ = sim::NO_CPU; // on a free machine, where its interrupt runs
};

// Whether the alarm in this memory is for this thread: it ends its sleep, starts it, or comes after
// a grace period.
bool is_alarm_of(const sim::allocation *in, const kernel::task_struct &t);

} // namespace scenario
