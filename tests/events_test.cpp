// SPDX-License-Identifier: GPL-2.0-only
// The trace events of the model, the table a scenario may name, and the print formats agree.
// Must not know how an event is emitted.
#include <doctest/doctest.h>
#include <string>
#include "model/events.hpp"
#include "scenarios/event_names.hpp"
#include "traces/format_event.hpp"

namespace {

// What a scenario calls an event.
std::string name_in_scenarios(const sim::event_type &type)
{
	const std::string name = type.name;

	return name == "tracing_mark_write" ? "mark" : name;
}

const scenario::event_row *row_of(const sim::event_type &type)
{
	for (const scenario::event_row &row : scenario::event_rows())
		if (name_in_scenarios(type) == row.name)
			return &row;
	return nullptr;
}

} // namespace

TEST_CASE("every event of the model has a print format that fits its fields")
{
	for (const sim::event_type *type : kernel::event_table()) {
		CAPTURE(type->name);
		CHECK(traces::check_event_type(*type) == "");
	}
}

TEST_CASE("a scenario can name every event of the model, and only fields that it has")
{
	for (const sim::event_type *type : kernel::event_table()) {
		const scenario::event_row *row = row_of(*type);

		CAPTURE(type->name);
		REQUIRE(row != nullptr);
		for (std::string_view field : row->fields) {
			bool known = false;

			for (const sim::event_field &f : type->fields)
				known |= field == f.name;
			CAPTURE(field);
			CHECK(known);
		}
	}
}
