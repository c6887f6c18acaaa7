// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim merge: the shards of a search as if it had been one.
// It must not know how a search is done.
#include <CLI/CLI.hpp>
#include <memory>
#include "cli/commands.hpp"
#include "cli/conclusion_option.hpp"
#include "cli/part_file.hpp"
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

int merge(const merge_arguments &a)
{
	part_file first, part;
	input in;
	scenario::explored all;
	std::vector<unsigned> there, begun;

	for (const std::string &file : a.files) {
		if (!read_part(file, part))
			return BAD_INPUT;
		if (there.empty())
			first = part;
		const std::string other = part.difference(first);
		if (!other.empty()) {
			talk("%s: is not of the same search as %s: %s\n", file.c_str(),
			     first.path.c_str(), other.c_str());
			return BAD_INPUT;
		}
		if (std::find(there.begin(), there.end(), part.shard) != there.end()) {
			talk("%s: shard %u is there already\n", file.c_str(), part.shard);
			return BAD_INPUT;
		}
		there.push_back(part.shard);
		if (!part.left.empty())
			begun.push_back(part.shard);
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
	return conclude_and_print(in, *s, first.plan, std::move(all), a.conclusion,
				  ", summed over " + std::to_string(there.size()) + " shards");
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
