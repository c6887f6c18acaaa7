// SPDX-License-Identifier: GPL-2.0-only
// Watching one round, choice by choice.
// It must not know how it was found, nor what programs do.
#include "sim/round_watch.hpp"
#include <algorithm>
#include <cstring>
#include "sim/machine.hpp"
#include "sim/state_image.hpp"

namespace sim {

static state_hash hash_of(const machine &m)
{
	state_image now;

	now.save(m);
	return now.hash();
}

void round_watch::begin(const machine &m)
{
	*this = {};
	begun_ = hash_of(m);
	first_ = m.state().steps;
}

// The calls that it was in before and is in still.
void round_watch::see(const option &o)
{
	std::vector<call> now;

	if (o.who & EVENT)
		return;
	for (const frame *f = o.stack; f; f = f->outer)
		now.push_back({ f, f->function });
	std::reverse(now.begin(), now.end());
	const auto [known, is_new] = calls_.emplace(o.who, now);
	if (is_new)
		return;
	std::vector<call> &lasting = known->second;
	size_t n = 0;
	while (n < lasting.size() && n < now.size() && lasting[n].at == now[n].at &&
	       !strcmp(lasting[n].function, now[n].function))
		n++;
	lasting.resize(n);
}

void round_watch::chosen(const machine &m, const choice &c, uint32_t answer)
{
	progressed_ |= m.progressed() && c.number != first_;
	if (c.kind == choice_kind::value) {
		deeds_.push_back({ c.who, c.kind, c.number, { {}, 0, c.where }, {}, answer });
		return;
	}
	const option &o = c.options[answer];
	deeds_.push_back({ o.who, c.kind, c.number, o.next, {}, 0 });
	for (const frame *f = o.stack; f; f = f->outer)
		deeds_.back().calls.push_back(f->function);
	for (const auto list : { c.options, c.blocked })
		for (const option &each : list)
			see(each);
	if (m.hides_options())
		return; // nothing has changed for the others
	std::vector<context_id> now;
	for (const auto list : { c.options, c.blocked })
		for (const option &each : list)
			if (waits_for_turn(each))
				now.push_back(each.who);
	std::sort(now.begin(), now.end());
	if (!knows_waiting_)
		waiting_ = now;
	knows_waiting_ = true;
	std::erase_if(waiting_, [&](context_id who) {
		return !std::binary_search(now.begin(), now.end(), who);
	});
	for (const option &each : c.options)
		offered_.push_back(each.who);
}

bool round_watch::moves(context_id who) const
{
	return std::any_of(deeds_.begin(), deeds_.end(),
			   [who](const deed &d) { return d.who == who; });
}

std::vector<const char *> round_watch::calls_of(context_id who) const
{
	const auto known = calls_.find(who);
	std::vector<const char *> names;

	if (known != calls_.end())
		for (auto c = known->second.rbegin(); c != known->second.rend(); ++c)
			names.push_back(c->function);
	return names;
}

bool round_watch::closes(const machine &m) const
{
	const auto is_wronged = [this](context_id who) {
		return std::find(offered_.begin(), offered_.end(), who) != offered_.end() &&
		       !moves(who);
	};

	return !deeds_.empty() && !progressed_ && !m.progressed() && hash_of(m) == begun_ &&
	       std::none_of(waiting_.begin(), waiting_.end(), is_wronged);
}

} // namespace sim
