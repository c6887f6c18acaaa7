// SPDX-License-Identifier: GPL-2.0-only
// The list of steps.
// It must not know the command line.
#include "cli/step_list.hpp"
#include <cstdio>
#include "model/explain.hpp"

namespace cli {

// Functions outermost first, so that the eye can follow a call to the right.
static std::string path_of(const sim::frame *f)
{
	std::string path;

	for (; f; f = f->outer)
		path = f->function + (path.empty() ? "" : " > " + path);
	return path;
}

static std::string operation_of(const sim::machine &m, const sim::op &o)
{
	std::string text = o.where.verb, held;

	for (unsigned i = 0; i < o.count; i++) {
		char name[64];
		sim::token which;
		const bool is_token = m.cpu_of_object(o.touches[i].object, which);

		// That its CPU was free goes without saying.
		if (is_token && o.touches[i].kind == sim::access::read)
			continue;
		kernel::name_of_id(m, o.touches[i].object, name, sizeof(name));
		std::string &to = is_token ? held : text;
		to += std::string(to.empty() ? "" : is_token ? ", " : " ") + name;
	}
	return (text.empty() ? "goes on" : text) + (held.empty() ? "" : "  [takes " + held + "]");
}

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
	std::string path = path_of(o.stack);
	if (*o.next.where.function &&
	    (!o.stack || std::string(o.stack->function) != o.next.where.function))
		path += (path.empty() ? "" : " > ") + std::string(o.next.where.function);
	out_.append(head + path + (path.empty() ? "" : ": ") + operation_of(m, o.next) + "\n");
}

} // namespace cli
