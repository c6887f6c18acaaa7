// SPDX-License-Identifier: GPL-2.0-only
// Writing and reading parts of a search: lines of text, then the scenario, then what was found.
// It must not know how a search is done.
#include "cli/part_file.hpp"
#include <cstdio>
#include <fstream>
#include <sstream>
#include "cli/talk.hpp"
#include "traces/atomic_file.hpp"

namespace cli {

static const char first_line[] = "kthreadsim part " KTHREADSIM_VERSION;

static std::string plan_line(const sim::explore_plan &p)
{
	std::ostringstream line;

	line << "plan " << p.strategy << ' ' << p.seed << ' ' << p.depth << ' ' << p.executions
	     << ' ' << p.states << ' ' << p.steps << ' ' << p.deviations << ' ' << p.preemptions
	     << ' ' << p.events;
	return line.str();
}

std::string part_file::difference(const part_file &other) const
{
	return text != other.text	  ? "another scenario"
	       : variant != other.variant ? "another variant"
	       : plan_line(plan) != plan_line(other.plan)
		       ? "another search: " + plan_line(plan) + " and " + plan_line(other.plan)
	       : shards != other.shards ? "one of " + std::to_string(shards) + " and one of " +
						  std::to_string(other.shards) + " shards"
					: "";
}

bool write_part(const part_file &p)
{
	std::ostringstream text;

	text << first_line << '\n'
	     << "file " << p.file << '\n'
	     << "variant " << p.variant << '\n'
	     << plan_line(p.plan) << '\n'
	     << "shard " << p.shard << ' ' << p.shards << '\n'
	     << "blocks " << p.left.block << ' ' << p.left.block_step << ' ' << p.left.blocks_end
	     << '\n'
	     << "units " << p.left.some.size() << '\n';
	for (const sim::search_unit &u : p.left.some)
		text << to_text(u);
	text << "scenario " << p.text.size() << '\n' << p.text << '\n' << to_text(p.found);

	traces::atomic_file out(p.path);
	out.append(text.str());
	if (out.commit())
		return true;
	talk("kthreadsim: %s\n", out.error().c_str());
	return false;
}

static bool read_lines(std::istream &in, part_file &out)
{
	std::string word, line;
	size_t units = 0, bytes = 0;
	sim::explore_plan &p = out.plan;
	auto expect = [&](const char *what) { return (in >> word) && word == what; };

	if (!std::getline(in, line) || line != first_line || !expect("file"))
		return false;
	std::getline(in >> std::ws, out.file);
	if (!expect("variant") || !(in >> out.variant) || !expect("plan") ||
	    !(in >> p.strategy >> p.seed >> p.depth >> p.executions >> p.states >> p.steps >>
	      p.deviations >> p.preemptions >> p.events) ||
	    !expect("shard") || !(in >> out.shard >> out.shards) || !expect("blocks") ||
	    !(in >> out.left.block >> out.left.block_step >> out.left.blocks_end) ||
	    !expect("units") || !(in >> units))
		return false;
	std::getline(in, line);
	while (units-- && std::getline(in, line)) {
		const std::string whole = line + "\n";
		std::string_view rest = whole;

		if (!parse(rest, out.left.some.emplace_back()))
			return false;
	}
	if (!expect("scenario") || !(in >> bytes) || bytes > size_t{ 1 } << 24)
		return false;
	in.get();
	out.text.resize(bytes);
	in.read(out.text.data(), static_cast<std::streamsize>(bytes));
	return in.get() == '\n' && out.shard && out.shard <= out.shards && out.left.block_step;
}

bool read_part(const std::string &path, part_file &out)
{
	std::ifstream in(path, std::ios::binary);
	std::ostringstream rest;

	out = {};
	out.path = path;
	if (!in) {
		talk("%s: cannot be read\n", path.c_str());
		return false;
	}
	if (read_lines(in, out)) {
		rest << in.rdbuf();
		const std::string text = rest.str();
		std::string_view found = text;

		if (parse(found, out.found) && found.empty())
			return true;
	}
	talk("%s: is no part of a search by kthreadsim " KTHREADSIM_VERSION "\n", path.c_str());
	return false;
}

} // namespace cli
