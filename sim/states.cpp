// SPDX-License-Identifier: GPL-2.0-only
// The stateful search: depth first over states, component by component.
// It must not know what programs do, nor how results are printed.
#include "sim/states.hpp"
#include <algorithm>
#include <cstdlib>
#include "sim/machine.hpp"

namespace sim {

state_search::state_search(machine &m, program &p, const search_limits &limits)
	: machine_(m), program_(p), limits_(limits), stubborn_(m, futures_), trail_(m)
{
	machine_.make_comparable();
	// Who goes round for ever may keep for ever what he holds.
	if (limits.circles)
		stubborn_.be_strict();
}

// Whether somebody waits for ever with a CPU's token in his hands, or has never given back what
// others borrow.
static bool hangs(const machine &m)
{
	const ending how = m.state().how;
	bool token = false;

	for (unsigned i = 0; i < m.config().all_cpus(); i++)
		token |= m.cpu_of(static_cast<cpu_id>(i)).current != nullptr;
	return (how == ending::deadlock && token) ||
	       ((how == ending::deadlock || how == ending::finished) && m.state().locks_kept);
}

uint32_t state_search::outcome_here()
{
	std::string text;

	ends_++;
	if (limits_.reduce && !stubborn_.strict() && hangs(machine_)) {
		stubborn_.be_strict();
		again_ = true;
	}
	program_.outcome(machine_, text);
	for (size_t i = 0; i < outcomes_.size(); i++)
		if (outcomes_[i].text == text)
			return static_cast<uint32_t>(i);
	outcomes_.push_back({ text, machine_.state().how, 0, {} });
	return static_cast<uint32_t>(outcomes_.size() - 1);
}

// ---- what is done, and what may be done ----

void state_search::take(const option &o, circle_graph::list waiting)
{
	const op next = o.next;
	const context_id who = o.who;

	machine_.go_on(who);
	transitions_++;
	if (limits_.circles)
		strides_.push_back({ who, waiting, machine_.progressed() });
	if (!limits_.reduce)
		return;
	touches_.assign(next.touches, next.touches + next.count);
	touches_.insert(touches_.end(), machine_.effects().begin(), machine_.effects().end());
	note_step(who, touches_);
}

// The step of `who` goes on.
void state_search::answer_value(context_id who, uint32_t answer, circle_graph::list waiting)
{
	machine_.answer(answer);
	transitions_++;
	if (limits_.circles)
		strides_.push_back({ who, waiting, machine_.progressed() });
	if (limits_.reduce)
		note_step(who, machine_.effects());
}

void state_search::note_step(context_id who, std::span<const touch> touches)
{
	const actor a = futures_.actor_of(who);

	if (!(who & EVENT))
		futures_.synchronises(machine_.id(&machine_.context_of(who).state));
	if (done_.size() <= a)
		done_.resize(a + 1);
	const futures::step step = futures_.step_of(a, touches);
	const uint32_t n = ++done_[a];
	expected_.see(a, n, step);
	for (const uint32_t u : futures_.uses_in(step))
		expected_.see_use(u, n);
	legs_.push_back({ 0, 0, step });
}

// Also of those who cannot go on: at the end of an execution they still stand there. A token that
// is asked for only has to be free, and what it is kept for is seen when that is done.
void state_search::standing_at(std::span<const option> options, std::span<const option> blocked,
			       futures::draft &d)
{
	d.clear();
	for (const auto list : { options, blocked })
		for (const option &o : list) {
			const actor a = futures_.actor_of(o.who);
			const futures::outlook stands = standing_of(a, o);

			if (o.who & EVENT)
				stubborn_.meet(o);
			if (d.size() <= a)
				d.resize(a + 1);
			d[a] = stands;
		}
}

// Before the last leg.
void state_search::note_stood(const futures::draft &d)
{
	legs_.back().stood = static_cast<uint32_t>(stood_.size());
	legs_.back().actors = static_cast<uint32_t>(d.size());
	stood_.insert(stood_.end(), d.begin(), d.end());
}

// Most stand where they stood before.
futures::outlook state_search::standing_of(actor a, const option &o)
{
	const bool waits = o.stands.only_waits;
	const cpu &k = machine_.cpu_of(o.cpu);
	const auto is_same = [](const touch &s, const touch &t) {
		return s.object == t.object && s.kind == t.kind;
	};

	if (stands_.size() <= a)
		stands_.resize(a + 1);
	stand &known = stands_[a];
	if (known.count == o.next.count && known.waits == waits && known.cpu == o.cpu &&
	    std::equal(known.touches, known.touches + known.count, o.next.touches, is_same))
		return known.outlook;
	uses_.clear();
	for (uint8_t i = 0; i < o.next.count; i++) {
		const touch &t = o.next.touches[i];
		const bool token = t.object == machine_.id(&k.current) ||
				   t.object == machine_.id(&k.interrupted);

		known.touches[i] = t;
		if (t.kind != access::none)
			uses_.push_back(futures_.use_of(
				a, t.object, token && !waits ? manner::passes : manner_of(t.kind)));
	}
	known.count = o.next.count;
	known.waits = waits;
	known.cpu = o.cpu;
	return known.outlook = futures_.outlook_of(uses_);
}

// ---- states ----

state_search::node &state_search::spare_node()
{
	if (spare_.empty()) {
		nodes_.push_back(std::make_unique<node>());
		spare_.push_back(nodes_.back().get());
	}
	return *spare_.back();
}

void state_search::open_state(node &n, uint32_t number, const choice &c)
{
	n.state = n.low = number;
	n.chosen.clear();
	n.edges.clear();
	n.legs.clear();
	n.stood.clear();
	n.edge_legs.clear();
	n.foreseen = n.weighed = 0;
	n.strides.clear();
	n.edge_strides.clear();
	n.forced = forced_;
	if (limits_.circles)
		n.turns = turns_at(c);
	n.standing.clear();
	n.done = done_;
	states_[number].is_value = c.kind == choice_kind::value;
	if (states_[number].is_value)
		n.around = {};
	else
		n.around.look(machine_, c, futures_);
	if (limits_.reduce && !states_[number].is_value) {
		standing_at(c.options, c.blocked, n.standing);
		// What else is needed is seen once that has been tried.
		n.chosen.push_back(stubborn_.best_first(n.around, expected_, done_));
	} else {
		for (uint32_t i = 0; i < c.count; i++)
			n.chosen.push_back(i);
	}
	way_.push_back(&n);
	open_.push_back(&n);
	here_ = &n;
}

// Whoever takes his CPU's token only to wait with it for a lock can do nothing then that he could
// not do without, and keeps others back; when the lock is free it makes no difference at all. So
// that is left out, unless somebody with a token waits for something that those others may do.
bool state_search::offer(choice &c)
{
	if (!machine_.offer(c))
		return false;
	all_ = c.options;
	if (!limits_.reduce || limits_.circles || stubborn_.strict() ||
	    c.kind == choice_kind::value ||
	    std::any_of(c.blocked.begin(), c.blocked.end(),
			[](const option &o) {
				return o.why == obstacle::guard && o.stands.holds &&
				       o.stands.guarded;
			}) ||
	    std::none_of(c.options.begin(), c.options.end(),
			 [](const option &o) { return o.stands.only_waits; }))
		return true;
	offered_.clear();
	blocked_.assign(c.blocked.begin(), c.blocked.end());
	for (const option &o : c.options)
		if (o.stands.only_waits) {
			blocked_.push_back(o);
			blocked_.back().why = obstacle::guard;
		} else {
			offered_.push_back(o);
		}
	if (offered_.empty())
		return true;
	c.options = offered_;
	c.count = static_cast<uint32_t>(offered_.size());
	c.blocked = blocked_;
	return true;
}

// Not where others are hidden: of those who could go on there all must be known.
bool state_search::is_kept(const choice &c) const
{
	return c.count > 1 || (forced_ >= FORCED_MAX && !machine_.hides_options());
}

// Goes on until there is something to choose or the execution has ended, and notes where that is.
void state_search::arrive(node *from, edge &e)
{
	choice c;
	bool there;

	while ((there = offer(c)) && !is_kept(c)) {
		const circle_graph::list waiting =
			limits_.circles ? turns_at(c).waiting : circle_graph::UNKNOWN;

		forced_++;
		if (c.kind == choice_kind::value) {
			answer_value(c.who, 0, waiting);
			continue;
		}
		if (limits_.reduce)
			standing_at(c.options, c.blocked, draft_);
		take(c.options[0], waiting);
		if (limits_.reduce)
			note_stood(draft_);
	}
	if (!there && machine_.ended_as().how == ending::bound) {
		complete_ = false;
		return;
	}
	if (there && c.count > 1)
		forced_ = 0;
	e.last = machine_.state().last;
	e.is_outcome = !there;
	if (!there) {
		if (limits_.reduce) {
			standing_at({}, machine_.blocked(), draft_);
			legs_.push_back({ 0, 0, NONE });
			note_stood(draft_);
		}
		e.target = outcome_here();
	} else {
		const auto next = static_cast<uint32_t>(states_.size());
		bool fresh = false;

		e.target = table_.find_or_add(trail_.look(), next, fresh);
		if (fresh) {
			node &n = spare_node();

			spare_.pop_back();
			trail_.keep(n.place);
			make_room(states_, 1);
			states_.emplace_back();
			open_state(n, next, c);
		} else if (from && states_[e.target].open) {
			from->low = std::min(from->low, e.target);
		}
	}
}

void state_search::try_next(node &n)
{
	const uint32_t choice = n.chosen[n.edges.size()];
	edge e{ choice, NO_CONTEXT, NONE, false };

	if (here_ != &n)
		trail_.go_to(n.place);
	here_ = nullptr;
	done_ = n.done;
	forced_ = n.forced;
	legs_.clear();
	stood_.clear();
	strides_.clear();
	if (states_[n.state].is_value) {
		answer_value(machine_.state().value_for->id, choice, circle_graph::UNKNOWN);
	} else {
		const option &o = n.around.options[choice];

		e.who = o.who;
		take(o, circle_graph::UNKNOWN);
		// It keeps all others from going on, or what it does is not all known yet.
		n.around.all |=
			limits_.reduce && (machine_.state().ended || machine_.state().value_for);
	}
	arrive(&n, e);
	n.edges.push_back(e);
	n.edge_legs.push_back(n.legs.size());
	for (leg l : legs_) {
		l.stood += static_cast<uint32_t>(n.stood.size());
		n.legs.push_back(l);
	}
	n.stood.insert(n.stood.end(), stood_.begin(), stood_.end());
	n.edge_strides.push_back(n.strides.size());
	n.strides.insert(n.strides.end(), strides_.begin(), strides_.end());
}

// ---- the search ----

bool state_search::goes_on()
{
	constexpr uint64_t OFTEN = 1024;

	return !limits_.watch || ++turns_ % OFTEN ||
	       limits_.watch({ ends_, states_.size(), transitions_,
			       static_cast<uint32_t>(outcomes_.size()) });
}

// False: what was learnt on the way makes it necessary to begin again.
bool state_search::search()
{
	edge start{};

	machine_.start(program_);
	trail_.begin();
	arrive(nullptr, start);
	while (!way_.empty() && !again_) {
		node &n = *way_.back();

		if (n.edges.size() < n.chosen.size()) {
			if (states_.size() >= limits_.states_max)
				complete_ = false;
			else if (outcomes_.size() >= limits_.outcomes_max || !goes_on())
				return complete_ = false, true;
			else {
				try_next(n);
				continue;
			}
			n.chosen.resize(n.edges.size());
		}
		if (n.low < n.state) {
			way_.pop_back();
			way_.back()->low = std::min(way_.back()->low, n.low);
		} else {
			finish(n);
		}
	}
	return !again_;
}

void state_search::forget()
{
	futures_.clear();
	expected_.clear();
	stands_.clear();
	done_.clear();
	table_ = {};
	states_.clear();
	edges_.clear();
	closed_.clear();
	outcomes_.clear();
	for (node *n : open_)
		spare_.push_back(n);
	open_.clear();
	way_.clear();
	here_ = nullptr;
	endless_.clear();
	forced_ = 0;
	transitions_ = ends_ = 0;
	complete_ = true;
	cyclic_ = again_ = false;
	program_.forget_outcomes();
}

search_result state_search::run()
{
	search_result r;

	while (!search())
		forget();
	while (!open_.empty()) {
		close(*open_.back(), {});
		open_.pop_back();
	}
	r.states = states_.size();
	r.transitions = transitions_;
	r.complete = complete_;
	r.cyclic = cyclic_;
	count_paths();
	shortest_ways();
	r.outcomes = outcomes_;
	r.wrong = wrong_;
	std::sort(r.outcomes.begin(), r.outcomes.end(),
		  [](const search_outcome &a, const search_outcome &b) { return a.text < b.text; });
	return r;
}

} // namespace sim
