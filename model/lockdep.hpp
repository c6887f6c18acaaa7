// SPDX-License-Identifier: GPL-2.0-only
// In which order locks were taken, by whom and where interrupts could come: of one execution, or
// of all executions of a search together. It must not know who drives a search, nor JSON.
#pragma once
#include <cstdint>
#include <string>
#include <vector>
#include "sim/arena.hpp"

namespace kernel {

struct spinlock;
struct mutex;

// Before a lock is waited for; once trylock got it; when it is given up. They cost nothing on a
// machine that does not check. Who takes one nested vouches for the order within its class.
enum class taken_by : uint8_t { waiting, nested, trying };
void lockdep_acquire(const void *lock, taken_by how, const char *function);
void lockdep_release(const void *lock);
// The same as to take it with interrupts off and give it up at once: who waits until nobody is in
// there any more. It is no lock, but stands for one that the other side holds all the while.
void lockdep_wait(const void *map, const char *function);

// What lockdep would have to say.
struct lock_report {
	std::string function, other; // who takes a lock in a wrong way, and who in another
	std::string text, brief;
	// What its lines after the first are about, for shows().
	std::vector<std::string> parts;
};

// Locks are of one class if they are initialised in one place, as in the kernel: all pi_locks,
// but each variable of a scenario by itself. Lies outside the arena and outlives executions; the
// drivers of a search merge it. Nothing allocates while locks are taken.
class lock_graph {
public:
	lock_graph();
	void clear();
	void merge(const lock_graph &other);
	std::vector<lock_report> reports() const;
	// Whether one of reports() could have that part: "a -> b", "a {IN-SOFTIRQ}".
	bool shows(const std::string &part) const;
	// Of locks that were not kept any more because there were too many; null: all were.
	const char *off() const { return off_; }

private:
	friend void lockdep_acquire(const void *lock, taken_by how, const char *function);
	friend void lockdep_wait(const void *map, const char *function);

	// lockdep's usage bits: taken in an interrupt, and with that interrupt switched on.
	enum usage : uint8_t { IN_HARDIRQ, IN_SOFTIRQ, HARDIRQ_ON, SOFTIRQ_ON, USAGES };
	struct interrupt_kind {
		usage in, on;
		const char *name;
	};
	static constexpr interrupt_kind INTERRUPT_KINDS[] = {
		{ IN_HARDIRQ, HARDIRQ_ON, "HARDIRQ" },
		{ IN_SOFTIRQ, SOFTIRQ_ON, "SOFTIRQ" },
	};
	static constexpr const char *USAGE_NAMES[] = { " {IN-HARDIRQ}", " {IN-SOFTIRQ}",
						       " {HARDIRQ-ON}", " {SOFTIRQ-ON}" };

	// Where a lock was taken, for the first time that it was taken so.
	struct place {
		char who[24];
		const char *function; // null: never
		const char *callers[3];
	};
	struct lock_class {
		sim::object_id object; // 0: by type and offset
		const void *type;
		size_t offset;
		char name[48];
		place used[USAGES];

		bool is(const lock_class &other) const
		{
			return object == other.object && type == other.type &&
			       offset == other.offset;
		}
	};
	struct edge {
		uint16_t from, to; // to was taken while from was held
		place where;
	};
	static constexpr size_t CLASSES_MAX = 128, EDGES_MAX = 1024;

	int class_number(const lock_class &c);
	static lock_class class_of(const void *lock);
	void note(const void *lock, taken_by how, const char *function, bool irqs_on);
	edge *find_edge(uint16_t from, uint16_t to);
	void add_edge(const edge &e);
	lock_graph in_order() const;
	std::vector<const edge *> path(uint16_t from, uint16_t to, uint16_t lowest) const;
	static std::string words_of(const place &p);
	std::string words_of(const std::vector<const edge *> &edges) const;
	std::string name_of(const edge &e) const;
	std::vector<std::string> names_of(const std::vector<const edge *> &edges) const;
	void report_cycles(std::vector<lock_report> &out) const;
	void report_states(std::vector<lock_report> &out) const;
	void report_inversions(std::vector<lock_report> &out) const;

	std::vector<lock_class> classes_;
	std::vector<edge> edges_;
	const char *off_ = nullptr;
};

} // namespace kernel
