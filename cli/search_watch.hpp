// SPDX-License-Identifier: GPL-2.0-only
// What a search, and what follows it, is watched for from outside: its time limit, signals, and a
// line about its progress.
// It must not know how a search is done, nor what comes of it.
#pragma once
#include <chrono>
#include "sim/explore.hpp"

namespace cli {

// While one exists, SIGINT and SIGTERM are noted, and do not end the program; but the third one
// does, of those that come in the same part of its work.
class signal_watch {
public:
	signal_watch();
	~signal_watch();
	signal_watch(const signal_watch &) = delete;
	signal_watch &operator=(const signal_watch &) = delete;

	void next_part();
	bool came() const; // in this part

private:
	int before_;
	void (*previous_[2])(int);
};

// One for each search, which its limit or a signal ends. What follows is ended by another signal,
// or when it takes longer than it may: up to a tenth beyond the limit, but not less than a second;
// 5 s where a signal ended the search.
class search_watch {
public:
	// 0: no limit. Progress is shown only where stderr is a terminal.
	explicit search_watch(uint64_t limit_s, bool quiet = false);
	~search_watch();
	search_watch(const search_watch &) = delete;
	search_watch &operator=(const search_watch &) = delete;

	// Why the search is to end now; null: it is not. Costs little enough to be called often.
	const char *operator()(const sim::explore_progress &now);
	void search_has_ended();
	const char *why_hurry() const; // with what follows; null: there is no need to
	double seconds() const;
	bool was_interrupted() const { return was_interrupted_; } // the search

private:
	void show(const sim::explore_progress &now);
	void take_line_back();

	using clock = std::chrono::steady_clock;

	signal_watch signals_;
	const uint64_t limit_s_;
	const bool shows_;
	bool was_interrupted_ = false;
	double may_take_s_ = 0; // all of it; 0: as long as it takes
	const clock::time_point begun_ = clock::now();
	clock::time_point shown_ = begun_;
	bool line_there_ = false;
};

} // namespace cli
