// SPDX-License-Identifier: GPL-2.0-only
// Reduces a failing schedule to few deviations from the natural order.
// It must not know the machine, nor what failing means.
#include "sim/minimise.hpp"
#include <algorithm>
#include <compare>
#include <map>
#include <set>
#include "sim/id_table.hpp"

namespace sim {

namespace {

// When a context is next in the natural order, or needs a value, and has come so far.
struct turning_point {
	choice_kind kind;
	context_id natural;
	uint64_t progress; // its steps, or values, so far
	auto operator<=>(const turning_point &) const = default;
};

struct turn {
	turning_point at;
	uint32_t instead; // a context; of a value: the answer
	auto operator<=>(const turn &) const = default;
};

using plan = std::vector<turn>; // in the order of the execution it was seen in

// Follows a schedule or a plan, and notes what it did. What cannot be followed is natural.
class trial_strategy final : public strategy {
public:
	void follow(const schedule &s)
	{
		restart();
		schedule_ = &s;
	}
	void follow(const plan &p)
	{
		restart();
		schedule_ = nullptr;
		for (const turn &t : p)
			left_.emplace(t.at, t.instead);
	}
	uint32_t choose(const choice &) override;
	bool next_execution(const verdict &) override { return false; }

	const plan &done() const { return done_; }
	const std::vector<deviation> &deviations() const { return deviations_; }
	uint64_t switches() const { return switches_; }

private:
	void restart();
	uint32_t scheduled(const choice &);
	uint32_t planned(const choice &, const turning_point &);

	const schedule *schedule_ = nullptr;
	size_t next_ = 0;
	std::multimap<turning_point, uint32_t> left_;
	plan done_;
	std::vector<deviation> deviations_;
	id_table<uint64_t> steps_, values_;
	context_id last_ = NO_CONTEXT;
	uint64_t switches_ = 0;
};

void trial_strategy::restart()
{
	next_ = 0;
	left_.clear();
	done_.clear();
	deviations_.clear();
	steps_.clear();
	values_.clear();
	last_ = NO_CONTEXT;
	switches_ = 0;
}

uint32_t trial_strategy::scheduled(const choice &c)
{
	const auto &all = schedule_->deviations;

	while (next_ < all.size() && all[next_].number < c.number)
		next_++;
	if (next_ == all.size() || all[next_].number != c.number || all[next_].answer >= c.count)
		return 0;
	return all[next_].answer;
}

uint32_t trial_strategy::planned(const choice &c, const turning_point &now)
{
	const auto [from, to] = left_.equal_range(now);

	for (auto i = from; i != to; ++i)
		for (uint32_t answer = 1; answer < c.count; answer++) {
			const bool value = c.kind == choice_kind::value;

			if (i->second != (value ? answer : c.options[answer].who))
				continue;
			left_.erase(i);
			return answer;
		}
	return 0;
}

uint32_t trial_strategy::choose(const choice &c)
{
	const bool value = c.kind == choice_kind::value;
	const context_id natural = value ? c.who : c.options[0].who;
	const turning_point now = { c.kind, natural, value ? values_[natural] : steps_[natural] };
	const uint32_t answer = schedule_ ? scheduled(c) : planned(c, now);

	if (answer) {
		done_.push_back({ now, value ? answer : c.options[answer].who });
		deviations_.push_back({ c.number, answer, static_cast<uint16_t>(c.taken) });
	}
	if (value) {
		values_[natural]++;
		return answer;
	}
	const context_id who = c.options[answer].who;
	switches_ += last_ != NO_CONTEXT && who != last_;
	last_ = who;
	steps_[who]++;
	return answer;
}

constexpr uint64_t REACH = 16;

class minimiser {
public:
	minimiser(const std::function<bool(strategy &)> &still_fails, uint64_t executions_max,
		  const std::function<bool()> &goes_on)
		: still_fails_(still_fails), goes_on_(goes_on), left_(executions_max)
	{}
	minimised run(const schedule &failing);

private:
	bool fails();
	void take();
	bool take_if_better(const plan &);
	bool take_without(size_t first, size_t count);
	bool leave_out();
	template <class F> bool shift(plan p, size_t which, const F &good);
	bool merge();
	bool move();

	const std::function<bool(strategy &)> &still_fails_;
	const std::function<bool()> &goes_on_;
	trial_strategy trial_;
	uint64_t left_;
	bool cut_ = false;
	plan plan_; // of the best
	std::vector<deviation> deviations_;
	uint64_t switches_ = 0;
	std::set<plan> tried_;
};

bool minimiser::fails()
{
	cut_ |= !left_ || (goes_on_ && !goes_on_());
	if (cut_)
		return false;
	left_--;
	return still_fails_(trial_);
}

// What was tried last becomes the best, without what could not be followed.
void minimiser::take()
{
	plan_ = trial_.done();
	deviations_ = trial_.deviations();
	switches_ = trial_.switches();
}

// None is tried twice: it is the best by now, or was no better than the best of that time.
bool minimiser::take_if_better(const plan &p)
{
	if (cut_ || !tried_.insert(p).second)
		return false;
	trial_.follow(p);
	if (!fails())
		return false;
	const size_t now = trial_.done().size();
	if (now > plan_.size() || (now == plan_.size() && trial_.switches() >= switches_))
		return false;
	take();
	return true;
}

bool minimiser::take_without(size_t first, size_t count)
{
	plan p = plan_;
	const auto from = p.begin() + static_cast<ptrdiff_t>(first);

	p.erase(from, from + static_cast<ptrdiff_t>(count));
	return take_if_better(p);
}

// Delta debugging (Zeller, Hildebrandt 2002): all, halves, quarters, ..., single ones, and single
// ones again until none can be left out.
bool minimiser::leave_out()
{
	bool any = false;

	for (size_t count = plan_.size(); count && !cut_; count /= 2) {
		bool again = true;

		while (again) {
			again = false;
			for (size_t at = 0; at < plan_.size() && !cut_;) {
				if (take_without(at, std::min(count, plan_.size() - at)))
					any = again = true;
				else
					at += count;
			}
			again &= count == 1;
		}
	}
	return any;
}

// One of a plan's turns earlier or later in its context's life, nearest places first.
template <class F> bool minimiser::shift(plan p, size_t which, const F &good)
{
	const uint64_t from = p[which].at.progress;

	for (uint64_t i = 0; i <= REACH && !cut_; i++)
		for (const bool later : { false, true }) {
			if (later ? i == 0 : i > from)
				continue;
			p[which].at.progress = later ? from + i : from - i;
			if (good(p))
				return true;
		}
	return false;
}

// One without another: where it was, or near; also to where the other one led.
bool minimiser::merge()
{
	const auto good = [this](const plan &p) { return take_if_better(p); };

	for (size_t without = 0; without < plan_.size() && !cut_; without++)
		for (size_t kept = 0; kept < plan_.size() && !cut_; kept++)
			for (const size_t instead : { kept, without }) {
				plan p = plan_;

				if (kept == without || p[kept].at.kind != p[instead].at.kind)
					continue;
				p[kept].instead = p[instead].instead;
				p.erase(p.begin() + static_cast<ptrdiff_t>(without));
				if (shift(p, kept - (kept > without), good))
					return true;
			}
	return false;
}

bool minimiser::move()
{
	const auto good = [this](const plan &p) { return take_if_better(p); };

	for (size_t i = 0; i < plan_.size() && !cut_; i++)
		if (shift(plan_, i, good))
			return true;
	return false;
}

minimised minimiser::run(const schedule &failing)
{
	const uint64_t had = left_;

	trial_.follow(failing);
	if (!fails())
		return { failing, 0, had - left_, false, !cut_ };
	take();
	do
		leave_out();
	while (merge() || move());

	schedule best;
	best.timed = failing.timed;
	best.deviations = deviations_;
	return { best, switches_, had - left_, true, !cut_ };
}

} // namespace

minimised minimise(const schedule &failing, const std::function<bool(strategy &)> &still_fails,
		   uint64_t executions_max, const std::function<bool()> &goes_on)
{
	return minimiser(still_fails, executions_max, goes_on).run(failing);
}

} // namespace sim
