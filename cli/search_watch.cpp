// SPDX-License-Identifier: GPL-2.0-only
// Watching a search.
// It must not know how a search is done, nor what comes of it.
#include "cli/search_watch.hpp"
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cli {

static volatile std::sig_atomic_t arrived = 0, known = 0; // known: those of the parts before

// Ctrl-C, and what batch systems send before they kill.
static constexpr int signals[] = { SIGINT, SIGTERM };

static void note(int number)
{
	arrived = arrived + 1;
	// timeout(1) sends it to the process and to its group: only a third one is impatience.
	if (arrived - known >= 2)
		signal(number, SIG_DFL);
}

signal_watch::signal_watch() : before_(known)
{
	for (size_t i = 0; i < std::size(signals); i++)
		previous_[i] = signal(signals[i], note);
}

signal_watch::~signal_watch()
{
	known = before_;
	for (size_t i = 0; i < std::size(signals); i++)
		signal(signals[i], previous_[i]);
}

void signal_watch::next_part()
{
	known = arrived;
	for (const int number : signals)
		signal(number, note);
}

bool signal_watch::came() const
{
	return arrived != known;
}

search_watch::search_watch(uint64_t limit_s, bool quiet)
	: limit_s_(limit_s), shows_(!quiet && isatty(STDERR_FILENO))
{
}

search_watch::~search_watch()
{
	take_line_back();
}

void search_watch::take_line_back()
{
	if (line_there_)
		fputs("\r\033[K", stderr);
	line_there_ = false;
}

double search_watch::seconds() const
{
	return std::chrono::duration<double>(clock::now() - begun_).count();
}

const char *search_watch::operator()(const sim::explore_progress &now)
{
	if (signals_.came())
		return "interrupted";
	if (limit_s_ && seconds() >= static_cast<double>(limit_s_))
		return "time limit";
	if (shows_ && clock::now() - shown_ >= std::chrono::milliseconds(200))
		show(now);
	return nullptr;
}

void search_watch::search_has_ended()
{
	constexpr double AFTER_SIGNAL_S = 5;
	const auto limit = static_cast<double>(limit_s_);

	take_line_back();
	was_interrupted_ = signals_.came();
	signals_.next_part();
	may_take_s_ = limit_s_ ? limit + std::max(limit / 10, 1.) : 0;
	if (was_interrupted_)
		may_take_s_ = seconds() + AFTER_SIGNAL_S;
}

const char *search_watch::why_hurry() const
{
	return signals_.came()				       ? "interrupted"
	       : may_take_s_ != 0 && seconds() >= may_take_s_ ? "time limit"
							       : nullptr;
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
	winsize terminal{};
	// What goes on in the next line stays there.
	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &terminal) && terminal.ws_col)
		text.resize(std::min<size_t>(text.size(), terminal.ws_col - 1));
	fprintf(stderr, "\r%s\033[K", text.c_str());
	line_there_ = true;
	shown_ = clock::now();
}

} // namespace cli
