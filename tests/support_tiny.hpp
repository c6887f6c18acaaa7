// SPDX-License-Identifier: GPL-2.0-only
// A machine without CPUs, fibers or time: coroutines over a few words, behind the same contract.
// It must not know the engine, nor any strategy.
#pragma once
#include <coroutine>
#include <cstdlib>
#include <functional>
#include <utility>
#include <vector>
#include "sim/choice.hpp"

namespace tiny {

enum class deed : uint8_t {
	nothing,
	read,
	write,
	add,
	cas,
	lock,
	unlock,
	write_unannounced,
	value
};

// What a thread is stopped at; lies in its coroutine.
struct request {
	deed what;
	sim::object_id object;
	int64_t a, b;
	int64_t result = 0;

	bool await_ready() const { return false; }
	template <class handle> void await_suspend(handle h) { h.promise().pending = this; }
	int64_t await_resume() const { return result; }
};

inline request nothing()
{
	return { deed::nothing, 0, 0, 0 };
}
inline request read(sim::object_id word)
{
	return { deed::read, word, 0, 0 };
}
inline request write(sim::object_id word, int64_t value)
{
	return { deed::write, word, value, 0 };
}
// What was there before.
inline request add(sim::object_id word, int64_t value)
{
	return { deed::add, word, value, 0 };
}
// Whether it was `from`; if it would not be, this is a read.
inline request cas(sim::object_id word, int64_t from, int64_t to)
{
	return { deed::cas, word, from, to };
}
// Can be taken only while the word is 0.
inline request lock(sim::object_id word)
{
	return { deed::lock, word, 0, 0 };
}
inline request unlock(sim::object_id word)
{
	return { deed::unlock, word, 0, 0 };
}
// Only told afterwards, as an effect.
inline request write_unannounced(sim::object_id word, int64_t value)
{
	return { deed::write_unannounced, word, value, 0 };
}
// 0 .. count - 1; belongs to the operation before.
inline request value(uint32_t count)
{
	return { deed::value, 0, count, 0 };
}

class thread {
public:
	struct promise_type {
		request *pending = nullptr;

		thread get_return_object()
		{
			return thread(std::coroutine_handle<promise_type>::from_promise(*this));
		}
		std::suspend_always initial_suspend() { return {}; }
		std::suspend_always final_suspend() noexcept { return {}; }
		void return_void() { pending = nullptr; }
		void unhandled_exception() { std::abort(); }
	};

	explicit thread(std::coroutine_handle<promise_type> h) : handle_(h) {}
	thread(thread &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
	~thread()
	{
		if (handle_)
			handle_.destroy();
	}
	// Null: it has ended.
	request *pending() const { return handle_.promise().pending; }
	void go_on() { handle_.resume(); }

private:
	std::coroutine_handle<promise_type> handle_;
};

struct program {
	std::vector<std::function<thread()>> threads; // ids in this order
	unsigned words = 16;
	unsigned events = 0;	   // so many of the last threads are events
	uint64_t steps_max = 1000; // then the execution ends with ending::bound
};

class engine {
public:
	engine(const program &p, sim::strategy &s) : program_(p), strategy_(s) {}
	// One execution.
	sim::verdict run();
	const std::vector<int64_t> &words() const { return words_; }
	// Who went, in this order.
	const std::vector<sim::context_id> &order() const { return order_; }
	uint64_t taken() const { return taken_; }
	uint64_t steps() const { return steps_; }

private:
	sim::context_id id_of(size_t thread) const;
	sim::op describe(const request &) const;
	void gather();
	void take(const sim::option &);
	void carry_out(request &);
	void ask_for_values(thread &, sim::context_id who);

	const program &program_;
	sim::strategy &strategy_;
	std::vector<thread> threads_;
	std::vector<int64_t> words_;
	std::vector<sim::context_id> order_;
	std::vector<sim::option> options_, blocked_;
	std::vector<sim::touch> effects_;
	sim::context_id last_ = sim::NO_CONTEXT;
	uint64_t steps_ = 0, taken_ = 0;
};

// All answers, the last choice first.
class odometer final : public sim::strategy {
public:
	uint32_t choose(const sim::choice &c) override;
	bool next_execution(const sim::verdict &) override;
	// Of the present execution: how likely it is if every answer is.
	double chance() const;

private:
	struct digit {
		uint32_t answer, count;
	};
	std::vector<digit> digits_;
	size_t at_ = 0;
};

// All executions that a strategy wants; f(engine, verdict) after each. Their number.
template <class F> uint64_t explore(const program &p, sim::strategy &s, F f)
{
	engine e(p, s);

	for (uint64_t n = 1;; n++) {
		const sim::verdict v = e.run();

		f(static_cast<const engine &>(e), v);
		if (!s.next_execution(v))
			return n;
	}
}

inline uint64_t explore(const program &p, sim::strategy &s)
{
	return explore(p, s, [](const engine &, const sim::verdict &) {});
}

} // namespace tiny
