// SPDX-License-Identifier: GPL-2.0-only
// One execution of a scenario: strategy, findings at its end, schedule.
// Must not know JSON or how verdicts are printed.
#include "scenarios/run.hpp"
#include <memory>
#include "model/boot.hpp"
#include "model/memory_log.hpp"
#include "scenarios/event_matcher.hpp"
#include "scenarios/hand_schedule.hpp"
#include "scenarios/judge.hpp"
#include "scenarios/object_names.hpp"
#include "scenarios/program.hpp"
#include "sim/strategies.hpp"

namespace scenario {

namespace {

// Is asked at every choice, so that somebody can listen, and answers as another strategy would.
class listening_strategy final : public sim::strategy {
public:
	listening_strategy(sim::strategy &inner, step_listener *listener)
		: inner_(inner), listener_(listener)
	{}
	void watch(const sim::machine &m) { machine_ = &m; }
	// From that choice on.
	void watch_round(sim::round_watch *r, uint64_t from)
	{
		round_ = r;
		round_from_ = from;
	}
	uint64_t attentive_from(uint64_t from) override
	{
		return listener_ || round_ ? from : inner_.attentive_from(from);
	}
	uint32_t choose(const sim::choice &c) override
	{
		const bool asked = inner_.attentive_from(c.number) == c.number;
		const uint32_t answer = asked ? inner_.choose(c) : 0;

		if (listener_)
			listener_->chosen(*machine_, c, answer);
		if (round_ && c.number >= round_from_)
			round_->chosen(*machine_, c, answer);
		return answer;
	}
	void stuck(std::span<const sim::option> blocked) override { inner_.stuck(blocked); }
	bool next_execution(const sim::verdict &v) override { return inner_.next_execution(v); }

private:
	sim::strategy &inner_;
	step_listener *listener_;
	sim::round_watch *round_ = nullptr;
	uint64_t round_from_ = 0;
	const sim::machine *machine_ = nullptr;
};

// A schedule that ends with a round: whether it can be repeated is seen anew.
void go_round(sim::machine &m, const sim::schedule &way, listening_strategy &asked,
	      sim::round_watch &round)
{
	asked.watch_round(&round, way.steps - way.round);
	if (m.run(way.steps - way.round))
		return;
	round.begin(m);
	if (!m.run(way.steps))
		m.end_round(round);
	asked.watch_round(nullptr, 0);
}

} // namespace

run_result run_scenario(const scenario &s, const run_options &options)
{
	run_result r;
	event_matcher matcher(s, options.sink);
	sim::natural_strategy natural;
	hand_schedule by_hand(s);
	sim::schedule given;
	std::string no_error; // the reader has tried it
	size_t no_place;

	if (options.replay)
		given = *options.replay;
	else if (!s.schedule.text.empty())
		parse_schedule(s.schedule.text, given, no_error, no_place);
	const bool replays = options.replay || !s.schedule.text.empty();
	const bool hand = !replays && s.schedule.by_hand();
	if (hand)
		given.timed = !s.schedule.without_time;
	sim::replay_strategy replay(given);
	sim::strategy &base = replays ? static_cast<sim::strategy &>(replay)
			      : hand  ? static_cast<sim::strategy &>(by_hand)
				      : natural;
	sim::recording_strategy recorder(base);
	listening_strategy asked(recorder, options.steps);
	sim::machine_config config = machine_config_of(s, !given.timed);
	config.check = options.check	    ? *options.check
		       : asks_for_checks(s) ? sim::checking::execution
					    : sim::checking::waits;
	sim::machine m(config, asked);
	program p(s);
	sim::round_watch round;
	kernel::memory_log own_log;

	if (given.round)
		m.make_comparable();

	m.objects().set_log(options.memory ? options.memory : &own_log);
	by_hand.watch(m);
	asked.watch(m);
	m.set_hooks(&kernel::hooks());
	object_name_table no_names;
	naming_sink named(m, options.names ? *options.names : no_names, &matcher);
	if (options.sink || !s.expect.traces.empty())
		m.set_sink(options.names ? static_cast<sim::sink *>(&named) : &matcher);
	m.start(p);
	if (given.round)
		go_round(m, given, asked, round);
	m.run();
	r.steps = m.state().steps;
	r.time_ns = m.state().now_ns;
	r.schedule = recorder.recorded(r.steps, m.state().taken);
	r.schedule.timed = given.timed;
	r.schedule.round = m.round() ? given.round : 0;
	if (hand)
		r.schedule_error = by_hand.unfinished_step();
	r.diverged_at = replay.diverged_at();
	if (replays && given.steps && r.diverged_at == sim::NEVER &&
	    (given.steps != r.steps || given.check != r.schedule.check))
		r.diverged_at = std::min(given.steps, r.steps);
	static_cast<outcome &>(r) = outcome_of(s, m);
	judge(s, matcher, r);
	if (options.steps)
		options.steps->ended(m);
	return r;
}

} // namespace scenario
