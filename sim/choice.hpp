// SPDX-License-Identifier: GPL-2.0-only
// The one place where an execution can turn out differently: what a strategy is asked and told.
// It must not know the machine, fibers, time or any other file of the project.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace sim {

using context_id = uint32_t;
using cpu_id = uint16_t;
using object_id = uint32_t;

constexpr context_id NO_CONTEXT = UINT32_MAX;
// On a free machine a pending event (a timer, an alarm, an interrupt on its way) that may come now
// is an option of its own: this bit, and the id of the object that fires. It takes one step; what
// follows are steps of the interrupt context of its CPU.
constexpr context_id EVENT = UINT32_C(1) << 31;
constexpr cpu_id NO_CPU = UINT16_MAX;
constexpr uint64_t NEVER = UINT64_MAX;

// lock and pass can be done only while nobody else has the object locked; pass leaves it as it
// is. borrow locks it until the step ends: what is kept longer is told as an effect, a lock. unlock
// is what its holder does, and nobody else: to free what another holds is rmw. All others can
// always be done, unless the program has a guard of its own. An operation that locks its first
// object and locks or borrows others takes those first: while the first is another's, it may be
// offered as locking the others alone, having read the first, to wait with them.
enum class access : uint8_t { none, read, write, rmw, lock, unlock, pass, borrow };
constexpr unsigned ACCESS_KINDS = 8;
constexpr bool locks(access kind)
{
	return kind == access::lock || kind == access::borrow;
}
constexpr bool changes(access kind)
{
	return kind != access::none && kind != access::read && kind != access::pass &&
	       kind != access::borrow;
}

// One shared object and how it is used. Objects are numbered by (context, n-th allocation). A plain
// access orders nothing; two of them that conflict and are not ordered otherwise are a data race.
struct touch {
	object_id object;
	access kind;
	bool plain = false;
};

// Where in the program an operation stands. `function` and `verb` are string literals.
struct label {
	const char *function = "";
	const char *verb = "";
};

// What a context will do to shared state as soon as it may run.
constexpr unsigned TOUCHES_MAX = 7;
struct op {
	touch touches[TOUCHES_MAX];
	uint8_t count;
	label where;
};

// The program's call stack of a context, innermost function first.
struct frame {
	const char *function;
	const frame *outer;
	uint64_t entered; // choices made before the call; 0 where states are compared
};

// Who called `function`: the innermost call may be that itself, or it is not on the stack at all.
inline const frame *caller_of(const frame *calls, std::string_view function)
{
	return calls && calls->function == function ? calls->outer : calls;
}

// Why a context that is not offered cannot go on.
enum class obstacle : uint8_t { none, asleep, guard, no_cpu };

// On a free machine, what matters to whoever leaves out steps that only wait (explore_waits.hpp).
struct stance {
	access locks = access::none; // how it locks its first object, if it does
	// It would only take tokens of its CPU, to wait with them: the first object is another's,
	// which it would lock if it were free.
	bool only_waits = false;
	bool holds = false;	// it has a token already
	bool guarded = false;	// the program has a guard of its own, which is no lock
	bool real_time = false; // whoever is not goes after it
};

struct option {
	context_id who;
	cpu_id cpu;
	obstacle why; // none: it is offered
	const frame *stack;
	op next;
	stance stands = {};
};

enum class choice_kind : uint8_t { step, value };

struct choice {
	choice_kind kind;
	context_id who;			 // value: the context that needs it
	uint32_t count;			 // number of answers; step: options.size()
	uint64_t number;		 // which choice of this execution it is, from 0
	uint64_t taken;			 // fold of everything taken so far
	label where;			 // value: what it is for
	std::span<const touch> effects;	 // of the last step, beyond what it was offered with
	std::span<const option> options; // step: option 0 is the natural order
	std::span<const option> blocked; // step: who knows what it will do but cannot do it yet
};

// endless: it was ended where it had gone round a circle that it may go round for ever.
enum class ending : uint8_t { finished, deadlock, failed, bound, endless };

// What a strategy hears when an execution is over.
struct verdict {
	ending how;
	uint64_t steps;
	std::span<const touch> effects = {}; // as in choice, of the very last step
};

// A step that is chosen before its options are known. NO_CONTEXT: none is.
struct settled_step {
	context_id who = NO_CONTEXT;
	uint32_t answer = 0; // what choose() would answer
};

// How much of a choice a strategy looks at. What it does not look at need not be worked out.
enum class needs : uint8_t {
	// The number of answers, and that only where there is more than one. A free machine may ask
	// pick() in place of choose() then, on a fiber: it allocates nothing, needs little stack.
	count,
	options, // all but who is blocked
	all,
};

// Lives across executions, and is the only thing that does. It never calls the engine.
struct strategy {
	virtual ~strategy() = default;
	// The first choice number, `from` or later, that it wants to be asked about. All choices
	// before it are taken as answer 0 without building any options: the natural order is free.
	virtual uint64_t attentive_from(uint64_t from) { return from; }
	virtual uint32_t choose(const choice &) = 0;
	// Asked when an execution starts, and holds for all of it.
	virtual needs needed() const { return needs::all; }
	virtual uint32_t pick(uint32_t count)
	{
		(void)count;
		return 0;
	}
	// On a free machine, before each choice of a step: who will go, if that is settled whatever
	// the options are. Then they are not built, and this call was the choice.
	virtual settled_step settled(uint64_t number, uint64_t taken)
	{
		(void)number, (void)taken;
		return {};
	}
	// Nobody can go on: who waits for what. Not for who needs no more than the count.
	virtual void stuck(std::span<const option> blocked) { (void)blocked; }
	// False: nothing is left worth running.
	virtual bool next_execution(const verdict &) = 0;

	// Whoever drives it may save executions on their way, and go on from there in place of
	// running the same choices again. How many of the last execution's come first in the next:
	virtual uint64_t repeats() const { return 0; }
	// The first choice, `from` or later, that executions to come are known to go back to.
	virtual uint64_t goes_back_to(uint64_t from) const
	{
		(void)from;
		return NEVER;
	}
	// The execution that begins was restored: `number` is the first choice that is left to it.
	virtual void goes_on_at(uint64_t number) { (void)number; }
};

// For one that hears of every choice in place of another, which may not want to.
inline uint32_t ask(strategy &other, const choice &c)
{
	return other.attentive_from(c.number) <= c.number ? other.choose(c) : 0;
}

// The one definition of dependence: any pair of touches of one object, not both without changing
// it. Steps of different contexts that do not conflict, their effects included, can change places:
// neither changes whether the other is offered, what it touches and what it does. So who creates
// or wakes a context, or makes an event possible, touches what that one's next operation touches.
inline bool conflict(std::span<const touch> a, std::span<const touch> b)
{
	for (const touch &x : a)
		for (const touch &y : b)
			if (x.object == y.object && x.kind != access::none &&
			    y.kind != access::none && (changes(x.kind) || changes(y.kind)))
				return true;
	return false;
}

inline bool conflict(const op &a, const op &b)
{
	return conflict({ a.touches, a.count }, { b.touches, b.count });
}

} // namespace sim
