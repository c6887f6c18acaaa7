// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim list and kthreadsim schema: what a scenario may say, from the tables.
// It must not know what the rows do.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include "cli/choice_option.hpp"
#include "cli/commands.hpp"
#include "scenarios/event_names.hpp"
#include "scenarios/exported.hpp"
#include "scenarios/kernels.hpp"
#include "scenarios/ops.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/words.hpp"
#include "sim/strategies.hpp"
#include "traces/formats.hpp"

namespace cli {

static void list_operations()
{
	for (const scenario::operation &o : scenario::operations()) {
		std::string call = o.name;

		for (size_t i = 0; i < o.parameter_count(); i++) {
			const scenario::parameter &p = o.parameters[i];

			call += p.required ? std::string(" ") + p.name
					   : std::string(" [") + p.name + "]";
		}
		const std::string kernels = o.kernels == scenario::every_kernel
						    ? ""
						    : "; " + scenario::names_of(o.kernels);
		printf("%-56s %s%s\n", call.c_str(), o.doc, kernels.c_str());
	}
}

// What a module can call, and whether a scenario can.
static void list_exported()
{
	for (const scenario::exported_row &e : scenario::exported_functions())
		printf("%-34s kernel/kthread.c:%-5u %-18s %s\n", e.name, e.line,
		       e.gpl_only ? "EXPORT_SYMBOL_GPL" : "EXPORT_SYMBOL",
		       e.instead ? e.instead : "an operation");
}

static void list_versions()
{
	for (const kernel::version_row &v : kernel::version_table())
		printf("%-14s %s\n", v.name, v.what);
	for (const kernel::kernel_row &k : kernel::kernel_table())
		if (k.without | k.with)
			printf("%-14s %s %s\n", kernel::version_table()[k.version].name,
			       k.with ? "with" : "without",
			       scenario::names_of_fixes(k.without | k.with).c_str());
	for (const kernel::fix_row &f : kernel::fix_table())
		printf("%-14s %s (since %s)\n", f.commit, f.title,
		       kernel::version_table()[f.since].name);
}

static void list_findings()
{
	for (const scenario::word &w : scenario::finding_words())
		printf("%s\n", w.name);
}

static void list_events()
{
	for (const scenario::event_row &e : scenario::event_rows()) {
		printf("%-34s", e.name);
		for (std::string_view f : e.fields)
			printf(" %.*s", static_cast<int>(f.size()), f.data());
		printf("\n");
	}
}

static void list_formats()
{
	for (const traces::format &f : traces::formats())
		printf("%-14s %s\n", f.name, f.description);
	printf("%-14s every step: number, CPU, task, calls, operation, object, line of kthread.c\n",
	       "steps");
	printf("%-14s no trace\n", "none");
}

static void list_strategies()
{
	for (const sim::strategy_row &s : sim::strategy_table())
		printf("%-14s %s%s%s\n", s.name, s.what, *s.takes ? "; takes " : "", s.takes);
	for (const sim::strategy_row &s : sim::decorator_table())
		printf("%-14s around another: %s\n", s.name, s.what);
}

struct list_row {
	const char *name;
	void (*print)();
};

static constexpr list_row lists[] = {
	{ "operations", list_operations }, { "exported", list_exported },
	{ "versions", list_versions },	   { "findings", list_findings },
	{ "events", list_events },	   { "formats", list_formats },
	{ "strategies", list_strategies },
};

command add_list(CLI::App &sub)
{
	auto what = std::make_shared<std::string>();
	std::vector<std::string> names;

	for (const list_row &l : lists)
		names.push_back(l.name);
	sub.add_option("what", *what, "one list; all of them without it")
		->check(one_of_these(names));
	return [what] {
		for (const list_row &l : lists) {
			if (!what->empty() && *what != l.name)
				continue;
			if (what->empty())
				printf("%s%s:\n", &l == lists ? "" : "\n", l.name);
			l.print();
		}
		return int{ AS_EXPECTED };
	};
}

command add_schema(CLI::App &)
{
	return [] {
		fputs(scenario::scenario_schema().c_str(), stdout);
		return int{ AS_EXPECTED };
	};
}

} // namespace cli
