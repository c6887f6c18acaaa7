// SPDX-License-Identifier: GPL-2.0-only
// Beginning again with steps that only wait.
// It must not know the machine, nor what executions come to.
#include "sim/plan_dpor.hpp"

namespace sim {

bool dpor_search::next_execution(const verdict &v)
{
	const bool more = now_->next_execution(v);

	if (whole_ || !(hidden_.may_matter() || first_.waits_may_matter()))
		return more;
	now_ = &whole_.emplace();
	return true;
}

} // namespace sim
