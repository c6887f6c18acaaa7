// SPDX-License-Identifier: GPL-2.0-only
// The toy engine: who may go on, what a step touches and does.
// It must not know the machine nor any strategy.
#include "tests/support_toy_engine.hpp"
#include <algorithm>
#include <utility>

namespace toy {

using sim::access;
using sim::obstacle;

namespace {

// Objects by what they are.
constexpr uint32_t WORD = 0x1000, LOCK = 0x2000, STATE = 0x3000, TIMER = 0x4000, TOKEN = 0x5000;

void touch(sim::op &o, uint32_t object, access kind)
{
	o.touches[o.count++] = { object, kind };
}

bool is_step(code c)
{
	return c < code::value;
}

} // namespace

// ---- programs ----

thread &thread::push(instruction i)
{
	code_.push_back(std::move(i));
	return *this;
}
thread &thread::read(expression word, unsigned result)
{
	return push({ .what = code::read, .object = word, .result = result });
}
thread &thread::write(expression word, expression value)
{
	return push({ .what = code::write, .object = word, .value = value });
}
thread &thread::add(expression word, expression value, unsigned result)
{
	return push({ .what = code::add, .object = word, .value = value, .result = result });
}
thread &thread::cas(expression word, expression expected, expression value)
{
	return push({ .what = code::cas, .object = word, .value = value, .expected = expected });
}
thread &thread::lock(expression lock) { return push({ .what = code::lock, .object = lock }); }
thread &thread::unlock(expression lock) { return push({ .what = code::unlock, .object = lock }); }
thread &thread::spin_lock(expression lock)
{
	return push({ .what = code::spin_lock, .object = lock });
}
thread &thread::spin_unlock(expression lock)
{
	return push({ .what = code::spin_unlock, .object = lock });
}
thread &thread::wait(expression word, expression second, predicate ready)
{
	return push({ .what = code::wait,
		      .object = word,
		      .value = second,
		      .ready = std::move(ready) });
}
thread &thread::park() { return push({ .what = code::park }); }
thread &thread::wake(expression thread) { return push({ .what = code::wake, .object = thread }); }
thread &thread::spawn(expression thread) { return push({ .what = code::spawn, .object = thread }); }
thread &thread::arm(expression timer) { return push({ .what = code::arm, .object = timer }); }
thread &thread::cancel(expression timer) { return push({ .what = code::cancel, .object = timer }); }
thread &thread::value(uint32_t count, unsigned result)
{
	return push({ .what = code::value, .value = count, .result = result });
}
thread &thread::poke(expression word, expression value)
{
	return push({ .what = code::poke, .object = word, .value = value });
}
thread &thread::wake_too(expression thread)
{
	return push({ .what = code::wake_too, .object = thread });
}
thread &thread::unlock_too(expression lock)
{
	return push({ .what = code::unlock_too, .object = lock });
}
thread &thread::fail_if(expression condition)
{
	return push({ .what = code::fail_if, .value = condition });
}
thread &thread::calculate(std::function<void(registers &)> f)
{
	return push({ .what = code::calculate, .calculation = std::move(f) });
}
thread &thread::jump_if(expression condition, size_t target)
{
	return push({ .what = code::jump_if, .value = condition, .target = target });
}
size_t thread::jump_forward_if(expression condition)
{
	jump_if(condition, 0);
	return here() - 1;
}

// ---- the execution ----

engine::engine(const program &p) : program_(p) {}

uint32_t &engine::word(uint32_t n)
{
	if (n >= words_.size())
		words_.resize(n + 1);
	return words_[n];
}

uint32_t &engine::owner(uint32_t lock)
{
	if (lock >= owners_.size())
		owners_.resize(lock + 1);
	return owners_[lock];
}

void engine::reset()
{
	words_.clear();
	owners_.clear();
	tokens_.assign(8, 0);
	timers_.assign(8, {});
	threads_.assign(program_.threads.size(), {});
	effects_.clear();
	last_ = 0;
	taken_ = 0;
	failed_ = false;
	value_count_ = 0;
	for (uint32_t t = 0; t < threads_.size(); t++) {
		const thread &made = program_.threads[t];

		threads_[t].first = true;
		threads_[t].is = status::ready;
		go_on(t);
		if (made.spawned || made.handles >= 0)
			threads_[t].is = status::absent;
	}
	effects_.clear();
}

bool engine::token_is_free(uint32_t t) const
{
	const int cpu = program_.threads[t].cpu;

	return cpu < 0 || !tokens_[static_cast<size_t>(cpu)] ||
	       tokens_[static_cast<size_t>(cpu)] == t + 1;
}

// What the instruction would touch in the present state.
void engine::add_touches(uint32_t t, const instruction &i, sim::op &o) const
{
	engine &me = const_cast<engine &>(*this);
	const state &s = threads_[t];
	const uint32_t n = i.object(s.r);

	switch (i.what) {
	case code::read: touch(o, WORD + n, access::read); break;
	case code::write: touch(o, WORD + n, access::write); break;
	case code::add: touch(o, WORD + n, access::rmw); break;
	case code::cas:
		touch(o, WORD + n,
		      me.word(n) == i.expected(s.r) ? access::rmw : access::read);
		break;
	case code::lock: touch(o, LOCK + n, access::lock); break;
	case code::spin_lock:
		touch(o, LOCK + n,
		      me.owner(n) && !s.depth && !s.spins ? access::read : access::lock);
		break;
	case code::unlock:
	case code::spin_unlock: touch(o, LOCK + n, access::unlock); break;
	case code::wait:
		touch(o, WORD + n, access::read);
		if (i.value(s.r) != n)
			touch(o, WORD + i.value(s.r), access::read);
		break;
	case code::park: touch(o, STATE + t, access::write); break;
	case code::wake: {
		const bool asleep = threads_[n].is == status::asleep;

		touch(o, STATE + n,
		      asleep || !threads_[n].wake_pending ? access::write : access::read);
		break;
	}
	case code::spawn:
		touch(o, STATE + n,
		      threads_[n].is == status::absent ? access::write : access::read);
		break;
	case code::arm: {
		const timer &which = timers_[n];

		touch(o, TIMER + n, which.armed || which.fired ? access::read : access::write);
		break;
	}
	case code::cancel:
		touch(o, TIMER + n, timers_[n].armed ? access::write : access::read);
		break;
	default: break;
	}
}

bool engine::can_go(uint32_t t, const instruction &i) const
{
	engine &me = const_cast<engine &>(*this);
	const state &s = threads_[t];
	const uint32_t n = i.object(s.r);

	if (i.what == code::lock || (i.what == code::spin_lock && (s.depth || s.spins)))
		return !me.owner(n);
	if (i.what == code::wait)
		return i.ready(me.word(n), me.word(i.value(s.r)));
	return true;
}

sim::option engine::describe(uint32_t t) const
{
	const state &s = threads_[t];
	const thread &made = program_.threads[t];
	sim::option o{ t, 0, obstacle::none, nullptr, {} };

	if (s.is == status::asleep || s.is == status::woken) {
		touch(o.next, STATE + t, access::read);
		if (s.is == status::asleep)
			o.why = obstacle::asleep;
	} else {
		const instruction &i = made.instructions()[s.pc];

		add_touches(t, i, o.next);
		if (s.first && (made.spawned || made.handles >= 0))
			touch(o.next, STATE + t, access::read);
		if (!can_go(t, i))
			o.why = obstacle::guard;
	}
	if (made.cpu >= 0 && !s.depth && !s.spins) {
		const bool takes = s.is == status::ready &&
				   made.instructions()[s.pc].what == code::spin_lock;

		touch(o.next, TOKEN + static_cast<uint32_t>(made.cpu),
		      takes ? access::lock : access::pass);
	}
	if (!token_is_free(t))
		o.why = obstacle::no_cpu;
	return o;
}

void engine::gather()
{
	options_.clear();
	blocked_.clear();
	for (uint32_t t = 0; t < threads_.size(); t++) {
		const state &s = threads_[t];

		if (s.is == status::absent || s.is == status::finished)
			continue;
		const sim::option o = describe(t);
		(o.why == obstacle::none ? options_ : blocked_).push_back(o);
	}
	if (program_.resumes_first)
		for (const sim::option &o : options_)
			if (threads_[o.who].is == status::woken) {
				options_ = { sim::option{ o } };
				return;
			}
	for (uint32_t t = 0; t < threads_.size(); t++) {
		const int n = program_.threads[t].handles;

		if (n < 0 || !timers_[static_cast<size_t>(n)].armed)
			continue;
		sim::option o{ sim::EVENT | (TIMER + static_cast<uint32_t>(n)), 0, obstacle::none,
			       nullptr, {} };
		touch(o.next, TIMER + static_cast<uint32_t>(n), access::rmw);
		touch(o.next, STATE + t,
		      threads_[t].is == status::absent ? access::write : access::read);
		options_.push_back(o);
	}
	order_options();
}

void engine::order_options()
{
	const auto before = [&](uint64_t key) {
		return [key](const sim::option &a, const sim::option &b) {
			auto mixed = [key](uint64_t who) {
				return (who ^ key) * UINT64_C(0x9e3779b97f4a7c15) >> 20;
			};
			return mixed(a.who) < mixed(b.who);
		};
	};

	switch (program_.natural) {
	case order::by_number: break;
	case order::backwards: std::reverse(options_.begin(), options_.end()); break;
	case order::mixed: std::sort(options_.begin(), options_.end(), before(taken_)); break;
	case order::last_first:
		for (size_t i = 0; i < options_.size(); i++)
			if (options_[i].who == last_)
				std::rotate(options_.begin(),
					    options_.begin() + static_cast<long>(i),
					    options_.begin() + static_cast<long>(i) + 1);
	}
}

bool engine::wake(uint32_t t)
{
	state &s = threads_[t];

	if (s.is == status::asleep)
		s.is = status::woken;
	else if (!s.wake_pending)
		s.wake_pending = true;
	else
		return false;
	return true;
}

void engine::perform(uint32_t t, const instruction &i)
{
	state &s = threads_[t];
	const uint32_t n = i.object(s.r), value = i.value(s.r);

	switch (i.what) {
	case code::read: s.r[i.result] = word(n); break;
	case code::write: word(n) = value; break;
	case code::add:
		s.r[i.result] = word(n);
		word(n) += value;
		break;
	case code::cas:
		if (word(n) == i.expected(s.r))
			word(n) = value;
		break;
	case code::spin_lock:
		s.depth++;
		s.spins = false;
		if (program_.threads[t].cpu >= 0)
			tokens_[static_cast<size_t>(program_.threads[t].cpu)] = t + 1;
		[[fallthrough]];
	case code::lock: owner(n) = t + 1; break;
	case code::spin_unlock:
		if (s.depth && --s.depth == 0 && program_.threads[t].cpu >= 0) {
			tokens_[static_cast<size_t>(program_.threads[t].cpu)] = 0;
			effect(TOKEN + static_cast<uint32_t>(program_.threads[t].cpu),
			       access::unlock);
		}
		[[fallthrough]];
	case code::unlock: owner(n) = 0; break;
	case code::park:
		if (!s.wake_pending)
			s.is = status::asleep;
		s.wake_pending = false;
		break;
	case code::wake: wake(n); break;
	case code::spawn:
		if (threads_[n].is == status::absent)
			threads_[n].is = status::ready;
		break;
	case code::arm:
		if (!timers_[n].fired)
			timers_[n].armed = true;
		break;
	case code::cancel: timers_[n].armed = false; break;
	default: break;
	}
}

// False: the step ends before this instruction.
bool engine::same_step(uint32_t t, const instruction &i)
{
	state &s = threads_[t];
	const uint32_t n = i.object(s.r), value = i.value(s.r);

	if (is_step(i.what))
		return false;
	s.pc++;
	switch (i.what) {
	case code::value:
		value_for_ = t;
		value_count_ = value;
		return false;
	case code::poke:
		word(n) = value;
		effect(WORD + n, access::write);
		break;
	case code::wake_too:
		effect(STATE + n, wake(n) ? access::write : access::read);
		break;
	case code::unlock_too:
		owner(n) = 0;
		effect(LOCK + n, access::unlock);
		break;
	case code::fail_if: failed_ |= value != 0; return !failed_;
	case code::calculate: i.calculation(s.r); break;
	case code::jump_if:
		if (value)
			s.pc = i.target;
		break;
	default: break;
	}
	return true;
}

// Up to the next step, or to a value that is needed first.
void engine::go_on(uint32_t t)
{
	const auto &all = program_.threads[t].instructions();
	state &s = threads_[t];

	while (s.pc < all.size() && same_step(t, all[s.pc]))
		; // also of a thread that now sleeps: when it goes on after that, nobody sees it
	if (s.pc == all.size() && !value_count_ && s.is == status::ready)
		s.is = status::finished;
}

void engine::step(uint32_t who)
{
	effects_.clear();
	last_ = who;
	taken_ = (taken_ ^ who) * UINT64_C(0x9e3779b97f4a7c15);
	if (who & sim::EVENT) {
		const uint32_t n = (who & ~sim::EVENT) - TIMER;

		timers_[n] = { false, true };
		for (uint32_t t = 0; t < threads_.size(); t++)
			if (program_.threads[t].handles == static_cast<int>(n) &&
			    threads_[t].is == status::absent)
				threads_[t].is = status::ready;
		return;
	}
	state &s = threads_[who];
	const auto &all = program_.threads[who].instructions();

	if (s.is == status::woken) {
		s.is = status::ready;
	} else if (all[s.pc].what == code::spin_lock && !s.depth && !s.spins &&
		   owner(all[s.pc].object(s.r))) {
		s.spins = true;
		s.first = false;
		if (program_.threads[who].cpu >= 0)
			tokens_[static_cast<size_t>(program_.threads[who].cpu)] = who + 1;
		return;
	} else {
		s.first = false;
		perform(who, all[s.pc++]);
	}
	go_on(who);
}

sim::verdict engine::run(sim::strategy &s)
{
	uint64_t number = 0;

	reset();
	for (;; number++) {
		if (failed_)
			return { sim::ending::failed, number, effects_ };
		if (number >= program_.steps_max)
			return { sim::ending::bound, number, effects_ };
		if (value_count_) {
			const uint32_t count = std::exchange(value_count_, 0);
			const instruction &asked =
				program_.threads[value_for_].instructions()[threads_[value_for_].pc - 1];

			threads_[value_for_].r[asked.result] = s.choose(
				{ sim::choice_kind::value, value_for_, count, number, taken_, {},
				  effects_, {}, {} });
			taken_ ^= threads_[value_for_].r[asked.result];
			go_on(value_for_);
			continue;
		}
		gather();
		if (options_.empty()) {
			const bool all_done = std::all_of(
				threads_.begin(), threads_.end(), [](const state &t) {
					return t.is == status::finished || t.is == status::absent;
				});

			s.stuck(blocked_);
			return { all_done ? sim::ending::finished : sim::ending::deadlock, number,
				 effects_ };
		}
		const uint32_t answer = s.choose(
			{ sim::choice_kind::step, sim::NO_CONTEXT,
			  static_cast<uint32_t>(options_.size()), number, taken_, {}, effects_,
			  options_, blocked_ });
		step(options_[answer].who);
	}
}

} // namespace toy
