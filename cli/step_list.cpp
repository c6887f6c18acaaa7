// SPDX-License-Identifier: GPL-2.0-only
// The list of steps.
// It must not know the command line.
#include "cli/step_list.hpp"
#include <cstdio>
#include "model/explain.hpp"
#include "model/step_words.hpp"

namespace cli {

void step_list::chosen(const sim::machine &m, const sim::choice &c, uint32_t answer)
{
	char head[96];

	if (c.kind == sim::choice_kind::value) {
		snprintf(head, sizeof(head), "%6llu           value: %s = %u of %u\n",
			 static_cast<unsigned long long>(c.number), c.where.function, answer,
			 c.count);
		out_.append(head);
		return;
	}
	const sim::option &o = c.options[answer];
	char who[48] = "event";

	if (!(o.who & sim::EVENT))
		kernel::name_of_context(m.context_of(o.who), who, sizeof(who));
	snprintf(head, sizeof(head), "%6llu %c [%03u] %-16s ",
		 static_cast<unsigned long long>(c.number), answer ? '*' : ' ', o.cpu, who);
	out_.append(head + kernel::step_words(m, o.who, kernel::names_of_calls(o.stack), o.next) +
		    kernel::token_words(m, o.who, o.next) +
		    "\n");
}

} // namespace cli
