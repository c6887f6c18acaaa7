// SPDX-License-Identifier: GPL-2.0-only
// The words a scenario may write in place of numbers, table by table.
// Must not know JSON.
#pragma once

#include "scenarios/nearest.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

struct word {
	const char *name;
	int64_t value;
};

using word_list = std::vector<word>;

/* What the kernel's structs take on a 64-bit machine. */
inline constexpr int64_t work_bytes = 40;
inline constexpr int64_t delayed_work_bytes = 80;
inline constexpr int64_t worker_bytes = 56;

const word_list &errno_words();		/* positive numbers, with those only the kernel sees */
const word_list &signal_words();
const word_list &state_words();
const word_list &state_letter_words();	/* values are the letters themselves */
const word_list &gfp_words();
const word_list &timer_flag_words();
const word_list &cpuhp_state_words();
const word_list &size_words();
const word_list &worker_flag_words();
const word_list &policy_words();
const word_list &task_policy_words();
const word_list &preemption_words();	/* values of preemption_model */
const word_list &finding_words();	/* here and for strategies: value = row number */
const word_list &strategy_words();
const word_list &fault_point_words();	/* values: the -errno of a fault that names none */

/* As a scenario writes them: "-EINTR". */
const name_list &errno_names();

/* Functions of the model that are no operations but may be named in a schedule or a finding. */
const name_list &inner_functions();

const word *find_word(const word_list &list, std::string_view name);
name_list names_of(const word_list &list);

/* The first name of a value, or its digits. */
std::string value_word(const word_list &list, int64_t value);

} // namespace scenario
