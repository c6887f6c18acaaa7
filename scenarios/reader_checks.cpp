// SPDX-License-Identifier: GPL-2.0-only
// The reader's checks of shape: objects with known keys, numbers in range, words of a table, names.
// Must not know what the values are for.
#include "scenarios/reader_parts.hpp"

#include <algorithm>

namespace scenario {

const node *reader::section(std::string_view key) const
{
	if (variant) {
		if (const node *n = variant->get(key))
			return n;
	}
	return document.get(key);
}

void reader::expected(const node &n, const std::string &what, const std::string &of)
{
	complain(n.span,
		 (of.empty() ? "wrong value" : of) + ": expected " + what + ", got " + describe(n));
}

bool reader::is_object(const node &n, const std::string &what)
{
	if (n.is(node_kind::object))
		return true;
	expected(n, "an object", what);
	return false;
}

/* An object whose keys are names of the author's. */
bool reader::is_map(const node &n, const std::string &what)
{
	if (!is_object(n, what))
		return false;
	if (n.members.size() <= most_names)
		return true;
	complain(n.span, what + ": " + std::to_string(n.members.size()) +
				 " entries, expected at most " + std::to_string(most_names));
	return false;
}

bool reader::is_array(const node &n, const std::string &what)
{
	if (!n.is(node_kind::array)) {
		expected(n, "an array", what);
		return false;
	}
	if (n.items.size() <= most_items)
		return true;
	complain(n.span, what + ": " + std::to_string(n.items.size()) +
				 " entries, expected at most " + std::to_string(most_items));
	return false;
}

bool reader::is_text(const node &n, const std::string &what)
{
	if (n.is(node_kind::string))
		return true;
	expected(n, "a string", what);
	return false;
}

void reader::unknown(source_span where, const std::string &what, std::string_view name,
		     const name_list &valid)
{
	std::string text = "unknown " + what + " " + in_quotes(name);

	/* Nobody reads that many, and a hostile text would make the search for likeness slow. */
	if (errors.count() > 200)
		return complain(where, text);

	text += valid.empty() ? ", there is none" : ", expected " + one_of(valid);
	complain(where, text + did_you_mean(name, valid));
}

bool reader::keys_are(const node &n, const key_table &table)
{
	if (!is_object(n, table.object))
		return false;
	for (const member &m : n.members) {
		bool known = std::any_of(table.rows.begin(), table.rows.end(),
					 [&](const key_row &row) { return m.key == row.name; });
		if (!known)
			unknown(m.key_span, std::string("key of the ") + table.object, m.key,
				table.names());
	}
	bool complete = true;
	for (const key_row &row : table.rows) {
		if (row.required && !n.get(row.name)) {
			complain({ n.span.begin, n.span.begin + 1 },
				 std::string("the ") + table.object + " has no '" + row.name +
					 "', expected " + row.doc);
			complete = false;
		}
	}
	return complete;
}

bool reader::whole(const node &n, const std::string &what, int64_t low, int64_t high,
		   int64_t &out_value)
{
	if (n.is(node_kind::integer) && n.integer >= low && n.integer <= high) {
		out_value = n.integer;
		return true;
	}
	expected(n, "an integer from " + std::to_string(low) + " to " + std::to_string(high), what);
	return false;
}

void reader::optional_whole(const node &n, std::string_view key, int64_t low, int64_t high,
			    uint64_t &out_value)
{
	const node *value = n.get(key);
	int64_t read = 0;

	if (value && whole(*value, std::string(key), low, high, read))
		out_value = static_cast<uint64_t>(read);
}

bool reader::one_word(const node &n, const std::string &what, const word_list &words,
		      int64_t &out_value)
{
	if (!is_text(n, what))
		return false;
	if (const word *w = find_word(words, n.text)) {
		out_value = w->value;
		return true;
	}
	unknown(n.span, what, n.text, names_of(words));
	return false;
}

bool is_reserved_name(std::string_view name)
{
	static constexpr std::string_view reserved[] = { "current", "jiffies",	"kthreadd",
							 "setup",   "teardown", "true",
							 "false",   "null",	"work" };

	return std::find(std::begin(reserved), std::end(reserved), name) != std::end(reserved);
}

/* Names stand in paths such as "main.ret", so they hold no dot. */
bool reader::is_name(std::string_view name, source_span where, const std::string &what)
{
	auto is_letter = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
	auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
	bool good = !name.empty() && name.size() <= 63 && !is_digit(name[0]) && name[0] != '-';

	for (char c : name)
		good = good && (is_letter(c) || is_digit(c) || c == '_' || c == '-');
	if (!good) {
		complain(where,
			 what + " " + in_quotes(name) +
				 ", expected letters, digits, '_' and '-', a letter or '_' first");
		return false;
	}
	if (is_reserved_name(name)) {
		complain(where, what + " " + in_quotes(name) +
					", expected another name: this one is reserved");
		return false;
	}
	return true;
}

} // namespace scenario
