// SPDX-License-Identifier: GPL-2.0-only
// Reading scenario files and schedules, with errors a compiler's user knows.
// It must not know what is done with a scenario.
#include "cli/input.hpp"
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include "cli/talk.hpp"

namespace cli {

static constexpr size_t FILE_BYTES_MAX = 64u << 20;

static bool read_all(FILE *f, size_t most, std::string &text)
{
	char block[65536];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), f)) > 0) {
		text.append(block, n);
		if (text.size() > most) {
			errno = EFBIG;
			return false;
		}
	}
	return !ferror(f);
}

bool read_file(const std::string &file, size_t most, std::string &text, std::string &why_not)
{
	std::error_code error;

	if (std::filesystem::is_directory(file, error)) {
		std::filesystem::directory_iterator entries(file, error);

		why_not = file + (error ? ": cannot be read: " + error.message()
					: ": is a folder, expected a file") +
			  "\n";
		return false;
	}
	FILE *f = fopen(file.c_str(), "rb");
	const bool read = f && read_all(f, most, text);
	const int number = errno;
	if (f)
		fclose(f);
	if (!read)
		why_not = file + ": cannot be read: " + strerror(number) + "\n";
	return read;
}

bool is_same_file(const std::string &a, const std::string &b)
{
	std::error_code ignored;

	return std::filesystem::equivalent(a, b, ignored);
}

bool read_input(const std::string &file, input &out, const std::string &kernel)
{
	const bool standard = file == "-";
	std::string text;

	if (!standard && !read_file(file, FILE_BYTES_MAX, text, out.why_not)) {
		talk("%s", out.why_not.c_str());
		return false;
	}
	if (standard && !read_all(stdin, FILE_BYTES_MAX, text)) {
		talk("<stdin>: cannot be read: %s\n", strerror(errno));
		return false;
	}
	return read_input(standard ? "<stdin>" : file, std::move(text), out, kernel);
}

bool read_input(const std::string &file, std::string text, input &out, const std::string &kernel)
{
	out.file = file;
	out.text = std::move(text);
	if (scenario::read_scenario_on(kernel, out.file, out.text, out.scenario, out.diagnostics))
		return true;
	out.why_not = out.diagnostics.print();
	talk("%s", out.why_not.c_str());
	return false;
}

const scenario::scenario *pick_variant(const input &in, unsigned variant)
{
	if (!variant)
		return &in.scenario;
	if (variant <= in.scenario.variants.size())
		return &in.scenario.variants[variant - 1];
	talk("%s: there is no variant %u, expected 0 (the scenario itself) to %zu\n",
	     in.file.c_str(), variant, in.scenario.variants.size());
	return nullptr;
}

std::string print_schedule(const std::string &scenario, const sim::schedule &s)
{
	return scenario + "@" KTHREADSIM_VERSION ":" + sim::to_string(s);
}

bool read_schedule(const std::string &text, const std::string &scenario, sim::schedule &out)
{
	// From the right, for a scenario may have any name.
	const size_t start = text.rfind(":k1");
	const std::string prefix = start == std::string::npos ? "" : text.substr(0, start);
	const size_t at = prefix.rfind('@');
	std::string error;
	size_t error_at = 0;

	if (!prefix.empty() && prefix.substr(0, at) != scenario) {
		talk("schedule: it is of scenario '%s', expected one of '%s'\n",
		     prefix.substr(0, at).c_str(), scenario.c_str());
		return false;
	}
	if (at != std::string::npos && prefix.substr(at + 1) != KTHREADSIM_VERSION)
		talk("schedule: it was printed by version %s, this is " KTHREADSIM_VERSION "\n",
		     prefix.substr(at + 1).c_str());
	const std::string rest = prefix.empty() ? text : text.substr(start + 1);
	if (parse_schedule(rest, out, error, error_at))
		return true;
	const auto place = static_cast<uint32_t>(text.size() - rest.size() + error_at);
	scenario::diagnostics diagnostics;
	diagnostics.set_source("schedule", text);
	diagnostics.error({ place, place + 1 }, error);
	talk("%s", diagnostics.print().c_str());
	return false;
}

// "FILE:LINE:COLUMN: " of a text that begins with "@byte: ", which is taken off; or nothing.
static std::string take_place(const input &in, std::string &text)
{
	unsigned offset;
	int used = 0;

	if (sscanf(text.c_str(), "@%u: %n", &offset, &used) != 1 || !used)
		return "";
	const scenario::source_position p = in.diagnostics.position(offset);
	text.erase(0, static_cast<size_t>(used));
	return in.file + ":" + std::to_string(p.line) + ":" + std::to_string(p.column) + ": ";
}

std::string with_place(const input &in, const std::string &text)
{
	std::string rest = text;

	return take_place(in, rest) + rest;
}

std::string refusal(const input &in, const std::string &why)
{
	std::string rest = why, place = take_place(in, rest);

	return (place.empty() ? in.file + ": " : place) + "error: " + rest + "\n";
}

static bool is_scenario_file(const std::filesystem::path &p)
{
	return (p.extension() == ".json" || p.extension() == ".jsonc") &&
	       p.filename() != "schema.json";
}

// A link that leads nowhere is no scenario that may be left out.
static bool is_file_or_broken_link(const std::filesystem::directory_entry &e)
{
	std::error_code ignored;

	return e.is_regular_file(ignored) || (e.is_symlink(ignored) && !e.exists(ignored));
}

void expand_paths(const std::vector<std::string> &paths, std::vector<std::string> &files)
{
	namespace fs = std::filesystem;

	for (const std::string &path : paths) {
		std::error_code error;

		if (!fs::is_directory(path, error)) {
			files.push_back(path);
			continue;
		}
		std::vector<std::string> found;
		std::string last = path;
		for (fs::recursive_directory_iterator i(path, error), end; !error && i != end;
		     i.increment(error)) {
			last = i->path().string();
			if (is_scenario_file(i->path()) && is_file_or_broken_link(*i))
				found.push_back(last);
		}
		// Who reads it says what is wrong.
		if (error)
			found.push_back(last);
		else if (found.empty())
			found.push_back(path + "/*.json");
		std::sort(found.begin(), found.end());
		files.insert(files.end(), found.begin(), found.end());
	}
}

} // namespace cli
