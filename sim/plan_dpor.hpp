// SPDX-License-Identifier: GPL-2.0-only
// The DPOR that a search is done by: without steps that only wait, as long as that is sound.
// It must not know the machine, nor what executions come to.
#pragma once
#include <optional>
#include "sim/explore_dpor.hpp"
#include "sim/explore_waits.hpp"

namespace sim {

// Where these steps turn out to matter, it begins again with all of them.
class dpor_search final : public strategy {
public:
	uint32_t choose(const choice &c) override { return now_->choose(c); }
	settled_step settled(uint64_t number, uint64_t taken) override
	{
		return now_->settled(number, taken);
	}
	void stuck(std::span<const option> blocked) override { now_->stuck(blocked); }
	bool next_execution(const verdict &) override;
	uint64_t repeats() const override { return now_->repeats(); }
	uint64_t goes_back_to(uint64_t from) const override { return now_->goes_back_to(from); }
	void goes_on_at(uint64_t number) override { now_->goes_on_at(number); }

	const dpor_strategy &dpor() const { return whole_ ? *whole_ : first_; }
	// Whether it has begun again: what came of it before counts for nothing.
	bool began_again() const { return whole_.has_value(); }

private:
	dpor_strategy first_{ waits::left_out };
	without_waits hidden_{ first_ };
	std::optional<dpor_strategy> whole_;
	strategy *now_ = &hidden_;
};

} // namespace sim
