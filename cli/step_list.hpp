// SPDX-License-Identifier: GPL-2.0-only
// Every step of an execution as a line: when, where, who, in which function, on what.
// It must not know the command line.
#pragma once
#include "scenarios/run.hpp"
#include "traces/byte_sink.hpp"

namespace cli {

class step_list final : public scenario::step_listener {
public:
	explicit step_list(traces::byte_sink &out) : out_(out) {}
	void chosen(const sim::machine &m, const sim::choice &c, uint32_t answer) override;

private:
	traces::byte_sink &out_;
};

} // namespace cli
