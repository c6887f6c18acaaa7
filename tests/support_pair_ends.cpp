// SPDX-License-Identifier: GPL-2.0-only
// All orders of the sections of two calls, a worker's thread and a timer.
// It must not know the kernel's code, the engine, or any search of it.
#include "tests/support_pair_ends.hpp"
#include <algorithm>
#include <compare>
#include <vector>

namespace support {

namespace {

// On the lists are works, and the flush works of the two calls behind them.
using item = unsigned;
constexpr item NONE = ~0u, FLUSH = PAIR_WORKS;
enum class timer : uint8_t { off, armed, fired };

struct call_state {
	unsigned section = 0; // the next one
	uint8_t result = UNRETURNED;
	bool was_pending = false, flushed = false;
	auto operator<=>(const call_state &) const = default;
};

struct state {
	std::vector<item> list, delayed;
	item current = NONE; // of the worker: until it takes the next
	bool executing = false, queued_once = false;
	timer target_timer = timer::off;
	unsigned canceling = 0, runs = 0, dropped = 0;
	std::vector<call_state> calls;
	auto operator<=>(const state &) const = default;
};

bool take_out(std::vector<item> &list, item i)
{
	const auto at = std::find(list.begin(), list.end(), i);

	if (at == list.end())
		return false;
	list.erase(at);
	return true;
}

bool is_listed(const std::vector<item> &list, item i)
{
	return std::find(list.begin(), list.end(), i) != list.end();
}

class orders {
public:
	explicit orders(const pair_plan &p) : plan_(p)
	{
		state first;

		first.calls.resize(p.calls.size());
		if (p.before == prelude::queued_behind)
			first.list.push_back(OTHER);
		if (p.before != prelude::nothing)
			put(first, p.before == prelude::delayed);
		reach(first);
		while (!open_.empty()) {
			const state s = open_.back();

			open_.pop_back();
			go_on(s);
		}
	}
	std::set<std::string> ends;

private:
	void reach(const state &s)
	{
		if (known_.insert(s).second)
			open_.push_back(s);
	}

	// ---- what sections are made of ----

	static bool is_pending(const state &s)
	{
		return is_listed(s.list, TARGET) || is_listed(s.delayed, TARGET);
	}
	static bool unlink(state &s)
	{
		return take_out(s.list, TARGET) || take_out(s.delayed, TARGET);
	}
	static void put(state &s, bool with_timer)
	{
		s.queued_once = true;
		if (!with_timer) {
			s.list.push_back(TARGET);
			return;
		}
		s.delayed.insert(s.delayed.begin(), TARGET);
		s.target_timer = timer::armed;
	}
	// False: there is nothing to wait for.
	static bool put_flush_behind_target(state &s, item flush)
	{
		for (std::vector<item> *list : { &s.list, &s.delayed }) {
			const auto at = std::find(list->begin(), list->end(), TARGET);

			if (at == list->end())
				continue;
			list->insert(at + 1, flush);
			return true;
		}
		if (s.current != TARGET)
			return false;
		s.list.insert(s.list.begin(), flush);
		return true;
	}

	// ---- the calls; false: it cannot go on now ----

	static bool queue(state &s, call_state &c, bool with_timer)
	{
		const bool blocked = is_pending(s) || s.canceling;

		if (!blocked)
			put(s, with_timer);
		c.result = !blocked;
		return true;
	}
	// Its callback ends in one section, so it runs if it has fired.
	static bool delete_timer(state &s)
	{
		if (s.target_timer == timer::fired)
			return false;
		s.target_timer = timer::off;
		return true;
	}
	static bool mod(state &s, call_state &c, bool with_timer)
	{
		switch (c.section++) {
		case 0:
			if (!s.queued_once) {
				put(s, with_timer);
				c.result = false;
			} else {
				s.canceling++;
			}
			return true;
		case 1: return delete_timer(s);
		default:
			if (--s.canceling) {
				c.result = true;
				return true;
			}
			const bool was_pending = unlink(s);
			put(s, with_timer);
			c.result = was_pending;
			return true;
		}
	}
	static bool flush(state &s, call_state &c, item own, bool of_target)
	{
		if (c.section++)
			return c.flushed;
		if (!of_target)
			s.list.push_back(own);
		else
			c.flushed = !s.queued_once || !put_flush_behind_target(s, own);
		return true;
	}
	static bool cancel(state &s, call_state &c, item own, bool with_timer)
	{
		if (c.section == 0 && !s.queued_once) {
			c.result = false;
			return true;
		}
		if (c.section == 0 && !with_timer)
			c.section = 2;
		switch (c.section++) {
		case 0: s.canceling++; return true;
		case 1: return delete_timer(s);
		case 2:
			s.canceling -= with_timer;
			c.was_pending = unlink(s);
			if (s.current != TARGET)
				c.result = c.was_pending;
			else
				s.canceling++;
			return true;
		case 3: c.flushed = !put_flush_behind_target(s, own); return true;
		default:
			if (!c.flushed)
				return false;
			s.canceling--;
			c.result = c.was_pending;
			return true;
		}
	}
	bool go_on(state &s, unsigned n) const
	{
		call_state &c = s.calls[n];
		const item own = FLUSH + n;

		switch (plan_.calls[n]) {
		case call::queue: return queue(s, c, false);
		case call::queue_delayed: return queue(s, c, true);
		case call::mod: return mod(s, c, true);
		case call::mod_to_zero: return mod(s, c, false);
		case call::cancel: return cancel(s, c, own, false);
		case call::cancel_delayed: return cancel(s, c, own, true);
		// The stop that follows its flush finds nobody who could queue anything.
		case call::flush_work:
		case call::flush_worker:
		case call::destroy: break;
		}
		if (!flush(s, c, own, plan_.calls[n] == call::flush_work))
			return false;
		if (c.flushed)
			c.result = NOTHING;
		return true;
	}

	// ---- the others ----

	static bool take(state &s)
	{
		if (s.executing || (s.list.empty() && s.current == NONE))
			return false;
		s.current = s.list.empty() ? NONE : s.list.front();
		s.executing = s.current != NONE;
		if (s.executing)
			s.list.erase(s.list.begin());
		return true;
	}
	static bool execute(state &s)
	{
		if (!s.executing)
			return false;
		s.executing = false;
		if (s.current >= FLUSH)
			s.calls[s.current - FLUSH].flushed = true;
		s.runs += s.current == TARGET;
		return true;
	}
	static bool fire(state &s)
	{
		if (s.target_timer != timer::armed)
			return false;
		s.target_timer = timer::fired;
		return true;
	}
	static bool call_back(state &s)
	{
		if (s.target_timer != timer::fired)
			return false;
		s.target_timer = timer::off;
		unlink(s);
		if (s.canceling)
			s.dropped++;
		else
			s.list.push_back(TARGET);
		return true;
	}

	void go_on(const state &s)
	{
		bool over = true;
		const auto try_step = [&](auto step) {
			state next = s;

			if (!step(next))
				return;
			over = false;
			reach(next);
		};

		for (unsigned n = 0; n < s.calls.size(); n++) {
			if (s.calls[n].result != UNRETURNED)
				continue;
			try_step([&](state &next) { return go_on(next, n); });
			if (plan_.in_order)
				break;
		}
		try_step(take);
		try_step(execute);
		try_step(fire);
		try_step(call_back);
		if (over)
			ends.insert(text_of(s));
	}
	static std::string text_of(const state &s)
	{
		pair_end e = { {}, s.runs, s.dropped, 0 };

		for (const call_state &c : s.calls)
			e.returned.push_back(c.result);
		return support::text_of(e);
	}

	const pair_plan &plan_;
	std::set<state> known_;
	std::vector<state> open_;
};

} // namespace

std::set<std::string> possible_ends(const pair_plan &p)
{
	return orders(p).ends;
}

} // namespace support
