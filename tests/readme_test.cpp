// SPDX-License-Identifier: GPL-2.0-only
// What README.md shows is what the program prints.
// Must not know anything else of the README.
#include <doctest/doctest.h>
#include <fstream>
#include <sstream>
#include <string>
#include "tests/support_paths.hpp"

static std::string text_of(const std::string &path)
{
	std::ifstream in(path);
	std::stringstream text;

	text << in.rdbuf();
	return text.str();
}

TEST_CASE("the trace in the README is the one that its first command prints")
{
	const std::string root = support::source_dir();
	const std::string readme = text_of(root + "/README.md");
	const std::string golden = text_of(root + "/traces/golden/park-unpark-stop.ftrace.txt");

	REQUIRE(!golden.empty());
	CHECK(readme.find("```\n" + golden + "```\n") != std::string::npos);
}
