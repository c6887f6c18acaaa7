// SPDX-License-Identifier: GPL-2.0-only
// Printing what comes of a search.
// It must not know the command line, nor how a search is done.
#include "cli/conclude.hpp"
#include <cstdio>
#include "cli/commands.hpp"
#include "cli/search_report.hpp"
#include "cli/talk.hpp"

namespace cli {

int exit_code_of(const scenario::explore_result &r)
{
	return !r.wrong.empty()			    ? INTERNAL_ERROR
	       : r.failed()			    ? NOT_AS_EXPECTED
	       : !r.of.cut.empty() || r.undecided() ? BOUND_REACHED
						    : AS_EXPECTED;
}

int conclude_and_print(const input &in, const scenario::scenario &s, const sim::explore_plan &plan,
		       scenario::explored found, const conclusion_options &o,
		       const std::string &figures, const scenario::conclusion_watch &watch)
{
	const scenario::explore_result r = conclude(s, plan, std::move(found), watch);

	fputs((o.format == "herd" ? herd_report(s, r) : search_report(in, s, plan, r, o.witnesses))
		      .c_str(),
	      stdout);
	if (!r.wrong.empty())
		talk("kthreadsim: internal error: %s\n", r.wrong.c_str());
	if (!o.quiet) {
		const std::string states =
			r.of.states ? std::to_string(r.of.states) + " states, " : "";

		talk("%s%llu steps%s\n", states.c_str(),
		     static_cast<unsigned long long>(r.of.found.steps), figures.c_str());
	}
	return exit_code_of(r);
}

} // namespace cli
