// SPDX-License-Identifier: GPL-2.0-only
// Bounds around another strategy: it is offered less of each choice.
// It must not know which strategy that is.
#pragma once
#include <algorithm>
#include <vector>
#include "sim/choice.hpp"

namespace sim {

// Sound only around a strategy that decides by what it is offered. One that concludes from an
// answer it gave that another need not be given (a partial order reduction) would conclude it of
// answers that were hidden from it: see strategy_row::unbounded.
class bounding_strategy : public strategy {
public:
	needs needed() const final { return std::max(needs::options, inner_.needed()); }
	uint32_t choose(const choice &) final;
	void stuck(std::span<const option> blocked) final { inner_.stuck(blocked); }
	bool next_execution(const verdict &) final;

	// Whether anything was hidden in any execution: not everything was searched.
	bool was_reached() const { return was_reached_; }

protected:
	explicit bounding_strategy(strategy &inner) : inner_(inner) {}

	// Is something of this choice out of bounds? Only then the answers are gone through, and
	// one at least must stay.
	virtual bool restricts(const choice &) = 0;
	virtual bool hides(const choice &, uint32_t answer) const = 0;
	virtual void taken(const choice &, uint32_t answer) = 0;
	virtual void begin() = 0;

private:
	uint32_t choose_from_rest(const choice &);

	strategy &inner_;
	bool was_reached_ = false;
	std::vector<option> offered_;
	std::vector<uint32_t> answers_; // of the choice, in place of the inner ones
};

// At most n answers of an execution are not 0 (delay bounding: Emmi, Qadeer, Rakamaric, POPL
// 2011, with each deviation from the natural order counted as one).
class deviation_bound final : public bounding_strategy {
public:
	deviation_bound(strategy &inner, uint64_t n) : bounding_strategy(inner), n_(n), left_(n) {}

private:
	bool restricts(const choice &c) override { return !left_ && c.count > 1; }
	bool hides(const choice &, uint32_t answer) const override { return answer; }
	void taken(const choice &, uint32_t answer) override { left_ -= answer != 0; }
	void begin() override { left_ = n_; }

	uint64_t n_, left_;
};

// At most n times in an execution a context that could have gone on has to let another one go
// first, be it a task, an interrupt or an event (Musuvathi, Qadeer, PLDI 2007). An event itself is
// over with its one step and has nothing to go on with. Where the natural order would exceed the
// bound, it is left.
class preemption_bound final : public bounding_strategy {
public:
	preemption_bound(strategy &inner, uint64_t n) : bounding_strategy(inner), n_(n), left_(n) {}

private:
	bool restricts(const choice &) override;
	bool hides(const choice &, uint32_t answer) const override;
	void taken(const choice &, uint32_t answer) override;
	void begin() override;
	bool last_could_go_on(const choice &) const;

	uint64_t n_, left_;
	context_id last_ = NO_CONTEXT;
};

// After n events (timers, alarms, interrupts on their way) of an execution, others come only when
// nothing else can go on, and in the natural order: else a timer that arms itself again makes a
// search without end. What goes on for ever even so is ended by the machine.
class event_bound final : public bounding_strategy {
public:
	event_bound(strategy &inner, uint64_t n) : bounding_strategy(inner), n_(n), left_(n) {}

private:
	bool restricts(const choice &) override;
	bool hides(const choice &, uint32_t answer) const override;
	void taken(const choice &, uint32_t answer) override;
	void begin() override { left_ = n_; }

	uint64_t n_, left_;
	bool events_only_ = false; // in this choice
};

} // namespace sim
