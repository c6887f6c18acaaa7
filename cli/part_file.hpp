// SPDX-License-Identifier: GPL-2.0-only
// The file of a part of a search: the question, the scenario's text, what was found and what is
// left to run. A shard leaves one for `merge`, an interrupted search for `--resume`.
// It must not know how a search is done.
#pragma once
#include "cli/input.hpp"
#include "scenarios/explore.hpp"

namespace cli {

struct part_file {
	static constexpr unsigned SHARDS_MAX = 65'536;

	std::string path;
	std::string file, text; // the scenario's
	unsigned variant = 0;
	sim::explore_plan plan;
	unsigned shard = 1, shards = 1;
	sim::search_part found;
	sim::unit_list left;

	// Empty if both are parts of one search; else in what this is not as the other is.
	std::string difference(const part_file &other) const;
};

// What the file is called unless somebody names it: as the scenario, in letters that every shell
// and every folder takes, and which variant, which search and which shard it is of.
std::string part_name(const std::string &scenario, const part_file &p, bool is_shard);

// The last line is a sum of all before it: a file that was changed or cut is not believed.
std::string to_text(const part_file &p);
// False: stderr says where it is not such a text.
bool read_part(const std::string &path, part_file &out);

} // namespace cli
