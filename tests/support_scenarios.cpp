// SPDX-License-Identifier: GPL-2.0-only
// Reading the library of scenarios, and recording what a schedule written by hand does.
// It must not know what is expected of a scenario, nor any single test.
#include "tests/support_scenarios.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include "model/boot.hpp"
#include "scenarios/hand_schedule.hpp"
#include "scenarios/reader.hpp"
#include "sim/strategies.hpp"
#include "tests/support_paths.hpp"

namespace support {

namespace fs = std::filesystem;

static std::vector<fs::path> files()
{
	std::vector<fs::path> found;

	for (const fs::directory_entry &family :
	     fs::directory_iterator(fs::path(support::source_dir()) / "scenarios")) {
		if (!family.is_directory())
			continue;
		for (const fs::directory_entry &file : fs::directory_iterator(family.path()))
			if (file.path().extension() == ".json")
				found.push_back(file.path());
	}
	std::sort(found.begin(), found.end());
	return found;
}

static std::vector<library_entry> read_library()
{
	std::vector<library_entry> all;

	for (const fs::path &file : files()) {
		const std::string name =
			file.parent_path().filename().string() + "/" + file.stem().string();
		std::stringstream text;
		scenario::scenario s;
		scenario::diagnostics errors;

		text << std::ifstream(file, std::ios::binary).rdbuf();
		if (!scenario::read_scenario(name, text.str(), s, errors)) {
			FAIL_CHECK(errors.print());
			continue;
		}
		all.push_back({ name, s });
		for (size_t i = 0; i < s.variants.size(); i++)
			all.push_back(
				{ name + " variant " + std::to_string(i + 1), s.variants[i] });
	}
	return all;
}

const std::vector<library_entry> &library()
{
	static const std::vector<library_entry> all = read_library();

	return all;
}

sim::schedule schedule_of(const scenario::scenario &s)
{
	sim::schedule given;
	std::string error;
	size_t error_at = 0;

	if (!s.schedule.text.empty())
		REQUIRE_MESSAGE(sim::parse_schedule(s.schedule.text, given, error, error_at),
				error);
	if (s.schedule.steps.empty())
		return given;
	scenario::hand_schedule by_hand(s);
	sim::recording_strategy recorder(by_hand);
	sim::machine m(scenario::machine_config_of(s), recorder);
	scenario::program p(s);

	by_hand.watch(m);
	m.set_hooks(&kernel::hooks());
	m.start(p);
	m.run();
	return recorder.recorded(m.state().steps, m.state().taken);
}

} // namespace support
