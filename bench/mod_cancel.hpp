// SPDX-License-Identifier: GPL-2.0-only
// The core of kthread_mod_delayed_work() against kthread_cancel_delayed_work_sync(), on sim/ alone:
// bench/mod_cancel.pml has the same steps for SPIN. Must not know the kernel model, nor any search.
#pragma once
#include "sim/machine.hpp"
#include <algorithm>
#include <new>
#include <string>

namespace bench {

enum class listed : uint8_t { nobody, work, flush };

// What all four share. The first members are what steps are about; the others change only under
// the lock, or belong to one context. Nothing is kept on stacks.
struct mod_cancel_state {
	uint32_t lock;
	bool awake; // the worker
	bool ran, flushed;
	struct {
		bool armed, firing;
	} timer;

	uint8_t canceling;
	listed current;		  // what the worker executes
	listed first, second;	  // the list of works, in order
	bool delayed;		  // the work is on the list of delayed works
	bool cancelled, modified; // what the last calls returned
	uint8_t finished;
	uint8_t mods_left;
	bool is_mended; // as since 5fa54346caf6

	bool is_listed() const
	{
		return delayed || first == listed::work || second == listed::work;
	}
	void take_out_work()
	{
		delayed = false;
		if (first == listed::work) {
			first = second;
			second = listed::nobody;
		} else if (second == listed::work) {
			second = listed::nobody;
		}
	}
	void append_work()
	{
		take_out_work();
		(first == listed::nobody ? first : second) = listed::work;
	}
	// Behind the work, or at the head. On the list of delayed works it is never seen again.
	void insert_flush()
	{
		if (delayed)
			return;
		if (first == listed::work) {
			second = listed::flush;
		} else {
			second = first;
			first = listed::flush;
		}
	}
};

// One operation that changes something only if `changing`, which may have to wait until `ready`.
template <class R, class C> struct guarded_step {
	const void *object;
	sim::access kind;
	R ready;
	C changing;

	bool operator()() const { return ready(); }
	void describe(sim::op &o) const
	{
		o.touches[o.count++] = { sim::this_machine->id(object),
					 changing() ? kind : sim::access::read };
	}
};

class mod_cancel final : public sim::program {
public:
	static constexpr unsigned CORES_MAX = 2;

	// How often the work is changed; whether as since 5fa54346caf6. Of the whole, a worker too,
	// there are so many beside each other, which have nothing in common.
	mod_cancel(unsigned mods, bool is_mended, unsigned cores)
		: mods_(mods), is_mended_(is_mended), cores_(cores)
	{}

	static sim::machine_config config()
	{
		sim::machine_config c;

		c.cpus = 1;
		c.distance[0][0] = 10;
		c.preempt = sim::preemption::full;
		c.free = true;
		c.contexts_max = 16;
		c.pages_max = 16;
		return c;
	}
	void start(sim::machine &m) override
	{
		static const sim::object_type type = { "core" };

		for (unsigned i = 0; i < cores_; i++) {
			auto *core = new (m.allocate(&type, sizeof(mod_cancel_state), "bench"))
				mod_cancel_state{};

			core->first = listed::work;
			core->mods_left = static_cast<uint8_t>(mods_);
			core->is_mended = is_mended_;
			core->awake = true;
			all_[i] = core;
			for (const sim::fiber_entry entry :
			     { begin<modifier>, begin<canceller>, begin<worker>, begin<timer> })
				m.enqueue(*m.create(entry, core, nullptr), 0);
		}
	}
	bool unfinished(const sim::machine &) override
	{
		const auto calls = [](const mod_cancel_state *core) { return core->finished < 2; };

		return std::any_of(all_, all_ + cores_, calls);
	}
	void outcome(const sim::machine &m, std::string &text) override
	{
		text = unfinished(m) ? "deadlock" : "";
		for (unsigned i = 0; i < cores_ && !unfinished(m); i++)
			text += " cancelled=" + std::to_string(all_[i]->cancelled) +
				" modified=" + std::to_string(all_[i]->modified);
	}

private:
	template <void (*body)(sim::machine &, mod_cancel_state &)> static void begin(void *core)
	{
		sim::machine &m = *sim::this_machine;

		body(m, *static_cast<mod_cancel_state *>(core));
		m.finish();
	}

	// ---- steps ----
	//
	// Each in a frame of its own: what it needs only for itself would stay on the stack of
	// whoever takes it, and make equal states look different.

	[[gnu::noinline]] static void touch(sim::machine &m, sim::access kind, const void *object)
	{
		m.step(kind, object, {});
	}
	[[gnu::noinline]] static void wait_for(sim::machine &m, const bool &flag)
	{
		m.step_when(sim::access::read, &flag, {}, [&flag] { return flag; });
	}
	[[gnu::noinline]] static void lock(sim::machine &m, mod_cancel_state &s)
	{
		m.step_when(sim::access::lock, &s.lock, {}, [&s] { return !s.lock; });
		s.lock = 1;
	}
	[[gnu::noinline]] static void unlock(sim::machine &m, mod_cancel_state &s)
	{
		m.step(sim::access::unlock, &s.lock, {});
		s.lock = 0;
	}
	[[gnu::noinline]] static void wake_worker(sim::machine &m, mod_cancel_state &s)
	{
		auto always = [] { return true; };
		auto changing = [&s] { return !s.awake; };

		m.step_when(sim::access::none, nullptr, {},
			    guarded_step<decltype(always), decltype(changing)>{
				    &s.awake, sim::access::write, always, changing });
		s.awake = true;
	}
	// Waits for the handler.
	[[gnu::noinline]] static void delete_timer(sim::machine &m, mod_cancel_state &s)
	{
		auto ready = [&s] { return !s.timer.firing; };
		auto changing = [&s] { return s.timer.armed; };

		m.step_when(sim::access::none, nullptr, {},
			    guarded_step<decltype(ready), decltype(changing)>{
				    &s.timer, sim::access::rmw, ready, changing });
		s.timer.armed = false;
	}
	[[gnu::noinline]] static void fire(sim::machine &m, mod_cancel_state &s)
	{
		m.step_when(sim::access::rmw, &s.timer, {}, [&s] { return s.timer.armed; });
		s.timer.armed = false;
		s.timer.firing = true;
	}

	// ---- the four ----

	// To the end of what is done under the lock, which is still held.
	[[gnu::noinline]] static void mod_once(sim::machine &m, mod_cancel_state &s)
	{
		lock(m, s);
		if (!s.is_mended && s.canceling) {
			s.modified = false;
			return;
		}
		s.canceling++;
		unlock(m, s);
		delete_timer(m, s);
		lock(m, s);
		s.canceling--;
		if (s.is_mended && s.canceling) {
			s.modified = true;
			return;
		}
		touch(m, sim::access::write, &s.timer);
		s.modified = s.is_listed();
		s.take_out_work();
		s.delayed = true;
		s.timer.armed = true;
	}
	static void modifier(sim::machine &m, mod_cancel_state &s)
	{
		for (; s.mods_left; s.mods_left--) {
			m.leave_nothing();
			mod_once(m, s);
			unlock(m, s);
		}
		s.finished++;
	}
	// False: there is nothing to wait for.
	[[gnu::noinline]] static bool queue_flush(sim::machine &m, mod_cancel_state &s)
	{
		lock(m, s);
		const bool is_there = s.is_listed() || s.current == listed::work;
		if (is_there) {
			s.insert_flush();
			if (s.current == listed::nobody)
				wake_worker(m, s);
		}
		unlock(m, s);
		return is_there;
	}
	static void canceller(sim::machine &m, mod_cancel_state &s)
	{
		lock(m, s);
		s.canceling++;
		unlock(m, s);
		delete_timer(m, s);
		lock(m, s);
		s.canceling--;
		s.cancelled = s.is_listed();
		s.take_out_work();
		if (s.current == listed::work) {
			s.canceling++;
			unlock(m, s);
			if (queue_flush(m, s))
				wait_for(m, s.flushed);
			m.leave_nothing();
			lock(m, s);
			s.canceling--;
		}
		unlock(m, s);
		s.finished++;
	}
	[[gnu::noinline]] static void serve(sim::machine &m, mod_cancel_state &s)
	{
		touch(m, sim::access::write, &s.awake);
		s.awake = false;
		lock(m, s);
		s.current = s.first;
		s.first = s.second;
		s.second = listed::nobody;
		unlock(m, s);
		if (s.current == listed::nobody)
			return wait_for(m, s.awake);
		bool &is_done = s.current == listed::work ? s.ran : s.flushed;
		touch(m, sim::access::write, &is_done);
		is_done = true;
	}
	static void worker(sim::machine &m, mod_cancel_state &s)
	{
		for (;;) {
			m.leave_nothing();
			serve(m, s);
		}
	}
	[[gnu::noinline]] static void fire_once(sim::machine &m, mod_cancel_state &s)
	{
		fire(m, s);
		lock(m, s);
		if (s.canceling) {
			s.take_out_work();
		} else {
			s.append_work();
			if (s.current == listed::nobody)
				wake_worker(m, s);
		}
		unlock(m, s);
		touch(m, sim::access::write, &s.timer);
		s.timer.firing = false;
	}
	static void timer(sim::machine &m, mod_cancel_state &s)
	{
		for (;;) {
			m.leave_nothing();
			fire_once(m, s);
		}
	}

	const unsigned mods_;
	const bool is_mended_;
	const unsigned cores_;
	mod_cancel_state *all_[CORES_MAX] = {}; // where they are, in every execution
};

} // namespace bench
