// SPDX-License-Identifier: GPL-2.0-only
// Reads conditions: names, calls, not, all, any, eq, lt, is_err, and {"value": expected} pairs.
// Must not know where a condition stands.
#include "scenarios/reader_parts.hpp"

namespace scenario {

uint32_t reader::add_condition(condition c)
{
	out.conditions.push_back(std::move(c));
	return static_cast<uint32_t>(out.conditions.size() - 1);
}

operand reader::read_condition(const node &n)
{
	operand o;

	o.kind = operand_kind::condition;
	o.type = value_type::condition;
	o.index = condition_of(n);
	return o;
}

uint32_t reader::condition_of(const node &n)
{
	condition c;

	if (n.is(node_kind::object) && !n.get("op"))
		return condition_of_object(n);
	if (n.is(node_kind::string) || n.is(node_kind::boolean) || n.is(node_kind::object))
		c.left = read_value(n, value_type::any);
	else
		expected(n,
			 "a function's name, a value, or an object with " +
				 one_of(condition_keys().names()),
			 "condition");
	return add_condition(c);
}

uint32_t reader::condition_of_object(const node &n)
{
	std::vector<uint32_t> parts;

	if (n.members.empty())
		complain(n.span, "an empty condition, expected " +
					 one_of(condition_keys().names()) +
					 ", or a value and what it should equal");
	for (const member &m : n.members) {
		condition c;
		if (m.key == "not") {
			c.kind = condition_kind::negation;
			c.children.push_back(condition_of(m.value));
			parts.push_back(add_condition(c));
		} else if (m.key == "all") {
			parts.push_back(several_conditions(m.value, condition_kind::all, m.key));
		} else if (m.key == "any") {
			parts.push_back(several_conditions(m.value, condition_kind::any, m.key));
		} else if (m.key == "eq") {
			parts.push_back(comparison(m.value, condition_kind::equal, m.key));
		} else if (m.key == "lt") {
			parts.push_back(comparison(m.value, condition_kind::less, m.key));
		} else if (m.key == "is_err") {
			c.kind = condition_kind::error;
			c.left = read_value(m.value, value_type::any);
			parts.push_back(add_condition(c));
		} else {
			parts.push_back(value_equals(m));
		}
	}
	if (parts.size() == 1)
		return parts[0];
	condition c;
	c.kind = condition_kind::all;
	c.children = parts;
	return add_condition(c);
}

/* The right side is read as what the left side is: "P" beside a state is a letter, not a name. */
uint32_t reader::comparison(const node &n, condition_kind kind, const std::string &word)
{
	condition c;

	c.kind = kind;
	if (!n.is(node_kind::array) || n.items.size() != 2) {
		expected(n, "an array of two values", word);
		return add_condition(c);
	}
	c.left = read_value(n.items[0], value_type::any);
	/* One complaint about a comparison is enough. */
	if (!c.left.given())
		return add_condition(c);
	value_type of = c.left.type;
	if (kind == condition_kind::less && group_of(of) != value_group::number &&
	    group_of(of) != value_group::any) {
		expected(n.items[0], "a number", word);
		of = value_type::any;
	}
	c.right = read_expected(n.items[1], of);
	return add_condition(c);
}

uint32_t reader::several_conditions(const node &n, condition_kind kind, const std::string &word)
{
	condition c;

	c.kind = kind;
	if (is_array(n, word)) {
		if (n.items.empty())
			expected(n, "at least one condition", word);
		for (const node &item : n.items)
			c.children.push_back(condition_of(item));
	}
	return add_condition(c);
}

/* {"t.state": "P"}: the key is a value as a string would be. */
uint32_t reader::value_equals(const member &m)
{
	condition c;
	node key;

	key.kind = node_kind::string;
	key.span = m.key_span;
	key.text = m.key;
	c.kind = condition_kind::equal;
	size_t before = errors.count();
	c.left = read_value(key, value_type::any);
	/* A wrong word of the language is likelier than a wrong value. */
	if (errors.count() > before && !nearest(m.key, condition_keys().names()).empty())
		unknown(m.key_span, "condition", m.key, condition_keys().names());
	if (c.left.given())
		c.right = read_expected(m.value, c.left.type);
	return add_condition(c);
}

} // namespace scenario
