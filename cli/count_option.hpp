// SPDX-License-Identifier: GPL-2.0-only
// An option whose value is a whole number, in a range.
// It must not know what is counted.
#pragma once
#include <CLI/CLI.hpp>
#include <charconv>
#include <string>
#include "scenarios/ranges.hpp"

namespace cli {

constexpr scenario::whole_range any_number = { 0, INT64_MAX };

// `to`: anything that can be made of such a number.
template <class T>
CLI::Option *add_count(CLI::App &sub, const std::string &name, T &to, scenario::whole_range range,
		       const std::string &what)
{
	return sub
		.add_option_function<std::string>(
			name,
			[&to, name, range](const std::string &given) {
				const char *end = given.data() + given.size();
				uint64_t n = 0;
				const auto [at, error] = std::from_chars(given.data(), end, n);

				if (error != std::errc{} || at != end || n < range.least ||
				    n > range.most)
					throw CLI::ValidationError(
						name, "'" + given +
							      "', expected a whole number from " +
							      std::to_string(range.least) + " to " +
							      std::to_string(range.most));
				to = static_cast<T>(n);
			},
			what)
		->type_name("N");
}

} // namespace cli
