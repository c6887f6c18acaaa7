// SPDX-License-Identifier: GPL-2.0-only
// The reader's way through a document, section by section, and through its variants.
// Must not know how a scenario is run.
#include "scenarios/reader.hpp"

#include "scenarios/ranges.hpp"
#include "scenarios/reader_parts.hpp"

#include <algorithm>
#include <exception>
#include <string>

namespace scenario {

namespace {

bool is_control(char c)
{
	return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
}

/* Null: it is not there, or no such text. A name is printed as a part of lines. */
const std::string *text_of(const node &object, std::string_view key, diagnostics &errors)
{
	const node *n = object.get(key);
	const std::string what(key);

	if (!n)
		return nullptr;
	if (!n->is(node_kind::string))
		errors.error(n->span, what + ": expected a string, got " + describe(*n));
	else if (n->text.empty() || n->text.size() > 1000)
		errors.error(n->span, what + ": expected 1 to 1000 characters");
	else if (key == "name" && std::any_of(n->text.begin(), n->text.end(), is_control))
		errors.error(n->span, what + " " + in_quotes(n->text) +
					      ", expected one without control characters");
	else
		return &n->text;
	return nullptr;
}

void read_names(const node &document, diagnostics &errors, scenario &out)
{
	text_of(document, "$schema", errors);
	if (const std::string *name = text_of(document, "name", errors))
		out.name = *name;
	if (const std::string *question = text_of(document, "question", errors))
		out.question = *question;
}

void read_variants(const node &document, diagnostics &errors, scenario &out)
{
	const node *list = document.get("variants");

	if (!list)
		return;
	if (!list->is(node_kind::array) || list->items.size() > most_variants) {
		errors.error(list->span, "variants: expected an array of at most " +
						 std::to_string(most_variants) + ", got " +
						 describe(*list));
		return;
	}
	for (const node &item : list->items) {
		scenario &v = out.variants.emplace_back();
		v.name = out.name;
		v.question = out.question;
		reader(document, &item, errors, v).read();
		if (const std::string *name = text_of(item, "name", errors))
			v.name += "/" + *name;
	}
}

node string_node(source_span span, std::string_view text)
{
	node n;

	n.kind = node_kind::string;
	n.span = span;
	n.text = text;
	return n;
}

/* "6.13-a7c01fa93aeb", or "6.14+28aaa9c39945", as a scenario would write it, in place of what
 * stands there. */
bool is_sign(char c)
{
	return c == '-' || c == '+';
}

/* Where the last fix of "6.13-a7c01fa93aeb+28aaa9c39945" has its sign; npos: there is none. A
 * version, and a fix, may have a dash of its own. */
size_t last_sign(std::string_view kernel)
{
	size_t version = 0;

	for (const kernel::version_row &row : kernel::version_table()) {
		const std::string_view name = row.name;

		if (kernel == name)
			return kernel.npos;
		if (kernel.starts_with(name) && is_sign(kernel[name.size()]))
			version = std::max(version, name.size());
	}
	for (const kernel::fix_row &row : kernel::fix_table()) {
		const std::string_view commit = row.commit;
		const size_t sign = kernel.size() - commit.size() - 1;

		if (kernel.size() > commit.size() && kernel.ends_with(commit) &&
		    is_sign(kernel[sign]))
			return sign;
	}
	return version ? kernel.find_last_of("-+") : kernel.npos;
}

node kernel_node(source_span span, std::string_view kernel)
{
	node out, in, made;

	out.kind = in.kind = node_kind::array;
	made.kind = node_kind::object;
	out.span = in.span = made.span = span;
	for (size_t sign; (sign = last_sign(kernel)) != kernel.npos;) {
		node &list = kernel[sign] == '+' ? in : out;
		list.items.insert(list.items.begin(), string_node(span, kernel.substr(sign + 1)));
		kernel = kernel.substr(0, sign);
	}
	made.members.push_back({ "version", span, string_node(span, kernel) });
	if (!out.items.empty())
		made.members.push_back({ "revert", span, out });
	if (!in.items.empty())
		made.members.push_back({ "apply", span, in });
	return made;
}

void put_on_kernel(node &object, std::string_view kernel)
{
	for (member &m : object.members) {
		if (m.key == "kernel")
			m.value = kernel_node(not_in_the_text, kernel);
		if (m.key == "variants")
			for (node &variant : m.value.items)
				put_on_kernel(variant, kernel);
	}
}

} // namespace

void reader::read_story()
{
	const node *n = document.get("story");

	if (!n || !keys_are(*n, story_keys()))
		return;
	for (auto [key, text] : { std::pair{ "seen", &out.story.seen },
				  { "how", &out.story.how },
				  { "fix", &out.story.fix } })
		if (is_text(*n->get(key), key))
			*text = n->get(key)->text;
}

void reader::read()
{
	if (variant) {
		if (!is_object(*variant, "variant"))
			return;
		keys_are(*variant, variant_keys());
	} else {
		keys_are(document, document_keys());
		read_story();
	}
	read_kernel();
	read_machine();
	collect_symbols();
	/* Without a kernel nothing is known about the operations. */
	if (!kernel_known)
		return;
	read_program();
	read_faults();
	read_schedule();
	read_explore();
	read_expect();
	check_unused();
}

bool read_scenario(std::string_view file_name, std::string_view text, scenario &out,
		   diagnostics &out_errors)
{
	return read_scenario_on("", file_name, text, out, out_errors);
}

bool read_scenario_on(std::string_view kernel, std::string_view file_name, std::string_view text,
		      scenario &out, diagnostics &out_errors)
{
	try {
		node document;
		out = {};
		out_errors.set_source(file_name, text);
		if (!parse_json(text, document, out_errors))
			return false;
		if (!document.is(node_kind::object)) {
			out_errors.error(document.span,
					 "expected one JSON object, got " + describe(document));
			return false;
		}
		if (!kernel.empty())
			put_on_kernel(document, kernel);
		read_names(document, out_errors, out);
		reader(document, nullptr, out_errors, out).read();
		read_variants(document, out_errors, out);
		return out_errors.empty();
	} catch (const std::exception &) {
		try {
			out_errors.error(
				{}, "out of memory while reading, expected a smaller scenario");
		} catch (const std::exception &) {
			/* Without memory for the words the answer still is no. */
		}
		return false;
	}
}

} // namespace scenario
