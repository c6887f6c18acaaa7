// SPDX-License-Identifier: GPL-2.0-only
// Reading files for the tidy rules, and telling code from comments and literals.
// Must not know any rule.

#include "tests/tidy_source.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tidy {

namespace {

std::vector<std::string> split(std::string_view text)
{
	std::vector<std::string> lines;

	while (!text.empty()) {
		const auto end = std::min(text.find('\n'), text.size());

		lines.emplace_back(text.substr(0, end));
		text.remove_prefix(std::min(end + 1, text.size()));
	}
	return lines;
}

// Walks once over C++ text and writes both views beside each other.
class blanker {
public:
	explicit blanker(std::string_view text) : in(text) {}

	std::string code;
	std::string literals;

	void run()
	{
		while (at < in.size()) {
			if (in.substr(at, 2) == "//")
				comment(in.find('\n', at));
			else if (in.substr(at, 2) == "/*")
				comment(after(in.find("*/", at + 2), 2));
			else if (in[at] == '"' && raw_prefix())
				raw_string();
			else if (in[at] == '"' || (in[at] == '\'' && !digit_separator()))
				literal(in[at]);
			else
				keep(true, true);
		}
	}

private:
	std::string_view in;
	std::size_t at = 0;

	void keep(bool in_code, bool in_literals)
	{
		const char c = in[at++];

		code += in_code || c == '\n' ? c : ' ';
		literals += in_literals || c == '\n' ? c : ' ';
	}

	static std::size_t after(std::size_t found, std::size_t count)
	{
		return found == std::string_view::npos ? found : found + count;
	}

	void comment(std::size_t end)
	{
		for (end = std::min(end, in.size()); at < end;)
			keep(false, false);
	}

	void literal(char quote)
	{
		keep(true, true);
		while (at < in.size() && in[at] != quote && in[at] != '\n') {
			if (in[at] == '\\' && at + 1 < in.size())
				keep(false, true);
			keep(false, true);
		}
		if (at < in.size() && in[at] == quote)
			keep(true, true);
	}

	void raw_string()
	{
		const auto open = std::min(in.find('(', at), in.size());
		const auto mark = ")" + std::string(in.substr(at + 1, open - at - 1)) + "\"";
		const auto end = std::min(after(in.find(mark, open), mark.size()), in.size());

		keep(true, true);
		while (at + 1 < end)
			keep(false, true);
		if (at < end)
			keep(true, true);
	}

	bool raw_prefix() const
	{
		if (at == 0 || in[at - 1] != 'R')
			return false;
		return at < 2 || !is_word_character(in[at - 2]) || in[at - 2] == '8' ||
		       in[at - 2] == 'u' || in[at - 2] == 'U' || in[at - 2] == 'L';
	}

	// 1'000 and 0xff'ff, but not u'x'.
	bool digit_separator() const
	{
		auto first = at;

		while (first > 0 && (is_word_character(in[first - 1]) || in[first - 1] == '\''))
			first--;
		return first < at && std::isdigit(static_cast<unsigned char>(in[first]));
	}
};

bool has_ending(const std::string &name, const std::vector<std::string> &endings)
{
	return std::any_of(endings.begin(), endings.end(),
			   [&](const std::string &ending) { return name.ends_with(ending); });
}

} // namespace

source make_source(std::string path, std::string_view text)
{
	blanker views(text);

	views.run();
	return { std::move(path), split(text), split(views.code), split(views.literals) };
}

std::vector<source> read_tree(const std::string &root, const std::vector<std::string> &rooms,
			      const std::vector<std::string> &endings)
{
	namespace fs = std::filesystem;
	std::vector<std::string> paths;

	for (const auto &room : rooms) {
		const auto top = fs::path(root) / room;

		if (fs::is_regular_file(top))
			paths.push_back(room);
		if (!fs::is_directory(top))
			continue;
		for (const auto &entry : fs::recursive_directory_iterator(top))
			if (entry.is_regular_file() &&
			    has_ending(entry.path().filename().string(), endings))
				paths.push_back(entry.path().lexically_relative(root).string());
	}
	std::sort(paths.begin(), paths.end());

	std::vector<source> sources;

	for (const auto &path : paths) {
		std::ifstream file(fs::path(root) / path, std::ios::binary);
		std::ostringstream text;

		text << file.rdbuf();
		sources.push_back(make_source(path, text.str()));
	}
	return sources;
}

std::size_t find_word(std::string_view line, std::string_view word, std::size_t from)
{
	for (auto at = line.find(word, from); at != line.npos; at = line.find(word, at + 1)) {
		const auto end = at + word.size();
		const bool starts = !is_word_character(word.front()) || at == 0 ||
				    !is_word_character(line[at - 1]);
		const bool ends = !is_word_character(word.back()) || end == line.size() ||
				  !is_word_character(line[end]);

		if (starts && ends)
			return at;
	}
	return line.npos;
}

bool is_word_character(char c)
{
	return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

std::string to_text(const offences &found)
{
	std::ostringstream text;

	for (const auto &one : found)
		text << '\n' << one.path << ':' << one.line << ": " << one.what;
	return text.str();
}

} // namespace tidy
