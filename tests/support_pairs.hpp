// SPDX-License-Identifier: GPL-2.0-only
// Two tasks that each make a call on the same work, and what the API promises them.
// It must not know JSON, nor how a test runs them.
#pragma once
#include <string>
#include <vector>
#include "model/boot.hpp"
#include "model/kthread_worker.hpp"
#include "sim/machine.hpp"

namespace support {

enum class call : uint8_t {
	queue,
	queue_delayed, // by DELAY_JIFFIES
	mod,	       // to DELAY_JIFFIES
	mod_to_zero,
	cancel,
	cancel_delayed,
	flush_work,
	flush_worker,
	destroy,
};
constexpr unsigned CALLS = 9;
constexpr unsigned long DELAY_JIFFIES = 2;

// What was done with the work before the tasks begin.
enum class prelude : uint8_t { nothing, queued, queued_behind, delayed };
constexpr unsigned PRELUDES = 4;

const char *name_of(call c);
const char *name_of(prelude p);

// Works are numbered: the one that the calls are about, and the one it may be queued behind.
constexpr unsigned TARGET = 0, OTHER = 1, PAIR_WORKS = 2;

// A promise that was not kept.
enum broken : uint32_t {
	NOT_IN_ORDER = 1,	   // works are executed in the order in which they are listed
	QUEUED_WHILE_CANCELED = 2, // nobody queues a work that is being canceled
	PENDING_AFTER_CANCEL = 4,  // unless it was queued again since the cancel began
	RUNNING_AFTER_CANCEL = 8,  // the same
	FLUSHED_TOO_EARLY = 16,	   // what was listed or running has been executed, or canceled
	LEFT_PENDING = 32,	   // when nobody can go on
	MISCOUNTED = 64,	   // what was accepted was executed, or a caller was told of it
};

constexpr unsigned CALLERS_MAX = 2;
struct pair_plan {
	prelude before = prelude::nothing;
	std::vector<call> calls; // of a task each
	bool in_order = false;	 // one task makes them all, one after the other
	kernel::kthread_api *(*kernel)(sim::machine &) = nullptr; // see watched_kernel
};
std::string name_of(const pair_plan &p);

// Whether the rules of the API allow these calls, all at a time or in order.
bool is_allowed(const pair_plan &p);

// Every two calls after every prelude, at a time and in order, that the rules allow or forbid.
std::vector<pair_plan> all_pairs(bool allowed);

// What callers see of an execution that is over.
struct pair_end {
	std::vector<uint8_t> returned; // 0 or 1; NOTHING: it returned and says nothing; UNRETURNED
	unsigned runs;		       // of TARGET
	unsigned dropped;	       // by the timer's callback, for the work was being canceled
	uint32_t broken;
	bool is_stuck() const;
};
constexpr uint8_t NOTHING = 2, UNRETURNED = 3;
std::string text_of(const pair_end &e);

// Everything is there from the beginning, so that nothing is searched but the calls, the worker's
// thread and the timer. Tasks that can be preempted at any time do not exit in a search.
class pair_program final : public sim::program {
public:
	explicit pair_program(const pair_plan &plan);
	void start(sim::machine &m) override;
	bool unfinished(const sim::machine &) override;
	void outcome(const sim::machine &m, std::string &text) override;

	// While the execution still lies in the arena.
	pair_end end() const;

private:
	struct caller {
		pair_program *program;
		unsigned first, end; // of plan.calls
	};

	static int serve(void *program);
	static void make_calls(void *caller);
	void prepare() const;
	void make_call(unsigned n) const;

	const pair_plan plan_;
	std::vector<caller> callers_;
	std::vector<kernel::user_task> tasks_;
	kernel::kthread_work_function functions_[PAIR_WORKS];
};

// ---- watching ----

struct pair_state {
	kernel::kthread_worker *worker;
	kernel::kthread_delayed_work *works[PAIR_WORKS];
	kernel::task_struct *callers[CALLERS_MAX];
	uint64_t word;
	uint8_t returned[CALLERS_MAX], calls_left;
	uint8_t runs[PAIR_WORKS], ends[PAIR_WORKS];
	uint8_t queued[PAIR_WORKS], removed[PAIR_WORKS]; // onto and off the worker's lists
	uint8_t moved, dropped;				 // by the timer's callback
	bool delayed;					 // TARGET is on the list of delayed works
	uint8_t listed, list[16]; // the worker's list with what it has taken and not begun
	uint32_t broken;

	bool owns(const kernel::kthread_work *work, unsigned &n) const;
	unsigned listed_times(unsigned n) const;
	void put(unsigned n, bool by_timer, bool canceling);
	void delay(unsigned n, bool canceling);
	void remove(unsigned n);
	void begin(unsigned n);
};
pair_state &running_pair();

// A kernel whose lists are watched where they change, under their lock.
template <class base> struct watched : base {
	void kthread_insert_work(kernel::kthread_worker *worker, kernel::kthread_work *work,
				 kernel::list_head &pos) override
	{
		unsigned n;

		if (running_pair().owns(work, n))
			running_pair().put(n, kernel::machine().current()->is_interrupt,
					   work->canceling.under(worker->lock));
		base::kthread_insert_work(worker, work, pos);
	}
	void __kthread_queue_delayed_work(kernel::kthread_worker *worker,
					  kernel::kthread_delayed_work *dwork,
					  unsigned long delay) override
	{
		unsigned n;

		if (delay && running_pair().owns(&dwork->work, n))
			running_pair().delay(n, dwork->work.canceling.under(worker->lock));
		base::__kthread_queue_delayed_work(worker, dwork, delay);
	}
	bool __kthread_cancel_work(kernel::kthread_work *work) override
	{
		const bool was_pending = base::__kthread_cancel_work(work);
		unsigned n;

		if (was_pending && running_pair().owns(work, n))
			running_pair().remove(n);
		return was_pending;
	}
	void kthread_delayed_work_timer_fn(kernel::timer_list *t) override
	{
		const unsigned moved = running_pair().moved;

		base::kthread_delayed_work_timer_fn(t);
		if (running_pair().moved == moved) {
			running_pair().dropped++;
			running_pair().delayed = false;
		}
	}
};

template <class base> kernel::kthread_api *watched_kernel(sim::machine &m)
{
	static constexpr sim::object_type type = { "kthread globals" };

	return new (m.allocate(&type, sizeof(watched<base>), "boot")) watched<base>();
}

} // namespace support
