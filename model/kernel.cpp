// SPDX-License-Identifier: GPL-2.0-only
// Spin locks, freeing, bad accesses and warnings.
// It must not know kthreads, JSON, files or a strategy.
#include "model/kernel.hpp"
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/explain.hpp"
#include "model/lockdep.hpp"
#include "model/memory_log.hpp"
#include "model/task.hpp"

namespace kernel {

using sim::access;

const sim::object_type name_string::type = { "string" };

// ---- checks ----

// As KASAN has it: the access, then where the memory came from and went.
[[noreturn]] static void freed_memory(sim::finding_kind kind, const sim::allocation &a,
				      const void *object, sim::label where)
{
	char text[sizeof(sim::finding::text)], name[64], who[200];
	const bool twice = kind == sim::finding_kind::double_free;

	if (sim::memory_log *log = machine().objects().log())
		log->misused(a);
	name_object(a, object, name, sizeof(name));
	describe_call(where, name, who, sizeof(who));
	const int n = snprintf(text, sizeof(text), "BUG: KASAN: %s in %s\n    %s of %s by %s",
			       twice ? "double-free" : "use-after-free", where.function, where.verb,
			       name, who);
	if (n > 0 && static_cast<size_t>(n) < sizeof(text))
		describe_life(a, text + n, sizeof(text) - static_cast<size_t>(n));
	machine().fail(kind, where.function, text);
}

void bad_access(const void *object, sim::label where)
{
	char text[400], who[200];
	const sim::allocation *a = machine().objects().find(object);

	describe_call(where, "", who, sizeof(who));
	if (!a) {
		const bool null = PTR_ERR(object) >= 0 && PTR_ERR(object) < 4096;

		snprintf(text, sizeof(text),
			 "BUG: %s in %s\n    %s of memory that is no object by %s",
			 null ? "kernel NULL pointer dereference" : "unable to handle page fault",
			 where.function, where.verb, who);
		machine().fail(sim::finding_kind::bad_access, where.function, text);
	}
	freed_memory(sim::finding_kind::use_after_free, *a, object, where);
}

// As dmesg has it: where, then who; CPU and time stand in the trace.
void warn(const char *function, int line_6_13, complaint about)
{
	const sim::allocation *a = about.object ? machine().objects().find(about.object) : nullptr;
	char text[500], at[48] = "", of[64] = "", who[300];

	if (line_6_13 && has_source_lines())
		snprintf(at, sizeof(at), "at kernel/kthread.c:%d ", line_6_13);
	if (a)
		name_whole(*a, of, sizeof(of));
	describe_call({ function, "" }, "", who, sizeof(who));
	snprintf(text, sizeof(text), "WARNING: %s%s: %s%s%s\n    by %s", at, function, about.what,
		 a ? ": " : "", of, who);
	machine().report(sim::finding_kind::warn, function, text);
}

bool WARN_ON_ONCE(bool condition, int line_6_13, complaint about, const char *function)
{
	if (!condition)
		return false;
	machine().effect(access::write, &the_kernel().warned_count);
	if (the_kernel().first_warning(line_6_13, function))
		warn(function, line_6_13, about);
	return true;
}

void bug(const char *function, const char *what)
{
	char text[500], who[300];

	describe_call({ function, "" }, "", who, sizeof(who));
	snprintf(text, sizeof(text), "kernel BUG in %s: %s\n    by %s", function, what, who);
	machine().fail(sim::finding_kind::bug, function, text);
}

void fail_atomic(const char *what, const char *function)
{
	const sim::context &me = *machine().current();
	char text[500], who[200], held[120];

	describe_call({ function, "" }, "", who, sizeof(who));
	describe_held(me, held, sizeof(held));
	snprintf(text, sizeof(text), "%s%s\n    preempt_count %u, irqs %s%s%s%s\n    by %s", what,
		 function, me.preempt_count, me.irqs_off ? "off" : "on",
		 me.is_interrupt ? ", in an interrupt" : "", *held ? ", holds " : "", held, who);
	machine().fail(sim::finding_kind::atomic_sleep, function, text);
}

void check_may_sleep(const char *function)
{
	const sim::context &me = *machine().current();

	if (machine().in_atomic() || me.is_interrupt) {
		fail_atomic("BUG: sleeping function called from invalid context: ", function);
	}
}

// A sleep would overwrite the state that the caller has set to sleep in himself. While it is not
// RUNNING a waker may make it so: only then does looking at it matter to others.
static void check_is_running(const char *function)
{
	char text[120];

	if (current->__state.peek() == TASK_RUNNING)
		return;
	const unsigned state = READ_ONCE(current->__state, function);
	snprintf(text, sizeof(text), "%s may sleep, but the state is %c already", function,
		 task_state_to_char(state));
	WARN_ON_ONCE(state != TASK_RUNNING, 0, text, "__might_sleep");
}

void might_sleep(const char *function)
{
	check_may_sleep(function);
	check_is_running(function);
	machine().resched_point(false);
}

// ---- spin locks ----

static void acquire(spinlock &lock, taken_by how, const char *function)
{
	sim::machine &m = machine();

	if (m.check() != sim::checking::off) [[unlikely]]
		lockdep_acquire(&lock, how, function);
	m.preempt_disable();
	// A lock that was freed is not waited for: the step comes, and finds it.
	const auto is_free = [&lock] {
		return !machine().objects().is_live(&lock) || !lock.owner;
	};
	const sim::label where{ function, "lock" };
	if (lock.use != lock_use::kept)
		m.borrow_when(&lock, where, is_free);
	else
		m.step_when(access::lock, &lock, where, is_free);
	check_touched(&lock, { function, "lock" });
	lock.owner = m.current()->id + 1;
	if (lock.use == lock_use::section) {
		lock.joined_before = m.current()->joins;
		m.current()->joins = true;
	}
}

void used_without(const void *lock, const char *function)
{
	const sim::allocation *a = machine().objects().find(lock);
	char text[160], name[64] = "its lock";

	check_live(lock, function); // lockdep looks at it to know who holds it
	if (a)
		name_lock(*a, lock, name, sizeof(name));
	snprintf(text, sizeof(text), "data used without %s, its lock", name);
	bug(function, text);
}

void raw_spin_lock(spinlock &lock, const char *function)
{
	acquire(lock, taken_by::waiting, function);
}

void raw_spin_lock_nested(spinlock &lock, const char *function)
{
	acquire(lock, taken_by::nested, function);
}

void bad_unlock(const void *lock, const sim::context *owner, const char *function)
{
	const sim::allocation *a = machine().objects().find(lock);
	char text[400], name[64] = "a lock", who[200], holder[32] = "nobody";

	if (a)
		name_lock(*a, lock, name, sizeof(name));
	if (owner)
		name_of_context(*owner, holder, sizeof(holder));
	describe_call({ function, "" }, "", who, sizeof(who));
	snprintf(text, sizeof(text),
		 "WARNING: bad unlock balance detected\n    of %s by %s\n    %s holds it", name,
		 who, holder);
	machine().fail(sim::finding_kind::lockdep, function, text);
}

// Whoever waits for the lock can only be let go on, so on a free machine it is no step of its own:
// what could come before it could have come before the step that it ends, too.
static void release(spinlock &lock, const char *function)
{
	const bool is_mine = lock.held_by_me();

	if (is_mine && machine().free() && !the_kernel().tries_spin_locks)
		lock.use == lock_use::kept ? machine().effect(access::unlock, &lock)
					   : machine().give_back(&lock);
	else
		visible(is_mine ? access::unlock : access::rmw, &lock, { function, "unlock" });
	if (!lock.held_by_me())
		bad_unlock(&lock, lock.owner ? &machine().context_of(lock.owner - 1) : nullptr,
			   function);
	lock.owner = 0;
	if (lock.use == lock_use::section) {
		machine().current()->joins = lock.joined_before;
		lock.joined_before = false; // equal states of a search are equal bytes
	}
	if (machine().check() != sim::checking::off) [[unlikely]]
		lockdep_release(&lock);
}

void raw_spin_unlock(spinlock &lock, const char *function)
{
	release(lock, function);
	machine().preempt_enable();
}

// Nobody clears it but the machine, when the task leaves its CPU: to a search, a lock.
struct is_clear {
	const bool &flag;

	bool operator()() const { return !flag; }
	void describe(sim::op &o) const { o.touches[0].kind = access::pass; }
};

void machine_flag::wait_until_clear(const char *function) const
{
	wait_until(is_clear{ flag_ }, function);
}

// One that would not get it looks, and no more.
struct tries_to_lock {
	const spinlock &lock;

	void describe(sim::op &o) const
	{
		if (machine().objects().is_live(&lock) && lock.owner)
			o.touches[0].kind = access::read;
	}
};

bool raw_spin_trylock(spinlock &lock, const char *function)
{
	const sim::label where{ function, "trylock" };

	preempt_disable();
	machine().step_as(access::rmw, &lock, where, tries_to_lock{ lock });
	check_touched(&lock, where);
	if (lock.owner) {
		preempt_enable();
		return false;
	}
	lock.owner = machine().current()->id + 1;
	machine().effect(access::lock, &lock);
	if (machine().check() != sim::checking::off)
		lockdep_acquire(&lock, taken_by::trying, function);
	return true;
}

void raw_spin_lock_irq(spinlock &lock, const char *function)
{
	machine().irq_disable();
	raw_spin_lock(lock, function);
}

// Interrupts come back before preemption, so that one check covers both.
void raw_spin_unlock_irq(spinlock &lock, const char *function)
{
	release(lock, function);
	machine().irq_enable();
	machine().preempt_enable();
}

void raw_spin_lock_irqsave(spinlock &lock, const char *function)
{
	const bool were_off = machine().irqs_disabled();

	raw_spin_lock_irq(lock, function);
	lock.irqs_were_off = were_off;
}

void raw_spin_unlock_irqrestore(spinlock &lock, const char *function)
{
	const bool were_off = lock.irqs_were_off;

	lock.irqs_were_off = false; // equal states of a search are equal bytes
	release(lock, function);
	if (!were_off)
		machine().irq_enable();
	machine().preempt_enable();
}

void preempt_enable()
{
	if (!WARN_ON_ONCE(!machine().current()->preempt_count, 0,
			  "preempt_count would go below zero", "preempt_enable"))
		machine().preempt_enable();
}

// ---- memory ----

void might_alloc(const char *function)
{
	if (machine().current())
		might_sleep(function);
}

bool should_fail(const char *what, int &error)
{
	kernel_state &k = the_kernel();

	return k.faults && k.faults->fails(what, error);
}

void kfree(void *object, const char *function)
{
	if (!object)
		return;
	machine().step(access::write, object, { function, "kfree" });
	if (machine().release(object, function))
		return;
	const sim::allocation *a = machine().objects().find(object);

	if (!a)
		bad_access(object, { function, "kfree" });
	freed_memory(sim::finding_kind::double_free, *a, object, { function, "kfree" });
}

// ---- lists ----

void __list_add(list_head &entry, list_head &prev, list_head &next, const char *function)
{
	for (const list_head *changed : { &entry, &prev, &next })
		machine().effect(access::write, changed);
	check_touched(&prev, { function, "list_add at the side" });
	check_touched(&next, { function, "list_add at the side" });
	if (next.prev != &prev || prev.next != &next)
		bug(function, "list_add corruption");
	entry.next = &next;
	entry.prev = &prev;
	next.prev = &entry;
	prev.next = &entry;
}

void list_del_init(list_head &entry, const char *function)
{
	check_live(&entry, function, "list_del");
	for (const list_head *changed : { &entry, entry.prev, entry.next })
		machine().effect(access::write, changed);
	check_touched(entry.prev, { function, "list_del at the side" });
	check_touched(entry.next, { function, "list_del at the side" });
	if (entry.prev->next != &entry || entry.next->prev != &entry)
		bug(function, "list_del corruption");
	entry.prev->next = entry.next;
	entry.next->prev = entry.prev;
	INIT_LIST_HEAD(entry);
}

} // namespace kernel
