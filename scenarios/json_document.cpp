// SPDX-License-Identifier: GPL-2.0-only
// Builds the tree from the JSON library's events and finds each value's place in the text again.
// Must not know the scenario language. The only file that includes nlohmann/json.hpp.
#include "scenarios/json_document.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace scenario {

namespace {

using json = nlohmann::json;

/* A forward iterator that tells how far the lexer has read. */
struct counting_iterator {
	using iterator_category = std::forward_iterator_tag;
	using value_type = char;
	using difference_type = std::ptrdiff_t;
	using pointer = const char *;
	using reference = const char &;

	const char *at;
	size_t *count;

	reference operator*() const { return *at; }

	counting_iterator &operator++()
	{
		++at;
		++*count;
		return *this;
	}

	counting_iterator operator++(int)
	{
		counting_iterator before = *this;
		++*this;
		return before;
	}

	friend bool operator==(counting_iterator a, counting_iterator b) { return a.at == b.at; }
};

source_span span_of(size_t begin, size_t end)
{
	return { static_cast<uint32_t>(begin), static_cast<uint32_t>(end) };
}

class tree_builder : public nlohmann::json_sax<json> {
public:
	tree_builder(std::string_view text_, const size_t &read_, node &root_, diagnostics &errors_)
		: text(text_), read(read_), root(root_), errors(errors_)
	{}

	bool null() override { return put(node_kind::null) != nullptr; }

	bool boolean(bool value) override
	{
		put(node_kind::boolean)->truth = value;
		return true;
	}

	bool number_integer(number_integer_t value) override
	{
		put(node_kind::integer)->integer = value;
		return true;
	}

	bool number_unsigned(number_unsigned_t value) override
	{
		bool fits = value <= static_cast<number_unsigned_t>(INT64_MAX);
		node *n = put(fits ? node_kind::integer : node_kind::number);

		n->integer = fits ? static_cast<int64_t>(value) : 0;
		return true;
	}

	bool number_float(number_float_t, const string_t &) override
	{
		return put(node_kind::number) != nullptr;
	}

	bool string(string_t &value) override
	{
		put(node_kind::string)->text = std::move(value);
		return true;
	}

	bool binary(binary_t &) override { return false; }
	bool start_object(size_t) override { return open(node_kind::object); }
	bool start_array(size_t) override { return open(node_kind::array); }
	bool end_array() override { return close(); }

	bool key(string_t &value) override
	{
		size_t begin = skip_to_token();
		frame &f = open_nodes.back();

		done = read;
		f.at->members.push_back({ value, span_of(begin, done), {} });
		return true;
	}

	bool end_object() override
	{
		drop_duplicates(*open_nodes.back().at);
		return close();
	}

	bool parse_error(size_t at, const std::string &,
			 const nlohmann::detail::exception &e) override;

private:
	struct frame {
		node *at;
	};

	/* The lexer accepted all up to `done`: only blanks, separators and comments follow. */
	size_t skip_to_token() const;
	size_t token_end(size_t begin) const;
	node *put(node_kind kind);
	bool open(node_kind kind);
	bool close();
	void drop_duplicates(node &object);
	bool complain_at_end();

	std::string_view text;
	const size_t &read;
	node &root;
	diagnostics &errors;
	std::vector<frame> open_nodes;
	size_t done = 0;
};

size_t tree_builder::skip_to_token() const
{
	size_t i = done;

	for (;;) {
		while (i < text.size() && std::string_view(" \t\r\n,:").find(text[i]) != text.npos)
			i++;
		if (text.substr(i, 2) == "//") {
			i = std::min(text.find('\n', i), text.size());
		} else if (text.substr(i, 2) == "/*") {
			size_t end = text.find("*/", i + 2);
			i = end == text.npos ? text.size() : end + 2;
		} else {
			return i;
		}
	}
}

/* Only after a number has the lexer read one character too far. */
size_t tree_builder::token_end(size_t begin) const
{
	size_t end = begin;

	if (begin < text.size() && std::string_view("\"{[").find(text[begin]) != text.npos)
		return read;
	while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) ||
				     std::string_view("+-.").find(text[end]) != text.npos))
		end++;
	return end;
}

node *tree_builder::put(node_kind kind)
{
	size_t begin = skip_to_token();
	node *n = &root;

	done = token_end(begin);
	if (!open_nodes.empty()) {
		node *parent = open_nodes.back().at;
		if (parent->is(node_kind::array))
			n = &parent->items.emplace_back();
		else
			n = &parent->members.back().value;
	}
	n->kind = kind;
	n->span = span_of(begin, done);
	return n;
}

bool tree_builder::open(node_kind kind)
{
	node *n = put(kind);

	/* Pointers into the tree stay good: no parent grows while its child is open. */
	open_nodes.push_back({ n });
	if (open_nodes.size() <= deepest_nesting)
		return true;
	errors.error(n->span, "nested too deeply, expected at most " +
				      std::to_string(deepest_nesting) + " levels");
	return false;
}

bool tree_builder::close()
{
	done = read;
	open_nodes.back().at->span.end = static_cast<uint32_t>(done);
	open_nodes.pop_back();
	return true;
}

void tree_builder::drop_duplicates(node &object)
{
	std::vector<member> &all = object.members;
	std::vector<uint32_t> order(all.size());
	std::vector<bool> again(all.size());

	for (uint32_t i = 0; i < order.size(); i++)
		order[i] = i;
	std::stable_sort(order.begin(), order.end(),
			 [&](uint32_t a, uint32_t b) { return all[a].key < all[b].key; });
	uint32_t first = 0;
	for (uint32_t i = 1; i < order.size(); i++) {
		if (all[order[i]].key != all[order[first]].key) {
			first = i;
			continue;
		}
		again[order[i]] = true;
		source_position p = errors.position(all[order[first]].key_span.begin);
		errors.error(all[order[i]].key_span,
			     "duplicate key " + in_quotes(all[order[i]].key) +
				     ", first given in line " + std::to_string(p.line) +
				     ", expected each key once");
	}
	std::vector<member> kept;
	for (size_t i = 0; i < all.size(); i++) {
		if (!again[i])
			kept.push_back(std::move(all[i]));
	}
	all = std::move(kept);
}

bool tree_builder::complain_at_end()
{
	std::string what = "unexpected end of the text";

	if (open_nodes.empty()) {
		what += ", expected one JSON object";
	} else {
		const node *n = open_nodes.back().at;
		source_position p = errors.position(n->span.begin);
		what += n->is(node_kind::array) ? ", expected ']' for the array"
						: ", expected '}' for the object";
		what += " opened in line " + std::to_string(p.line) + ", column " +
			std::to_string(p.column);
	}
	errors.error(span_of(text.size(), text.size()), what);
	return false;
}

/* The library's text ends in "while parsing WHERE - FOUND; expected WHAT"; keep the useful part. */
bool tree_builder::parse_error(size_t at, const std::string &, const nlohmann::detail::exception &e)
{
	std::string_view what = e.what();
	size_t place = at ? at - 1 : 0;
	size_t token = skip_to_token();
	size_t cut = what.find(" - ");
	size_t snippet = what.find("; last read: ");

	if (what.find("unexpected end of input") != what.npos && place >= text.size())
		return complain_at_end();
	if (cut == what.npos) {
		errors.error(span_of(token, token_end(token)),
			     "a number out of range, expected an integer");
		return false;
	}
	std::string found(
		what.substr(cut + 3, snippet == what.npos ? what.npos : snippet - cut - 3));
	size_t after = snippet == what.npos ? what.npos : what.find("; expected", snippet);
	if (after != what.npos)
		found += what.substr(after);
	/* A whole token in the wrong place shows its beginning, a broken one where it broke. */
	bool whole_token = found.compare(0, 10, "unexpected") == 0;
	size_t begin = whole_token ? std::min(token, place) : place;
	size_t last = text.find_last_not_of(" \t\r\n", begin ? begin - 1 : 0);
	if (begin < text.size() && (text[begin] == '}' || text[begin] == ']') &&
	    last != text.npos && text[last] == ',')
		found += " (no comma may stand before it)";
	errors.error(span_of(begin, place + 1), "not JSON: " + found);
	return false;
}

/* The offset of the first byte that is not UTF-8: overlong forms and surrogates are not. */
std::optional<size_t> not_utf8(std::string_view text)
{
	static constexpr uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	for (size_t i = 0; i < text.size();) {
		unsigned char lead = static_cast<unsigned char>(text[i]);
		size_t length = lead < 0x80   ? 1
				: lead < 0xc2 ? 0
				: lead < 0xe0 ? 2
				: lead < 0xf0 ? 3
				: lead < 0xf5 ? 4
					      : 0;
		if (length == 0 || i + length > text.size())
			return i;
		uint32_t code = length == 1 ? lead : lead & (0x7fu >> length);
		for (size_t k = 1; k < length; k++) {
			unsigned char byte = static_cast<unsigned char>(text[i + k]);
			if ((byte & 0xc0) != 0x80)
				return i;
			code = code << 6 | (byte & 0x3fu);
		}
		if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return i;
		i += length;
	}
	return std::nullopt;
}

bool text_is_usable(std::string_view text, diagnostics &errors)
{
	if (text.size() > largest_document_bytes) {
		errors.error({}, "the text has " + std::to_string(text.size()) +
					 " bytes, expected at most " +
					 std::to_string(largest_document_bytes));
		return false;
	}
	if (std::optional<size_t> at = not_utf8(text)) {
		errors.error(span_of(*at, *at + 1), "not UTF-8, expected a text in UTF-8");
		return false;
	}
	/* The lexer takes a NUL for the end and would accept anything behind it. */
	if (size_t at = text.find('\0'); at != text.npos) {
		errors.error(span_of(at, at + 1), "a NUL byte, expected text");
		return false;
	}
	return true;
}

} // namespace

const member *node::find(std::string_view key) const
{
	for (const member &m : members) {
		if (m.key == key)
			return &m;
	}
	return nullptr;
}

const node *node::get(std::string_view key) const
{
	const member *m = find(key);

	return m ? &m->value : nullptr;
}

bool parse_json(std::string_view text, node &out, diagnostics &out_errors)
{
	size_t read = 0;

	if (!text_is_usable(text, out_errors))
		return false;
	/* Blanks in place of a byte order mark keep the offsets. */
	std::string clean(text);
	if (clean.compare(0, 3, "\xef\xbb\xbf") == 0)
		clean.replace(0, 3, "   ");
	tree_builder builder(clean, read, out, out_errors);
	counting_iterator begin{ clean.data(), &read };
	counting_iterator end{ clean.data() + clean.size(), &read };
	return json::sax_parse(begin, end, &builder, json::input_format_t::json, true, true);
}

std::string describe(const node &n)
{
	switch (n.kind) {
	case node_kind::null: return "null";
	case node_kind::boolean: return n.truth ? "true" : "false";
	case node_kind::integer: return std::to_string(n.integer);
	case node_kind::number: return "a number that is no 64-bit integer";
	case node_kind::string: return "the string " + in_quotes(n.text);
	case node_kind::array: return "an array";
	case node_kind::object: return "an object";
	}
	return "nothing";
}

} // namespace scenario
