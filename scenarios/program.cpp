// SPDX-License-Identifier: GPL-2.0-only
// Booting a scenario: objects, setup, tasks side by side, teardown, and faults.
// Must not know JSON, expectations or strategies.
#include "scenarios/kernels.hpp"
#include "scenarios/program.hpp"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include "model/deadlock.hpp"
#include "model/races.hpp"
#include "model/sched.hpp"
#include "scenarios/interpreter.hpp"
#include "scenarios/outcome.hpp"
#include "scenarios/unseen.hpp"
#include "scenarios/words.hpp"

namespace scenario {

static const sim::object_type array_type = { "scenario table" };

bool asks_for_checks(const scenario &s)
{
	auto is_plain = [](const variable &v) { return v.kind == variable_kind::plain_word; };

	if (std::any_of(s.variables.begin(), s.variables.end(), is_plain))
		return true;
	for (const term *t : terms_of(s.expect))
		if (t->is_finding &&
		    (t->finding == static_cast<uint32_t>(sim::finding_kind::race) ||
		     t->finding == static_cast<uint32_t>(sim::finding_kind::lockdep)))
			return true;
	return false;
}

const term *livelock_of(const scenario &s)
{
	for (const term *t : terms_of(s.expect))
		if (is_about_livelock(*t))
			return t;
	return nullptr;
}

// Whether a thread that is made goes to the CPUs of its node when it begins.
static bool goes_to_its_node(const scenario &s, const operation &row)
{
	return has_kernel(since(kernel::V6_14), s.kernel.version) &&
	       (row.parameter_index("node") >= 0 || row.parameter_index("kargs") >= 0);
}

// A kernel has only the threads that the program can make work for.
static kernel::boot_options needs_of(const scenario &s)
{
	kernel::boot_options needs;

	for (const instruction &i : s.code) {
		needs.stoppers |= i.row->needs_stoppers() || goes_to_its_node(s, *i.row);
		needs.hotplug |= i.row->is_hotplug();
		needs.before_keventd |= i.row->code == opcode::init_workqueues;
	}
	return needs;
}

bool moves_tasks(const scenario &s)
{
	return needs_of(s).stoppers || needs_of(s).hotplug;
}

program::program(const scenario &s, bool all_steps)
	: scenario_(s),
	  kernel_(*kernel::find_kernel(s.kernel.version, s.kernel.without, s.kernel.with)),
	  needs_(needs_of(s))
{
	const std::vector<bool> unseen = leave_unseen(s);

	if (!all_steps) {
		needs_.most_requests = most_requests(s);
		needs_.tries_spin_locks = tries_spin_locks(s);
		needs_.freezes_tasks = freezes_tasks(s);
		counts_runs_ = asks_for_runs(s);
		needs_.sees_scheduling = moves_tasks(s) || sees_scheduling(s);
		needs_.sees_sections = sees_sections(s);
	}
	errno_words(); // makes the table, which no fiber could
	for (uint32_t i = 0; i < s.tasks.size(); i++) {
		const task &t = s.tasks[i];
		kernel::user_task u{ t.name.c_str(), run_task, nullptr };

		u.cpu = t.cpu;
		u.node = t.node;
		u.policy = t.fifo ? SCHED_FIFO : kernel::SCHED_NORMAL;
		u.prio = t.fifo ? 99 - t.priority : sim::PRIO_DEFAULT;
		u.start_jiffies = t.start_jiffies;
		u.leaves_unseen = unseen[i] && !all_steps;
		tasks_.push_back({ this, i, u });
	}
	for (const work &w : s.works)
		work_functions_.push_back({ run_work, w.name.c_str() });
	for (task_description &d : tasks_)
		d.user.argument = &d;
	for (const term *t : terms_of(s.expect)) {
		const auto known = kernel::known_races();

		for (size_t row = 0; row < known.size(); row++)
			if (t->is_finding &&
			    kernel::names_function(known[row], t->function.c_str()))
				races_asked_for_ |= uint64_t{ 1 } << row;
	}
	setup_ = { "setup", run_setup, this };
	teardown_ = { "teardown", run_teardown, this };
	setup_.leaves_unseen = teardown_.leaves_unseen = !all_steps && !moves_tasks(s);
}

const scenario_state &program::state()
{
	return running_state();
}

// ---- start ----

static void *make_variable(const scenario &s, const variable &v)
{
	using namespace kernel;

	switch (v.kind) {
	case variable_kind::shared_word:
	case variable_kind::plain_word: {
		auto *w = allocate<shared_word>(shared_word::type, "scenario");

		w->word.poke(static_cast<long>(v.initial));
		return w;
	}
	case variable_kind::completion: {
		auto *c = allocate<completion>(completion::type, "scenario");

		init_completion(*c);
		return c;
	}
	case variable_kind::mutex: {
		auto *l = allocate<kernel::mutex>(kernel::mutex::type, "scenario");

		mutex_init(*l);
		return l;
	}
	case variable_kind::spinlock:
	case variable_kind::raw_spinlock: return allocate<spin_word>(spin_word::type, "scenario");
	case variable_kind::waitqueue: {
		auto *q = allocate<wait_queue_head>(wait_queue_head::type, "scenario");

		init_waitqueue_head(*q);
		return q;
	}
	case variable_kind::timer: return allocate<timer_list>(timer_list::type, "scenario");
	case variable_kind::mm: {
		auto *m = allocate<mm_struct>(mm_struct::type, "scenario");

		m->mm_count.poke(1);
		return m;
	}
	case variable_kind::css: {
		auto *c = allocate<cgroup_subsys_state>(cgroup_subsys_state::type, "scenario");

		c->refcnt.poke(1);
		return c;
	}
	case variable_kind::semaphore: {
		auto *sem = allocate<kernel::semaphore>(kernel::semaphore::type, "scenario");

		sema_init(*sem, static_cast<int>(v.initial));
		return sem;
	}
	case variable_kind::hotplug_thread:
		return make_hotplug_variable(s.hotplug_threads[v.hotplug_thread]);
	case variable_kind::worker: {
		auto *w = allocate<kthread_worker>(kthread_worker::type, "scenario");

		KTHREAD_WORKER_INIT(*w, v.name.c_str());
		return w;
	}
	}
	return nullptr;
}

void program::make_variables(scenario_state &s)
{
	const size_t n = scenario_.variables.size();

	s.variables = arena_array<void *>(n, array_type);
	s.timer_runs = arena_array<uint64_t>(n, array_type);
	s.timer_functions = arena_array<uint32_t>(n, array_type);
	for (size_t i = 0; i < n; i++) {
		const variable &v = scenario_.variables[i];

		s.variables[i] = make_variable(scenario_, v);
		if (v.kind != variable_kind::timer || v.function == no_index)
			continue;
		auto &t = *static_cast<kernel::timer_list *>(s.variables[i]);

		t.function = run_timer;
		t.name = scenario_.functions[v.function].name.c_str();
		t.user = &s.variables[i];
		s.timer_functions[i] = v.function;
	}
}

void program::make_works(scenario_state &s)
{
	const size_t n = scenario_.works.size();

	s.works = arena_array<void *>(n, array_type);
	s.work_functions = work_functions_.data();
	s.work_runs = arena_array<uint64_t>(n, array_type);
	s.work_ends = arena_array<uint64_t>(n, array_type);
	for (size_t i = 0; i < n; i++) {
		const work &w = scenario_.works[i];

		if (kernel::the_kernel().kthreads->before_2004()) {
			auto *made = kernel::allocate<kernel::work_struct>(
				kernel::work_struct::type, "scenario");

			INIT_WORK(*made, run_scheduled_work, &work_functions_[i]);
			s.works[i] = made;
		} else if (w.delayed) {
			auto *made = kernel::allocate<kernel::kthread_delayed_work>(
				kernel::kthread_delayed_work::type, "scenario");

			KTHREAD_DELAYED_WORK_INIT(*made, &work_functions_[i]);
			s.works[i] = made;
		} else {
			auto *made = kernel::allocate<kernel::kthread_work>(
				kernel::kthread_work::type, "scenario");

			KTHREAD_WORK_INIT(*made, &work_functions_[i]);
			s.works[i] = made;
		}
	}
	if (n && scenario_.scopes[scenario_.works[0].scope].registers.empty())
		s.no_registers = new_registers(scenario_, scenario_.works[0].scope);
}

bool program::name_of_variable(const void *object, char *out, size_t bytes)
{
	const scenario_state &s = running_state();

	for (size_t i = 0; i < s.program->variables.size(); i++)
		if (s.variables && s.variables[i] == object) {
			snprintf(out, bytes, "%s", s.program->variables[i].name.c_str());
			return true;
		}
	const registers *setup = s.frames ? s.frames[setup_scope] : nullptr;
	for (unsigned i = 0; setup && i < setup->count; i++)
		if (&setup->slots[i] == object) {
			snprintf(out, bytes, "%s",
				 s.program->scopes[setup_scope].registers[i].c_str());
			return true;
		}
	return false;
}

// Tasks that have to wait for the setup, and the teardown, are made asleep.
void program::make_tasks(sim::machine &m, scenario_state &s)
{
	const size_t n = tasks_.size();
	const bool has_setup = scenario_.setup_body != no_index;

	s.tasks = arena_array<kernel::task_struct *>(n, array_type);
	s.task_done = arena_array<bool>(n, array_type);
	s.frames = arena_array<registers *>(n + 2, array_type);
	s.fault_calls = arena_array<uint32_t *>(scenario_.faults.size(), array_type);
	for (size_t i = 0; i < scenario_.faults.size(); i++)
		s.fault_calls[i] = arena_array<uint32_t>(n + 1, array_type);
	s.frames[setup_scope] = new_registers(scenario_, setup_scope);
	s.frames[teardown_scope] = new_registers(scenario_, teardown_scope);
	s.tasks_left = static_cast<uint32_t>(n);
	s.now = has_setup ? phase::setup : phase::tasks;
	if (has_setup)
		s.setup_task = start_user_task(m, setup_);
	for (size_t i = 0; i < n; i++) {
		s.frames[i + 2] = new_registers(scenario_, scenario_.tasks[i].scope);
		s.tasks[i] = has_setup ? make_sleeping_task(tasks_[i].user)
				       : start_user_task(m, tasks_[i].user);	}
	if (scenario_.teardown_body != no_index)
		s.teardown_task = make_sleeping_task(teardown_);
}

void program::start(sim::machine &m)
{
	kernel::kernel_state &k = boot(m, *kernel::make_api(m, kernel_), needs_);
	auto *s = kernel::allocate<scenario_state>(scenario_state::type, "scenario");

	s->program = &scenario_;
	s->counts_runs = counts_runs_;
	k.program = s;
	k.races_asked_for = races_asked_for_;
	for (const term *t : terms_of(scenario_.expect))
		if (t->is_finding)
			k.asked_for |= 1u << t->finding;
	k.name_in_program = name_of_variable;
	k.lock_orders = m.check() >= sim::checking::execution ? &lock_orders_ : nullptr;
	if (m.check() == sim::checking::execution)
		lock_orders_.clear();
	make_variables(*s);
	make_works(*s);
	make_tasks(m, *s);
	k.faults = this;
}

// ---- the phases ----

// How a phase ends is nothing that a scenario asks about. Where all orders are searched, the next
// one therefore begins when the tasks of the one before are gone, not while they are going.

void program::run_setup(void *self)
{
	auto *p = static_cast<program *>(self);
	scenario_state &s = running_state();

	interpreter(s, *s.frames[setup_scope]).run_body(p->scenario_.setup_body);
	for (size_t i = 0; i < p->tasks_.size(); i++)
		kernel::machine().order_before(*s.tasks[i]->context);
	if (!kernel::machine().free())
		p->begin_tasks(s);
}

void program::begin_tasks(scenario_state &s)
{
	s.now = phase::tasks;
	for (size_t i = 0; i < tasks_.size(); i++)
		kernel::release_user_task(*s.tasks[i], tasks_[i].user);
}

void program::run_task(void *description)
{
	auto *d = static_cast<task_description *>(description);
	scenario_state &s = running_state();
	const uint32_t t = d->task;

	interpreter(s, *s.frames[t + 2]).run_body(d->owner->scenario_.tasks[t].body);
	s.task_done[t] = true;
	if (s.teardown_task)
		kernel::machine().order_before(*s.teardown_task->context);
	if (!s.teardown_task || !kernel::machine().free())
		d->owner->end_of_task(s);
}

// The last task starts the teardown.
void program::end_of_task(scenario_state &s)
{
	// Which one is the last matters to who comes after.
	if (s.teardown_task)
		kernel::machine().effect(sim::access::write, &s.tasks_left);
	if (--s.tasks_left)
		return;
	s.now = s.teardown_task ? phase::teardown : phase::done;
	if (s.teardown_task)
		kernel::release_user_task(*s.teardown_task, teardown_);
}

void program::gone(const kernel::task_struct *t)
{
	scenario_state &s = running_state();

	if (t == s.setup_task)
		return begin_tasks(s);
	for (size_t i = 0; s.teardown_task && i < tasks_.size(); i++)
		if (t == s.tasks[i] && s.task_done[i])
			return end_of_task(s);
}

void program::run_teardown(void *self)
{
	auto *p = static_cast<program *>(self);
	scenario_state &s = running_state();

	interpreter(s, *s.frames[teardown_scope]).run_body(p->scenario_.teardown_body);
	s.now = phase::done;
}

// A kthread may wait for ever, but whoever spins keeps a CPU.
bool program::unfinished(const sim::machine &m)
{
	return running_state().now != phase::done || kernel::somebody_spins(m);
}

void program::outcome(const sim::machine &m, std::string &text)
{
	text = identity_of(outcome_of(scenario_, m));
}

// ---- faults ----

bool program::occurs(const fault &f, scenario_state &s, uint32_t index)
{
	const kernel::task_struct *me = kernel::current;
	const size_t n = tasks_.size();
	size_t who = n; // those that are no task of the scenario share one counter

	for (size_t i = 0; i < n; i++)
		if (s.tasks[i] == me)
			who = i;
	if (f.task != no_index && f.task != who)
		return false;
	kernel::machine().effect(sim::access::write, &s.fault_calls[index][who]);
	const uint32_t call = ++s.fault_calls[index][who];
	switch (f.when) {
	case fault_when::always: return true;
	case fault_when::nth: return call == f.nth;
	case fault_when::maybe:
		return kernel::machine().value(2, { fault_point_words()[f.point].name, "fault" });
	}
	return false;
}

bool program::fails(const char *what, int &error)
{
	scenario_state &s = running_state();

	for (uint32_t i = 0; i < scenario_.faults.size(); i++) {
		const fault &f = scenario_.faults[i];

		if (strcmp(fault_point_words()[f.point].name, what) != 0 || !occurs(f, s, i))
			continue;
		if (f.waits_for != no_index) {
			kernel::wait_for_exit(*s.tasks[f.waits_for]);
			continue;
		}
		error = static_cast<int>(f.error);
		return true;
	}
	return false;
}

} // namespace scenario
