// SPDX-License-Identifier: GPL-2.0-only
// Trying steps in both orders.
// It must not know strategies, nor what programs do.
#include "tests/support_commutation.hpp"
#include <algorithm>
#include <cstring>
#include <set>
#include <utility>
#include "sim/prng.hpp"

namespace support {

using sim::access;
using sim::context_id;
using sim::EVENT;

// ---- what there is ----

static std::string place_of(const sim::option &o)
{
	std::string where = o.who & EVENT ? "event " : "";

	where += *o.next.where.verb ? std::string(o.next.where.function) + "/" + o.next.where.verb
				    : std::string("go on");
	if (o.stack)
		where += std::string(" in ") + o.stack->function;
	return where;
}

static bool same_touches(const sim::op &a, const sim::op &b)
{
	return std::equal(a.touches, a.touches + a.count, b.touches, b.touches + b.count,
			  [](const sim::touch &x, const sim::touch &y) {
				  return x.object == y.object && x.kind == y.kind;
			  });
}

static bool same(const sim::op &a, const sim::op &b)
{
	return same_touches(a, b) && !strcmp(a.where.function, b.where.function) &&
	       !strcmp(a.where.verb, b.where.verb);
}

static const sim::touch *begin(const sim::op &o)
{
	return o.touches;
}

static std::vector<sim::touch> touches_of(const sim::op &o)
{
	return { begin(o), begin(o) + o.count };
}

// Going on after a sleep, or a step that touches nothing.
static bool is_private(const sim::option &o)
{
	return !(o.who & EVENT) &&
	       std::all_of(o.next.touches, o.next.touches + o.next.count, [&](const sim::touch &t) {
		       return t.kind == access::read && !*o.next.where.verb;
	       });
}

commutation_check::standings commutation_check::look(bool &ended, touches *effects)
{
	standings all;
	sim::choice c;

	ended = !machine_.offer(c);
	const auto last = ended ? machine_.ended_as().effects : c.effects;
	if (effects)
		effects->insert(effects->end(), last.begin(), last.end());
	if (ended)
		return all;
	auto add = [&](const sim::option &o) {
		all.push_back(
			{ o.who, o.cpu, o.why == sim::obstacle::none, false, o.next, place_of(o) });
	};
	for (const sim::option &o : c.options)
		add(o);
	for (const sim::option &o : c.blocked)
		add(o);
	all[0].alone = c.options.size() == 1 && is_private(c.options[0]);
	std::stable_sort(all.begin(), all.end(), [](const standing &a, const standing &b) {
		return a.alone != b.alone ? a.alone : a.who < b.who;
	});
	return all;
}

commutation_check::result commutation_check::take(const standing &first, bool last_answers)
{
	constexpr unsigned FORCED_MAX = 300; // then it goes on for ever
	context_id who = first.who;
	result r;
	bool ended = false;

	r.touched = touches_of(first.next);

	for (;;) {
		sim::choice c;

		machine_.go_on(who);
		while (machine_.state().value_for && machine_.offer(c))
			machine_.answer(last_answers ? c.count - 1 : 0);
		r.after = look(ended, &r.touched);
		r.ended = ended && machine_.state().how == sim::ending::failed;
		r.ended |= r.forced.size() == FORCED_MAX;
		if (ended || r.ended || !r.after[0].alone)
			break;
		const touches t = touches_of(r.after[0].next);
		const bool follows = r.after[0].who == first.who ||
				     std::count(r.forced.begin(), r.forced.end(), r.after[0].who);
		if (!follows && !conflict(r.touched, t))
			report("does not conflict with who has to go on", first, r.touched,
			       r.after[0], t);
		r.touched.insert(r.touched.end(), t.begin(), t.end());
		who = r.after[0].who;
		r.forced.push_back(who);
	}
	r.state.save(machine_);
	return r;
}

// What is offered and done on a random walk from there, as text.
std::string commutation_check::story(const sim::state_image &from, uint64_t seed)
{
	constexpr unsigned STEPS = 100;
	sim::prng numbers = sim::prng::seeded(seed);
	std::string told;

	from.restore(machine_);
	for (unsigned n = 0; n < STEPS; n++) {
		bool ended;
		touches effects;
		const standings all = look(ended, &effects);
		std::vector<context_id> offered;
		sim::choice c;

		if (n)
			told += text(effects) + '\n'; // of a step of this walk
		if (ended)
			return told + std::to_string(static_cast<int>(machine_.state().how));
		for (const standing &s : all) {
			told += std::to_string(s.who) + s.where + text(touches_of(s.next)) + '\n';
			if (s.offered)
				offered.push_back(s.who);
		}
		machine_.go_on(all[0].alone ? all[0].who : offered[numbers.below(offered.size())]);
		while (machine_.state().value_for && machine_.offer(c)) {
			told += std::to_string(c.count) + '\n';
			machine_.answer(static_cast<uint32_t>(numbers.below(c.count)));
		}
	}
	return told;
}

// Equal bytes, or bytes that differ only on stacks and make no difference on what follows: a
// compiler leaves old values there, and saves what it will not use again.
bool commutation_check::equivalent(const result &a, const result &b)
{
	constexpr uint64_t WALKS = 4;

	if (a.state.hash() == b.state.hash())
		return true;
	if (!(a.state.hash_without_stacks() == b.state.hash_without_stacks()))
		return false;
	for (uint64_t seed = 0; seed < WALKS; seed++)
		if (story(a.state, seed) != story(b.state, seed))
			return false;
	return true;
}

// ---- what must hold ----

static const char *const KINDS[] = { "none", "read", "write", "rmw", "lock", "unlock", "pass" };

std::string commutation_check::text(const touches &t) const
{
	std::string s;

	for (const sim::touch &x : t) {
		const std::string one = std::string(s.empty() ? "" : ", ") +
					KINDS[static_cast<unsigned>(x.kind)] + " " +
					name_(machine_, x.object);

		if (s.size() > 400)
			return s + ", ..";
		s += one;
	}
	return s.empty() ? "nothing" : s;
}

void commutation_check::report(const char *what, const standing &a, const touches &ta,
			       const standing &b, const touches &tb)
{
	const std::string key = std::string(what) + ": " + a.where + " | " + b.where;

	if (!violations_.count(key))
		violations_[key] = key + "\n    first " + std::to_string(a.who) + ": " + text(ta) +
				   "\n    other " + std::to_string(b.who) + ": " + text(tb);
}

template <class L> static auto find(L &all, context_id who)
{
	return std::find_if(all.begin(), all.end(), [who](const auto &s) { return s.who == who; });
}

// Whoever's operation, or whether it is offered, is changed must conflict with who changed it.
void commutation_check::check_others(const standings &before, const standing &a,
				     const result &after_a)
{
	const touches &ta = after_a.touched;

	for (const standing &c : after_a.after) {
		const auto was = find(before, c.who);
		const touches now = touches_of(c.next);

		if (c.who == a.who ||
		    std::count(after_a.forced.begin(), after_a.forced.end(), c.who))
			continue;
		if (was == before.end()) {
			if (!conflict(ta, now))
				report("appears", a, ta, c, now);
			continue;
		}
		if (was->offered == c.offered && same(was->next, c.next))
			continue;
		if (!conflict(ta, now) && !conflict(ta, touches_of(was->next)))
			report(c.offered ? "becomes possible or other"
					 : "becomes impossible or other",
			       a, ta, c, now);
		else if (!conflict(ta, now))
			report("does not conflict with what comes of it", a, ta, c, now);
		else if (!conflict(ta, touches_of(was->next)))
			report("does not conflict with what was there", a, ta, *was,
			       touches_of(was->next));
	}
	// Who still sleeps when all is over is not told of any more.
	const bool over = after_a.after.empty();

	for (const standing &c : before)
		if (c.who != a.who && (c.offered || !over) &&
		    find(after_a.after, c.who) == after_a.after.end() &&
		    !conflict(ta, touches_of(c.next)))
			report("disappears", a, ta, c, touches_of(c.next));
}

void commutation_check::check_pair(const standing &a, const result &first_a, const standing &b,
				   const result &first_b, const sim::state_image &here,
				   bool last_answers)
{
	const auto b_later = find(first_a.after, b.who), a_later = find(first_b.after, a.who);
	const bool apart = !conflict(first_a.touched, first_b.touched);

	if (first_a.ended || first_b.ended)
		return;
	if (b_later == first_a.after.end() || !b_later->offered) {
		if (apart)
			report("is not offered after", a, first_a.touched, b, first_b.touched);
		return;
	}
	here.restore(machine_);
	take(a, last_answers);
	const result ab = take(*b_later, last_answers);
	if (!apart && conflict(first_a.touched, ab.touched))
		return;
	pairs_++;
	if (!same(b_later->next, b.next)) {
		report("is another operation after", a, first_a.touched, b, first_b.touched);
		return;
	}
	if (a_later == first_b.after.end() || !a_later->offered) {
		report("is not offered before", b, first_b.touched, a, first_a.touched);
		return;
	}
	here.restore(machine_);
	take(b, last_answers);
	const result ba = take(*a_later, last_answers);
	if (ab.ended != first_b.ended || ba.ended != first_a.ended)
		report("ends the execution or not", a, first_a.touched, b, first_b.touched);
	else if (!equivalent(ab, ba))
		report("comes to another state", a, first_a.touched, b, first_b.touched);
	else if (!std::equal(ab.after.begin(), ab.after.end(), ba.after.begin(), ba.after.end(),
			     [](const standing &x, const standing &y) {
				     return x.who == y.who && x.offered == y.offered &&
					    same(x.next, y.next);
			     }))
		report("leaves other options", a, first_a.touched, b, first_b.touched);
}

void commutation_check::check_state(bool last_answers)
{
	sim::state_image here;
	bool ended;
	const standings before = look(ended, nullptr);
	std::vector<std::pair<const standing *, result>> firsts;

	here.save(machine_);
	for (const standing &a : before) {
		if (!a.offered)
			continue;
		here.restore(machine_);
		result r = take(a, last_answers);

		if (!r.ended)
			check_others(before, a, r);
		firsts.emplace_back(&a, std::move(r));
	}
	for (const auto &[a, first_a] : firsts)
		for (const auto &[b, first_b] : firsts)
			if (a != b)
				check_pair(*a, first_a, *b, first_b, here, last_answers);
	here.restore(machine_);
}

// ---- which states ----

void commutation_check::run(const commutation_limits &limits)
{
	sim::prng numbers = sim::prng::seeded(limits.seed);
	std::set<std::pair<uint64_t, uint64_t>> known;

	for (unsigned walk = 0; walk < limits.walks && states_ < limits.states; walk++) {
		machine_.start(program_);
		for (unsigned n = 0; n < limits.walk_steps; n++) {
			sim::choice c;

			if (!machine_.offer(c))
				break;
			if (c.kind == sim::choice_kind::step && c.count > 1) {
				sim::state_image image;

				image.save(machine_);
				if (known.insert({ image.hash().low, image.hash().high }).second) {
					states_++;
					check_state(false);
					check_state(true);
					machine_.offer(c);
				}
			}
			machine_.answer(static_cast<uint32_t>(numbers.below(c.count)));
		}
	}
}

} // namespace support
