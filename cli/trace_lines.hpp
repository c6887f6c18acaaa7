// SPDX-License-Identifier: GPL-2.0-only
// A trace as lines that can be compared with those of another run: without times and addresses.
// It must not know any single event.
#pragma once
#include <map>
#include <string>
#include <vector>
#include "scenarios/run.hpp"

namespace cli {

class trace_lines final : public sim::sink {
public:
	// `names` is filled by the run, each name before it is needed.
	explicit trace_lines(const scenario::object_name_table &names) : names_(names) {}
	void write(std::span<const sim::event> events) override;
	const std::vector<std::string> &lines() const { return lines_; }

private:
	std::string object_text(const sim::event &e, unsigned field);
	std::string line_of(const sim::event &e);

	const scenario::object_name_table &names_;
	std::map<sim::object_id, size_t> nameless_; // in the order in which they came up, from 1
	std::vector<std::string> lines_;
};

} // namespace cli
