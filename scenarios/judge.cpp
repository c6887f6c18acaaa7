// SPDX-License-Identifier: GPL-2.0-only
// Judging one execution: findings, final values and sequences of events.
// Must not know JSON or how verdicts are printed.
#include "scenarios/judge.hpp"
#include <algorithm>
#include "model/boot.hpp"
#include "scenarios/program.hpp"
#include "scenarios/values.hpp"
#include "scenarios/words.hpp"

namespace scenario {

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
		return work_field(s, o.index, static_cast<kernel::kthread_work *>(s.works[o.index]),
				  o.field, false);
	case operand_kind::jiffies:
		return value::of(static_cast<int64_t>(kernel::jiffies()) + o.number);
	default: break;
	}
	const bool has_fields = v.kind == value_kind::task || v.kind == value_kind::worker;
	return o.field != field_id::none && has_fields ? value_field(v, o.field, false) : v;
}

static bool is_same_finding(const term &t, const found &f)
{
	return static_cast<uint32_t>(f.kind) == t.finding &&
	       (t.function.empty() || t.function == f.function);
}

static bool happened(const term &t, const run_result &r)
{
	if (t.is_finding)
		return std::any_of(r.findings.begin(), r.findings.end(),
				   [&](const found &f) { return is_same_finding(t, f); });
	const value left = final_value(t.left), right = final_value(t.right);

	if (t.right.type == value_type::boolean && left.kind != value_kind::unset)
		return left.truth() == right.truth();
	return same_value(left, right);
}

static std::string shown(const operand &o)
{
	char text[96];

	print_value(final_value(o), o.type, text, sizeof(text));
	return text;
}

static std::string name_of_term(const term &t)
{
	return t.text.substr(0, t.text.find('='));
}

static void judge_terms(const std::vector<term> &terms, const char *quantifier, run_result &r)
{
	const bool sometimes = quantifier[0] == 's', never = quantifier[0] == 'n';

	for (const term &t : terms) {
		const bool it_did = happened(t, r);
		judged_term j{ quantifier, t.text, judgement::holds, "" };

		if (sometimes && !it_did) {
			j.verdict = judgement::not_judged;
			j.reason = "a single run can only show that it happens";
		} else if (never == it_did && !sometimes) {
			j.verdict = judgement::fails;
			j.reason = never	  ? "it happened"
				   : t.is_finding ? "it did not happen"
						  : name_of_term(t) + " is " + shown(t.left);
		}
		r.terms.push_back(j);
		if (t.is_finding)
			continue;
		const std::string state = name_of_term(t) + "=" + shown(t.left);
		if (std::find(r.states.begin(), r.states.end(), state) == r.states.end())
			r.states.push_back(state);
	}
}

static void judge_traces(const scenario &s, const event_matcher &matcher, run_result &r)
{
	for (size_t i = 0; i < s.expect.traces.size(); i++) {
		const event_sequence &sequence = s.expect.traces[i];
		std::string name = "trace";

		if (sequence.thread.given())
			name += " of " + s.threads[sequence.thread.index].name;
		if (matcher.met(i))
			r.terms.push_back({ "trace", name, judgement::holds, "" });
		else
			r.terms.push_back({ "trace", name, judgement::fails,
					    matcher.missing(i) + ", did not come" });
	}
}

// A finding that no term names is a failure, whatever else holds.
static bool is_expected(const scenario &s, const found &f)
{
	for (const auto *terms : { &s.expect.always, &s.expect.sometimes, &s.expect.never })
		for (const term &t : *terms)
			if (t.is_finding && is_same_finding(t, f))
				return true;
	return false;
}

void judge(const scenario &s, const event_matcher &matcher, run_result &r)
{
	judge_terms(s.expect.always, "always", r);
	judge_terms(s.expect.sometimes, "sometimes", r);
	judge_terms(s.expect.never, "never", r);
	judge_traces(s, matcher, r);
	std::sort(r.states.begin(), r.states.end());
	r.expected = r.schedule_error.empty() && r.diverged_at == sim::NEVER &&
		     r.how != sim::ending::bound;
	for (const judged_term &j : r.terms)
		r.expected &= j.verdict != judgement::fails;
	for (const found &f : r.findings)
		r.expected &= is_expected(s, f);
}

std::string cannot_judge(const scenario &s)
{
	static constexpr sim::finding_kind unknown[] = { sim::finding_kind::livelock,
							 sim::finding_kind::race };

	for (const auto *terms : { &s.expect.always, &s.expect.sometimes, &s.expect.never })
		for (const term &t : *terms)
			for (sim::finding_kind k : unknown)
				if (t.is_finding && t.finding == static_cast<uint32_t>(k))
					return std::string("no checker for ") +
					       sim::finding_name(k) +
					       " exists yet, so nothing can be said about it";
	return "";
}

} // namespace scenario
