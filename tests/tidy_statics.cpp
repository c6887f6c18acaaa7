// SPDX-License-Identifier: GPL-2.0-only
// Finds variables that would outlive an execution.
// Must not know where the files come from.

#include "tests/tidy_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace tidy {

namespace {

bool has_word(std::string_view text, std::string_view word)
{
	return find_word(text, word) != text.npos;
}

// Outside of template arguments, where `(` may stand in a variable's type.
bool has_parenthesis(std::string_view text)
{
	int depth = 0;

	for (const char c : text) {
		depth += c == '<' ? 1 : c == '>' ? -1 : 0;
		if (c == '(' && depth <= 0)
			return true;
	}
	return false;
}

bool is_function(std::string_view declaration)
{
	return has_word(declaration, "operator") || has_parenthesis(declaration);
}

// `const char *names[]` can be changed, `const char *const names[]` cannot.
bool is_constant(std::string_view declaration)
{
	const auto last_const = declaration.rfind("const");
	const auto last_star = declaration.rfind('*');

	if (has_word(declaration, "constexpr"))
		return true;
	return has_word(declaration, "const") &&
	       (last_star == declaration.npos || last_star < last_const);
}

// struct kthread; and whatever else a `;` ends that declares no variable.
bool declares_no_variable(std::string_view text)
{
	// thread_local has a rule of its own.
	static constexpr std::array<std::string_view, 8> other = { "using",	"typedef",
								   "friend",	"concept",
								   "requires",	"static_assert",
								   "namespace", "thread_local" };
	static constexpr std::array<std::string_view, 4> types = { "struct", "class", "union",
								   "enum" };

	if (std::any_of(other.begin(), other.end(),
			[&](auto word) { return has_word(text, word); }))
		return true;
	for (const auto type : types) {
		const auto at = find_word(text, type);

		if (at == text.npos)
			continue;

		// A forward declaration: one name, with what belongs to a name, and no declarator.
		auto rest = text.substr(at + type.size());
		auto first = std::min(rest.find_first_not_of(" \t"), rest.size());

		rest = rest.substr(first);
		if (rest.starts_with("class ") || rest.starts_with("struct "))
			rest = rest.substr(rest.find(' ') + 1);

		const auto blank = rest.find(' ');

		return blank == rest.npos || rest.find_first_of("<:") != rest.npos;
	}
	return false;
}

std::string trimmed(std::string_view text)
{
	std::string result;

	for (const char c : text) {
		const bool blank = std::isspace(static_cast<unsigned char>(c));

		if (!blank)
			result += c;
		else if (!result.empty() && result.back() != ' ')
			result += ' ';
	}
	while (!result.empty() && result.back() == ' ')
		result.pop_back();
	return result;
}

// Follows a file's declarations at namespace level; everything in other braces is skipped, but
// for the word `static`, which means the same wherever it stands.
class scanner {
public:
	scanner(const source &scanned, offences &result) : file(scanned), found(result) {}

	void run()
	{
		bool continued = false;

		for (line = 0; line < file.code.size(); line++) {
			const auto &text = file.code[line];
			const auto first = text.find_first_not_of(" \t");
			const bool directive = first != text.npos && text[first] == '#';
			const bool skip = directive || continued;

			continued = skip && text.ends_with('\\');
			if (skip)
				continue;
			for (const char c : text)
				take(c);
			statement += ' ';
		}
	}

private:
	const source &file;
	offences &found;
	std::size_t line = 0;
	std::size_t started = 0;
	std::string statement;
	std::vector<bool> braces; // true: a namespace's

	bool at_namespace_level() const
	{
		return std::count(braces.begin(), braces.end(), false) == 0;
	}

	void take(char c)
	{
		if (c == '{') {
			const bool scope = has_word(statement, "namespace") ||
					   trimmed(statement) == "extern \"\"";

			if (!scope)
				judge(true);
			braces.push_back(scope);
			statement.clear();
		} else if (c == '}') {
			if (!braces.empty())
				braces.pop_back();
			statement.clear();
		} else if (c == ';') {
			judge(false);
			statement.clear();
		} else {
			if (trimmed(statement).empty())
				started = line;
			statement += c;
		}
	}

	// `opens`: a brace follows, of a body, a type or an initialiser.
	void judge(bool opens)
	{
		const auto whole = trimmed(statement);
		const auto text = trimmed(whole.substr(0, whole.find('=')));
		const bool is_static = has_word(text, "static");

		if (text.empty() || is_function(text) || is_constant(text))
			return;
		if (!is_static && !at_namespace_level())
			return;
		if (opens && !is_static && whole.find('=') == whole.npos && names_type(text))
			return;
		if (declares_no_variable(text))
			return;
		found.push_back({ file.path, started + 1,
				  "`" + text +
					  "` outlives an execution: keep state in the arena or "
					  "in the kernel object, or make it const" });
	}

	static bool names_type(std::string_view text)
	{
		return has_word(text, "struct") || has_word(text, "class") ||
		       has_word(text, "union") || has_word(text, "enum");
	}
};

} // namespace

void check_mutable_statics(const source &file, offences &found)
{
	if (file.path.starts_with("sim/") || file.path.starts_with("model/"))
		scanner(file, found).run();
}

} // namespace tidy
