// SPDX-License-Identifier: GPL-2.0-only
// One event's text from its descriptor's printf-like format, and the pieces that formats share.
// It must not know any single event, nor a trace format.
#include "traces/format_event.hpp"
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace traces {
namespace {

using sim::field_type;

enum class letter : uint8_t { none, percent, d, u, ld, lu, s, p, ps };

struct conversion {
	letter what;
	char fill;
	unsigned width; // 0..99
};

bool take(const char *&at, char c)
{
	if (*at != c)
		return false;
	at++;
	return true;
}

letter parse_letter(const char *&at)
{
	if (take(at, 'l')) {
		if (take(at, 'd'))
			return letter::ld;
		return take(at, 'u') ? letter::lu : letter::none;
	}
	if (take(at, 'p'))
		return take(at, 's') ? letter::ps : letter::p;
	if (take(at, 'd'))
		return letter::d;
	if (take(at, 'u'))
		return letter::u;
	if (take(at, 's'))
		return letter::s;
	return take(at, '%') ? letter::percent : letter::none;
}

// `at` stands behind the percent sign and is moved behind the conversion.
conversion parse_conversion(const char *&at)
{
	conversion c = { letter::none, ' ', 0 };

	if (take(at, '0'))
		c.fill = '0';
	for (unsigned digits = 0; digits < 2 && *at >= '0' && *at <= '9'; digits++)
		c.width = c.width * 10 + static_cast<unsigned>(*at++ - '0');
	c.what = parse_letter(at);
	return c;
}

bool is_number(letter what)
{
	return what == letter::d || what == letter::u || what == letter::ld || what == letter::lu;
}

bool suits(letter what, field_type type)
{
	switch (what) {
	case letter::d: return type == field_type::i32;
	case letter::u: return type == field_type::u32;
	case letter::ld: return type == field_type::i64;
	case letter::lu: return type == field_type::u64;
	case letter::s: return type == field_type::text || type == field_type::symbol;
	case letter::p: return type == field_type::object;
	case letter::ps: return type == field_type::symbol;
	default: return false;
	}
}

void append_value(std::string &out, const sim::event &e, unsigned field, const conversion &c)
{
	uint64_t value = e.values[field];

	switch (c.what) {
	case letter::d: return append_signed(out, static_cast<int32_t>(value), c.width, c.fill);
	case letter::u: return append_unsigned(out, static_cast<uint32_t>(value), c.width, c.fill);
	case letter::ld: return append_signed(out, static_cast<int64_t>(value), c.width, c.fill);
	case letter::lu: return append_unsigned(out, value, c.width, c.fill);
	case letter::p: return append_address(out, static_cast<sim::object_id>(value));
	default: out += string_of(e, field);
	}
}

[[noreturn]] void unsound(const sim::event_type &type)
{
	std::fprintf(stderr, "kthreadsim: unsound trace event: %s\n",
		     check_event_type(type).c_str());
	std::abort();
}

std::string check_counts(std::span<const sim::event_field> fields)
{
	auto count = [&](field_type type) {
		return std::count_if(fields.begin(), fields.end(),
				     [&](const sim::event_field &f) { return f.type == type; });
	};

	if (fields.size() > sim::EVENT_VALUES_MAX)
		return "too many fields";
	if (count(field_type::text) > sim::EVENT_TEXTS_MAX)
		return "too many fields of type text";
	if (count(field_type::symbol) > sim::EVENT_NAMES_MAX)
		return "too many fields of type symbol";
	return "";
}

std::string check_format(const sim::event_type &type)
{
	size_t field = 0;

	for (const char *at = type.format; *at;) {
		if (*at++ != '%')
			continue;
		const char *begin = at;
		conversion c = parse_conversion(at);
		std::string text = "%" + std::string(begin, at);

		if (c.what == letter::none)
			return text + " is no conversion that a trace event may use";
		if ((c.width || c.fill != ' ') && !is_number(c.what))
			return text + ": only numbers have a width";
		if (c.what == letter::percent)
			continue;
		if (field == type.fields.size())
			return text + " has no field";
		if (!suits(c.what, type.fields[field].type))
			return text + " does not suit the type of field " + type.fields[field].name;
		field++;
	}
	return "";
}

} // namespace

void append_signed(std::string &out, int64_t value, unsigned width, char fill)
{
	uint64_t magnitude = static_cast<uint64_t>(value);

	if (value >= 0)
		return append_unsigned(out, magnitude, width, fill);

	std::string digits = std::to_string(0 - magnitude);
	size_t room = width > digits.size() + 1 ? width - digits.size() - 1 : 0;

	if (fill == ' ')
		out.append(room, ' ');
	out += '-';
	if (fill == '0')
		out.append(room, '0');
	out += digits;
}

void append_unsigned(std::string &out, uint64_t value, unsigned width, char fill)
{
	char digits[20];
	char *end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
	size_t length = static_cast<size_t>(end - digits);

	if (width > length)
		out.append(width - length, fill);
	out.append(digits, length);
}

// A bijection, because each step can be undone (a shifted xor, a product with an odd number), so
// two objects never look like one. It only has to look arbitrary, as the kernel's hashes do.
uint32_t address_of(sim::object_id object)
{
	uint32_t x = object;

	x ^= x >> 15;
	x *= 0x9e3779b1;
	x ^= x >> 14;
	x *= 0xb7e15163;
	x ^= x >> 16;
	return x;
}

void append_address(std::string &out, sim::object_id object)
{
	uint32_t address = address_of(object);

	out += "00000000";
	for (int shift = 28; shift >= 0; shift -= 4)
		out += "0123456789abcdef"[address >> shift & 0xf];
}

std::string_view string_of(const sim::event &e, unsigned field)
{
	uint64_t index = e.values[field];

	if (e.type->fields[field].type == field_type::symbol) {
		if (index >= sim::EVENT_NAMES_MAX)
			unsound(*e.type);
		return e.names[index] ? e.names[index] : "(null)";
	}
	if (index >= sim::EVENT_TEXTS_MAX)
		unsound(*e.type);
	return { e.texts[index], strnlen(e.texts[index], sim::EVENT_TEXT_BYTES) };
}

std::string_view comm_of(const sim::event &e)
{
	return { e.comm, strnlen(e.comm, sizeof(e.comm)) };
}

void append_event_text(std::string &out, const sim::event &e)
{
	const sim::event_type &type = *e.type;
	unsigned field = 0;

	for (const char *at = type.format; *at;) {
		const char *percent = at + strcspn(at, "%");

		out.append(at, percent);
		if (!*percent)
			break;
		at = percent + 1;
		conversion c = parse_conversion(at);
		if (c.what == letter::percent) {
			out += '%';
			continue;
		}
		if (field >= std::min<size_t>(type.fields.size(), sim::EVENT_VALUES_MAX) ||
		    !suits(c.what, type.fields[field].type))
			unsound(type);
		append_value(out, e, field++, c);
	}
}

std::string check_event_type(const sim::event_type &type)
{
	std::string wrong = check_counts(type.fields);

	if (wrong.empty())
		wrong = check_format(type);
	return wrong.empty() ? "" : std::string(type.name) + ": " + wrong;
}

} // namespace traces
