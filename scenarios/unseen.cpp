// SPDX-License-Identifier: GPL-2.0-only
// Looking for what could tell that a task has left, kthreadd sleeps again or a spin lock is held.
// Must not know how a scenario is executed.
#include "scenarios/unseen.hpp"

#include "scenarios/outcome.hpp"
#include "scenarios/program.hpp"

#include <algorithm>

namespace scenario {

namespace {

/* Freezing and CPUs that come and go concern whoever is there, and a pointer goes anywhere. */
bool concerns_everybody(const instruction &i)
{
	const size_t n = i.row->parameter_count();

	for (size_t a = 0; a < n; a++)
		if (i.arguments[a].kind == operand_kind::current &&
		    i.row->parameters[a].type != value_type::task)
			return true;
	return i.row->needs_stoppers() || i.row->code == opcode::freeze_processes ||
	       i.row->code == opcode::freeze_kernel_threads;
}

/* How many instructions of a block, and of those in it that are carried out once too, do this. */
template <class P> uint32_t count_in(const scenario &s, uint32_t block, const P &does)
{
	uint32_t n = 0;

	if (block == no_index)
		return 0;
	for (uint32_t k = 0; k < s.blocks[block].count; k++) {
		const instruction &i = s.code[s.blocks[block].first + k];

		n += does(*i.row);
		if (i.row->code == opcode::if_else)
			for (const operand &o : i.arguments)
				if (o.kind == operand_kind::block)
					n += count_in(s, o.index, does);
	}
	return n;
}

constexpr uint32_t UNKNOWN = UINT32_MAX;

/* How often this is done at most. UNKNOWN: some of it may be carried out again and again. */
template <class P> uint32_t most_times(const scenario &s, const P &does)
{
	uint32_t once = count_in(s, s.setup_body, does) + count_in(s, s.teardown_body, does);

	for (const task &t : s.tasks)
		once += count_in(s, t.body, does);
	const auto all = std::count_if(s.code.begin(), s.code.end(),
				       [&does](const instruction &i) { return does(*i.row); });
	return all == once ? once : UNKNOWN;
}

/* Of all code, of the conditions and of the lists in it. */
template <class F> void for_each_operand(const scenario &s, F f)
{
	for (const instruction &i : s.code) {
		std::for_each(i.arguments.begin(), i.arguments.end(), f);
		f(i.expect);
	}
	for (const condition &c : s.conditions) {
		f(c.left);
		f(c.right);
	}
	for (const std::vector<operand> &list : s.lists)
		std::for_each(list.begin(), list.end(), f);
}

} // namespace

std::vector<bool> leave_unseen(const scenario &s)
{
	const bool seen = std::any_of(s.code.begin(), s.code.end(), concerns_everybody);
	std::vector<bool> unseen(s.tasks.size(), !seen);

	for_each_operand(s, [&unseen](const operand &o) {
		if (o.kind == operand_kind::thread && o.index < unseen.size())
			unseen[o.index] = false;
	});
	for (const fault &f : s.faults)
		if (f.waits_for != no_index)
			unseen[f.waits_for] = false;
	return unseen;
}

uint32_t most_requests(const scenario &s)
{
	bool seen = std::any_of(s.code.begin(), s.code.end(), concerns_everybody);

	for_each_operand(s, [&](const operand &o) {
		seen |= o.kind == operand_kind::thread &&
			s.threads[o.index].kind == thread_kind::kthreadd;
	});
	return seen ? UNKNOWN
		    : most_times(s, [](const operation &o) { return o.makes_kthreads(); });
}

/* Where memory that was freed is used first depends on how far its user had come: a lock in it may
 * be held meanwhile. */
static bool names_the_place(const term &t)
{
	return !t.function.empty() &&
	       (t.text.starts_with("use_after_free") || t.text.starts_with("double_free") ||
		t.text.starts_with("bad_access") || t.text.starts_with("bug"));
}

bool tries_spin_locks(const scenario &s)
{
	const std::vector<const term *> terms = terms_of(s.expect);

	return std::any_of(s.code.begin(), s.code.end(),
			   [](const instruction &i) {
				   return i.row->code == opcode::spin_trylock ||
					  i.row->code == opcode::raw_spin_trylock;
			   }) ||
	       std::any_of(terms.begin(), terms.end(),
			   [](const term *t) { return names_the_place(*t); });
}

bool freezes_tasks(const scenario &s)
{
	return std::any_of(s.code.begin(), s.code.end(), [](const instruction &i) {
		switch (i.row->code) {
		case opcode::freeze_processes:
		case opcode::freeze_kernel_threads:
		case opcode::thaw_processes:
		case opcode::thaw_kernel_threads: return true;
		default: return false;
		}
	});
}

/* Who sets the CPUs of others may find them where they may not be: asleep they are moved when they
 * are woken, awake they stay. */
static bool places_others(opcode code)
{
	switch (code) {
	case opcode::kthread_create_on_cpu:
	case opcode::kthread_run_on_cpu:
	case opcode::kthread_create_worker_on_cpu:
	case opcode::kthread_run_worker_on_cpu:
	case opcode::kthread_affine_preferred:
	case opcode::kthread_bind:
	case opcode::kthread_bind_mask:
	case opcode::kthread_set_per_cpu:
	case opcode::smpboot_register_percpu_thread:
	case opcode::smpboot_unregister_percpu_thread: return true;
	default: return false;
	}
}

/* A thread that has said that it parks may not have left its CPU yet. */
static bool asks_for_parked_threads(const scenario &s)
{
	const std::vector<const term *> terms = terms_of(s.expect);

	return std::any_of(terms.begin(), terms.end(), [](const term *t) {
		return t->is_finding &&
		       t->finding == static_cast<uint32_t>(sim::finding_kind::still_runs);
	});
}

bool sees_scheduling(const scenario &s)
{
	bool seen = freezes_tasks(s) || tries_spin_locks(s) || asks_for_parked_threads(s);
	const auto look = [&seen](const operand &o) {
		seen |= o.field == field_id::on_cpu || o.field == field_id::on_rq ||
			o.field == field_id::slept_a_tick || o.field == field_id::locked;
	};

	for_each_operand(s, look);
	for_each_operand(s, [&seen](const operand &o) { seen |= o.field == field_id::state; });
	for (const term *t : terms_of(s.expect)) {
		look(t->left);
		look(t->right);
	}
	return seen || std::any_of(s.code.begin(), s.code.end(), [](const instruction &i) {
		       return places_others(i.row->code);
	       });
}

/* A work is given to the worker that it is called with, whoever else has it just then. */
static bool has_several_workers(const scenario &s)
{
	const bool has_variable =
		std::any_of(s.variables.begin(), s.variables.end(),
			    [](const variable &v) { return v.kind == variable_kind::worker; });

	return has_variable ||
	       most_times(s, [](const operation &o) { return o.makes_worker(); }) > 1;
}

/* What is looked at without the lock of a worker, or of timers, or made anew while it is used. */
bool sees_sections(const scenario &s)
{
	bool seen = false;

	for_each_operand(s, [&seen](const operand &o) {
		switch (o.field) {
		case field_id::pending:
		case field_id::delayed_pending:
		case field_id::canceling:
		case field_id::busy:
		case field_id::expires: seen = true; break;
		default: break;
		}
	});
	return seen || asks_for_checks(s) || asks_for_livelock(s) || has_several_workers(s) ||
	       std::any_of(s.code.begin(), s.code.end(), [](const instruction &i) {
		       return i.row->code == opcode::kthread_init_work ||
			      i.row->code == opcode::kthread_init_delayed_work ||
			      i.row->code == opcode::timer_setup;
	       });
}

bool asks_for_runs(const scenario &s)
{
	bool asked = asks_for_livelock(s);
	const auto look = [&asked](const operand &o) {
		asked |= o.field == field_id::runs || o.field == field_id::running;
	};

	for_each_operand(s, look);
	for (const term *t : terms_of(s.expect)) {
		look(t->left);
		look(t->right);
	}
	return asked;
}

} // namespace scenario
