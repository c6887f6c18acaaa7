// SPDX-License-Identifier: GPL-2.0-only
// Naming the objects of a trace, some of which only come to be while it is written.
// Must not know JSON or output formats.
#include "scenarios/object_names.hpp"
#include <cstring>
#include "model/events.hpp"
#include "scenarios/program.hpp"

namespace scenario {

void naming_sink::name_variables(const scenario_state &s)
{
	const scenario &p = *s.program;

	for (size_t i = 0; i < p.variables.size(); i++)
		names_[machine_.id(s.variables[i])] = p.variables[i].name;
	for (size_t i = 0; i < p.works.size(); i++) {
		names_[machine_.id(s.works[i])] = p.works[i].name;
		if (!p.works[i].delayed)
			continue;
		auto *dwork = static_cast<kernel::kthread_delayed_work *>(s.works[i]);
		names_[machine_.id(&dwork->timer)] = p.works[i].name + ".timer";
	}
}

void naming_sink::name_workers(const scenario_state &s)
{
	for (;;) {
		const named_worker *next = last_worker_ ? last_worker_->next : s.first_worker;

		if (!next)
			return;
		names_[next->id] = next->name;
		last_worker_ = next;
	}
}

// It lies on the stack of the task that queues it.
void naming_sink::name_flush_work(const sim::event &e)
{
	if (e.type == &kernel::sched_kthread_work_queue_work &&
	    !strcmp(e.names[e.values[1]], "kthread_flush_work_fn"))
		names_[static_cast<sim::object_id>(e.values[0])] =
			std::string(e.comm) + "'s flush work";
}

void naming_sink::write(std::span<const sim::event> events)
{
	const scenario_state &s = program::state();

	if (!begun_)
		name_variables(s);
	begun_ = true;
	name_workers(s);
	for (const sim::event &e : events)
		name_flush_work(e);
	next_->write(events);
}

} // namespace scenario
