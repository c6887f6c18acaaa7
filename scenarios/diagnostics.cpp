// SPDX-License-Identifier: GPL-2.0-only
// Positions, order and print form of complaints about an input text.
// Must not know JSON, the scenario language or the simulator.
#include "scenarios/diagnostics.hpp"

#include <algorithm>

namespace scenario {

namespace {

constexpr size_t widest_excerpt = 100;
constexpr size_t most_complaints = 1000;

bool continues_character(char byte)
{
	return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/* Characters, not bytes. In broken UTF-8 each stray byte belongs to the one before. */
size_t characters(std::string_view text)
{
	return static_cast<size_t>(std::count_if(text.begin(), text.end(),
						 [](char c) { return !continues_character(c); }));
}

/* What a terminal may be shown of a source line: no control characters, and a tab as one blank. */
std::string printable(std::string_view text)
{
	std::string out;

	for (char c : text) {
		unsigned char byte = static_cast<unsigned char>(c);
		if (byte < 0x20 || byte == 0x7f)
			out += ' ';
		else
			out += c;
	}
	return out;
}

size_t character_start(std::string_view text, size_t at)
{
	while (at > 0 && at < text.size() && continues_character(text[at]))
		at--;
	return at;
}

} // namespace

void diagnostics::set_source(std::string_view file_name, std::string_view text)
{
	name = file_name;
	source = text;
	complaints.clear();
	not_kept = 0;
	line_begin.assign(1, 0);
	for (uint32_t i = 0; i < source.size(); i++) {
		if (source[i] == '\n')
			line_begin.push_back(i + 1);
	}
}

void diagnostics::error(source_span where, std::string text)
{
	uint32_t size = static_cast<uint32_t>(source.size());

	if (where.begin != not_in_the_text.begin) {
		where.begin = std::min(where.begin, size);
		where.end = std::clamp(where.end, where.begin, size);
	}
	for (const complaint &c : complaints) {
		if (c.where.begin == where.begin && c.text == text)
			return;
	}
	if (complaints.size() < most_complaints)
		complaints.push_back({ where, std::move(text) });
	else
		not_kept++;
}

std::vector<complaint> diagnostics::sorted() const
{
	std::vector<complaint> list = complaints;

	std::stable_sort(list.begin(), list.end(), [](const complaint &a, const complaint &b) {
		return a.where.begin < b.where.begin;
	});
	return list;
}

source_position diagnostics::position(uint32_t offset) const
{
	offset = std::min(offset, static_cast<uint32_t>(source.size()));
	auto next = std::upper_bound(line_begin.begin(), line_begin.end(), offset);
	uint32_t begin = *(next - 1);
	std::string_view before = std::string_view(source).substr(begin, offset - begin);
	size_t column = characters(before) + 1;

	/* An editor does not count a byte order mark. */
	if (begin == 0 && before.substr(0, 3) == "\xef\xbb\xbf")
		column--;
	return { static_cast<uint32_t>(next - line_begin.begin()), static_cast<uint32_t>(column) };
}

std::string diagnostics::line_at(uint32_t offset) const
{
	return name.substr(name.rfind('/') + 1) + ":" + std::to_string(position(offset).line);
}

std::string diagnostics::excerpt(source_span where) const
{
	uint32_t begin = *(std::upper_bound(line_begin.begin(), line_begin.end(), where.begin) - 1);
	size_t stop = source.find('\n', begin);
	std::string_view line = std::string_view(source).substr(begin, stop - begin);
	size_t at = where.begin - begin;
	size_t marked = std::min<size_t>(where.end - begin, line.size());

	if (begin == 0 && line.substr(0, 3) == "\xef\xbb\xbf" && at >= 3) {
		line.remove_prefix(3);
		at -= 3;
		marked = std::max<size_t>(marked, 3) - 3;
	}
	/* A long line shows the window around the place. */
	if (line.size() > widest_excerpt) {
		size_t from = at > widest_excerpt / 2 ? at - widest_excerpt / 2 : 0;
		from = character_start(line, from);
		size_t to = character_start(line, std::min(line.size(), from + widest_excerpt));
		line = line.substr(from, to - from);
		at -= from;
		marked = std::min(std::max(marked, from) - from, line.size());
	}
	at = std::min(at, line.size());
	size_t tail = marked > at ? characters(line.substr(at, marked - at)) : 0;
	std::string out = "    " + printable(line) + "\n    ";
	out += std::string(characters(line.substr(0, at)), ' ') + '^';
	if (tail > 1)
		out += std::string(tail - 1, '~');
	return out + "\n";
}

std::string diagnostics::print(size_t limit) const
{
	std::string out;
	size_t shown = 0;
	std::vector<complaint> list = sorted();

	for (const complaint &c : list) {
		if (shown == limit)
			break;
		shown++;
		if (c.where.begin == not_in_the_text.begin) {
			out += name + ": error: " + c.text + "\n";
			continue;
		}
		source_position p = position(c.where.begin);
		out += name + ":" + std::to_string(p.line) + ":" + std::to_string(p.column) +
		       ": error: " + c.text + "\n" + excerpt(c.where);
	}
	if (count() > shown)
		out += name + ": " + std::to_string(count() - shown) + " more errors\n";
	return out;
}

std::string in_quotes(std::string_view text, size_t limit)
{
	static constexpr char digits[] = "0123456789abcdef";
	size_t end = text.size();
	std::string out = "'";

	if (end > limit)
		end = character_start(text, limit);
	for (char c : text.substr(0, end)) {
		unsigned char byte = static_cast<unsigned char>(c);
		if (byte < 0x20 || byte == 0x7f) {
			out += "\\x";
			out += digits[byte >> 4];
			out += digits[byte & 15];
		} else {
			out += c;
		}
	}
	return out + (end < text.size() ? "..'" : "'");
}

} // namespace scenario
