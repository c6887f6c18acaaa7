// SPDX-License-Identifier: GPL-2.0-only
// An option whose value is one of some names, with the nearest one in its error.
// It must not know what the names stand for.
#pragma once
#include <CLI/CLI.hpp>
#include "scenarios/nearest.hpp"

namespace cli {

inline CLI::Validator one_of_these(std::vector<std::string> names)
{
	return CLI::Validator(
		[names](const std::string &given) -> std::string {
			const scenario::name_list list(names.begin(), names.end());

			for (const std::string &n : names)
				if (n == given)
					return "";
			return "unknown '" + given + "', expected " + scenario::one_of(list) +
			       scenario::did_you_mean(given, list);
		},
		"NAME");
}

} // namespace cli
