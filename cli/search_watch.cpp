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

static void interrupt(int)
{
	interrupted = 1;
	signal(SIGINT, SIG_DFL); // the second one is meant for the program
}

search_watch::search_watch(uint64_t limit_s, bool quiet)
	: limit_s_(limit_s), shows_(!quiet && isatty(STDERR_FILENO))
{
	signal(SIGINT, interrupt);
}

search_watch::~search_watch()
{
	signal(SIGINT, SIG_DFL);
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

const char *search_watch::operator()(const sim::search_progress &now)
{
	if (interrupted)
		return "interrupted";
	if (limit_s_ && seconds() >= static_cast<double>(limit_s_))
		return "time limit";
	if (shows_ && clock::now() - shown_ >= std::chrono::milliseconds(200))
		show(now);
	return nullptr;
}

void search_watch::show(const sim::search_progress &now)
{
	const auto rate = static_cast<uint64_t>(
		static_cast<double>(now.states ? now.states : now.executions) / seconds());
	std::string text = now.states ? std::to_string(now.states) + " states"
				      : std::to_string(now.executions) + " executions";

	text += ", " + std::to_string(rate) + "/s, " + std::to_string(now.outcomes) + " outcomes";
	if (now.share_ppm)
		text += ", " + std::to_string(now.share_ppm / 10'000) + "." +
			std::to_string(now.share_ppm / 1'000 % 10) + " % of the tree";
	if (now.traces)
		text += ", " + std::to_string(now.traces) + " traces, " +
			std::to_string(now.unseen_ppm / 10'000) + "." +
			std::to_string(now.unseen_ppm / 1'000 % 10) + " % unseen";
	fprintf(stderr, "\r%s\033[K", text.c_str());
	line_there_ = true;
	shown_ = clock::now();
}

} // namespace cli
