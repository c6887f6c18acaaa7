// SPDX-License-Identifier: GPL-2.0-only
// The file of a part of a search: the question, the scenario's text, what was found and what is
// left to run. A shard leaves one for `merge`, an interrupted search for `--resume`.
// It must not know how a search is done.
#pragma once
#include "cli/input.hpp"
#include "scenarios/explore.hpp"

namespace cli {

struct part_file {
	std::string path;
	std::string file, text; // the scenario's
	unsigned variant = 0;
	sim::explore_plan plan;
	unsigned shard = 1, shards = 1;
	sim::search_part found;
	sim::unit_list left;

	// Empty if both are parts of one search; else the first difference.
	std::string difference(const part_file &other) const;
};

// False: stderr says what is wrong.
bool write_part(const part_file &p);
bool read_part(const std::string &path, part_file &out);

} // namespace cli
