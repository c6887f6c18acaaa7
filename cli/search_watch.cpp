// SPDX-License-Identifier: GPL-2.0-only
// Watching a search.
// It must not know how a search is done, nor what comes of it.
#include "cli/search_watch.hpp"
#include <csignal>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace cli {

static volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C, and what batch systems send before they kill.
static constexpr int signals[] = { SIGINT, SIGTERM };

static void interrupt(int number)
{
	// timeout(1) sends it to the process and to its group: only a third one is impatience.
	if (interrupted)
		signal(number, SIG_DFL);
	interrupted = 1;
}

search_watch::search_watch(uint64_t limit_s, bool quiet)
	: limit_s_(limit_s), shows_(!quiet && isatty(STDERR_FILENO))
{
	for (const int number : signals)
		signal(number, interrupt);
}

search_watch::~search_watch()
{
	for (const int number : signals)
		signal(number, SIG_DFL);
	if (line_there_)
		fputs("\r\033[K", stderr);
}

double search_watch::seconds() const
{
	return std::chrono::duration<double>(clock::now() - begun_).count();
}

bool search_watch::was_interrupted()
{
	return interrupted;
}

const char *search_watch::operator()(const sim::explore_progress &now)
{
	if (interrupted)
		return "interrupted";
	if (limit_s_ && seconds() >= static_cast<double>(limit_s_))
		return "time limit";
	if (shows_ && clock::now() - shown_ >= std::chrono::milliseconds(200))
		show(now);
	return nullptr;
}

// "12.3 %"
static std::string percent(uint64_t ppm)
{
	return std::to_string(ppm / 10'000) + "." + std::to_string(ppm / 1'000 % 10) + " %";
}

void search_watch::show(const sim::explore_progress &now)
{
	const uint64_t count = now.states ? now.states : now.executions;
	const auto rate = static_cast<uint64_t>(static_cast<double>(count) / seconds());
	std::string text = std::to_string(count) + (now.states ? " states, " : " executions, ") +
			   std::to_string(rate) + "/s, " + std::to_string(now.outcomes) +
			   " outcomes";

	if (now.share_ppm)
		text += ", " + percent(now.share_ppm) + " done";
	if (now.traces)
		text += ", " + std::to_string(now.traces) + " traces, " + percent(now.unseen_ppm) +
			" unseen";
	fprintf(stderr, "\r%s\033[K", text.c_str());
	line_there_ = true;
	shown_ = clock::now();
}

} // namespace cli
