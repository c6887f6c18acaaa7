// SPDX-License-Identifier: GPL-2.0-only
// Parts of a search as text: lines, the scenario among them, then what was found, and a sum.
// It must not know how a search is done.
#include "cli/part_file.hpp"
#include <cstdio>
#include <sstream>
#include "cli/talk.hpp"
#include "sim/prng.hpp"

namespace cli {

namespace {

constexpr size_t BYTES_MAX = size_t{ 1 } << 30, NAME_BYTES = 100;
constexpr std::string_view letters =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
constexpr std::string_view first_words = "kthreadsim part ", version = KTHREADSIM_VERSION;

struct number_row {
	const char *name; // in the file
	uint64_t sim::explore_plan::*of;
	const char *what;
	bool zero_is_none = true;
};

// What a plan holds beside its strategy.
constexpr number_row numbers[] = {
	{ "seed", &sim::explore_plan::seed, "seed", false },
	{ "depth", &sim::explore_plan::depth, "depth" },
	{ "executions", &sim::explore_plan::executions, "number of executions" },
	{ "states", &sim::explore_plan::states, "bound on states" },
	{ "steps", &sim::explore_plan::steps, "bound on steps" },
	{ "deviations", &sim::explore_plan::deviations, "bound on deviations" },
	{ "preemptions", &sim::explore_plan::preemptions, "bound on preemptions" },
	{ "events", &sim::explore_plan::events, "bound on events" },
};

std::string value_text(const sim::explore_plan &p, const number_row &n)
{
	const uint64_t value = p.*n.of;

	return n.zero_is_none && !value ? "none" : std::to_string(value);
}

std::string sum_line(std::string_view text)
{
	uint64_t sum = 1;
	char line[32];

	for (const char c : text)
		sum = sim::mixed(sum ^ static_cast<unsigned char>(c));
	snprintf(line, sizeof(line), "sum %016llx\n", static_cast<unsigned long long>(sum));
	return line;
}

} // namespace

std::string part_file::difference(const part_file &other) const
{
	std::string all = text == other.text ? "" : "its scenario is another one";
	auto compare = [&all](const char *what, const std::string &mine, const std::string &its) {
		if (mine != its)
			all += (all.empty() ? "its " : "; its ") + std::string(what) + " is " +
			       mine + ", not " + its;
	};

	compare("variant", std::to_string(variant), std::to_string(other.variant));
	compare("strategy", plan.strategy, other.plan.strategy);
	for (const number_row &n : numbers)
		compare(n.what, value_text(plan, n), value_text(other.plan, n));
	compare("number of shards", std::to_string(shards), std::to_string(other.shards));
	return all;
}

std::string part_name(const std::string &scenario, const part_file &p, bool is_shard)
{
	std::string name = scenario.substr(0, NAME_BYTES);

	for (char &c : name)
		if (letters.find(c) == letters.npos)
			c = '-';
	if (name[0] == '.' || name[0] == '-')
		name[0] = '_';
	if (p.variant)
		name += ".variant-" + std::to_string(p.variant);
	name += "." + p.plan.strategy;
	if (p.plan.is_drawn())
		name += ".seed-" + std::to_string(p.plan.seed);
	if (is_shard)
		name += "." + std::to_string(p.shard) + "-of-" + std::to_string(p.shards);
	return name + ".part";
}

std::string to_text(const part_file &p)
{
	std::ostringstream out;

	out << first_words << version << '\n'
	    << "file " << p.file.size() << '\n'
	    << p.file << '\n'
	    << "variant " << p.variant << '\n'
	    << "strategy " << p.plan.strategy << '\n';
	for (const number_row &n : numbers)
		out << n.name << ' ' << p.plan.*n.of << '\n';
	out << "shard " << p.shard << ' ' << p.shards << '\n'
	    << "blocks " << p.left.block << ' ' << p.left.block_step << ' ' << p.left.blocks_end
	    << '\n'
	    << "undivided " << p.left.is_undivided << '\n'
	    << "units " << p.left.some.size() << '\n';
	for (const sim::search_unit &u : p.left.some)
		out << to_text(u);
	out << "scenario " << p.text.size() << '\n' << p.text << '\n' << to_text(p.found);
	const std::string text = out.str();
	return text + sum_line(text);
}

// ---- reading ----

// Without its last line, the sum. False: `errors` says where it is not what this version wrote.
static bool is_whole(std::string_view &text, scenario::diagnostics &errors)
{
	const std::string_view first = text.substr(0, text.find('\n'));
	const size_t sum_at = text.substr(0, text.empty() ? 0 : text.size() - 1).rfind('\n') + 1;
	const std::string_view sum = text.substr(sum_at);
	auto refuse = [&errors](size_t from, size_t to, const std::string &why) {
		errors.error({ static_cast<uint32_t>(from), static_cast<uint32_t>(to) }, why);
		return false;
	};

	if (!first.starts_with(first_words))
		return refuse(0, first.size(),
			      "no part of a search, expected a first line '" +
				      std::string(first_words) + std::string(version) + "'");
	if (first.substr(first_words.size()) != version)
		return refuse(first_words.size(), first.size(),
			      "a part by kthreadsim " +
				      std::string(first.substr(first_words.size())) +
				      ", expected one by " + std::string(version));
	text = text.substr(0, sum_at);
	if (sum != sum_line(text))
		return refuse(
			sum_at, sum_at + sum.size(),
			"the file was changed or cut after it was written, expected 'sum' and "
			"the sum of what stands before it");
	return true;
}

static bool read_counted(std::istream &in, std::string_view text, const char *word, std::string &to)
{
	std::string given;
	size_t bytes;

	if (!(in >> given >> bytes) || given != word || in.get() != '\n' || bytes > text.size())
		return false;
	to.resize(bytes);
	in.read(to.data(), static_cast<std::streamsize>(bytes));
	return in.get() == '\n';
}

static bool read_lines(std::string_view text, part_file &out)
{
	std::istringstream in{ std::string(text) };
	std::string word, line;
	size_t units = 0;
	auto expect = [&](const char *what) { return (in >> word) && word == what; };

	std::getline(in, line);
	if (!read_counted(in, text, "file", out.file) || !expect("variant") ||
	    !(in >> out.variant) || !expect("strategy") || !(in >> out.plan.strategy))
		return false;
	for (const number_row &n : numbers)
		if (!expect(n.name) || !(in >> out.plan.*n.of))
			return false;
	if (!expect("shard") || !(in >> out.shard >> out.shards) || !expect("blocks") ||
	    !(in >> out.left.block >> out.left.block_step >> out.left.blocks_end) ||
	    !expect("undivided") || !(in >> out.left.is_undivided) || !expect("units") ||
	    !(in >> units) || in.get() != '\n')
		return false;
	while (units-- && std::getline(in, line)) {
		const std::string whole = line + "\n";
		std::string_view rest = whole;

		if (!parse(rest, out.left.some.emplace_back()))
			return false;
	}
	if (!read_counted(in, text, "scenario", out.text))
		return false;
	std::string_view found = text.substr(static_cast<size_t>(in.tellg()));
	return parse(found, out.found) && found.empty() && out.shard && out.shard <= out.shards &&
	       out.shards <= part_file::SHARDS_MAX && out.left.block_step;
}

bool read_part(const std::string &path, part_file &out)
{
	scenario::diagnostics errors;
	std::string all;

	out = {};
	out.path = path;
	if (std::string why_not; !read_file(path, BYTES_MAX, all, why_not)) {
		talk("%s", why_not.c_str());
		return false;
	}
	std::string_view text = all;
	errors.set_source(path, all);
	if (is_whole(text, errors) && !read_lines(text, out))
		errors.error({}, "no part of a search that this program wrote, though its sum is "
				 "right, expected one that it did");
	talk("%s", errors.print().c_str());
	return errors.empty();
}

} // namespace cli
