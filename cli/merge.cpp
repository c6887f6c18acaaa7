// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim merge: the shards of a search as if it had been one.
// It must not know how a search is done.
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include "cli/commands.hpp"
#include "cli/conclusion_option.hpp"
#include "cli/part_file.hpp"
#include "cli/search_watch.hpp"
#include "cli/talk.hpp"

namespace cli {

namespace {

struct merge_arguments {
	std::vector<std::string> files;
	conclusion_options conclusion;
};

std::string list_of(const std::vector<unsigned> &shards)
{
	std::string text;

	for (const unsigned n : shards)
		text += (text.empty() ? "" : ", ") + std::to_string(n);
	return text;
}

// Why the whole is not there: empty if it is.
std::string missing(unsigned shards, const std::vector<unsigned> &there,
		    const std::vector<unsigned> &begun)
{
	std::vector<unsigned> absent;
	std::string text;

	for (unsigned n = 1; n <= shards; n++)
		if (std::find(there.begin(), there.end(), n) == there.end())
			absent.push_back(n);
	if (!absent.empty())
		text = "not there of " + std::to_string(shards) + " shards: " + list_of(absent);
	if (!begun.empty())
		text += (text.empty() ? "" : "; ") + std::string("not at their end: ") +
			list_of(begun);
	return text;
}

// By shard, for the order of the files says nothing.
using parts = std::map<unsigned, part_file>;

bool read_parts(const std::vector<std::string> &files, parts &all)
{
	const part_file *known = nullptr;

	for (const std::string &file : files) {
		part_file part;

		if (!read_part(file, part))
			return false;
		const std::string other = known ? part.difference(*known) : "";
		if (!other.empty()) {
			talk("%s: is not of the same search as %s: %s\n", file.c_str(),
			     known->path.c_str(), other.c_str());
			return false;
		}
		const auto [at, fresh] = all.try_emplace(part.shard, std::move(part));
		if (!fresh) {
			talk("%s: shard %u is there already\n", file.c_str(), at->first);
			return false;
		}
		known = known ? known : &at->second;
	}
	return true;
}

int merge(const merge_arguments &a)
{
	parts read;
	input in;
	scenario::explored all;
	std::vector<unsigned> there, begun;

	if (!read_parts(a.files, read))
		return BAD_INPUT;
	const part_file &first = read.begin()->second;
	for (const auto &[shard, part] : read) {
		there.push_back(shard);
		if (!part.left.empty())
			begun.push_back(shard);
		all.found.add(part.found);
	}
	if (!read_input(first.file, first.text, in))
		return BAD_INPUT;
	const scenario::scenario *s = pick_variant(in, first.variant);
	if (!s)
		return BAD_INPUT;
	const std::string why = cannot_explore(*s, first.plan);
	if (!why.empty()) {
		talk("%s", refusal(in, why).c_str());
		return BAD_INPUT;
	}
	all.cut = missing(first.shards, there, begun);
	if (all.cut.empty())
		all.cut = cut_by_bound(first.plan, all.found);
	search_watch watch(0);
	watch.search_has_ended();
	return conclude_and_print(in, *s, first.plan, std::move(all), a.conclusion,
				  ", summed over " + std::to_string(there.size()) + " shards",
				  [&watch] { return watch.why_hurry(); });
}

} // namespace

command add_merge(CLI::App &sub)
{
	auto a = std::make_shared<merge_arguments>();

	sub.add_option("files", a->files, "what `explore --shard` or `--resume` left")->required();
	add_conclusion(sub, a->conclusion);
	return [a] { return merge(*a); };
}

} // namespace cli
