// SPDX-License-Identifier: GPL-2.0-only
// Looking at the end of an execution: who still waits, what leaks, what the terms ask for.
// Must not know JSON, nor whether any of it was expected.
#include "scenarios/outcome.hpp"
#include <algorithm>
#include <cstring>
#include "model/boot.hpp"
#include "model/consumed.hpp"
#include "model/deadlock.hpp"
#include "model/explain.hpp"
#include "model/leaks.hpp"
#include "model/livelock.hpp"
#include "model/lockdep.hpp"
#include "model/races.hpp"
#include "model/sched.hpp"
#include "scenarios/program.hpp"
#include "scenarios/values.hpp"

namespace scenario {

using kernel::task_struct;

// ---- findings ----

static std::string path_of(const sim::frame *f)
{
	std::string path;

	for (; f; f = f->outer)
		path += (path.empty() ? "" : " <- ") + std::string(f->function);
	return path;
}

static std::string name_of(const sim::context &c)
{
	char name[48];

	kernel::name_of_context(c, name, sizeof(name));
	return name;
}

// Whoever has done what he was there for and could leave, but for others that have his CPU.
static bool only_leaves(const sim::context &c)
{
	const sim::frame *call = c.frames;

	while (call && call->outer)
		call = call->outer;
	return call && !strcmp(call->function, "do_exit") &&
	       c.state != sim::context_state::asleep;
}

// In brief only those who should have come to an end: a kthread may wait for ever, if it sleeps.
static found deadlock_of(const sim::machine &m)
{
	std::string brief = "deadlock:";

	auto add = [&](const std::string &who, const sim::context &c) {
		const char *at = kernel::spins(c) ? c.next->where.function : "";
		const bool is_told = !*at || (c.frames && !strcmp(at, c.frames->function));

		brief += (brief.back() == ':' ? " " : ", ") + who + " in " +
			 (is_told ? "" : at + std::string(c.frames ? " <- " : "")) +
			 path_of(c.frames);
	};

	for (const task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task)
		if (kernel::spins(*t->context) ||
		    (t->context->frames && !(t->flags.peek() & kernel::PF_KTHREAD) &&
		     !only_leaves(*t->context)))
			add(t->comm, *t->context);
	for (unsigned cpu = 0; cpu < m.config().all_cpus(); cpu++)
		if (kernel::spins(m.context_of(cpu)))
			add(name_of(m.context_of(cpu)), m.context_of(cpu));
	return { sim::finding_kind::deadlock, "", "", "deadlock:" + kernel::who_waits_for_what(m),
		 brief };
}

static found livelock_of(const sim::machine &m)
{
	const kernel::livelock_words w = kernel::who_goes_round(m);

	return { sim::finding_kind::livelock, "", "", "livelock:" + w.text, "livelock: " + w.brief,
		 w.within };
}

static void add_hung(const sim::machine &m, std::vector<found> &out)
{
	for (const task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task) {
		char text[600];

		if (!kernel::is_hung(*t, m.state().now_ns))
			continue;
		kernel::describe_hung(*t, text, sizeof(text));
		out.push_back({ sim::finding_kind::hung, "", "", text, "hung" });
	}
}

static std::string why_lost(const kernel::kthread_worker *worker)
{
	sim::arena &objects = kernel::machine().objects();
	char name[64];

	if (!objects.is_live(worker))
		return "its worker was freed";
	kernel::name_whole(*objects.find(worker), name, sizeof(name));
	return std::string("no thread serves ") + name;
}

// Pending on a worker that is gone, or that has no thread any more.
static void add_lost_works(std::vector<found> &out)
{
	const scenario_state &s = program::state();
	sim::arena &objects = kernel::machine().objects();

	if (!kernel::the_kernel().asks_for(sim::finding_kind::work_lost))
		return;
	for (size_t i = 0; i < s.program->works.size(); i++) {
		const auto *work = static_cast<const kernel::kthread_work *>(s.works[i]);
		const kernel::kthread_worker *worker = work->worker.peek();

		if (!list_empty(work->node.peek()) && worker &&
		    (!objects.is_live(worker) || !worker->task.peek()))
			out.push_back({ sim::finding_kind::work_lost, "", "",
					"work " + s.program->works[i].name +
						" is lost: it is queued, and " + why_lost(worker),
					"work_lost" });
	}
}

static void add_double_consumptions(const sim::machine &m, std::vector<found> &out)
{
	for (const kernel::second_consumer &c : kernel::consumed_twice(m))
		out.push_back({ sim::finding_kind::consumed_twice, c.function, "", c.text,
				std::string("consumed_twice: ") + c.function });
}

static std::string at_line(const char *function, int line)
{
	return line && kernel::has_source_lines()
		       ? std::string(function) + " (kernel/kthread.c:" + std::to_string(line) + ")"
		    : function;
}

static void add_known_races(std::vector<found> &all)
{
	const uint64_t seen = kernel::the_kernel().races_seen;
	size_t row = 0;

	for (const kernel::known_race &r : kernel::known_races()) {
		if (!(seen >> row++ & 1))
			continue;
		const std::string field = std::string(r.type) + "." + r.field;

		all.push_back({ sim::finding_kind::race, r.first, r.second,
				"data-race on " + field + " in " + at_line(r.first, r.first_line) +
					" / " + at_line(r.second, r.second_line) + ": " + r.why,
				std::string("race: ") + r.first + " / " + r.second, {}, true });
	}
}

std::string at_place(source_span where)
{
	return "@" + std::to_string(where.begin) + ": ";
}

void add_lock_orders(const kernel::lock_graph &orders, std::vector<found> &out)
{
	for (const kernel::lock_report &r : orders.reports())
		out.push_back({ .kind = sim::finding_kind::lockdep,
				.function = r.function,
				.other = r.other,
				.text = r.text,
				.brief = r.brief,
				.parts = r.parts });
}

static std::vector<found> findings_of(const sim::machine &m)
{
	std::vector<found> all;

	for (const sim::finding &f : m.findings()) {
		std::string brief = sim::finding_name(f.kind);

		if (*f.function)
			brief += std::string(": ") + f.function;
		if (*f.other)
			brief += std::string(" / ") + f.other;
		all.push_back({ f.kind, f.function, f.other, f.text, brief });
	}
	add_known_races(all);
	// A search that merges states judges the orders of all executions together.
	const kernel::lock_graph *orders = kernel::the_kernel().lock_orders;
	if (orders && m.check() == sim::checking::execution)
		add_lock_orders(*orders, all);
	if (m.state().how == sim::ending::deadlock)
		all.push_back(deadlock_of(m));
	if (m.state().how == sim::ending::endless)
		all.push_back(livelock_of(m));
	if (m.state().how == sim::ending::deadlock || m.state().how == sim::ending::finished)
		add_double_consumptions(m, all);
	if (m.state().how == sim::ending::finished)
		for (const kernel::leak &l : kernel::leaks(kernel::machine()))
			all.push_back(
				{ sim::finding_kind::leak, "", "", l.text, "leak: " + l.brief });
	if (m.state().how != sim::ending::failed)
		add_hung(m, all);
	add_lost_works(all);
	return all;
}

// ---- values ----

// The value of an operand as it stands at the end; unset if nothing was ever stored there.
static value final_value(const operand &o)
{
	const scenario_state &s = program::state();
	value v;

	switch (o.kind) {
	case operand_kind::number: return value::of(o.number);
	case operand_kind::text:
		return value::of(value_kind::text, s.program->texts[o.index].c_str());
	case operand_kind::function: return { value_kind::function, o.index, nullptr };
	case operand_kind::reg: v = s.frames[o.scope]->slots[o.index]; break;
	case operand_kind::thread_reg:
		// A thread that is gone has taken its registers along.
		if (const kernel::task_struct *t = find_thread(s, o.scope, o.number))
			if (auto *own = static_cast<const registers *>(t->scope))
				v = own->slots[o.index];
		break;
	case operand_kind::thread:
		if (kernel::task_struct *t = find_thread(s, o.index, o.number))
			v = value::of(value_kind::task, t);
		else if (o.field == field_id::state)
			return value::of('X');
		break;
	case operand_kind::variable:
		if (o.field != field_id::none)
			return object_field(s, o.index, o.field, false);
		if (s.program->variables[o.index].kind == variable_kind::worker)
			return variable_value(s, o.index);
		return value::of(static_cast<shared_word *>(s.variables[o.index])->word.peek());
	case operand_kind::work:
		return work_field(s, o.index, s.works[o.index], o.field, false);
	case operand_kind::jiffies:
		return value::of(static_cast<int64_t>(kernel::jiffies()) + o.number);
	default: break;
	}
	const bool has_fields = v.kind == value_kind::task || v.kind == value_kind::worker;
	return o.field != field_id::none && has_fields ? value_field(v, o.field, false) : v;
}

static std::string shown(const std::string &name, const operand &o)
{
	char text[96];

	print_value(final_value(o), o.type, text, sizeof(text));
	return name + "=" + text;
}

// A word of the scenario: that a number in it is an error's, only who asks for it can say.
static bool is_word(const scenario &s, const operand &o)
{
	return o.kind == operand_kind::variable && o.field == field_id::none &&
	       (s.variables[o.index].kind == variable_kind::shared_word ||
		s.variables[o.index].kind == variable_kind::plain_word);
}

static void add_once(std::vector<std::string> &states, const std::string &state)
{
	if (std::find(states.begin(), states.end(), state) == states.end())
		states.push_back(state);
}

// Numbers only: a pointer tells nothing.
static void add_number(std::vector<std::string> &states, const std::string &name, const operand &o)
{
	if (final_value(o).kind == value_kind::number)
		add_once(states, shown(name, o));
}

static void add_results(const scenario &s, std::vector<std::string> &states)
{
	for (const instruction &i : s.code)
		if (i.as.given() && s.scopes[i.as.scope].kind == scope_kind::task)
			add_number(states,
				   s.scopes[i.as.scope].name + "." +
					   s.scopes[i.as.scope].registers[i.as.index],
				   i.as);
	for (uint32_t n = 0; n < s.variables.size(); n++) {
		operand o;

		o.kind = operand_kind::variable;
		o.type = value_type::variable;
		o.index = n;
		if (is_word(s, o))
			add_number(states, s.variables[n].name, o);
	}
}

// What an execution that was cut short has kept by then is half a result, shown only if asked for.
static std::vector<std::string> states_of(const scenario &s, sim::ending how)
{
	std::vector<std::string> states;
	bool asked = false;

	for (const term *t : terms_of(s.expect)) {
		operand o = t->left;

		// As it is asked for.
		if (t->right.type == value_type::boolean)
			o.type = value_type::boolean;
		if (is_word(s, o) && t->text.find("=-E") == std::string::npos)
			o.type = value_type::variable;
		if (!t->is_finding)
			add_once(states, shown(value_name(*t), o));
		asked |= !t->is_finding;
	}
	if (!asked && how == sim::ending::finished)
		add_results(s, states);
	std::sort(states.begin(), states.end());
	return states;
}

// ---- terms ----

std::vector<const term *> terms_of(const expectation &e)
{
	std::vector<const term *> all;

	for (const auto *terms : { &e.always, &e.sometimes, &e.never })
		for (const term &t : *terms)
			all.push_back(&t);
	return all;
}

bool is_finding_of(const term &t, const found &f)
{
	const bool function =
		t.function.empty() ? !f.known
				   : t.function == f.function || t.function == f.other ||
					     std::find(f.within.begin(), f.within.end(),
						       t.function) != f.within.end();

	return t.is_finding && static_cast<uint32_t>(f.kind) == t.finding && function;
}

bool is_about_livelock(const term &t)
{
	return t.is_finding && t.finding == static_cast<uint32_t>(sim::finding_kind::livelock);
}

std::string value_name(const term &t)
{
	return t.text.substr(0, t.text.find('='));
}

static bool holds(const term &t, const std::vector<found> &findings)
{
	if (t.is_finding)
		return std::any_of(findings.begin(), findings.end(),
				   [&](const found &f) { return is_finding_of(t, f); });
	const value left = final_value(t.left), right = final_value(t.right);

	if (t.right.type == value_type::boolean && left.kind != value_kind::unset)
		return left.truth() == right.truth();
	return same_value(left, right);
}

// ---- all of it ----

outcome outcome_of(const scenario &s, const sim::machine &m)
{
	outcome o;

	o.how = m.state().how;
	o.findings = findings_of(m);
	o.races_off = m.races_off() ? m.races_off() : "";
	o.states = states_of(s, o.how);
	for (const term *t : terms_of(s.expect))
		o.holds.push_back(holds(*t, o.findings));
	return o;
}

std::string line_of(const outcome &o)
{
	std::vector<std::string> briefs;
	std::string line;

	for (const std::string &state : o.states)
		line += (line.empty() ? "" : " ") + state;
	for (const found &f : o.findings)
		if (!f.known)
			add_once(briefs, f.brief);
	std::sort(briefs.begin(), briefs.end());
	for (const std::string &brief : briefs)
		line += (line.empty() ? "" : "  ") + brief;
	return line.empty() ? "everything finished" : line;
}

std::string identity_of(const outcome &o)
{
	std::string text = line_of(o) + "\n";

	for (const bool h : o.holds)
		text += h ? '1' : '0';
	return text;
}

} // namespace scenario
