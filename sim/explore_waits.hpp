// SPDX-License-Identifier: GPL-2.0-only
// Leaves out steps that only take a CPU's token to wait with it for a lock.
// It must not know the machine, nor what executions come to.
#pragma once
#include <vector>
#include "sim/choice.hpp"

namespace sim {

// Such a step (stance::only_waits) keeps the others of its CPU back and does nothing else; once
// the lock is free, it makes no difference whether its context waited with the token or without.
// So the context is shown as blocked by the lock, and the step that takes the lock takes the token
// as well. That is sound: take an execution, and these steps out of it. Whoever needs the token
// does not move while another waits with it, so every step that is left can still be taken and does
// the same, and the execution comes to the same end. There are four exceptions:
//  - Somebody sees who has the token: he reads whether the context is on its CPU. Or he waits
//    until it is not, with a token in his own hands, so that others may have to wait for him.
//  - The wait never ends, and keeps back for ever who could have ended it. Then he who has the lock
//    waits with a token himself, be it for a lock of somebody who waits, and so on; and either
//    somebody there waits for something other than a lock (stance::guarded), or they wait in a
//    circle, and end like that also without these steps.
//  - He who has the lock has no token: he can be preempted, or sleeps.
//  - A task comes to the CPU that goes before all others (stance::real_time), and would have come
//    too late.
// Each of them shows in executions without these steps too, in whichever order independent steps
// come: explore_dpor_waits.cpp looks for them. If one does, nothing may be left out.
class without_waits final : public strategy {
public:
	explicit without_waits(strategy &inner) : inner_(inner) {}
	uint32_t choose(const choice &) override;
	settled_step settled(uint64_t number, uint64_t taken) override;
	void stuck(std::span<const option> blocked) override;
	bool next_execution(const verdict &) override;
	uint64_t repeats() const override { return inner_.repeats(); }
	uint64_t goes_back_to(uint64_t from) const override { return inner_.goes_back_to(from); }
	void goes_on_at(uint64_t number) override { inner_.goes_on_at(number); }

	// What the inner strategy was shown may not be all there is.
	bool may_matter() const { return only_waits_left_ || uses_more_; }

private:
	uint32_t choose_from_rest(const choice &);
	void show_blocked(const option &);

	strategy &inner_;
	std::vector<uint32_t> taken_; // answers of the present execution, or of the one before
	std::vector<option> offered_, blocked_;
	std::vector<uint32_t> answers_; // of the choice, in place of the inner ones
	bool only_waits_left_ = false;	// nobody can go on but to wait
	bool uses_more_ = false; // than a lock: what of it changes is not told while it waits
};

} // namespace sim
