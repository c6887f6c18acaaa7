// SPDX-License-Identifier: GPL-2.0-only
// One execution: contexts on virtual CPUs, time, interrupts, and the loop that asks the strategy.
// It must not know any strategy, any kernel function, JSON or a file.
#pragma once
#include <cstdio>
#include <memory>
#include <span>
#include <vector>
#include "sim/arena.hpp"
#include "sim/candidate.hpp"
#include "sim/choice.hpp"
#include "sim/clocks.hpp"
#include "sim/context.hpp"
#include "sim/fiber.hpp"
#include "sim/hooks.hpp"
#include "sim/machine_state.hpp"
#include "sim/round_watch.hpp"
#include "sim/timer_wheel.hpp"
#include "sim/trace.hpp"

namespace sim {

constexpr uint32_t EVENTS_BUFFERED = 2048;
constexpr uint32_t EVENTS_FULL = EVENTS_BUFFERED - 512; // one step emits far fewer than 512

class machine {
public:
	machine(const machine_config &config, strategy &asked);
	~machine();
	machine(const machine &) = delete;
	machine &operator=(const machine &) = delete;

	// ---- for those outside: one execution ----

	void set_hooks(const hooks *h) { hooks_ = h; }
	void set_sink(sink *s) { sink_ = s; } // null: nothing is recorded
	// Forgets the last execution, and starts the next on the program's start().
	void start(program &p);
	// Runs on until the execution has ended or `until_step` choices are made. True: ended.
	bool run(uint64_t until_step = NEVER);
	// Runs on to the first choice of an execution its strategy is asked about, if it counts
	// only and nothing comes by itself before: so far its executions are all the same.
	void run_to_choice();
	// On a free machine, run() by hand: what is to be chosen now (false: the execution has
	// ended), and the answer. A choice stays valid until its answer.
	bool offer(choice &out);
	void answer(uint32_t answer);
	void go_on(context_id who) { take_step(who); } // the same, by name: an offered one
	// What a context will do next, and what the last step touched beyond that.
	op announced(const context &c) const { return describe_free(c); }
	std::span<const touch> effects() const { return effects_; }
	// Who could not go on when offer() was last called.
	std::span<const option> blocked() const { return blocked_; }
	// Whether some could go on too that are not offered, because nobody can tell what comes now
	// from what they do.
	bool hides_options() const { return hides_options_; }
	// Whether the last step has got something done, as the program sees it.
	bool progressed() const { return progressed_; }
	// Ends an execution that has gone round once, if that can be repeated for ever and leaves
	// something unfinished; else false. The watch stays where it is.
	bool end_round(const round_watch &w);
	const round_watch *round() const { return round_; } // null: it did not end so
	bool free() const { return config_.free; }
	// For whoever compares states, before start(): equal ones are equal bytes then; slower.
	void make_comparable()
	{
		comparable_ = true;
		stacks_.forget();
	}
	bool is_comparable() const { return comparable_; }
	// What was on the stack of a fiber must not shine through where the next function has
	// variables that it does not set. To be called in a frame that its callees will not use.
	void leave_no_trace() const;
	// The same, and in registers: before the next turn of a loop.
	void leave_nothing() const;
	// For the strategy, when the execution has ended.
	verdict ended_as() const { return { state_->how, state_->steps, effects_ }; }
	const machine_state &state() const { return *state_; }
	std::span<const finding> findings() const
	{
		return { state_->findings, std::min(state_->findings_count, FINDINGS_MAX) };
	}
	const machine_config &config() const { return config_; }
	void flush_trace(); // hands all records so far to the sink

	// ---- for the program: contexts ----

	// The program's root object, for state().kernel.
	void set_kernel(void *root) { state_->kernel = root; }

	// A new sleeping context. Its id is a free slot; the order of calls decides which.
	context *create(fiber_entry entry, void *argument, void *user);
	// Frees the slot of a context that never ran, or that finished and kept it.
	void discard(context &c);
	// False: contexts_max are there already.
	bool can_create() const
	{
		return state_->free_first || state_->contexts_used < config_.contexts_max;
	}
	context *current() const { return state_->current; }
	cpu &this_cpu() const { return *state_->running; }
	cpu &cpu_of(cpu_id id) const { return cpus_[id]; }
	context &context_of(context_id id) const { return contexts_[id]; }
	// The context whose on_cpu an id stands for; null: it stands for something else.
	const context *context_of_object(object_id id) const;
	// The CPU one of whose tokens an id stands for; null: it stands for something else.
	const cpu *cpu_of_object(object_id id, token &which) const;
	uint64_t now_ns() const { return state_->running->now_ns; }
	uint64_t jiffies() const { return config_.clock.jiffies_at(now_ns()); }

	// ---- visible operations ----

	// The preemption point before one operation on a shared object.
	void step(access kind, const void *object, label where, bool plain = false);
	// The same, offered as as.describe(op &) has it where it stands.
	template <class D>
	void step_as(access kind, const void *object, label where, const D &as);
	// The same, but it can only be taken while ready() holds; until then the CPU waits busily.
	// What ready() reads is written by visible operations of others: `object`, and whatever
	// R::describe(op &), if there is one, adds.
	template <class R>
	void step_when(access kind, const void *object, label where, const R &ready);
	// The same, locking it until it is given back, which mostly comes in the same step.
	template <class R> void borrow_when(const void *lock, label where, const R &ready);
	void give_back(const void *lock);
	// A value that may turn out differently: 0 .. count - 1, naturally 0.
	uint32_t value(uint32_t count, label where);
	// Spends virtual time. Interrupts may come in between, and under full preemption others.
	void spend(uint64_t ns, label where);

	// ---- CPUs ----

	// Leaves the CPU and sleeps; returns once somebody enqueued it and a CPU has picked it.
	void sleep();
	// Leaves the CPU but stays runnable.
	void yield(bool preempted);
	// The current context ends here. Its slot is free for others, or once it is discarded.
	[[noreturn]] void finish(bool keep_slot = false);
	// Where a context that is not on a CPU will be when it is enqueued.
	void move(context &c, cpu_id to);
	// Makes a sleeping context runnable on a CPU. The caller has chosen the CPU.
	void enqueue(context &c, cpu_id where);
	// Says that a context will soon be enqueued: fetches its cold memory early, and its stack
	// around `sp`, for waiting until the context itself has come would take twice as long.
	static void expect(const context &c, const void *sp)
	{
		__builtin_prefetch(static_cast<const void *>(&c));
		__builtin_prefetch(reinterpret_cast<const std::byte *>(&c) + 64);
		for (int i = -4; i < 4; i++)
			__builtin_prefetch(static_cast<const std::byte *>(sp) + i * 64);
	}
	// A queued one back to sleep, to be enqueued elsewhere.
	void dequeue(context &c);
	// Whether another may do that. Who is queued on a free machine may already be on its way
	// into a section in which it cannot be preempted, and know its CPU there.
	bool can_move(const context &c);
	// The CPU a woken context should go to: its last one if idle, else an idle one of its
	// node, else the nearest idle one, else its last one or the least loaded. NO_CPU: none of
	// these is switched on.
	cpu_id select_cpu(const context &c, cpu_mask among);
	// Where a context that never ran begins. On a free machine, where it stays: the CPU with
	// the fewest live contexts, so that what can run side by side does.
	cpu_id place(const context &c, cpu_mask among);
	// Whether a waker had better leave it to that CPU to queue `who`, by an interrupt.
	bool wakes_remotely(const context &who, cpu_id there) const;
	void set_priority(context &c, int prio);

	// Something that the present step touches besides what it was announced with. Only a
	// strategy hears of it.
	void effect(access kind, const void *object);
	// The same of each word of an object.
	void effect_on_all(access kind, const void *object, size_t bytes);
	// What the current context did so far comes before what `after` does from now on.
	void order_before(const context &after)
	{
		if (clocks_)
			clocks_->order(state_->current->id, after.id);
	}
	// The present step gets something done: no circle through it is a livelock.
	void note_progress() { progressed_ = true; }
	// Whether somebody looks at every operation, and how.
	checking check() const { return config_.check; }
	// Why races are not looked for any more in this execution; null: they are, or never were.
	const char *races_off() const { return clocks_ ? clocks_->off() : nullptr; }

	void preempt_disable();
	void preempt_enable()
	{
		if (--state_->current->preempt_count == 0)
			check_preemption();
	}
	void preempt_enable_no_resched() { --state_->current->preempt_count; }
	// Not counted: one call undoes any number of the other, as in the kernel. Interrupts do not
	// nest here; an interrupt context that switches them on only looks as if they were.
	void irq_disable();
	void irq_enable();
	bool irqs_disabled() const;
	bool in_atomic() const
	{
		return state_->current->preempt_count || state_->current->irqs_off;
	}
	// A scheduling point: gives the CPU away if somebody should have it. One that the program
	// asks for (cond_resched) counts in every model, others not in preemption::none.
	bool resched_point(bool asked_for);

	// Switches a CPU on, idle; its first act is what IRQ_SWITCH means to the kernel.
	void power_on(cpu_id id);
	// Switches this CPU off, from its interrupt context on top of nobody. Nothing may be queued
	// here; what its alarms and its wheel still hold waits until somebody fetches it.
	void power_off();

	// ---- interrupts and time ----

	void send_ipi(cpu_id to, interrupt_cause cause);
	// At once, without a way to travel.
	void raise(cpu &c, interrupt_cause cause);
	void arm_alarm(alarm &a, cpu_id where, uint64_t at_ns);
	bool cancel_alarm(alarm &a);
	alarm *due_alarm(cpu &c); // takes the next alarm that is due on this CPU
	void move_alarms(cpu_id from, cpu_id to);
	timer_wheel &wheel(cpu_id id, unsigned which) const { return wheels_[id * WHEELS + which]; }
	expired_timers &expired(cpu_id id) const { return expired_[id]; }
	void wheel_changed(cpu_id id); // after a timer was armed or deleted

	// ---- objects ----

	arena &objects() { return arena_; }
	object_id id(const void *object) const { return arena_.id(object); }
	void *allocate(const object_type *type, size_t bytes, const char *where);
	// The same, for an object that `where` frees itself before it returns.
	void *allocate_on_stack(const object_type *type, size_t bytes, const char *where);
	// False: there was no such object. Whoever uses a word of it afterwards finds it freed.
	bool release(void *object, const char *where);
	bool release_on_stack(void *object, const char *where);
	// f(const allocation &, const void *object) for each live one.
	template <class F> void for_each_object(F f) const
	{
		arena_.for_each_live(state_->contexts_used, f);
	}

	// ---- trace and findings ----

	bool tracing() const { return state_->tracing; }
	// A record whose type, time, CPU and flags are filled in; valid until the next call.
	event &record(const event_type &type);
	event &record(const event_type &type, const cpu &where);
	// Notes a finding and goes on.
	void report(finding_kind kind, const char *function, const char *text,
		    const char *other = "");
	// Notes it and ends the execution.
	[[noreturn]] void fail(finding_kind kind, const char *function, const char *text);

	// ---- saving ----

	size_t state_bytes() const { return static_cast<size_t>(contexts_end() - region_.base()); }

private:
	friend class snapshot;
	friend class start_image;
	friend struct state_parts;
	friend class state_trail;

	const std::byte *contexts_end() const
	{
		return reinterpret_cast<const std::byte *>(contexts_ + state_->contexts_used);
	}
	static object_id fold_id(const arena &a, const void *o) { return o ? a.id(o) : 0; }
	void take(access kind, const void *object);
	// Takes the time of an operation. False: others may have to go first.
	bool passes(access kind);
	// True: it was taken there, on a free machine, and has left nothing where the caller's next
	// call will have its frame.
	bool stopped_before(access kind, const void *object, label where,
			    bool (*enabled)(const void *), const void *guard,
			    void (*describe)(const void *, op &), bool plain);
	// Takes it as a part of the present step; false if it has to wait.
	[[gnu::noinline]] bool joins_step(const pending &p);
	void note_borrowed(const void *lock);
	void tell_kept(const void *lock);
	// In a frame of its own, which leaves nothing behind in its caller's.
	[[gnu::noinline]] void stop_before(access kind, const void *object, label where,
					   bool (*enabled)(const void *), const void *guard,
					   void (*describe)(const void *, op &), bool plain);
	template <class R> static constexpr auto describe_of() -> void (*)(const void *, op &)
	{
		if constexpr (requires(const R &r, op &o) { r.describe(o); })
			return [](const void *g, op &o) { static_cast<const R *>(g)->describe(o); };
		else
			return nullptr;
	}
	[[gnu::noinline]] void stand_before(const pending &p);
	void stop_at(const pending &p);
	void check_stack(const context &me);
	// A context that gets a CPU without standing at an operation takes a step all the same:
	// to go on. So every choice is exactly one step, and nobody moves who was not asked about.
	void resumed() { state_->steps++; }
	static void begin_context(void *which);
	static void interrupt_loop(void *self);

	// machine_cpu.cpp: who goes next in the natural order, without asking anybody
	[[gnu::noinline]] context *natural();
	cpu *earliest(uint64_t &horizon_ns);
	uint64_t next_time(const cpu &c, bool &spinning) const;
	bool interrupt_due(const cpu &c) const;
	bool takes_interrupts(const cpu &c) const;
	context *enter_interrupt(cpu &c);
	void leave_interrupt();
	void tick(cpu &c);
	void occupy(cpu &c, context *previous, context *next);
	context *retire(cpu &c, context_state to);
	void release(cpu &c, context_state to, bool preempted);
	bool can_go(const context &c) const
	{
		return !c.next || !c.next->enabled || c.next->enabled(c.next->guard);
	}
	bool preemptible(const cpu &c) const;
	bool comes_later(const alarm &a, const alarm &b) const;
	void note_interrupts(cpu &c);
	static uint32_t take_causes(cpu &c);
	void look_at_interrupts();
	void check_preemption();
	void program_tick(cpu &c);
	uint64_t wheel_time(const cpu &c, unsigned which) const;

	// machine_check.cpp
	void note_order(access kind, const void *object, label where, bool plain);
	void note_allocation(const void *object, size_t bytes);
	void note_operation(const pending &p);
	cpu_place place_of(const context &c) const;
	bool may_meet(const context &one, const context &other) const;
	void order_interrupt(const cpu &c) // the current context is a cause of it
	{
		if (clocks_ && state_->current)
			clocks_->will_interrupt(state_->current->id, c.id);
	}
	void look_for_races();
	void compare(const option &a, const option &b);

	// machine_free.cpp
	void note_effect(access kind, const void *object);
	void tell_effect(access kind, const void *object);
	void add_effect(const touch &t);
	void tell_tokens(const context &c, const cpu &k, uint8_t which, access kind);
	[[gnu::noinline]] void end_unseen(access kind, const void *object);
	uint8_t tokens_needed(const context &c) const;
	op describe_free(const context &c) const;
	stance stance_of(const context &c) const;
	bool is_private(const context &c) const;
	candidate look_at(const context &c) const;
	void find_ready();
	void find_events(const cpu &c);
	void hold_back_for_real_time();
	void order_ready();
	op describe_event(const candidate &a) const;
	option option_of(const candidate &a) const;
	void describe_all(const std::vector<candidate> &some, std::vector<option> &as) const;
	static bool is_atomic_next(const context &c);
	bool has_atomic_next(const cpu &c) const;
	bool must_wait_for(const context &c, const context &other) const;
	void take_step(context_id who);
	bool is_event(const void *fires, object_id id) const;
	alarm *find_alarm(const cpu &c, object_id id) const;
	bool make_due(cpu_id where, object_id id) const;
	context &enter_event(context_id event);
	void acquire(context &c);
	void release_tokens(context &c, uint8_t keep);
	void release_unneeded();
	void settle(context &c);
	void step_aside(context &c);
	void take_off(context_state to);
	void make_way(context_state to);
	void show(cpu &c, context *now);
	void note_priority(const context &c);
	void note_arrival(const context &c);
	void note_uninterrupted(const cpu &c);
	void note_load_changed();
	cpu_id least_loaded(const context &who, cpu_mask among);

	// machine_counted.cpp
	context *pick();
	context *find_next();
	context *enter(context &c, bool is_hidden);
	context *option_of(uint64_t ready, uint32_t answer);
	[[gnu::noinline]] context *option_by_cpu(uint64_t ready, uint32_t answer);
	void leave(context &c);
	[[noreturn, gnu::noinline]] void finish_counted(bool keep_slot);
	[[gnu::noinline]] void stop_counted(access kind, const void *object, label where,
					    bool (*enabled)(const void *), const void *guard,
					    void (*describe)(const void *, op &), bool plain);

	// machine.cpp: the switch, and the loop
	void begin(bool eventful);
	void forget_since(uint32_t contexts, uint32_t pages); // state_parts.cpp
	void dispatch();
	void go(context *to);
	void resume(context &c);
	void prepare_stack(context &c);
	[[noreturn, gnu::cold]] void say_full_stack() const;
	void ask_for_value();
	context *choose(context *first);
	void gather(context *first);
	context *apply(const option &o);
	void plan_attention();
	void ask_from(uint64_t step)
	{
		state_->asked_at = step;
		state_->attention = config_.check == checking::off ? step : 0;
	}
	op describe(const context &c) const;
	obstacle obstacle_of(const context &c) const;
	void end(ending how);

	const machine_config config_;
	strategy &strategy_;
	const hooks *hooks_ = nullptr;
	sink *sink_ = nullptr;
	program *program_ = nullptr;
	region region_;
	stack_pool stacks_;
	machine_state *state_;
	cpu *cpus_;
	timer_wheel *wheels_;
	expired_timers *expired_;
	context *contexts_;
	arena arena_;
	fiber engine_;
	std::unique_ptr<race_clocks> clocks_; // of checking::execution
	uint64_t until_step_ = NEVER;
	uint64_t asked_from_ = 0; // the strategy's answer
	needs needed_ = needs::all;
	std::vector<candidate> ready_, waiting_; // free machine: what the next two are made of
	std::vector<option> options_, blocked_;
	std::vector<touch> effects_; // of the last step
	const std::unique_ptr<event[]> events_; // of which only those in use were ever written
	uint32_t events_used_ = 0;
	const round_watch *round_ = nullptr;
	bool comparable_ = false;
	bool counts_only_ = false; // nobody looks at options, effects or the trace
	bool nobody_ready_ = false;
	bool eventful_ = false;	   // anything was ever armed that comes by itself
	bool hides_options_ = false, progressed_ = false;
	context_id full_stack_ = NO_CONTEXT; // whose stack has no room left
};

// The machine whose execution runs on this thread; null between executions.
extern constinit thread_local machine *this_machine;

} // namespace sim

#include "sim/machine_step.hpp"
