// SPDX-License-Identifier: GPL-2.0-only
// The kernel's vocabulary: spin locks and what they guard, allocation, error pointers, lists.
// It must not know kthreads, JSON, files or a strategy.
#pragma once
#include <cerrno>
#include "model/shared.hpp"

namespace kernel {

struct list_head;

// ---- spin locks ----

// What searches make of a lock: it is kept from others as long as it is held; or only beyond the
// step that took it, for all that is done under it is told; or all that is one step besides.
enum class lock_use : uint8_t { kept, borrowed, section };

// Raw or not: preemption is off while one is held (no PREEMPT_RT here).
struct spinlock {
	sim::context_id owner; // id + 1; 0: free
	bool irqs_were_off;    // before its irqsave (owner)
	lock_use use;
	bool joined_before;  // section: the holder's context::joins
	bool is_looked_into; // section: see look_into_sections()

	bool held_by_me() const { return owner == machine().current()->id + 1; }
};
using raw_spinlock = spinlock;
using spinlock_t = spinlock;
using raw_spinlock_t = spinlock;

// Whoever calls it will look without the lock at what is done under it.
inline void look_into_sections(spinlock &lock)
{
	machine().effect(sim::access::write, &lock.is_looked_into);
	lock.is_looked_into = true;
}

// By the holder, where what it has done so far is not what it will leave.
inline void show_section(const spinlock &lock)
{
	if (lock.use != lock_use::section)
		return;
	machine().effect(sim::access::read, &lock.is_looked_into);
	if (lock.is_looked_into)
		machine().current()->joins = false;
}

inline void raw_spin_lock_init(spinlock &lock, const char *function = __builtin_FUNCTION())
{
	visible(sim::access::write, &lock, { function, "init" });
	lock = {};
}

// The step of somebody who looks at data of a lock without holding it.
inline void look_unlocked(const void *data, const char *function)
{
	visible(sim::access::read, data, { function, "look without the lock at" });
}

// Ends the execution: data of that lock is used, which is not held.
[[noreturn]] void used_without(const void *lock, const char *function);

// Data that is only touched while `lock` is held; never a preemption point, always checked.
template <class T> class guarded {
public:
	T &under(const spinlock &lock, const char *function = __builtin_FUNCTION())
	{
		return used(CHANGES, lock, function);
	}
	// Only to look.
	const T &seen_under(const spinlock &lock, const char *function = __builtin_FUNCTION())
	{
		return used(sim::access::read, lock, function);
	}
	// Looks, or stores, without the lock: a step that whoever holds the lock may race with.
	const T &read_unlocked(const char *function = __builtin_FUNCTION()) const
	{
		look_unlocked(&value_, function);
		return value_;
	}
	void write_unlocked(const T &value, const char *function = __builtin_FUNCTION())
	{
		visible(sim::access::write, &value_, { function, "store without the lock" });
		value_ = value;
	}
	// Looks as a part of the present operation, which may be another's turn to write.
	const T &look() const
	{
		machine().effect(sim::access::read, &value_);
		return value_;
	}
	const T &peek() const { return value_; }
	// Before anybody else can know the object.
	T &under_construction() { return value_; }

private:
	// What is done to a list tells itself what it changes.
	static constexpr sim::access CHANGES =
		std::is_same_v<T, list_head> ? sim::access::read : sim::access::write;

	T &used(sim::access how, const spinlock &lock, const char *function)
	{
		machine().effect(how, &value_);
		check_touched(this, { function, "use" }); // its lock may be gone with it
		if (!lock.held_by_me()) [[unlikely]]
			used_without(&lock, function);
		return value_;
	}

	T value_;
};

// Ends the execution: who unlocks it does not hold it; `owner` (may be null) does.
[[noreturn]] void bad_unlock(const void *lock, const sim::context *owner, const char *function);

void raw_spin_lock(spinlock &lock, const char *function = __builtin_FUNCTION());
// The same, while another lock of its kind is held.
void raw_spin_lock_nested(spinlock &lock, const char *function = __builtin_FUNCTION());
void raw_spin_unlock(spinlock &lock, const char *function = __builtin_FUNCTION());
bool raw_spin_trylock(spinlock &lock, const char *function = __builtin_FUNCTION());
void raw_spin_lock_irq(spinlock &lock, const char *function = __builtin_FUNCTION());
void raw_spin_unlock_irq(spinlock &lock, const char *function = __builtin_FUNCTION());
void raw_spin_lock_irqsave(spinlock &lock, const char *function = __builtin_FUNCTION());
void raw_spin_unlock_irqrestore(spinlock &lock, const char *function = __builtin_FUNCTION());
inline void spin_lock(spinlock &lock, const char *function = __builtin_FUNCTION())
{
	raw_spin_lock(lock, function);
}
inline void spin_unlock(spinlock &lock, const char *function = __builtin_FUNCTION())
{
	raw_spin_unlock(lock, function);
}

inline void preempt_disable()
{
	machine().preempt_disable();
}
void preempt_enable(); // warns if preemption was on
inline void preempt_enable_no_resched()
{
	machine().preempt_enable_no_resched();
}
inline void local_irq_disable()
{
	machine().irq_disable();
}
inline void local_irq_enable()
{
	machine().irq_enable();
}

// ---- memory ----

// What any allocation with GFP_KERNEL begins with, whether it will have to sleep for its memory or
// not: might_sleep(). Nothing of that before there is a task.
void might_alloc(const char *function);

// Whether an allocation of this kind fails now: asks the scenario's faults.
bool should_fail(const char *what, int &error);

template <class T> T *allocate(const sim::object_type &type, const char *function)
{
	static_assert(std::is_trivially_destructible_v<T>);
	return static_cast<T *>(machine().allocate(&type, sizeof(T), function));
}
// Zeroed, with GFP_KERNEL; null if the scenario lets it fail. T::type describes it.
template <class T> T *kzalloc(const char *function = __builtin_FUNCTION())
{
	int error = 0;

	might_alloc(function);
	if (machine().objects().nearly_full() || should_fail(function, error))
		return nullptr;
	return allocate<T>(T::type, function);
}
// A visible operation: whoever still uses the object races with it. kfree(nullptr) is nothing.
void kfree(void *object, const char *function = __builtin_FUNCTION());

// An object that ends with the block it is declared in, at an address that others may know.
template <class T> class on_stack {
public:
	explicit on_stack(const char *function = __builtin_FUNCTION())
		: object_(*static_cast<T *>(
			  machine().allocate_on_stack(&T::type, sizeof(T), function))),
		  function_(function)
	{}
	~on_stack() { machine().release_on_stack(&object_, function_); }
	on_stack(const on_stack &) = delete;
	on_stack &operator=(const on_stack &) = delete;
	T &operator*() const { return object_; }
	T *operator->() const { return &object_; }

private:
	T &object_;
	const char *function_;
};

// A copied string.
struct name_string {
	char text[64];

	static const sim::object_type type;
};

// ---- error pointers ----

constexpr long MAX_ERRNO = 4095;

// Pointers that carry an errno lie in the last page of the address space.
template <class T> T *ERR_PTR(long error)
{
	return static_cast<T *>(sim::pointer_of_number(error));
}
inline long PTR_ERR(const void *p)
{
	return sim::number_of_pointer(p);
}
inline bool IS_ERR(const void *p)
{
	return PTR_ERR(p) < 0 && PTR_ERR(p) >= -MAX_ERRNO;
}

// ---- lists ----

// A doubly linked list through its members, as the kernel's; only under the lock of its owner.
struct list_head {
	list_head *next, *prev;
};
inline void INIT_LIST_HEAD(list_head &l)
{
	l.next = l.prev = &l;
}
inline bool list_empty(const list_head &l)
{
	return l.next == &l;
}
// Between two neighbours, or away from between them. CONFIG_DEBUG_LIST and KASAN see entries that
// were freed or initialised while they were linked.
void __list_add(list_head &entry, list_head &prev, list_head &next, const char *function);
void list_del_init(list_head &entry, const char *function = __builtin_FUNCTION());
inline void list_add(list_head &entry, list_head &head, const char *function = __builtin_FUNCTION())
{
	__list_add(entry, head, *head.next, function);
}
inline void list_add_tail(list_head &entry, list_head &head,
			  const char *function = __builtin_FUNCTION())
{
	__list_add(entry, *head.prev, head, function);
}

} // namespace kernel
