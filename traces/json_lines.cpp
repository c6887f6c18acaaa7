// SPDX-License-Identifier: GPL-2.0-only
// One JSON object a line: for scripts.
// It must not know any single event.
#include "traces/json_lines.hpp"
#include "traces/format_event.hpp"
#include "traces/json_text.hpp"

namespace traces {
namespace {

constexpr size_t BUFFER_BYTES = 1 << 16;

void append_object(std::string &out, sim::object_id object, const object_names *names)
{
	if (object == 0) {
		out += "null";
		return;
	}

	std::string name = names ? names->name_of(object) : "";

	if (name.empty()) {
		name = "0x";
		append_address(name, object);
	}
	append_json_string(out, name);
}

void append_field(std::string &out, const sim::event &e, unsigned field, const object_names *names)
{
	uint64_t value = e.values[field];

	switch (e.type->fields[field].type) {
	case sim::field_type::i32: return append_signed(out, static_cast<int32_t>(value));
	case sim::field_type::u32: return append_unsigned(out, static_cast<uint32_t>(value));
	case sim::field_type::i64: return append_signed(out, static_cast<int64_t>(value));
	case sim::field_type::u64: return append_unsigned(out, value);
	case sim::field_type::text:
	case sim::field_type::symbol: return append_json_string(out, string_of(e, field));
	case sim::field_type::object:
		return append_object(out, static_cast<sim::object_id>(value), names);
	}
}

void append_run(std::string &out, const run_info &run)
{
	out += "{\"kthreadsim\":";
	append_unsigned(out, JSON_LINES_VERSION);
	out += ",\"scenario\":";
	append_json_string(out, run.scenario);
	out += ",\"kernel\":";
	append_json_string(out, run.kernel);
	out += ",\"cpus\":";
	append_unsigned(out, run.cpus);
	out += "}\n";
}

class json_lines final : public writer {
public:
	json_lines(byte_sink &out, const run_info &run) : out_(out), names_(run.names)
	{
		append_run(buffer_, run);
	}

	void write(std::span<const sim::event> events) override
	{
		for (const sim::event &e : events) {
			append_json_line(buffer_, e, names_);
			if (buffer_.size() >= BUFFER_BYTES)
				finish();
		}
	}

	void finish() override
	{
		out_.append(buffer_);
		buffer_.clear();
	}

private:
	byte_sink &out_;
	const object_names *names_;
	std::string buffer_;
};

} // namespace

// The fields have an object of their own, since some are called pid, comm or cpu like what is said
// of every event.
void append_json_line(std::string &out, const sim::event &e, const object_names *names)
{
	out += "{\"time_ns\":";
	append_unsigned(out, e.time_ns);
	out += ",\"cpu\":";
	append_unsigned(out, e.cpu);
	out += ",\"pid\":";
	append_signed(out, e.pid);
	out += ",\"comm\":";
	append_json_string(out, comm_of(e));
	out += ",\"event\":";
	append_json_string(out, e.type->name);
	out += ",\"fields\":{";
	for (unsigned i = 0; i < e.type->fields.size(); i++) {
		if (i)
			out += ',';
		append_json_string(out, e.type->fields[i].name);
		out += ':';
		append_field(out, e, i, names);
	}
	out += "}}\n";
}

std::unique_ptr<writer> make_json_lines(byte_sink &out, const run_info &run)
{
	return std::make_unique<json_lines>(out, run);
}

} // namespace traces
