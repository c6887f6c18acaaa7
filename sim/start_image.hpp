// SPDX-License-Identifier: GPL-2.0-only
// How an execution begins: what a program's start() has made, to begin other executions with it.
// It must not know what the bytes mean beyond which of them are in use.
#pragma once
#include <cstddef>
#include <vector>

namespace sim {

class machine;
struct program;

// Belongs to one machine and to one program, which makes the same at each start. Not under
// AddressSanitizer, which cannot see stacks copied.
class start_image {
public:
	// On a machine that was just started, and whose start nobody traced.
	void keep(machine &m);
	void forget() { data_.clear(); }
	// In place of start(). False: nothing is kept that this execution could begin with.
	bool restore(machine &m) const;

private:
	template <class F, class G> static void each_part(machine &m, F f, G one_context);

	std::vector<std::byte> data_;
	bool eventful_ = false, counts_only_ = false;
};

} // namespace sim
