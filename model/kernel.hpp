// SPDX-License-Identifier: GPL-2.0-only
// The kernel's vocabulary: shared words, spin locks, allocation, error pointers, warnings, current.
// It must not know kthreads, JSON, files or a strategy. Preemption points of the model are here.
#pragma once
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include "model/calls.hpp"
#include "model/warnings.hpp"

namespace kernel {

struct task_struct;
struct kernel_state;

// The data of this boot of the kernel.
inline kernel_state &the_kernel()
{
	return *static_cast<kernel_state *>(machine().state().kernel);
}

// Reads as in the kernel: current->comm.
struct current_task {
	task_struct *operator->() const { return *this; }
	operator task_struct *() const
	{
		return static_cast<task_struct *>(machine().current()->user);
	}
};
inline constexpr current_task current;

// ---- checks ----

// Ends the execution with a use-after-free, or a bad access where nothing ever was.
[[noreturn]] void bad_access(const void *object, sim::label where);
[[noreturn]] void used_without(const void *lock, const char *function); // data of that lock

// Of an object that the present operation is about anyway.
inline void check_touched(const void *object, sim::label where)
{
	if (!machine().objects().is_live(object)) [[unlikely]]
		bad_access(object, where);
}

inline void check_live(const void *object, const char *function, const char *verb = "use")
{
	machine().effect(sim::access::read, object);
	check_touched(object, { function, verb });
}

// Ends the execution: `function` sleeps, or switches, where that is not allowed.
[[noreturn]] void fail_atomic(const char *what, const char *function);
// Ends the execution if sleeping is not allowed here.
void check_may_sleep(const char *function);
// Sleeping here is allowed; a scheduling point unless preemption is off altogether.
void might_sleep(const char *function = __builtin_FUNCTION());

// ---- shared words ----

inline void visible(sim::access kind, const void *object, sim::label where, bool plain = false)
{
	machine().step(kind, object, where, plain);
	check_touched(object, where);
}

// A word that several contexts use. There is no way to its value without saying so, except
// peek() and poke() for what a lock held all along, or the engine, makes invisible to others.
// What the present operation looks at, or changes, besides is no operation: look(), put().
template <class T> class shared {
	static_assert(std::is_trivially_copyable_v<T>);
	static_assert(sizeof(T) >= 4 && sizeof(T) <= 8); // or two words would be one object

public:
	T read(sim::label where) const
	{
		visible(sim::access::read, this, where);
		return value_;
	}
	void write(T value, sim::label where)
	{
		step_to(sim::access::write, [value](T) { return value; }, where);
		value_ = value;
	}
	// f makes the new value of the old one and does nothing else. Returns the old one.
	template <class F> T change(F f, sim::label where)
	{
		step_to(sim::access::rmw, f, where);
		return std::exchange(value_, f(value_));
	}
	template <class F> auto update(F f, sim::label where)
	{
		visible(sim::access::rmw, this, where);
		return f(value_);
	}
	// A busy wait: one operation, which can be taken once ready(value) holds.
	template <class P> void wait_until(P ready, sim::label where) const
	{
		machine().step_when(sim::access::read, this, where,
				    [this, &ready] { return ready(value_); });
		check_touched(this, where);
	}
	T look() const
	{
		machine().effect(sim::access::read, this);
		return value_;
	}
	void put(T value)
	{
		machine().effect(sim::access::write, this);
		value_ = value;
	}
	T peek() const { return value_; }
	void poke(T value) { value_ = value; }

private:
	// What would store what is there already is offered as the read that it is.
	template <class F> void step_to(sim::access kind, const F &f, sim::label where)
	{
		struct stores {
			const T &value;
			const F &f;

			void describe(sim::op &o) const
			{
				if (machine().objects().is_live(&value) && f(value) == value)
					o.touches[0].kind = sim::access::read;
			}
		};
		machine().step_as(kind, this, where, stores{ value_, f });
		check_touched(this, where);
	}

	T value_;
};

// A flag that the machine keeps itself: whether a task is on a CPU.
class machine_flag {
public:
	explicit machine_flag(const bool &flag) : flag_(flag) {}
	bool read(const char *function) const
	{
		machine().step(sim::access::read, &flag_, { function, "read" });
		return flag_;
	}
	bool look() const
	{
		machine().effect(sim::access::read, &flag_);
		return flag_;
	}
	// The machine clears it when the caller leaves its CPU, which must be its next act.
	void before_clear(const char *function) const
	{
		machine().step(sim::access::unlock, &flag_, { function, "clear" });
	}
	template <class P> void wait_until(P ready, const char *function) const
	{
		machine().step_when(sim::access::read, &flag_, { function, "wait for !" }, ready);
	}
	void wait_until_clear(const char *function) const;

private:
	const bool &flag_;
};

// A plain C access to a shared word: as visible, and without any order.
template <class T> T plain_read(const shared<T> &x, const char *function = __builtin_FUNCTION())
{
	visible(sim::access::read, &x, { function, "read" }, true);
	return x.peek();
}
template <class T>
void plain_write(shared<T> &x, std::type_identity_t<T> value,
		 const char *function = __builtin_FUNCTION())
{
	visible(sim::access::write, &x, { function, "write" }, true);
	x.poke(value);
}

// Plain C data of the kernel, where READ_ONCE() and WRITE_ONCE() are not used.
template <class T> class plain : public shared<T> {
public:
	// Read, changed and written: one step here, which loses no other's change.
	template <class F> void update(F f, sim::label where)
	{
		visible(sim::access::rmw, this, where, true);
		T value = this->peek();

		f(value);
		this->poke(value);
	}
};

template <class T> T READ_ONCE(const plain<T> &) = delete;
template <class T> void WRITE_ONCE(plain<T> &, std::type_identity_t<T>) = delete;
template <class T> T READ_ONCE(const shared<T> &x, const char *function = __builtin_FUNCTION())
{
	return x.read({ function, "read" });
}
template <class T>
void WRITE_ONCE(shared<T> &x, std::type_identity_t<T> value,
		const char *function = __builtin_FUNCTION())
{
	x.write(value, { function, "write" });
}
template <class T>
T xchg(shared<T> &x, std::type_identity_t<T> value, const char *function = __builtin_FUNCTION())
{
	return x.change([value](T) { return value; }, { function, "xchg" });
}
inline bool test_bit(unsigned nr, const shared<unsigned long> &word,
		     const char *function = __builtin_FUNCTION())
{
	return word.read({ function, "test_bit" }) >> nr & 1;
}
inline void set_bit(unsigned nr, shared<unsigned long> &word,
		    const char *function = __builtin_FUNCTION())
{
	word.change([nr](unsigned long v) { return v | 1ul << nr; }, { function, "set_bit" });
}
inline void clear_bit(unsigned nr, shared<unsigned long> &word,
		      const char *function = __builtin_FUNCTION())
{
	word.change([nr](unsigned long v) { return v & ~(1ul << nr); }, { function, "clear_bit" });
}
inline bool test_and_set_bit(unsigned nr, shared<unsigned long> &word,
			     const char *function = __builtin_FUNCTION())
{
	return word.update(
		[=](unsigned long &v) {
			const bool was_set = v >> nr & 1;

			v |= 1ul << nr;
			return was_set;
		},
		{ function, "test_and_set_bit" });
}
inline bool test_and_clear_bit(unsigned nr, shared<unsigned long> &word,
			       const char *function = __builtin_FUNCTION())
{
	return word.update(
		[=](unsigned long &v) {
			const bool was_set = v >> nr & 1;

			v &= ~(1ul << nr);
			return was_set;
		},
		{ function, "test_and_clear_bit" });
}
inline int atomic_add_return(int n, shared<int> &x, const char *function = __builtin_FUNCTION())
{
	return x.update([=](int &v) { return v += n; }, { function, "atomic_add_return" });
}

// ---- spin locks ----

// Raw or not: preemption is off while one is held (no PREEMPT_RT here).
struct spinlock {
	sim::context_id owner; // id + 1; 0: free
	bool irqs_were_off;    // before its irqsave (owner)

	bool held_by_me() const { return owner == machine().current()->id + 1; }
};
using raw_spinlock = spinlock;
using spinlock_t = spinlock;
using raw_spinlock_t = spinlock;

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

// Data that is only touched while `lock` is held; never a preemption point, always checked.
template <class T> class guarded {
public:
	T &under(const spinlock &lock, const char *function = __builtin_FUNCTION())
	{
		machine().effect(sim::access::write, &value_);
		if (!lock.held_by_me()) [[unlikely]]
			used_without(&lock, function);
		check_touched(this, { function, "use" });
		return value_;
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

// Whether an allocation of this kind fails now: asks the scenario's faults.
bool should_fail(const char *what, int &error);

template <class T> T *allocate(const sim::object_type &type, const char *function)
{
	static_assert(std::is_trivially_destructible_v<T>);
	return static_cast<T *>(machine().allocate(&type, sizeof(T), function));
}
// Zeroed; null if the scenario lets it fail. T::type describes it.
template <class T> T *kzalloc(const char *function = __builtin_FUNCTION())
{
	int error = 0;

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
