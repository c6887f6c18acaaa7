// SPDX-License-Identifier: GPL-2.0-only
// For orders of locks that several executions show together: an execution for each of them.
// Must not know how the orders were found, nor how results are printed.
#include "scenarios/lock_ways.hpp"
#include "model/boot.hpp"
#include "model/lockdep.hpp"
#include "scenarios/machine_config.hpp"
#include "scenarios/program.hpp"
#include "sim/explore.hpp"

namespace scenario {

namespace {

constexpr uint64_t executions_tried = 500;

// An execution comes to a digit for each part: whether it shows it.
class part_program final : public sim::program {
public:
	part_program(const scenario &s, const std::vector<std::string> &parts)
		: program_(s), parts_(parts)
	{
	}
	void start(sim::machine &m) override { program_.start(m); }
	bool unfinished(const sim::machine &m) override { return program_.unfinished(m); }
	void outcome(const sim::machine &, std::string &text) override
	{
		for (const std::string &part : parts_)
			text += program_.lock_orders().shows(part) ? '1' : '0';
	}

private:
	::scenario::program program_;
	const std::vector<std::string> &parts_;
};

// The shortest that shows those parts, in one execution.
std::optional<sim::schedule> shortest_with(const sim::search_part &found, size_t first,
					   size_t count)
{
	std::optional<sim::schedule> way;

	for (const auto &[text, met] : found.outcomes)
		if (text.substr(first, count) == std::string(count, '1') &&
		    (!way || sim::is_shorter(met.shortest, *way)))
			way = met.shortest;
	return way;
}

} // namespace

void find_lock_ways(const scenario &s, std::vector<found> &together,
		    const std::function<bool()> &goes_on)
{
	std::vector<std::string> parts;
	sim::machine_config config = machine_config_of(s, true);
	sim::explore_plan plan;
	std::vector<sim::search_outcome *> all;

	for (const found &f : together)
		parts.insert(parts.end(), f.parts.begin(), f.parts.end());
	if (parts.empty())
		return;
	part_program p(s, parts);
	config.check = sim::checking::execution;
	plan.strategy = "portfolio";
	plan.executions = executions_tried;
	sim::explore_result r = explore(config, p, &kernel::hooks(), plan, {},
					[&](const sim::explore_progress &) { return goes_on(); });
	for (auto &[text, met] : r.found.outcomes)
		all.push_back(&met);
	shorten(config, p, &kernel::hooks(), all, goes_on);

	size_t first = 0;
	for (found &f : together) {
		const size_t parts_of_it = f.parts.size();

		f.shown_at_once = shortest_with(r.found, first, parts_of_it);
		for (size_t i = 0; i < parts_of_it && !f.shown_at_once; i++)
			f.shown_by.push_back(shortest_with(r.found, first + i, 1));
		first += parts_of_it;
	}
}

} // namespace scenario
