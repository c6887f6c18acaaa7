// SPDX-License-Identifier: GPL-2.0-only
// The machine without CPUs, fibers or time.
// It must not know the engine, nor any strategy.
#include "tests/support_tiny.hpp"

#include <algorithm>

namespace tiny {

using sim::access;

sim::context_id engine::id_of(size_t thread) const
{
	const bool event = thread + program_.events >= threads_.size();

	return static_cast<sim::context_id>(thread) | (event ? sim::EVENT : 0);
}

sim::op engine::describe(const request &r) const
{
	static constexpr access kinds[] = { access::none,   access::read, access::write,
					    access::rmw,    access::rmw,  access::lock,
					    access::unlock, access::none, access::none };
	sim::op o{};
	access kind = kinds[static_cast<unsigned>(r.what)];

	if (r.what == deed::cas && words_[r.object] != r.a)
		kind = access::read;
	if (kind != access::none)
		o.touches[o.count++] = { r.object, kind };
	return o;
}

// Natural is: who went last goes on, else in the order of ids, which puts events last.
void engine::gather()
{
	options_.clear();
	blocked_.clear();
	for (size_t i = 0; i < threads_.size(); i++) {
		const request *r = threads_[i].pending();

		if (!r)
			continue;
		const bool waits = r->what == deed::lock && words_[r->object];
		(waits ? blocked_ : options_)
			.push_back({ id_of(i), 0,
				     waits ? sim::obstacle::guard : sim::obstacle::none, nullptr,
				     describe(*r) });
	}
	const auto last = std::find_if(options_.begin(), options_.end(),
				       [this](const sim::option &o) { return o.who == last_; });
	if (last != options_.end())
		std::rotate(options_.begin(), last, last + 1);
}

void engine::carry_out(request &r)
{
	int64_t &word = words_.at(r.object);

	r.result = word;
	switch (r.what) {
	case deed::write_unannounced:
		effects_.push_back({ r.object, access::write });
		[[fallthrough]];
	case deed::write: word = r.a; break;
	case deed::add: word += r.a; break;
	case deed::cas:
		r.result = word == r.a;
		word = r.result ? r.b : word;
		break;
	case deed::lock: word = 1; break;
	case deed::unlock: word = 0; break;
	default: break;
	}
}

void engine::ask_for_values(thread &t, sim::context_id who)
{
	while (t.pending() && t.pending()->what == deed::value) {
		request &r = *t.pending();
		sim::choice c{};

		c.kind = sim::choice_kind::value;
		c.who = who;
		c.count = static_cast<uint32_t>(r.a);
		c.number = steps_++;
		c.taken = taken_;
		c.effects = effects_;
		r.result = strategy_.attentive_from(c.number) <= c.number ? strategy_.choose(c) : 0;
		taken_ = taken_ * 31 + static_cast<uint64_t>(r.result);
		t.go_on();
	}
}

void engine::take(const sim::option &o)
{
	const sim::context_id who = o.who;
	thread &t = threads_[who & ~sim::EVENT];

	steps_++;
	taken_ = taken_ * 31 + who;
	last_ = who;
	order_.push_back(who);
	effects_.clear();
	carry_out(*t.pending());
	t.go_on();
	ask_for_values(t, who);
}

sim::verdict engine::run()
{
	threads_.clear();
	words_.assign(program_.words, 0);
	order_.clear();
	effects_.clear();
	last_ = sim::NO_CONTEXT;
	steps_ = taken_ = 0;
	for (const auto &body : program_.threads)
		threads_.push_back(body());
	for (thread &t : threads_)
		t.go_on();
	for (;;) {
		if (steps_ >= program_.steps_max)
			return { sim::ending::bound, steps_, effects_ };
		gather();
		if (options_.empty())
			break;
		const sim::choice c{ sim::choice_kind::step,
				     sim::NO_CONTEXT,
				     static_cast<uint32_t>(options_.size()),
				     steps_,
				     taken_,
				     {},
				     effects_,
				     options_,
				     blocked_ };
		const bool asked = strategy_.attentive_from(steps_) <= steps_;
		const uint32_t answer = asked ? strategy_.choose(c) : 0;

		if (answer >= options_.size())
			std::abort();
		take(options_[answer]);
	}
	strategy_.stuck(blocked_);
	return { blocked_.empty() ? sim::ending::finished : sim::ending::deadlock, steps_,
		 effects_ };
}

uint32_t odometer::choose(const sim::choice &c)
{
	if (at_ == digits_.size())
		digits_.push_back({ 0, c.count });
	if (digits_[at_].count != c.count)
		std::abort();
	return digits_[at_++].answer;
}

bool odometer::next_execution(const sim::verdict &)
{
	while (!digits_.empty() && digits_.back().answer + 1 == digits_.back().count)
		digits_.pop_back();
	at_ = 0;
	if (digits_.empty())
		return false;
	digits_.back().answer++;
	return true;
}

double odometer::chance() const
{
	double chance = 1;

	for (const digit &d : digits_)
		chance /= d.count;
	return chance;
}

} // namespace tiny
