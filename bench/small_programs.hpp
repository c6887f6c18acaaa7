// SPDX-License-Identifier: GPL-2.0-only
// Small programs on sim/ alone whose number of Mazurkiewicz traces is known: each shared access is
// a step. Must not know the kernel, nor any strategy.
#pragma once
#include "sim/machine.hpp"
#include <string>
#include <vector>

namespace bench {

// What the body of a thread is written with. Words and locks have numbers of their own.
struct small_thread {
	sim::machine &m;
	uint32_t *words, *locks;
	unsigned me, n; // which thread, and the size of the program

	uint32_t read(unsigned word) const
	{
		m.step(sim::access::read, &words[word], {});
		return words[word];
	}
	void write(unsigned word, uint32_t value) const
	{
		m.step(sim::access::write, &words[word], {});
		words[word] = value;
	}
	void add(unsigned word, uint32_t value) const
	{
		m.step(sim::access::rmw, &words[word], {});
		words[word] += value;
	}
	// One that fails is a read.
	void compare_and_swap(unsigned word, uint32_t expected, uint32_t value) const
	{
		struct attempt {
			const uint32_t *at;
			uint32_t expected;

			bool operator()() const { return true; }
			void describe(sim::op &o) const
			{
				o.touches[o.count++] = { sim::this_machine->id(at),
							 *at == expected ? sim::access::rmw
									 : sim::access::read };
			}
		};
		uint32_t &at = words[word];

		m.step_when(sim::access::none, nullptr, {}, attempt{ &at, expected });
		if (at == expected)
			at = value;
	}
	void lock(unsigned which) const
	{
		uint32_t &taken = locks[which];

		m.step_when(sim::access::lock, &taken, {}, [&taken] { return !taken; });
		taken = 1;
	}
	void unlock(unsigned which) const
	{
		m.step(sim::access::unlock, &locks[which], {});
		locks[which] = 0;
	}
};

// The same body in every thread; CPUs are dealt out to them.
class small_program final : public sim::program {
public:
	using body = void (*)(const small_thread &);

	small_program(std::string name, unsigned threads, unsigned n, unsigned words,
		      uint64_t traces, body b)
		: name(std::move(name)), traces(traces), n_(n), words_(words), body_(b)
	{
		for (unsigned t = 0; t < threads; t++)
			starts_.push_back({ this, t });
	}
	// Copies would be started with what belongs to the original.
	small_program(const small_program &) = delete;
	small_program &operator=(const small_program &) = delete;

	const std::string name;
	const uint64_t traces; // that there are

	sim::machine_config config(unsigned cpus) const
	{
		sim::machine_config c;

		c.cpus = cpus;
		c.distance[0][0] = 10;
		c.preempt = sim::preemption::full;
		c.free = true;
		c.contexts_max = 64;
		c.pages_max = 64;
		return c;
	}
	void start(sim::machine &m) override
	{
		static const sim::object_type type = { "words and locks" };

		m.set_kernel(m.allocate(&type, 2 * words_ * sizeof(uint32_t), "bench"));
		for (start_of &s : starts_) {
			sim::context *c = m.create(run_thread, &s, nullptr);

			c->cpu = static_cast<sim::cpu_id>(s.thread % m.config().cpus);
			m.enqueue(*c, c->cpu);
		}
	}
	// A thread that waits for a lock for ever.
	bool unfinished(const sim::machine &m) override
	{
		return m.state().contexts_live > m.config().all_cpus();
	}
	void outcome(const sim::machine &m, std::string &text) override
	{
		const auto *words = static_cast<const uint32_t *>(m.state().kernel);

		text = m.state().how == sim::ending::deadlock ? "stuck" : "";
		for (unsigned i = 0; i < words_; i++)
			if (words[i])
				text += " w" + std::to_string(i) + "=" + std::to_string(words[i]);
	}

private:
	struct start_of {
		const small_program *program;
		unsigned thread;
	};
	static void run_thread(void *start)
	{
		const auto &s = *static_cast<const start_of *>(start);
		sim::machine &m = *sim::this_machine;

		auto *words = static_cast<uint32_t *>(m.state().kernel);

		s.program->body_({ m, words, words + s.program->words_, s.thread, s.program->n_ });
		m.finish();
	}

	const unsigned n_, words_; // the size, and how many words and locks there are
	const body body_;
	std::vector<start_of> starts_;
};

namespace small {

inline void store_buffering(const small_thread &t)
{
	t.write(t.me, 1);
	t.read(1 - t.me);
}

inline void readers(const small_thread &t)
{
	if (t.me == 0)
		t.write(0, 1);
	else
		t.read(0);
}

inline void lastzero(const small_thread &t)
{
	if (t.me) {
		t.write(t.me, t.read(t.me - 1) + 1);
		return;
	}
	for (unsigned i = t.n; t.read(i); i--)
		;
}

inline void indexer(const small_thread &t)
{
	for (uint32_t m = 1; m <= 4; m++) {
		const uint32_t value = m * 11 + t.me;

		for (unsigned at = value * 7 % 128;; at = (at + 1) % 128) {
			t.lock(at);
			const bool is_free = !t.read(at);
			if (is_free)
				t.write(at, value);
			t.unlock(at);
			if (is_free)
				break;
		}
	}
}

inline void filesystem(const small_thread &t)
{
	constexpr unsigned INODES = 32, BLOCKS = 26; // words and locks: inodes, then blocks
	const unsigned inode = t.me % INODES;
	unsigned block = 2 * inode % BLOCKS;

	t.lock(inode);
	for (unsigned turn = 0; turn < 10 && (turn || !t.read(inode)); turn++) {
		t.lock(INODES + block);
		const bool is_busy = t.read(INODES + block);
		if (!is_busy) {
			t.write(INODES + block, 1);
			t.write(inode, block + 1);
		}
		t.unlock(INODES + block);
		if (!is_busy)
			break;
		block = (block + 1) % BLOCKS;
	}
	t.unlock(inode);
}

inline void fibonacci(const small_thread &t)
{
	for (unsigned i = 0; i < t.n; i++) {
		const uint32_t a = t.read(0);

		t.write(t.me, a + t.read(1));
	}
}

inline void increments(const small_thread &t)
{
	t.add(0, 1);
	t.add(1, 1);
}

inline void cas_and_write(const small_thread &t)
{
	t.compare_and_swap(0, 0, 1);
	t.write(0, t.me + 3);
}

inline void write_and_cas(const small_thread &t)
{
	if (t.me == 0)
		t.write(0, 2);
	else
		t.compare_and_swap(0, 2, 3);
}

inline void writers(const small_thread &t)
{
	if (t.me < t.n)
		t.write(0, t.me);
	else
		t.read(0);
}

inline void locked_increments(const small_thread &t)
{
	t.lock(0);
	t.write(0, t.read(0) + 1);
	t.unlock(0);
}

inline void mutexes(const small_thread &t)
{
	for (unsigned i = 0; i < t.n; i++) {
		t.lock(0);
		t.unlock(0);
	}
}

inline void philosophers(const small_thread &t)
{
	t.lock(t.me);
	t.lock((t.me + 1) % t.n);
	t.unlock((t.me + 1) % t.n);
	t.unlock(t.me);
}

} // namespace small

} // namespace bench
