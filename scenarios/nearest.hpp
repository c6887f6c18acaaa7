// SPDX-License-Identifier: GPL-2.0-only
// Finds the valid name a wrong one was most likely meant to be, and words lists of names.
// Must not know what the names stand for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scenario {

using name_list = std::vector<std::string_view>;

/* The nearest of `names` by edits (insert, delete, replace, swap neighbours; a change of case
 * counts less), the first of equals; else one that begins with the wrong name, or that the wrong
 * one begins or ends with, whatever the case. Empty when none is near enough to be worth it. */
std::string_view nearest(std::string_view wrong, const name_list &names);

/* "; did you mean 'x'?", or nothing. */
std::string did_you_mean(std::string_view wrong, const name_list &names);

/* "a, b or c"; after `most` names ".. (n in all)". */
std::string one_of(const name_list &names, size_t most = 14);

} // namespace scenario
