// SPDX-License-Identifier: GPL-2.0-only
// Events as words, the same wherever an object happens to lie.
// It must not know any single event.
#include "cli/trace_lines.hpp"
#include "traces/format_event.hpp"

namespace cli {

std::string trace_lines::object_text(const sim::event &e, unsigned field)
{
	const auto id = static_cast<sim::object_id>(e.values[field]);
	const auto named = names_.find(id);

	if (named != names_.end())
		return named->second;
	if (!id)
		return "null";
	const size_t number = nameless_.try_emplace(id, nameless_.size() + 1).first->second;
	return "#" + std::to_string(number);
}

std::string trace_lines::line_of(const sim::event &e)
{
	const std::string who = e.pid ? std::string(traces::comm_of(e)) : "<idle>";
	std::string line = who + "-" + std::to_string(e.pid);

	line.resize(std::max<size_t>(line.size(), 16), ' ');
	line += " [" + std::to_string(e.cpu) + "] " + e.type->name;
	for (unsigned i = 0; i < e.type->fields.size(); i++) {
		const sim::event_field &f = e.type->fields[i];
		const uint64_t value = e.values[i];

		line += std::string(i ? " " : ": ") + f.name + "=";
		switch (f.type) {
		case sim::field_type::i32:
			traces::append_signed(line, static_cast<int32_t>(value));
			break;
		case sim::field_type::u32:
			traces::append_unsigned(line, static_cast<uint32_t>(value));
			break;
		case sim::field_type::i64:
			traces::append_signed(line, static_cast<int64_t>(value));
			break;
		case sim::field_type::u64: traces::append_unsigned(line, value); break;
		case sim::field_type::object: line += object_text(e, i); break;
		case sim::field_type::text:
		case sim::field_type::symbol: line += traces::string_of(e, i); break;
		}
	}
	return line;
}

void trace_lines::write(std::span<const sim::event> events)
{
	for (const sim::event &e : events)
		lines_.push_back(line_of(e));
}

} // namespace cli
