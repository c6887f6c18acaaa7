// SPDX-License-Identifier: GPL-2.0-only
// The schema is well-formed, complete and the one that is checked in.
// Must not know the simulator.
#include "scenarios/json_document.hpp"
#include "scenarios/ops.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/words.hpp"
#include "tests/support_paths.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace {

scenario::node parsed(const std::string &text)
{
	scenario::node root;
	scenario::diagnostics errors;

	errors.set_source("schema.json", text);
	bool good = scenario::parse_json(text, root, errors);
	INFO(errors.print());
	REQUIRE(good);
	REQUIRE(errors.empty());
	return root;
}

const scenario::node &at(const scenario::node &n, std::initializer_list<const char *> path)
{
	const scenario::node *now = &n;

	for (const char *key : path) {
		now = now->get(key);
		INFO(std::string(key));
		REQUIRE(now != nullptr);
	}
	return *now;
}

void references_exist(const scenario::node &n, const scenario::node &definitions)
{
	if (const scenario::node *ref = n.get("$ref");
	    ref && ref->is(scenario::node_kind::string)) {
		INFO(ref->text);
		CHECK(definitions.get(ref->text.substr(sizeof("#/definitions/") - 1)) != nullptr);
	}
	for (const scenario::node &item : n.items)
		references_exist(item, definitions);
	for (const scenario::member &m : n.members)
		references_exist(m.value, definitions);
}

void words_agree(const scenario::node &list, const scenario::name_list &names)
{
	REQUIRE(list.items.size() == names.size());
	for (size_t i = 0; i < names.size(); i++)
		CHECK(list.items[i].text == names[i]);
}

} // namespace

TEST_CASE("the schema is JSON and all its references lead somewhere")
{
	scenario::node root = parsed(scenario::scenario_schema());

	references_exist(root, at(root, { "definitions" }));
	CHECK(scenario::scenario_schema() == scenario::scenario_schema());
}

TEST_CASE("the schema describes every operation with its parameters")
{
	scenario::node root = parsed(scenario::scenario_schema());

	std::map<std::string, int> rows; /* of one name, for several kernels */

	for (const scenario::operation &row : scenario::operations()) {
		std::string name = std::string("op_") + row.name;
		if (const int nth = ++rows[row.name]; nth > 1)
			name += "_" + std::to_string(nth);
		const scenario::node &properties =
			at(root, { "definitions", name.c_str(), "properties" });
		CHECK(at(properties, { "op", "const" }).text == row.name);
		for (size_t i = 0; i < row.parameter_count(); i++)
			CHECK(properties.get(row.parameters[i].name) != nullptr);
		CHECK((properties.get("as") != nullptr) ==
		      (row.result != scenario::value_type::none));
	}
}

TEST_CASE("the words in the schema are those of the tables")
{
	using scenario::names_of;
	scenario::node root = parsed(scenario::scenario_schema());
	const scenario::node &all = at(root, { "definitions" });

	words_agree(at(all, { "explore", "properties", "strategy", "enum" }),
		    names_of(scenario::strategy_words()));
	words_agree(at(all, { "fault", "properties", "in", "enum" }),
		    names_of(scenario::fault_point_words()));
	words_agree(at(all, { "machine", "properties", "preemption", "enum" }),
		    names_of(scenario::preemption_words()));
	words_agree(at(all, { "task", "properties", "policy", "enum" }),
		    names_of(scenario::task_policy_words()));
}

TEST_CASE("the schema that is checked in is the one the tables give")
{
	std::ifstream file(std::string(support::source_dir()) + "/scenarios/schema.json");
	std::stringstream text;

	REQUIRE(file.good());
	text << file.rdbuf();
	/* After a change of a table, write the program's schema to scenarios/schema.json again. */
	CHECK(text.str() == scenario::scenario_schema());
}
