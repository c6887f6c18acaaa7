// SPDX-License-Identifier: GPL-2.0-only
// What the objects of a running scenario are called in its trace.
// Must not know JSON or output formats.
#pragma once

#include "scenarios/run.hpp"
#include "scenarios/runtime.hpp"

namespace scenario {

// Passes a trace on, and names the objects that come up in it before anybody sees them: variables
// and works as the scenario does, workers as their threads, flush works after who waits for them.
class naming_sink final : public sim::sink {
public:
	naming_sink(const sim::machine &m, object_name_table &names, sim::sink *next)
		: machine_(m), names_(names), next_(next)
	{}
	void write(std::span<const sim::event> events) override;

private:
	void name_variables(const scenario_state &s);
	void name_workers(const scenario_state &s);
	void name_flush_work(const sim::event &e);

	const sim::machine &machine_;
	object_name_table &names_;
	sim::sink *next_;
	const named_worker *last_worker_ = nullptr;
	bool begun_ = false;
};

} // namespace scenario
