// SPDX-License-Identifier: GPL-2.0-only
// An option whose value is a whole number, without the wrapping of negative ones.
// It must not know what is counted.
#pragma once
#include <CLI/CLI.hpp>
#include <charconv>
#include <string>

namespace cli {

inline CLI::Option *add_count(CLI::App &sub, const std::string &name, uint64_t &to,
			      const std::string &what)
{
	return sub
		.add_option_function<std::string>(
			name,
			[&to, name](const std::string &given) {
				const char *end = given.data() + given.size();
				const auto [at, error] = std::from_chars(given.data(), end, to);

				if (error != std::errc{} || at != end)
					throw CLI::ValidationError(
						name, "'" + given +
							      "', expected a whole number "
							      "from 0 to 2^64 - 1");
			},
			what)
		->type_name("N");
}

} // namespace cli
