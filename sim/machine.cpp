// SPDX-License-Identifier: GPL-2.0-only
// The life of an execution: memory, contexts, switches, the loop that asks, trace and findings.
// It must not know any strategy, any kernel function, JSON or a file.
#include "sim/machine.hpp"
#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace sim {

constinit thread_local machine *this_machine = nullptr;

constexpr uint32_t SLOTS_QUARANTINED = 64;

static size_t aligned(size_t bytes)
{
	return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}

static size_t per_cpu_bytes(const machine_config &c)
{
	return aligned(sizeof(machine_state) +
		       c.all_cpus() * (sizeof(cpu) + WHEELS * sizeof(timer_wheel) +
				       sizeof(expired_timers)));
}

static size_t contexts_bytes(const machine_config &c)
{
	return aligned(c.contexts_max * sizeof(context));
}

static machine_config without_time(machine_config c)
{
	c.costs = { .access_ns = {},
		    .switch_ns = 0,
		    .idle_exit_ns = 0,
		    .ipi_ns = 0,
		    .interrupt_ns = 0,
		    .spin_ns = 0 };
	c.time_max_ns = NEVER;
	c.quarantine = NEVER; // what was freed is never used again: see arena.hpp
	return c;
}

machine::machine(const machine_config &config, strategy &asked)
	: config_(config.free ? without_time(config) : config), strategy_(asked),
	  region_(per_cpu_bytes(config) + contexts_bytes(config) +
		  (static_cast<size_t>(config.contexts_max) + config.pages_max) * PAGE_BYTES),
	  stacks_(config.contexts_max, config.stack_bytes),
	  state_(reinterpret_cast<machine_state *>(region_.base())),
	  cpus_(reinterpret_cast<cpu *>(state_ + 1)),
	  wheels_(reinterpret_cast<timer_wheel *>(cpus_ + config.all_cpus())),
	  expired_(reinterpret_cast<expired_timers *>(wheels_ + WHEELS * config.all_cpus())),
	  contexts_(reinterpret_cast<context *>(region_.base() + per_cpu_bytes(config))),
	  arena_(region_.base(), per_cpu_bytes(config) + contexts_bytes(config),
		 config.contexts_max, config.contexts_max + config.pages_max, &state_->objects),
	  engine_{}, events_(std::make_unique_for_overwrite<event[]>(EVENTS_BUFFERED))
{
	arena_.quarantine = config_.quarantine;
	if (config_.check == checking::execution)
		clocks_ = std::make_unique<race_clocks>();
	stacks_.watch(engine_);
	// Nothing may allocate while a fiber runs. One step frees a few objects of a page at most.
	effects_.reserve(8 * PAGE_BYTES / sizeof(uint32_t));
}

machine::~machine()
{
	if (this_machine == this)
		this_machine = nullptr;
}

void machine::start(program &p)
{
	const uint32_t used = state_->contexts_used;

	// What the last execution used reads as zero again; the stacks are cleared when reused.
	for (uint32_t i = 0; i < used; i++)
		if (contexts_[i].memory.page)
			memset(arena_.page(i), 0, PAGE_BYTES);
	memset(arena_.page(arena_.own_pages()), 0, state_->objects.pages_extra * PAGE_BYTES);
	for (uint32_t i = 0; i < used; i++) {
		std::byte *const lowest = contexts_[i].fiber.lowest;

		memset(static_cast<void *>(&contexts_[i]), 0, sizeof(context));
		contexts_[i].fiber.lowest = lowest;
	}
	// The wheels clear themselves, if there is anything to clear; findings are written whole.
	memset(static_cast<void *>(state_), 0, offsetof(machine_state, findings));
	memset(static_cast<void *>(&state_->objects), 0,
	       static_cast<size_t>(reinterpret_cast<std::byte *>(wheels_) -
				   reinterpret_cast<std::byte *>(&state_->objects)));
	if (clocks_)
		clocks_->start();
	memset(static_cast<void *>(expired_), 0, config_.all_cpus() * sizeof(expired_timers));

	program_ = &p;
	begin(false);
	state_->tracing = sink_;
	for (unsigned i = 0; i < config_.all_cpus(); i++) {
		cpu &c = cpus_[i];

		c.id = static_cast<cpu_id>(i);
		c.node = config_.node_of_cpu[i];
		c.online = true;
		c.interrupt_at_ns = c.causes_at_ns = c.wheel_at_ns = c.deferred_at_ns = NEVER;
		c.tick_at_ns = config_.clock.tick_ns();
		for (unsigned w = 0; w < WHEELS; w++)
			if (config_.free)
				wheel(c.id, w).init_list(config_.clock.start_jiffies);
			else
				wheel(c.id, w).restart(config_.clock.hz,
						       config_.clock.start_jiffies);
	}
	state_->running = &cpus_[0];
	for (unsigned i = 0; i < config_.all_cpus(); i++) {
		context *irq = create(interrupt_loop, this, nullptr);

		irq->is_interrupt = true;
		irq->irqs_off = 1;
		irq->cpu = static_cast<cpu_id>(i);
	}
	state_->last = NO_CONTEXT;
	p.start(*this);
	state_->current = nullptr;
	effects_.clear();
}

// What an execution has beside its state.
void machine::begin(bool eventful)
{
	this_machine = this;
	asked_from_ = events_used_ = 0;
	round_ = nullptr;
	progressed_ = nobody_ready_ = false;
	eventful_ = eventful;
	needed_ = strategy_.needed();
	if (config_.check == checking::states)
		needed_ = needs::all;
	counts_only_ = needed_ == needs::count && config_.free && !comparable_ && !sink_ &&
		       config_.check == checking::off && config_.preempt == preemption::full;
	effects_.clear();
}

context *machine::create(fiber_entry entry, void *argument, void *user)
{
	machine_state &s = *state_;
	uint32_t slot;

	if (s.contexts_used == config_.contexts_max && !s.free_first) {
		fprintf(stderr, "kthreadsim: more than %u contexts\n", config_.contexts_max);
		abort();
	}
	effect(access::write, &s.contexts_used); // who comes later gets another number
	const bool reuse = s.free_first && config_.quarantine != NEVER &&
			   (s.contexts_used - s.contexts_live > SLOTS_QUARANTINED ||
			    s.contexts_used == config_.contexts_max);
	if (reuse) {
		slot = s.free_first - 1;
		s.free_first = static_cast<uint32_t>(contexts_[slot].spend_ns);
		if (!s.free_first)
			s.free_last = 0;
	} else {
		slot = s.contexts_used++;
	}
	context &c = contexts_[slot];
	const slice memory = c.memory;
	std::byte *const lowest = c.fiber.lowest;

	memset(static_cast<void *>(&c), 0, sizeof(c));
	c.memory = memory;
	c.fiber.lowest = lowest;
	c.id = slot;
	c.user = user;
	c.state = context_state::asleep;
	c.since_ns = s.now_ns;
	c.queue.prio = PRIO_DEFAULT;
	c.entry = entry;
	c.argument = argument;
	prepare_stack(c);
	s.contexts_live++;
	effect(access::write, &c.state);
	effect(access::read, &s.contexts_live);
	return &c;
}

void machine::begin_context(void *which)
{
	context &me = *static_cast<context *>(which);

	this_machine->resumed();
	this_machine->leave_no_trace();
	me.entry(me.argument);
}

void *machine::allocate(const object_type *type, size_t bytes, const char *where)
{
	context *c = state_->current;

	// Before the first step the engine itself allocates: in CPU 0's interrupt context's slice.
	if (!c)
		c = &contexts_[0];
	if (arena_.needs_page(c->id, c->memory, bytes))
		effect(access::write, &state_->objects.pages_extra); // it is whose turn it is
	void *const object = arena_.allocate(c->id, c->memory, type, bytes, where);
	if (clocks_)
		note_allocation(object, bytes);
	return object;
}

void *machine::allocate_on_stack(const object_type *type, size_t bytes, const char *where)
{
	context &c = *state_->current;

	end_unseen(access::write, &c.memory);
	void *const object = arena_.allocate_on_stack(c.id, c.memory, type, bytes, where);
	effect_on_all(access::write, object, bytes); // somebody may still use it
	if (clocks_)
		note_allocation(object, bytes);
	return object;
}

bool machine::release_on_stack(void *object, const char *where)
{
	end_unseen(access::write, object);
	const bool released = arena_.release_on_stack(state_->current->memory, object, where);

	if (released)
		effect_on_all(access::write, object, arena_.find(object)->bytes);
	return released;
}

bool machine::release(void *object, const char *where)
{
	end_unseen(access::write, object);
	const bool released = arena_.release(object, where);

	if (released)
		effect_on_all(access::write, object, arena_.find(object)->bytes);
	return released;
}

const context *machine::context_of_object(object_id id) const
{
	const auto *at = static_cast<const std::byte *>(arena_.at(id));
	const auto *first = reinterpret_cast<const std::byte *>(contexts_);

	if (at < first || at >= contexts_end())
		return nullptr;
	return &contexts_[static_cast<size_t>(at - first) / sizeof(context)];
}

const cpu *machine::cpu_of_object(object_id id, token &which) const
{
	for (unsigned i = 0; i < config_.all_cpus(); i++) {
		which = id == arena_.id(&cpus_[i].current) ? TOKEN_CPU : TOKEN_IRQS;
		if (which == TOKEN_CPU || id == arena_.id(&cpus_[i].interrupted))
			return &cpus_[i];
	}
	return nullptr;
}

// ---- the switch ----

// On a fiber that cannot simply go on: continues whoever is next, and returns when it is its turn.
void machine::dispatch()
{
	machine_state &s = *state_;
	cpu &c = *s.running;
	context *next;

	if (config_.free)
		next = counts_only_ ? pick() : nullptr;
	else if (s.steps >= s.asked_at)
		next = nullptr;
	else if (c.now_ns < s.horizon_ns && c.current && can_go(*c.current) &&
		 !c.current->spend_ns) {
		// It was just given the CPU, which is still the earliest.
		next = c.current;
		s.now_ns = c.now_ns;
	} else {
		next = natural();
	}
	if (next != s.current)
		go(next);
}

void machine::stop_at(const pending &p)
{
	context &me = *state_->current;

	check_stack(me);
	me.next = &p;
	dispatch();
	me.next = nullptr;
}

void machine::stop_before(access kind, const void *object, label where,
			  bool (*enabled)(const void *), const void *guard,
			  void (*describe)(const void *, op &), bool plain)
{
	leave_no_trace();
	stand_before(pending{ kind, plain, {}, object, where, enabled, describe, guard });
}

uint32_t machine::value(uint32_t count, label where)
{
	machine_state &s = *state_;

	if (!config_.free)
		step(access::none, nullptr, where);
	s.value_answer = 0;
	if (config_.free || s.steps >= s.asked_at) {
		s.value_for = s.current;
		s.value_count = count;
		s.value_where = where;
		go(nullptr);
		leave_no_trace();
	} else {
		s.steps++;
	}
	return s.value_answer;
}

void machine::spend(uint64_t ns, label where)
{
	if (config_.free)
		return; // it takes no time, and whatever comes in between may come before or after
	state_->current->spend_ns = ns;
	stop_at(pending{ access::none, false, {}, nullptr, where });
	take(access::none, nullptr);
}

// ---- the loop ----

void machine::plan_attention()
{
	ask_from(std::min(until_step_, asked_from_));
}

void machine::end(ending how)
{
	state_->ended = true;
	state_->how = how;
	ask_from(0);
}

void machine::ask_for_value()
{
	machine_state &s = *state_;

	if (s.steps >= asked_from_)
		asked_from_ = strategy_.attentive_from(s.steps);
	if (s.steps >= asked_from_)
		s.value_answer = strategy_.choose({ choice_kind::value,
						    s.value_for->id,
						    s.value_count,
						    s.steps,
						    s.taken,
						    s.value_where,
						    {},
						    {},
						    {} });
	s.taken ^= s.value_answer;
	s.steps++;
	if (s.steps >= asked_from_)
		asked_from_ = strategy_.attentive_from(s.steps);
}

bool machine::run(uint64_t until_step)
{
	machine_state &s = *state_;

	this_machine = this;
	until_step_ = std::min(until_step, config_.steps_max);
	while (!s.ended) {
		context *next;

		if (events_used_ >= EVENTS_FULL)
			flush_trace();
		if (s.steps >= until_step)
			return false;
		if (s.steps > config_.steps_max) {
			end(ending::bound);
			break;
		}
		if (config_.free) {
			choice c;
			settled_step known;

			next = counts_only_ && !s.value_for ? pick() : nullptr;
			if (next) {
				resume(*next);
				if (!nobody_ready_)
					continue;
			}
			if (nobody_ready_)
				break;
			if (!s.value_for && !counts_only_)
				known = strategy_.settled(s.steps, s.taken);
			if (known.who != NO_CONTEXT) {
				take_step(known.who);
				continue;
			}
			if (!offer(c))
				break;
			if (s.steps >= asked_from_)
				asked_from_ = strategy_.attentive_from(s.steps);
			answer(s.steps >= asked_from_ ? strategy_.choose(c) : 0);
			continue;
		}
		if (s.value_for) {
			ask_for_value();
			next = s.value_for;
			s.value_for = nullptr;
		} else {
			next = natural();
			if (!next)
				break;
			if (s.steps >= asked_from_)
				asked_from_ = strategy_.attentive_from(s.steps);
			if (s.steps >= asked_from_) {
				next = choose(next);
				asked_from_ = strategy_.attentive_from(s.steps + 1);
			}
		}
		plan_attention();
		resume(*next);
	}
	if (!s.ended) {
		if (!nobody_ready_) {
			gather(nullptr);
			strategy_.stuck(blocked_);
		}
		end(program_->unfinished(*this) ? ending::deadlock : ending::finished);
	}
	flush_trace();
	return true;
}

} // namespace sim
