// SPDX-License-Identifier: GPL-2.0-only
// The strategies: natural order, replay of a schedule, and the recorder that makes schedules.
// It must not know the machine.
#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include "sim/choice.hpp"
#include "sim/schedule.hpp"

namespace sim {

// Always answer 0, which is what the timed machine does by itself; one execution.
struct natural_strategy final : strategy {
	uint64_t attentive_from(uint64_t) override { return NEVER; }
	uint32_t choose(const choice &) override { return 0; }
	bool next_execution(const verdict &) override { return false; }
};

// Follows a schedule; stops following at the first difference, and remembers where that was.
class replay_strategy final : public strategy {
public:
	explicit replay_strategy(schedule s) : schedule_(std::move(s)) {}
	uint64_t attentive_from(uint64_t from) override;
	uint32_t choose(const choice &) override;
	bool next_execution(const verdict &) override { return false; }

	// The choice at which the execution stopped being the recorded one; NEVER: it did not.
	uint64_t diverged_at() const { return diverged_at_; }

private:
	schedule schedule_;
	uint64_t diverged_at_ = NEVER;
};

// Asks another strategy and notes its deviations.
class recording_strategy final : public strategy {
public:
	explicit recording_strategy(strategy &inner) : inner_(inner) {}
	needs needed() const override { return std::max(needs::options, inner_.needed()); }
	uint64_t attentive_from(uint64_t from) override { return inner_.attentive_from(from); }
	uint32_t choose(const choice &) override;
	settled_step settled(uint64_t number, uint64_t taken) override;
	void stuck(std::span<const option> blocked) override { inner_.stuck(blocked); }
	bool next_execution(const verdict &) override;
	uint64_t repeats() const override { return inner_.repeats(); }
	uint64_t goes_back_to(uint64_t from) const override { return inner_.goes_back_to(from); }
	void goes_on_at(uint64_t number) override;

	void forget() { schedule_.deviations.clear(); } // a new execution begins
	// What was recorded so far, closed with the length and fold of the execution.
	schedule recorded(uint64_t steps, uint64_t taken) const;

private:
	strategy &inner_;
	schedule schedule_;
	std::vector<deviation> last_; // of the execution before
};

struct strategy_row {
	const char *name;
	const char *what;
	const char *takes = "";		 // the parameters it has, separated by blanks
	const char *unbounded = nullptr; // why no bound may stand around it; null: one may
};

// What a scenario or a command line may name.
std::span<const strategy_row> strategy_table();
// What may stand around a strategy, by the parameter that asks for it.
std::span<const strategy_row> decorator_table();
// Null: there is none of that name.
const strategy_row *find_strategy(std::string_view name);
bool takes(const strategy_row &s, std::string_view parameter);
// As who gives it writes a parameter.
using parameter_spelling = std::string (*)(std::string_view);
std::string as_it_is(std::string_view parameter);
// "dpor takes no 'deviations': ", and why.
std::string not_taken(const strategy_row &s, std::string_view parameter,
		      parameter_spelling spelled = as_it_is);
// Whether it goes through executions: natural and replay have but one.
inline bool is_search(const strategy_row &s)
{
	return takes(s, "steps");
}

} // namespace sim
