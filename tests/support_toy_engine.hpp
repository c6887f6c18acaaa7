// SPDX-License-Identifier: GPL-2.0-only
// A toy that keeps the contract of sim/choice.hpp: programs as lists of instructions, without
// fibers. It must not know the machine nor any strategy.
#pragma once
#include <array>
#include <functional>
#include <type_traits>
#include <vector>
#include "sim/choice.hpp"

namespace toy {

using registers = std::array<uint32_t, 8>;

// A number, or one made of the registers.
class expression {
public:
	template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
	expression(T fixed) : fixed_(static_cast<uint32_t>(fixed))
	{}
	template <class F, std::enable_if_t<std::is_invocable_v<F, const registers &>, int> = 0>
	expression(F f) : of_(std::move(f))
	{}
	uint32_t operator()(const registers &r) const { return of_ ? of_(r) : fixed_; }

private:
	std::function<uint32_t(const registers &)> of_;
	uint32_t fixed_ = 0;
};

using predicate = std::function<bool(uint32_t x, uint32_t y)>;

enum class code : uint8_t {
	// steps
	read,
	write,
	add,
	cas,
	lock,
	unlock,
	spin_lock,
	spin_unlock,
	wait,
	park,
	wake,
	spawn,
	arm,
	cancel,
	// what follows in the same step
	value,
	poke,
	wake_too,
	unlock_too,
	fail_if,
	calculate,
	jump_if,
};

struct instruction {
	code what;
	expression object = 0, value = 0, expected = 0;
	unsigned result = 7; // register
	predicate ready = nullptr;
	std::function<void(registers &)> calculation = nullptr;
	size_t target = 0;
};

// Registers are 0 at first. Words, locks, threads and timers are numbered from 0.
class thread {
public:
	thread &read(expression word, unsigned result);
	thread &write(expression word, expression value);
	thread &add(expression word, expression value, unsigned result = 7);
	thread &cas(expression word, expression expected, expression value);
	thread &lock(expression lock);
	thread &unlock(expression lock);
	// With the CPU's token. While the lock is another's it can take the token and spin.
	thread &spin_lock(expression lock);
	thread &spin_unlock(expression lock);
	// Possible once ready(words). The second word may be the first.
	thread &wait(expression word, expression second, predicate ready);
	// Sleeps until it is woken; not if somebody did so since it last slept.
	thread &park();
	thread &wake(expression thread);
	thread &spawn(expression thread); // no second time
	thread &arm(expression timer);	  // fires once at most
	thread &cancel(expression timer);

	thread &value(uint32_t count, unsigned result);
	thread &poke(expression word, expression value);
	thread &wake_too(expression thread);
	thread &unlock_too(expression lock);
	thread &fail_if(expression condition);
	thread &calculate(std::function<void(registers &)> f);
	// Back to a place, or forward to where land() is called with what this returned.
	size_t here() const { return code_.size(); }
	thread &jump_if(expression condition, size_t target);
	size_t jump_forward_if(expression condition);
	void land(size_t jump) { code_[jump].target = here(); }

	// Does not exist at first: it is spawned, or handles a timer.
	bool spawned = false;
	int handles = -1;
	int cpu = -1; // whose token its steps need; -1: none
	const std::vector<instruction> &instructions() const { return code_; }

private:
	thread &push(instruction i);

	std::vector<instruction> code_;
};

enum class order : uint8_t { by_number, last_first, backwards, mixed };

struct program {
	std::vector<thread> threads;
	order natural = order::by_number;
	bool resumes_first = false; // going on after a sleep is the only option where it can be
	bool borrows = false;	    // on the machine, locks are kept if the step does not free them
	uint64_t steps_max = 100000;

	thread &add()
	{
		return threads.emplace_back();
	}
};

class engine {
public:
	explicit engine(const program &p);
	sim::verdict run(sim::strategy &s);

private:
	enum class status : uint8_t { absent, ready, asleep, woken, finished };
	struct state {
		status is;
		bool first;	   // has not taken a step
		bool wake_pending;
		bool spins;
		unsigned depth;	   // of spin locks
		size_t pc;
		registers r;
	};
	struct timer {
		bool armed, fired;
	};

	void reset();
	void gather();
	void order_options();
	sim::option describe(uint32_t t) const;
	void add_touches(uint32_t t, const instruction &i, sim::op &o) const;
	bool can_go(uint32_t t, const instruction &i) const;
	bool token_is_free(uint32_t t) const;
	void step(uint32_t who);
	void perform(uint32_t t, const instruction &i);
	void go_on(uint32_t t);
	bool same_step(uint32_t t, const instruction &i);
	bool wake(uint32_t t);
	uint32_t &word(uint32_t n);
	uint32_t &owner(uint32_t lock);
	void effect(uint32_t object, sim::access kind) { effects_.push_back({ object, kind }); }

	const program &program_;
	std::vector<state> threads_;
	std::vector<timer> timers_;
	std::vector<uint32_t> words_, owners_, tokens_; // owners: thread + 1
	std::vector<sim::option> options_, blocked_;
	std::vector<sim::touch> effects_;
	uint32_t last_ = 0;
	uint64_t taken_ = 0;
	bool failed_ = false;
	uint32_t value_for_ = 0, value_count_ = 0; // count 0: nobody asks
};

// All executions that a strategy asks for.
inline void explore(const program &p, sim::strategy &s)
{
	engine e(p);

	while (s.next_execution(e.run(s)))
		;
}

} // namespace toy
