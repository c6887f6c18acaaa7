// SPDX-License-Identifier: GPL-2.0-only
// Malformed scenarios are refused at the right place, and no text whatever brings the reader down.
// Must not know the simulator.
#include "scenarios/json_document.hpp"
#include "scenarios/reader.hpp"
#include "sim/prng.hpp"
#include "tests/malformed_cases.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using malformed::frame;

const char *const head = R"({"name": "t", "kernel": "6.13", )";

/* A small scenario with a thread K that runs f, a register ret in main, and a few objects. */
const std::string good_ops = R"({"op": "kthread_run", "threadfn": "f", "name": "K", "as": "k"},
{"op": "kthread_stop", "k": "k", "as": "ret"})";
const std::string good_vars =
	R"("vars": {"word": 0, "m": {"mutex": true}, "c": {"completion": true}})";
const std::string good_works = R"("vars": {"w": {"worker": true}, "t": {"timer": true}},
"works": {"first": {"do": []}, "later": {"delayed": true, "do": []}})";
const std::string good_function = R"("functions": {"f": [{"op": "schedule", "at": "sleep"}]})";

std::string main_task(const std::string &ops)
{
	return R"("tasks": {"main": {"do": [)" + ops + "]}}";
}

bool has_key(const std::string &text, const char *key)
{
	return text.find(std::string("\"") + key + "\":") != std::string::npos;
}

std::string framed(frame around, const std::string &text)
{
	std::string all = head;

	switch (around) {
	case frame::whole: return text;
	case frame::machine: return all + "\"machine\": {" + text + "}, " + main_task("") + "}";
	case frame::ops:
		all += "\"machine\": {\"cpus\": 2}, " + good_vars + ", ";
		if (text.find("\"f\"") != std::string::npos)
			all += good_function + ", ";
		return all + main_task(text) + "}";
	case frame::works:
		all += "\"machine\": {\"cpus\": 2}, " + good_works + ", ";
		return all + main_task(text) + "}";
	case frame::top: break;
	}
	/* A section of the same name replaces the good one. */
	all += text + ", ";
	if (!has_key(text, "vars"))
		all += good_vars + ", ";
	if (has_key(text, "functions"))
		return all + main_task("") + "}";
	return all + good_function + ", " + main_task(good_ops) + "}";
}

void check(const malformed::malformed_case &c)
{
	std::string text = framed(c.around, c.text);
	size_t mark = text.find("@@");
	scenario::scenario out;
	scenario::diagnostics errors;

	INFO(std::string(c.title));
	REQUIRE(mark != std::string::npos);
	text.erase(mark, 2);
	uint32_t line = 1, column = 1;
	for (size_t i = 0; i < mark; i++) {
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
	CHECK_FALSE(scenario::read_scenario("t.json", text, out, errors));
	INFO(errors.print());
	CHECK(errors.count() == 1);
	REQUIRE(errors.count() >= 1);
	scenario::complaint first = errors.sorted()[0];
	scenario::source_position p = errors.position(first.where.begin);
	CHECK(p.line == line);
	CHECK(p.column == column);
	CHECK(first.text.find(c.fragment) != std::string::npos);
	std::string place =
		"t.json:" + std::to_string(line) + ":" + std::to_string(column) + ": error: ";
	CHECK(errors.print().compare(0, place.size(), place) == 0);
}

/* Reading ends with a verdict, and a refusal says why. */
void must_survive(const std::string &text)
{
	scenario::scenario out;
	scenario::diagnostics errors;
	bool good = scenario::read_scenario("t.json", text, out, errors);

	if (good != errors.empty() || (!good && errors.print().empty()))
		FAIL("neither read nor refused: " << text);
}

const std::string sample = framed(frame::top, R"(
"question": "what?", // a comment
"machine": {"nodes": [{"cpus": 2}, {"cpus": 1, "memory": false}], "distance": [[10, 20], [20, 10]]},
"works": {"w": {"delayed": true, "do": [{"op": "cpu_time", "time": "50us"}]}},
"setup": [{"op": "if", "cond": {"all": [{"not": "signal_pending"}, {"lt": ["jiffies", 5]}]},
  "then": [{"op": "repeat", "times": 2, "do": [{"op": "break"}]}], "else": [{"op": "schedule"}]}],
"faults": [{"in": "kernel_clone", "error": "-ENOMEM", "when": "maybe"}],
"schedule": [{"run": "K", "until": {"before": "sleep"}}, {"time": "5ms"}],
"expect": {"always": [{"main.ret": "-EINTR"}], "never": ["leak", {"warn": "kthread_park"}],
  "trace": [{"event": "sched_kthread_stop", "comm": "K"}]},
"variants": [{"machine": {"cpus": 1, "hz": 1000}, "expect": {"sometimes": ["deadlock"]}}])");

void collect_spans(const scenario::node &n, std::vector<scenario::source_span> &spans)
{
	spans.push_back(n.span);
	for (const scenario::node &item : n.items)
		collect_spans(item, spans);
	for (const scenario::member &m : n.members) {
		spans.push_back(m.key_span);
		collect_spans(m.value, spans);
	}
}

} // namespace

TEST_CASE("a text that is no JSON is refused where it goes wrong")
{
	for (const auto &c : malformed::texts())
		check(c);
}

TEST_CASE("a wrong section is refused where it stands")
{
	for (const auto &c : malformed::documents())
		check(c);
}

TEST_CASE("a wrong program is refused where it stands")
{
	for (const auto &c : malformed::programs())
		check(c);
}

TEST_CASE("wrong works and workers are refused where they stand")
{
	for (const auto &c : malformed::works())
		check(c);
}

TEST_CASE("a wrong expectation, schedule, search, fault or variant is refused where it stands")
{
	for (const auto &c : malformed::judgements())
		check(c);
}

TEST_CASE("a NUL byte does not end the text")
{
	std::string text = framed(frame::ops, "");
	scenario::scenario out;
	scenario::diagnostics errors;

	text += std::string(1, '\0') + "garbage";
	CHECK_FALSE(scenario::read_scenario("t.json", text, out, errors));
	CHECK(errors.print().find("a NUL byte") != std::string::npos);
}

TEST_CASE("nesting and size have limits")
{
	scenario::scenario out;
	scenario::diagnostics errors;

	CHECK_FALSE(scenario::read_scenario("t.json", std::string(100'000, '['), out, errors));
	CHECK(errors.print().find("t.json:1:65: error: nested too deeply") == 0);
	CHECK_FALSE(scenario::read_scenario("t.json", std::string(2 << 20, ' '), out, errors));
	CHECK(errors.print().find("2097152 bytes, expected at most 1048576") != std::string::npos);
}

TEST_CASE("all complaints come at once, in the order of the text, the first fifty in full")
{
	std::string ops;
	scenario::scenario out;
	scenario::diagnostics errors;

	for (int i = 0; i < 60; i++)
		ops += std::string(i ? ",\n" : "") + "{\"op\": \"shedule\"}";
	CHECK_FALSE(scenario::read_scenario("t.json", framed(frame::ops, ops), out, errors));
	CHECK(errors.count() == 60);
	std::string text = errors.print();
	CHECK(text.find("t.json:2:8: error:") < text.find("t.json:3:8: error:"));
	CHECK(text.find("t.json:50:8: error:") != std::string::npos);
	CHECK(text.find("t.json:51:8: error:") == std::string::npos);
	CHECK(text.find("t.json: 10 more errors\n") != std::string::npos);
}

TEST_CASE("a hostile text is refused in reasonable time")
{
	std::string keys, ops;

	for (int i = 0; i < 40'000; i++)
		keys += "\"v" + std::to_string(i) + "\": 0, ";
	for (int i = 0; i < 20'000; i++)
		ops += "{\"op\": \"kthread_stop\", \"k\": \"x" + std::to_string(i) + "\"},";
	must_survive(framed(frame::top, "\"vars\": {" + keys + "\"z\": 0}"));
	must_survive(framed(frame::ops, ops + "{\"op\": \"schedule\"}"));
}

TEST_CASE("every prefix of a scenario is refused or read")
{
	scenario::scenario out;
	scenario::diagnostics errors;
	bool whole = scenario::read_scenario("t.json", sample, out, errors);

	INFO(errors.print());
	REQUIRE(whole);
	for (size_t i = 0; i < sample.size(); i++)
		must_survive(sample.substr(0, i));
}

TEST_CASE("a scenario with changed bytes is refused or read")
{
	sim::prng random = sim::prng::seeded(20031121);

	for (int round = 0; round < 3000; round++) {
		std::string text = sample;
		for (uint64_t k = 1 + random.below(4); k > 0; k--) {
			size_t at = random.below(text.size());
			uint64_t how = random.below(4);
			if (how == 0)
				text[at] = static_cast<char>(random.below(256));
			else if (how == 1)
				text.erase(at, 1 + random.below(8));
			else if (how == 2)
				text.insert(at, text.substr(random.below(text.size()),
							    1 + random.below(40)));
			else
				std::swap(text[at], text[random.below(text.size())]);
			if (text.empty())
				text = "x";
		}
		must_survive(text);
	}
}

TEST_CASE("a scenario with one value or key in place of another is refused or read")
{
	sim::prng random = sim::prng::seeded(20041224);
	std::vector<scenario::source_span> spans;
	scenario::diagnostics errors;
	scenario::node root;

	errors.set_source("t.json", sample);
	REQUIRE(scenario::parse_json(sample, root, errors));
	collect_spans(root, spans);
	for (int round = 0; round < 3000; round++) {
		scenario::source_span from = spans[random.below(spans.size())];
		scenario::source_span to = spans[random.below(spans.size())];
		std::string text = sample;
		text.replace(to.begin, to.end - to.begin, sample, from.begin,
			     from.end - from.begin);
		must_survive(text);
	}
}
