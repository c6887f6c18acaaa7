// SPDX-License-Identifier: GPL-2.0-only
// Executions to keys: an event is what it touches and the events before it that it depends on.
// It must not know who executes.
#include "tests/support_traces.hpp"
#include <algorithm>

namespace support {

namespace {

constexpr uint64_t FIRST = UINT64_C(0x9e3779b97f4a7c15), SECOND = UINT64_C(0xd1342543de82ef95);

uint64_t mixed(uint64_t x, uint64_t with, uint64_t by)
{
	x = (x ^ x >> 32) * by + UINT64_C(0x2545f4914f6cdd1d);
	with = (with ^ with >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
	return x ^ x >> 29 ^ with ^ with >> 27;
}

void fold(trace_key &k, uint64_t with)
{
	k.first = mixed(k.first, with, FIRST);
	k.second = mixed(k.second, with, SECOND);
}

bool conflict(const std::vector<sim::touch> &a, const std::vector<sim::touch> &b)
{
	for (const sim::touch &x : a)
		for (const sim::touch &y : b)
			if (x.object == y.object && (sim::changes(x.kind) || sim::changes(y.kind)))
				return true;
	return false;
}

} // namespace

uint32_t trace_collector::choose(const sim::choice &c)
{
	if (c.kind == sim::choice_kind::step && !events_.empty())
		close(c.effects);
	const uint32_t answer = inner_.choose(c);
	if (c.kind == sim::choice_kind::value) {
		events_.back().answers.push_back(answer);
		return answer;
	}
	const sim::option &o = c.options[answer];
	events_.push_back({ o.who, { o.next.touches, o.next.touches + o.next.count }, {}, {} });
	return answer;
}

void trace_collector::close(std::span<const sim::touch> effects)
{
	event &e = events_.back();
	auto &all = e.touches;
	std::vector<trace_key> before;

	all.insert(all.end(), effects.begin(), effects.end());
	std::erase_if(all, [](const sim::touch &t) { return t.kind == sim::access::none; });
	for (const event &other : events_)
		if (&other != &e && (other.who == e.who || conflict(other.touches, all)))
			before.push_back(other.key);
	std::sort(before.begin(), before.end());
	std::vector<std::pair<uint32_t, sim::access>> touched;
	for (const sim::touch &t : all)
		touched.emplace_back(t.object, t.kind);
	std::sort(touched.begin(), touched.end());
	touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
	e.key = { e.who, e.who };
	for (const auto &[object, kind] : touched)
		fold(e.key, uint64_t{ object } << 8 | static_cast<uint64_t>(kind));
	for (const uint32_t answer : e.answers)
		fold(e.key, UINT64_C(1) << 60 | answer);
	for (const trace_key &k : before) {
		fold(e.key, k.first);
		fold(e.key, k.second);
	}
}

bool trace_collector::next_execution(const sim::verdict &v)
{
	trace_key whole{ 0, 0 };

	executions++;
	if (!events_.empty())
		close(v.effects);
	for (const event &e : events_) {
		whole.first += mixed(1, e.key.first, SECOND);
		whole.second += mixed(2, e.key.second, FIRST);
	}
	if (dpor_ && dpor_->is_wasted())
		;
	else if (v.how == sim::ending::failed)
		failures[events_.back().key]++;
	else if (v.how == sim::ending::bound)
		bounds++;
	else
		complete[whole]++;
	deadlocks += v.how == sim::ending::deadlock;
	events_.clear();
	gave_up = executions >= executions_max;
	return inner_.next_execution(v) && !gave_up;
}

} // namespace support
