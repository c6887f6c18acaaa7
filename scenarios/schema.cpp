// SPDX-License-Identifier: GPL-2.0-only
// Writes the schema: one definition for each table of keys and each row of operations.
// Must not know JSON nodes or scenarios.
#include "scenarios/schema.hpp"

#include "scenarios/event_names.hpp"
#include "scenarios/kernels.hpp"
#include "scenarios/keys.hpp"
#include "scenarios/value_types.hpp"

#include <string>
#include <vector>

namespace scenario {

namespace {

using pair_list = std::vector<std::pair<std::string, std::string>>;

std::string string_of(std::string_view text)
{
	std::string out = "\"";

	for (char c : text) {
		if (c == '"' || c == '\\')
			out += '\\';
		out += c;
	}
	return out + "\"";
}

std::string indented(size_t depth)
{
	return "\n" + std::string(depth * 2, ' ');
}

/* An object with one member a line. */
std::string object_of(const pair_list &members, size_t depth)
{
	std::string out = "{";

	for (size_t i = 0; i < members.size(); i++)
		out += (i ? "," : "") + indented(depth + 1) + string_of(members[i].first) + ": " +
		       members[i].second;
	return out + indented(depth) + "}";
}

std::string list_of(const std::vector<std::string> &items)
{
	std::string out = "[";

	for (size_t i = 0; i < items.size(); i++)
		out += (i ? ", " : "") + items[i];
	return out + "]";
}

std::string strings_of(const name_list &names)
{
	std::vector<std::string> items;

	for (std::string_view name : names)
		items.push_back(string_of(name));
	return list_of(items);
}

/* Adds a description; draft-07 ignores what stands beside "$ref", so that goes into allOf. */
std::string described(const std::string &fragment, const std::string &doc)
{
	std::string text = "\"description\": " + string_of(doc);

	if (fragment.compare(0, 8, "{\"$ref\":") == 0)
		return "{" + text + ", \"allOf\": [" + fragment + "]}";
	if (fragment[0] != '{')
		return fragment;
	return "{" + text + (fragment == "{}" ? "" : ", ") + fragment.substr(1);
}

std::string closed_object(const pair_list &properties, const name_list &required,
			  const std::string &doc)
{
	pair_list all;

	if (!doc.empty())
		all.push_back({ "description", string_of(doc) });
	all.push_back({ "type", "\"object\"" });
	if (!required.empty())
		all.push_back({ "required", strings_of(required) });
	all.push_back({ "additionalProperties", "false" });
	all.push_back({ "properties", object_of(properties, 3) });
	return object_of(all, 2);
}

pair_list properties_of(const key_table &table)
{
	pair_list properties;

	for (const key_row &row : table.rows)
		properties.push_back({ row.name, described(row.schema, row.doc) });
	return properties;
}

name_list required_of(const key_table &table)
{
	name_list required;

	for (const key_row &row : table.rows) {
		if (row.required)
			required.push_back(row.name);
	}
	return required;
}

std::string definition_of(const key_table &table)
{
	return closed_object(properties_of(table), required_of(table), "");
}

std::string kernels_of(const operation &row)
{
	if (row.kernels == every_kernel)
		return "";
	return " (kernel " + names_of(row.kernels) + ")";
}

std::string definition_of(const operation &row)
{
	pair_list properties = { { "op", "{\"const\": " + string_of(row.name) + "}" } };
	name_list required = { "op" };

	for (size_t i = 0; i < row.parameter_count(); i++) {
		const parameter &p = row.parameters[i];
		std::string doc = p.doc;
		if (p.fallback)
			doc += std::string("; ") + p.fallback + " when absent";
		properties.push_back({ p.name, described(type_row(p.type).schema, doc) });
		if (p.required)
			required.push_back(p.name);
	}
	for (const key_row &key : operation_keys().rows) {
		bool has_result = row.result != value_type::none;
		std::string name = key.name;
		if (name != "op" && (has_result || name == "at"))
			properties.push_back({ name, described(key.schema, key.doc) });
	}
	return closed_object(properties, required, row.doc + kernels_of(row));
}

/* Rows of one name for several kernels need names of their own. */
std::string definition_name(const operation &row, size_t number)
{
	size_t same = 0;

	for (size_t i = 0; i < number; i++)
		same += std::string_view(operations().first[i].name) == row.name;
	return std::string("op_") + row.name + (same ? "_" + std::to_string(same + 1) : "");
}

std::string reference(const std::string &name)
{
	return "{\"$ref\": \"#/definitions/" + name + "\"}";
}

void add_operations(pair_list &definitions)
{
	std::vector<std::string> references;
	size_t number = 0;

	for (const operation &row : operations()) {
		std::string name = definition_name(row, number++);
		references.push_back("\n        " + reference(name));
		definitions.push_back({ name, definition_of(row) });
	}
	definitions.push_back(
		{ "operation", "{\n      \"type\": \"object\",\n      \"required\": [\"op\"],\n"
			       "      \"anyOf\": " +
				       list_of(references) + "\n    }" });
	definitions.push_back(
		{ "block", "{\"type\": \"array\", \"items\": " + reference("operation") + "}" });
}

void add_kernels(pair_list &definitions)
{
	name_list versions, out, in;
	kernel::fix_set added = 0;

	for (const kernel::version_row &row : kernel::version_table())
		versions.push_back(row.name);
	for (const kernel::kernel_row &row : kernel::kernel_table())
		added |= row.with;
	for (const kernel::fix_row &row : kernel::fix_table()) {
		out.push_back(row.commit);
		if (added >> (&row - kernel::fix_table().data()) & 1)
			in.push_back(row.commit);
	}
	const auto commits = [](const char *what, const name_list &names) {
		return std::string("{\"description\": \"commits of the fixes ") + what +
		       "\", \"type\": \"array\", \"items\": {\"enum\": " + strings_of(names) +
		       "}}";
	};
	pair_list properties = {
		{ "version", "{\"enum\": " + strings_of(versions) + "}" },
		{ "revert", commits("that are taken out", out) },
		{ "apply", commits("of later versions that are added", in) },
	};
	definitions.push_back(
		{ "kernel_with_fixes", closed_object(properties, { "version" }, "") });
	definitions.push_back({ "kernel", "{\"anyOf\": [{\"enum\": " + strings_of(versions) +
						  "}, " + reference("kernel_with_fixes") +
						  "]}" });
}

void add_events(pair_list &definitions)
{
	std::vector<std::string> kinds;

	for (const event_row &row : event_rows()) {
		pair_list properties = { { "event", "{\"const\": " + string_of(row.name) + "}" } };
		name_list fields = row.fields;
		fields.insert(fields.end(), common_event_fields().begin(),
			      common_event_fields().end());
		for (std::string_view field : fields)
			properties.push_back(
				{ std::string(field), "{\"type\": [\"integer\", \"string\"]}" });
		std::string name = std::string("event_") + row.name;
		definitions.push_back({ name, closed_object(properties, { "event" }, "") });
		kinds.push_back("\n        " + reference(name));
	}
	definitions.push_back({ "event", "{\n      \"anyOf\": " + list_of(kinds) + "\n    }" });
}

/* Shapes that are no plain object with known keys. */
void add_unions(pair_list &definitions)
{
	pair_list findings;
	name_list names = names_of(finding_words());

	definitions.push_back(
		{ "value",
		  "{\"anyOf\": [{\"type\": [\"integer\", \"string\", \"boolean\", \"null\"]}, " +
			  reference("operation") + "]}" });
	definitions.push_back(
		{ "condition", "{\"anyOf\": [{\"type\": [\"string\", \"boolean\"]}, " +
				       reference("operation") + ", " +
				       reference("condition_object") + "]}" });
	definitions.push_back(
		{ "condition_object",
		  object_of({ { "type", "\"object\"" },
			      { "minProperties", "1" },
			      { "not", "{\"required\": [\"op\"]}" },
			      { "properties", object_of(properties_of(condition_keys()), 3) },
			      { "additionalProperties", "{\"type\": [\"integer\", \"string\", "
							"\"boolean\", \"null\", \"array\"]}" } },
			    2) });
	definitions.push_back({ "variable", "{\"anyOf\": [{\"type\": \"integer\"}, " +
						    reference("variable_object") + "]}" });
	definitions.push_back(
		{ "schedule",
		  "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": " +
			  reference("schedule_step") + "}, " + reference("schedule_object") +
			  "]}" });
	definitions.push_back({ "until", "{\"anyOf\": [{\"const\": \"blocked\"}, " +
						 reference("until_object") + "]}" });
	for (std::string_view name : names)
		findings.push_back({ std::string(name),
				     "{\"description\": \"the function it is about\", "
				     "\"type\": \"string\"}" });
	definitions.push_back(
		{ "term", "{\"anyOf\": [{\"enum\": " + strings_of(names) + "}, " +
				  object_of({ { "type", "\"object\"" },
					      { "minProperties", "1" },
					      { "maxProperties", "1" },
					      { "properties", object_of(findings, 3) },
					      { "additionalProperties",
						"{\"type\": [\"integer\", \"string\", "
						"\"boolean\", \"null\", \"array\"]}" } },
					    2) +
				  "]}" });
}

void add_tables(pair_list &definitions)
{
	std::pair<const char *, const key_table &(*)()> tables[] = {
		{ "story", story_keys },
		{ "machine", machine_keys },
		{ "node", node_keys },
		{ "limits", limit_keys },
		{ "work", work_keys },
		{ "task", task_keys },
		{ "fault", fault_keys },
		{ "schedule_object", schedule_keys },
		{ "schedule_step", schedule_step_keys },
		{ "until_object", until_keys },
		{ "explore", explore_keys },
		{ "expect", expect_keys },
		{ "variant", variant_keys },
		{ "timer", timer_keys },
		{ "smp_hotplug_thread", hotplug_thread_keys },
		{ "kthread_args", kthread_args_keys },
	};

	for (auto [name, table] : tables)
		definitions.push_back({ name, definition_of(table()) });
	definitions.push_back(
		{ "variable_object",
		  object_of({ { "type", "\"object\"" },
			      { "minProperties", "1" },
			      { "maxProperties", "1" },
			      { "additionalProperties", "false" },
			      { "properties", object_of(properties_of(variable_keys()), 3) } },
			    2) });
}

} // namespace

std::string scenario_schema()
{
	pair_list definitions;

	add_kernels(definitions);
	add_tables(definitions);
	add_unions(definitions);
	add_events(definitions);
	add_operations(definitions);
	return object_of({ { "$schema", "\"http://json-schema.org/draft-07/schema#\"" },
			   { "title", "\"kthreadsim scenario\"" },
			   { "type", "\"object\"" },
			   { "required", strings_of(required_of(document_keys())) },
			   { "additionalProperties", "false" },
			   { "properties", object_of(properties_of(document_keys()), 1) },
			   { "definitions", object_of(definitions, 1) } },
			 0) +
	       "\n";
}

} // namespace scenario
