// SPDX-License-Identifier: GPL-2.0-only
// What a search is watched for from outside: its time limit, signals, and a line about its
// progress.
// It must not know how a search is done, nor what comes of it.
#pragma once
#include <chrono>
#include "sim/explore.hpp"

namespace cli {

// One for each search. While one exists, the first SIGINT or SIGTERM ends the search and
// not the program.
class search_watch {
public:
	// 0: no limit. Progress is shown only where stderr is a terminal.
	explicit search_watch(uint64_t limit_s, bool quiet = false);
	~search_watch();
	search_watch(const search_watch &) = delete;
	search_watch &operator=(const search_watch &) = delete;

	// Why the search is to end now; null: it is not. Costs little enough to be called often.
	const char *operator()(const sim::explore_progress &now);
	double seconds() const;
	static bool was_interrupted();

private:
	void show(const sim::explore_progress &now);

	using clock = std::chrono::steady_clock;

	const uint64_t limit_s_;
	const bool shows_;
	const clock::time_point begun_ = clock::now();
	clock::time_point shown_ = begun_;
	bool line_there_ = false;
};

} // namespace cli
