// SPDX-License-Identifier: GPL-2.0-only
// Every scenario of the library comes out as expected, always the same way, and can be replayed.
// Must not know any scenario, but for the names of those whose traces are golden.
#include "tests/library_run.hpp"

#include <cstdlib>

namespace {

// A scenario answers one question: it has no need of more.
constexpr uint64_t steps_most = 5'000;

// The traces that are read and reviewed: each shows another part of the machine.
const char *const golden[] = {
	"2003/rusty-2003",
	"create/clone-waits-for-the-killed",
	"create/killed-after-done",
	"create/s01a-create-then-stop",
	"delayed/last-armed-first",
	"flush/cancel-flush-order",
	"hotplug/s13a-smpboot-across-hotplug",
	"lessons/preemption-models",
	"lessons/timer-fires-late",
	"numa/bind-mask",
	"park/park-unpark-stop",
	"park/s03b-stop-parked",
	"park/unpark-binds-again",
	"stop/lost-stop-by-hand",
};

std::string complaints(const scenario::run_result &r)
{
	std::string text = r.schedule_error;

	for (const scenario::found &f : r.findings)
		text += std::string("\nfinding ") + sim::finding_name(f.kind) + ": " + f.text;
	for (const scenario::judged_term &t : r.terms)
		if (t.verdict == scenario::judgement::fails)
			text += std::string("\n") + t.quantifier + " " + t.text + ": " + t.reason;
	return text;
}

// Runs a check on every scenario and every variant.
template <class check> void each(check &&c)
{
	const auto files = library::files();

	CHECK(files.size() >= 26);
	for (const std::string &file : files)
		for (const scenario::scenario &s : library::with_variants(file)) {
			CAPTURE(file);
			CAPTURE(s.name);
			c(s);
		}
}

struct counting_listener final : scenario::step_listener {
	uint64_t choices = 0;

	void chosen(const sim::machine &, const sim::choice &, uint32_t) override { choices++; }
};

std::string golden_path(const std::string &file)
{
	const std::string stem = file.substr(file.find('/') + 1);

	return library::root + "/traces/golden/" + stem + ".ftrace.txt";
}

TEST_CASE("every scenario is judged as expected")
{
	each([](const scenario::scenario &s) {
		const scenario::run_result r = scenario::run_scenario(s, {});

		INFO(complaints(r));
		CHECK(!s.expect.empty());
		CHECK(scenario::cannot_judge(s) == "");
		CHECK(r.schedule_error == "");
		CHECK((r.expected || library::is_endless(s, r)));
		CHECK(r.steps <= steps_most);
	});
}

TEST_CASE("a scenario is named as its file and asks a question")
{
	for (const std::string &file : library::files()) {
		const scenario::scenario s = library::read(file);

		CAPTURE(file);
		CHECK(file.substr(file.find('/') + 1) == s.name + ".json");
		CHECK(s.question.find('?') != std::string::npos);
	}
}

TEST_CASE("a single run decides everything unless the scenario names a search")
{
	each([](const scenario::scenario &s) {
		if (s.explore.given)
			return;
		for (const auto &t : scenario::run_scenario(s, {}).terms) {
			CAPTURE(t.text);
			CHECK(t.verdict == scenario::judgement::holds);
		}
	});
}

TEST_CASE("two runs of a scenario give the same bytes")
{
	each([](const scenario::scenario &s) {
		const library::outcome first = library::run(s), second = library::run(s);

		CHECK(first.trace == second.trace);
		CHECK(to_string(first.result.schedule) == to_string(second.result.schedule));
	});
}

TEST_CASE("being asked at every choice changes nothing")
{
	each([](const scenario::scenario &s) {
		counting_listener listener;
		const library::outcome alone = library::run(s);
		const library::outcome watched = library::run(s, { .steps = &listener });

		CHECK(alone.trace == watched.trace);
		CHECK(to_string(alone.result.schedule) == to_string(watched.result.schedule));
		CHECK(listener.choices > 0);
	});
}

TEST_CASE("the schedule that a run prints replays it")
{
	each([](const scenario::scenario &s) {
		const library::outcome first = library::run(s);
		const std::string printed = to_string(first.result.schedule);
		sim::schedule schedule;
		std::string error;
		size_t error_at = 0;

		CAPTURE(printed);
		REQUIRE(sim::parse_schedule(printed, schedule, error, error_at));
		const library::outcome again = library::run(s, { .replay = &schedule });
		CHECK(again.result.diverged_at == sim::NEVER);
		CHECK(again.result.steps == first.result.steps);
		CHECK(again.result.states == first.result.states);
		CHECK(again.trace == first.trace);
		CHECK(to_string(again.result.schedule) == printed);
	});
}

// KTHREADSIM_REWRITE_GOLDEN=1 writes them anew; the difference is then reviewed.
TEST_CASE("golden traces are what is written now")
{
	const char *rewrite = getenv("KTHREADSIM_REWRITE_GOLDEN");

	for (const std::string file : golden) {
		const std::string now = library::run(library::read(file + ".json")).trace;
		const std::string path = golden_path(file);

		CAPTURE(path);
		if (rewrite && std::string(rewrite) == "1") {
			std::ofstream out(path, std::ios::binary);

			out << now << std::flush;
			CHECK(out.good());
			continue;
		}
		// Not one CHECK of both texts: a failure would print two whole traces.
		const bool same = now == library::text_of(path);
		CHECK(same);
	}
}

} // namespace
