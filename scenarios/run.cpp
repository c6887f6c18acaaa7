// SPDX-License-Identifier: GPL-2.0-only
// One execution of a scenario: strategy, findings at its end, schedule.
// Must not know JSON or how verdicts are printed.
#include "scenarios/run.hpp"
#include <memory>
#include "model/boot.hpp"
#include "model/explain.hpp"
#include "model/leaks.hpp"
#include "scenarios/event_matcher.hpp"
#include "scenarios/hand_schedule.hpp"
#include "scenarios/judge.hpp"
#include "scenarios/object_names.hpp"
#include "scenarios/program.hpp"
#include "sim/strategies.hpp"

namespace scenario {

constexpr uint64_t HUNG_NS = 120'000'000'000; // as the kernel's hung task detector has it

using kernel::task_struct;

// Who waits busily: for what, and who holds it if that is a lock.
static void add_spinners(const sim::machine &m, std::string &text)
{
	for (uint32_t i = 0; i < m.state().contexts_used; i++) {
		const sim::context &c = m.context_of(i);
		char who[64], what[64], holder[64];

		if (!c.next || !c.next->enabled || c.next->enabled(c.next->guard))
			continue;
		kernel::name_of_context(c, who, sizeof(who));
		kernel::name_of_id(m, m.id(c.next->object), what, sizeof(what));
		text += std::string("\n    ") + who + " spins in " + c.next->where.function +
			" on " + what;
		if (c.next->kind != sim::access::lock)
			continue;
		const auto owner = static_cast<const kernel::spinlock *>(c.next->object)->owner;
		kernel::name_of_context(m.context_of(owner - 1), holder, sizeof(holder));
		text += std::string(", held by ") + holder;
	}
}

// One line a waiting task, oldest first; then the CPUs that spin.
static found deadlock_of(const sim::machine &m)
{
	std::string text = "deadlock:";
	char line[200];

	for (const task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task) {
		if (t == kernel::the_kernel().api->kthreadd_task)
			continue;
		kernel::describe_wait(*t->context, line, sizeof(line));
		text += std::string("\n    ") + line;
	}
	add_spinners(m, text);
	return { sim::finding_kind::deadlock, "", text };
}

static void add_hung(const sim::machine &m, std::vector<found> &out)
{
	for (const task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task) {
		const uint64_t since = t->context->since_ns;
		char line[200];

		if (t->context->state != sim::context_state::asleep ||
		    !(t->__state.peek() & kernel::TASK_UNINTERRUPTIBLE) ||
		    (t->__state.peek() & kernel::TASK_NOLOAD) ||
		    m.state().now_ns < since + HUNG_NS || t->context->frames == nullptr)
			continue;
		kernel::describe_wait(*t->context, line, sizeof(line));
		out.push_back({ sim::finding_kind::hung, "",
				std::string("task blocked for more than 120 seconds: ") + line });
	}
}

static void add_leaks(std::vector<found> &out)
{
	for (const std::string &text : kernel::leaks(kernel::machine()))
		out.push_back({ sim::finding_kind::leak, "", text });
}

static void collect_findings(const sim::machine &m, run_result &r)
{
	for (const sim::finding &f : m.findings())
		r.findings.push_back({ f.kind, f.function, f.text });
	r.how = m.state().how;
	if (r.how == sim::ending::deadlock)
		r.findings.push_back(deadlock_of(m));
	if (r.how == sim::ending::finished)
		add_leaks(r.findings);
	if (r.how != sim::ending::failed)
		add_hung(m, r.findings);
}

namespace {

// Is asked at every choice, so that somebody can listen, and answers as another strategy would.
class listening_strategy final : public sim::strategy {
public:
	listening_strategy(sim::strategy &inner, step_listener *listener)
		: inner_(inner), listener_(listener)
	{}
	void watch(const sim::machine &m) { machine_ = &m; }
	uint64_t attentive_from(uint64_t from) override
	{
		return listener_ ? from : inner_.attentive_from(from);
	}
	uint32_t choose(const sim::choice &c) override
	{
		const bool asked = inner_.attentive_from(c.number) == c.number;
		const uint32_t answer = asked ? inner_.choose(c) : 0;

		if (listener_)
			listener_->chosen(*machine_, c, answer);
		return answer;
	}
	void stuck(std::span<const sim::option> blocked) override { inner_.stuck(blocked); }
	bool next_execution(const sim::verdict &v) override { return inner_.next_execution(v); }

private:
	sim::strategy &inner_;
	step_listener *listener_;
	const sim::machine *machine_ = nullptr;
};

} // namespace

run_result run_scenario(const scenario &s, const run_options &options)
{
	run_result r;
	event_matcher matcher(s, options.sink);
	sim::natural_strategy natural;
	hand_schedule by_hand(s);
	sim::schedule given;
	std::string error;
	size_t error_at;

	if (options.replay)
		given = *options.replay;
	else if (!s.schedule.text.empty())
		parse_schedule(s.schedule.text, given, error, error_at);
	const bool replays = options.replay || !s.schedule.text.empty();
	const bool hand = !replays && !s.schedule.steps.empty();
	sim::replay_strategy replay(given);
	sim::strategy &base = replays ? static_cast<sim::strategy &>(replay)
			      : hand  ? static_cast<sim::strategy &>(by_hand)
				      : natural;
	sim::recording_strategy recorder(base);
	listening_strategy asked(recorder, options.steps);
	sim::machine m(machine_config_of(s), asked);
	program p(s);

	by_hand.watch(m);
	asked.watch(m);
	m.set_hooks(&kernel::hooks());
	object_name_table no_names;
	naming_sink named(m, options.names ? *options.names : no_names, &matcher);
	if (options.sink || !s.expect.traces.empty())
		m.set_sink(options.names ? static_cast<sim::sink *>(&named) : &matcher);
	m.start(p);
	m.run();
	r.steps = m.state().steps;
	r.time_ns = m.state().now_ns;
	r.schedule = recorder.recorded(r.steps, m.state().taken);
	if (!error.empty())
		r.schedule_error = error;
	if (hand)
		r.schedule_error = by_hand.unfinished_step();
	r.diverged_at = replay.diverged_at();
	if (replays && given.steps && r.diverged_at == sim::NEVER &&
	    (given.steps != r.steps || given.check != r.schedule.check))
		r.diverged_at = std::min(given.steps, r.steps);
	collect_findings(m, r);
	judge(s, matcher, r);
	return r;
}

} // namespace scenario
