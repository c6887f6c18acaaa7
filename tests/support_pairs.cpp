// SPDX-License-Identifier: GPL-2.0-only
// Calls on one work by two tasks, and the looks at what was promised to them.
// It must not know JSON, nor how a test runs them.
#include "tests/support_pairs.hpp"
#include <algorithm>
#include "model/fork.hpp"
#include "model/sched.hpp"

namespace support {

using kernel::kthread_worker_api;

static const sim::object_type pair_type = { "pair" };
static constexpr const char *call_names[] = { "queue",	    "queue_delayed", "mod",
					      "mod to 0",   "cancel",	     "cancel_delayed",
					      "flush_work", "flush_worker",  "destroy" };
static constexpr const char *prelude_names[] = { "nothing", "queued", "queued behind", "delayed" };

const char *name_of(call c)
{
	return call_names[static_cast<unsigned>(c)];
}

const char *name_of(prelude p)
{
	return prelude_names[static_cast<unsigned>(p)];
}

std::string name_of(const pair_plan &p)
{
	std::string text = name_of(p.before);

	for (const call c : p.calls)
		text += std::string(&c == &p.calls[0] ? ": "
				    : p.in_order      ? ", then "
						      : " | ") +
			name_of(c);
	return text;
}

bool pair_end::is_stuck() const
{
	return std::count(returned.begin(), returned.end(), UNRETURNED) != 0;
}

std::string text_of(const pair_end &e)
{
	static constexpr const char *results[] = { "false ", "true ", "- ", "never " };
	std::string text;

	for (const uint8_t r : e.returned)
		text += results[r];
	text += "runs " + std::to_string(e.runs);
	if (e.dropped)
		text += " dropped " + std::to_string(e.dropped);
	if (e.broken)
		text += " broken " + std::to_string(e.broken);
	return text + (e.is_stuck() ? " stuck" : "");
}

// ---- the rules ----

bool is_allowed(const pair_plan &p)
{
	const auto made = [&p](call c) { return std::count(p.calls.begin(), p.calls.end(), c); };
	const bool timer =
		p.before == prelude::delayed || made(call::queue_delayed) || made(call::mod);

	// These two take a work that waits for its timer for one on the worker's list.
	if (timer && (made(call::cancel) || made(call::flush_work)))
		return false;
	// Nobody may use the worker any more, and no timer may be left.
	return !made(call::destroy) || (p.in_order && !timer && made(call::destroy) == 1 &&
					p.calls.back() == call::destroy);
}

std::vector<pair_plan> all_pairs(bool allowed)
{
	std::vector<pair_plan> found;

	for (unsigned before = 0; before < PRELUDES; before++)
		for (unsigned a = 0; a < CALLS; a++)
			for (unsigned b = 0; b < CALLS; b++)
				for (const bool in_order : { false, true }) {
					pair_plan p;

					p.before = static_cast<prelude>(before);
					p.calls = { static_cast<call>(a), static_cast<call>(b) };
					p.in_order = in_order;
					p.kernel = watched_kernel<kthread_worker_api>;
					if ((in_order || a <= b) && is_allowed(p) == allowed)
						found.push_back(p);
				}
	return found;
}

// ---- watching ----

pair_state &running_pair()
{
	return *static_cast<pair_state *>(kernel::the_kernel().program);
}

bool pair_state::owns(const kernel::kthread_work *work, unsigned &n) const
{
	for (n = 0; n < PAIR_WORKS; n++)
		if (work == &works[n]->work)
			return true;
	return false;
}

unsigned pair_state::listed_times(unsigned n) const
{
	return static_cast<unsigned>(std::count(list, list + listed, n));
}

void pair_state::put(unsigned n, bool by_timer, bool canceling)
{
	if (canceling)
		broken |= QUEUED_WHILE_CANCELED;
	if (by_timer) {
		moved++;
		delayed = false;
	} else {
		queued[n]++;
	}
	list[listed++] = static_cast<uint8_t>(n);
}

void pair_state::delay(unsigned n, bool canceling)
{
	if (canceling)
		broken |= QUEUED_WHILE_CANCELED;
	queued[n]++;
	delayed = true;
}

// Taken and queued again, it stands there twice: the later one is linked.
void pair_state::remove(unsigned n)
{
	removed[n]++;
	if (delayed) {
		delayed = false;
		return;
	}
	const auto last = std::find(std::make_reverse_iterator(list + listed),
				    std::make_reverse_iterator(list), n);

	std::copy(last.base(), list + listed, last.base() - 1);
	list[--listed] = 0;
}

void pair_state::begin(unsigned n)
{
	if (!listed || list[0] != n) {
		broken |= NOT_IN_ORDER;
		return;
	}
	std::copy(list + 1, list + listed, list);
	list[--listed] = 0;
}

// ---- the calls ----

static void execute(kernel::kthread_work *, const kernel::kthread_work_function &function)
{
	pair_state &s = running_pair();
	const unsigned n = function.name[0] == 'o' ? OTHER : TARGET;

	s.begin(n);
	s.runs[n]++;
	kernel::machine().step(sim::access::write, &s.word, { "work", "run" });
	s.ends[n]++;
}

// How things stand when a call begins, and what has to come of it before the call returns.
class promise {
public:
	explicit promise(const pair_state &s)
		: was_queued_(s.works[TARGET]->work.worker.peek()), queued_(s.queued[TARGET])
	{
		for (unsigned n = 0; n < PAIR_WORKS; n++) {
			due_[n] = s.runs[n] + s.listed_times(n);
			removed_[n] = s.removed[n];
		}
	}
	// What was listed or running has been executed, unless somebody took it off the list.
	void check_flush(pair_state &s, unsigned n) const
	{
		if (s.ends[n] + (s.removed[n] - removed_[n]) < due_[n])
			s.broken |= FLUSHED_TOO_EARLY;
	}
	void check_flush_of_target(pair_state &s) const
	{
		if (was_queued_)
			check_flush(s, TARGET);
	}
	void check_cancel(pair_state &s) const
	{
		const kernel::kthread_delayed_work &target = *s.works[TARGET];

		if (!was_queued_ || s.queued[TARGET] != queued_)
			return;
		if (!list_empty(target.work.node.peek()) || target.timer.entry.pending())
			s.broken |= PENDING_AFTER_CANCEL;
		if (s.runs[TARGET] != s.ends[TARGET] || s.listed_times(TARGET))
			s.broken |= RUNNING_AFTER_CANCEL;
	}

private:
	// Else it knows no worker yet. That is stored last when a work is queued, so who looks
	// for it there may miss the first time it is.
	const bool was_queued_;
	const unsigned queued_;
	unsigned due_[PAIR_WORKS], removed_[PAIR_WORKS];
};

void pair_program::make_call(unsigned n) const
{
	kthread_worker_api &api = *kernel::the_kernel().api->workers();
	pair_state &s = running_pair();
	kernel::kthread_delayed_work *target = s.works[TARGET];

	// What is looked at without a step is looked at together with the one before.
	kernel::machine().step(sim::access::read, &s.word, { "call", "begin" });
	const promise promised(s);
	int result = NOTHING;

	switch (plan_.calls[n]) {
	case call::queue: result = api.kthread_queue_work(s.worker, &target->work); break;
	case call::queue_delayed:
		result = api.kthread_queue_delayed_work(s.worker, target, DELAY_JIFFIES);
		break;
	case call::mod:
		result = api.kthread_mod_delayed_work(s.worker, target, DELAY_JIFFIES);
		break;
	case call::mod_to_zero: result = api.kthread_mod_delayed_work(s.worker, target, 0); break;
	case call::cancel:
		result = api.kthread_cancel_work_sync(&target->work);
		promised.check_cancel(s);
		break;
	case call::cancel_delayed:
		result = api.kthread_cancel_delayed_work_sync(target);
		promised.check_cancel(s);
		break;
	case call::flush_work:
		api.kthread_flush_work(&target->work);
		promised.check_flush_of_target(s);
		break;
	case call::flush_worker:
	case call::destroy:
		if (plan_.calls[n] == call::destroy)
			api.kthread_destroy_worker(s.worker);
		else
			api.kthread_flush_worker(s.worker);
		promised.check_flush(s, TARGET);
		promised.check_flush(s, OTHER);
		break;
	}
	s.returned[n] = static_cast<uint8_t>(result);
	s.calls_left--;
}

void pair_program::make_calls(void *argument)
{
	const auto &c = *static_cast<caller *>(argument);

	for (unsigned n = c.first; n < c.end; n++)
		c.program->make_call(n);
	// An exit is no part of the question, and would multiply the states.
	kernel::machine().step_when(sim::access::none, nullptr, { "caller", "is done" },
				    [] { return false; });
}

// ---- the program ----

pair_program::pair_program(const pair_plan &plan) : plan_(plan)
{
	static constexpr const char *names[CALLERS_MAX] = { "A", "B" };
	const auto calls = static_cast<unsigned>(plan_.calls.size());

	functions_[TARGET] = { execute, "target" };
	functions_[OTHER] = { execute, "other" };
	for (unsigned n = 0; n < calls; n++)
		callers_.push_back({ this, n, n + 1 });
	if (plan_.in_order)
		callers_ = { { this, 0, calls } };
	for (caller &c : callers_) {
		kernel::user_task t{};

		t.comm = names[c.first];
		t.body = make_calls;
		t.argument = &c;
		tasks_.push_back(t);
	}
}

void pair_program::start(sim::machine &m)
{
	kernel::kernel_state &k = kernel::boot(m, *plan_.kernel(m), {});
	auto *s = static_cast<pair_state *>(m.allocate(&pair_type, sizeof(pair_state), "test"));

	k.program = s;
	s->calls_left = static_cast<uint8_t>(plan_.calls.size());
	std::fill_n(s->returned, CALLERS_MAX, UNRETURNED);
	s->worker = kernel::allocate<kernel::kthread_worker>(kernel::kthread_worker::type, "test");
	KTHREAD_WORKER_INIT(*s->worker, "worker");
	for (unsigned i = 0; i < PAIR_WORKS; i++) {
		s->works[i] = kernel::allocate<kernel::kthread_delayed_work>(
			kernel::kthread_delayed_work::type, "test");
		KTHREAD_DELAYED_WORK_INIT(*s->works[i], &functions_[i]);
	}
	const auto cpus = m.config().cpus, last = cpus - 1;
	kernel::task_struct *thread = kernel::dup_task_struct(
		{ serve, this, "worker", true, kernel::NUMA_NO_NODE }, kernel::ret_from_fork);
	kernel::link_task(thread);
	s->worker->task.poke(thread);
	thread->cpus_mask.poke(kernel::cpumask_of(last));
	thread->__state.poke(kernel::TASK_RUNNING);
	thread->on_rq.poke(1);
	m.enqueue(*thread->context, static_cast<sim::cpu_id>(last));
	for (unsigned i = 0; i < tasks_.size(); i++) {
		tasks_[i].cpu = static_cast<int>(i % cpus);
		s->callers[i] = kernel::make_sleeping_task(tasks_[i]);
	}
}

void pair_program::prepare() const
{
	kthread_worker_api &api = *kernel::the_kernel().api->workers();
	pair_state &s = running_pair();

	if (plan_.before == prelude::queued_behind)
		api.kthread_queue_work(s.worker, &s.works[OTHER]->work);
	if (plan_.before == prelude::delayed)
		api.kthread_queue_delayed_work(s.worker, s.works[TARGET], DELAY_JIFFIES);
	else if (plan_.before != prelude::nothing)
		api.kthread_queue_work(s.worker, &s.works[TARGET]->work);
}

int pair_program::serve(void *program)
{
	const auto &p = *static_cast<pair_program *>(program);
	pair_state &s = running_pair();

	kernel::the_kernel().api->set_kthread_struct(kernel::current);
	p.prepare();
	for (unsigned i = 0; i < p.tasks_.size(); i++)
		kernel::release_user_task(*s.callers[i], p.tasks_[i]);
	return kernel::kthread_worker_fn(s.worker);
}

bool pair_program::unfinished(const sim::machine &)
{
	return running_pair().calls_left != 0;
}

// A call that has told somebody that there is one execution more, or one less.
static int balance(call c, int result)
{
	switch (c) {
	case call::queue:
	case call::queue_delayed: return result;
	case call::mod:
	case call::mod_to_zero: return !result;
	case call::cancel:
	case call::cancel_delayed: return -result;
	default: return 0;
	}
}

pair_end pair_program::end() const
{
	const pair_state &s = running_pair();
	pair_end e = { {}, s.runs[TARGET], s.dropped, s.broken };
	int due = plan_.before != prelude::nothing;

	for (unsigned n = 0; n < plan_.calls.size(); n++) {
		e.returned.push_back(s.returned[n]);
		due += balance(plan_.calls[n], s.returned[n]);
	}
	if (e.is_stuck())
		return e;
	if (s.listed || s.delayed)
		e.broken |= LEFT_PENDING;
	if (due != static_cast<int>(s.runs[TARGET] + s.dropped))
		e.broken |= MISCOUNTED;
	return e;
}

void pair_program::outcome(const sim::machine &m, std::string &text)
{
	text = text_of(end());
	for (const sim::finding &f : m.findings())
		text += std::string(", ") + sim::finding_name(f.kind) + " in " + f.function;
}

} // namespace support
