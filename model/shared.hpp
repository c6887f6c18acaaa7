// SPDX-License-Identifier: GPL-2.0-only
// Words that several contexts use: READ_ONCE(), bits, plain C accesses; and checks of what is used.
// It must not know kthreads, JSON, files or a strategy. Preemption points of the model are here.
#pragma once
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

// A word of bits, of which those in FIRST are one object and all others another: who looks for some
// of them, or changes them, has nothing to do with who changes the others.
template <unsigned FIRST> class split_word {
public:
	unsigned peek() const { return value_; }
	void poke(unsigned value) { value_ = value; }
	unsigned read(sim::label where) const { return read_some(~0u, where); }
	unsigned read_some(unsigned bits, sim::label where) const
	{
		machine().step_as(sim::access::read, this, where, looks{ *this, bits });
		check_touched(this, where);
		return value_ & bits;
	}
	void write(unsigned value, sim::label where)
	{
		machine().step_as(sim::access::write, this, where, stores{ *this, value });
		check_touched(this, where);
		value_ = value;
	}
	unsigned look() const
	{
		machine().effect(sim::access::read, this);
		machine().effect(sim::access::read, &rest_);
		return value_;
	}
	// What another operation looks at besides.
	void add_look(unsigned bits, sim::op &o) const
	{
		if (bits & FIRST)
			o.touches[o.count++] = { machine().id(this), sim::access::read };
		if (bits & ~FIRST)
			o.touches[o.count++] = { machine().id(&rest_), sim::access::read };
	}

private:
	struct looks {
		const split_word &word;
		unsigned bits;

		void describe(sim::op &o) const
		{
			o.count = 0;
			word.add_look(bits, o);
		}
	};
	// What stays as it was is only looked at.
	struct stores {
		const split_word &word;
		unsigned value;

		void describe(sim::op &o) const
		{
			const unsigned changed =
				machine().objects().is_live(&word) ? word.value_ ^ value : ~0u;
			const auto kind = [changed](unsigned bits) {
				return changed & bits ? sim::access::write : sim::access::read;
			};

			o.touches[0].kind = kind(FIRST);
			o.touches[o.count++] = { machine().id(&word.rest_), kind(~FIRST) };
		}
	};

	unsigned value_;
	unsigned rest_; // only its address means something
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
	// Where nobody looks for races, what stores what is there already is a look.
	if (machine().check() == sim::checking::off)
		return x.write(value, { function, "write" });
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

template <unsigned FIRST>
unsigned READ_ONCE(const split_word<FIRST> &x, const char *function = __builtin_FUNCTION())
{
	return x.read({ function, "read" });
}
template <unsigned FIRST>
void WRITE_ONCE(split_word<FIRST> &x, unsigned value, const char *function = __builtin_FUNCTION())
{
	x.write(value, { function, "write" });
}
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

} // namespace kernel
