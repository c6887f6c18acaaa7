// SPDX-License-Identifier: GPL-2.0-only
// One process, or several that take units from one counter and send parts back through pipes.
// It must not know what a unit is, nor what programs do.
#include "sim/jobs.hpp"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <new>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sim {

namespace {

// What the processes share.
struct job_board {
	std::atomic<uint64_t> next; // unit that nobody has taken yet
	std::atomic<bool> stop;
	std::atomic<uint64_t> executions, steps;
};

class job_pool {
public:
	job_pool(unit_runner &runner, const unit_list &units, uint64_t executions_max,
		 const jobs_watch &watch)
		: runner_(runner), units_(units), most_(executions_max), watch_(watch)
	{
		void *page = mmap(nullptr, sizeof(job_board), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (page == MAP_FAILED)
			abort();
		board_ = new (page) job_board{};
	}
	~job_pool() { munmap(board_, sizeof(job_board)); }
	jobs_result run(unsigned jobs);

private:
	struct job {
		pid_t pid;
		int from;
		std::string text; // that has come and was not understood yet
	};

	void begin_job();
	[[noreturn]] void work(int to);
	bool read_from(job &j);
	void reap(job &j);
	void understand(job &j);
	void fold();
	void take(const unit_result &r);
	void watch();
	void finish();

	unit_runner &runner_;
	const unit_list &units_;
	const uint64_t most_;
	const jobs_watch &watch_;
	job_board *board_;
	std::vector<job> jobs_;
	std::map<uint64_t, unit_result> came_; // by number of unit
	uint64_t folded_ = 0;		       // units, in order
	jobs_result result_;
};

// Whole, or the process that reads it is gone.
void write_all(int to, const std::string &text)
{
	for (size_t at = 0; at < text.size();) {
		const ssize_t n = write(to, text.data() + at, text.size() - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(1);
		at += static_cast<size_t>(n);
	}
}

void job_pool::work(int to)
{
	for (;;) {
		uint64_t steps = 0, executions = 0;
		const uint64_t n = board_->next.fetch_add(1);
		auto count = [&](const search_part &so_far) {
			board_->executions += so_far.all() - executions;
			board_->steps += so_far.steps - steps;
			executions = so_far.all();
			steps = so_far.steps;
		};

		if (n >= units_.size() || board_->stop)
			_exit(0);
		const unit_result r =
			runner_.run(units_.at(n), most_, [&](const search_part &so_far, uint32_t) {
				count(so_far);
				return !board_->stop;
			});
		count(r.part);
		const std::string text = to_text(r.rest) + to_text(r.part);
		write_all(to, std::to_string(n) + (r.is_done ? " done " : " rest ") +
				      std::to_string(text.size()) + "\n" + text);
	}
}

void job_pool::begin_job()
{
	int ends[2];

	if (pipe(ends))
		abort();
	const pid_t parent = getpid(), pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		for (const int number : { SIGINT, SIGTERM })
			signal(number, SIG_IGN); // it is told by the board
		close(ends[0]);
		work(ends[1]);
	}
	close(ends[1]);
	jobs_.push_back({ pid, ends[0], "" });
}

// False: nothing more will come.
bool job_pool::read_from(job &j)
{
	char bytes[1 << 16];
	const ssize_t n = read(j.from, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	j.text.append(bytes, static_cast<size_t>(n));
	understand(j);
	return true;
}

// One that was killed, perhaps for want of memory, has taken units with it: the search is stopped
// as by its watch, and they are left to run.
void job_pool::reap(job &j)
{
	int status = 0;

	close(j.from);
	j.from = -1;
	while (waitpid(j.pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!status || !result_.lost.empty())
		return;
	result_.lost = WIFSIGNALED(status)
			       ? "was killed by signal " + std::to_string(WTERMSIG(status))
			       : "ended with exit code " + std::to_string(WEXITSTATUS(status));
	result_.was_stopped = board_->stop = true;
}

void job_pool::understand(job &j)
{
	for (;;) {
		const size_t line = j.text.find('\n');
		const char *end = j.text.data() + j.text.size();
		uint64_t number = 0, bytes = 0;

		if (line == j.text.npos)
			return;
		const auto word = std::from_chars(j.text.data(), end, number);
		const bool is_done = word.ptr[1] == 'd';
		std::from_chars(word.ptr + 6, end, bytes);
		if (j.text.size() - line - 1 < bytes)
			return;
		std::string_view text = std::string_view(j.text).substr(line + 1, bytes);
		unit_result &r = came_[number];
		if (!parse(text, r.rest) || !parse(text, r.part))
			abort();
		r.is_done = is_done;
		j.text.erase(0, line + 1 + bytes);
		fold();
	}
}

void job_pool::take(const unit_result &r)
{
	result_.found.add(r.part);
	if (!r.is_done)
		result_.left.some.push_back(r.rest);
}

// In the order of the units, so that a bound on executions ends it where one process would end.
void job_pool::fold()
{
	for (auto at = came_.begin(); at != came_.end() && at->first == folded_;
	     at = came_.begin()) {
		const uint64_t may = most_ - result_.found.all();
		const auto to_the_end = [](const search_part &, uint32_t) { return true; };

		if (result_.is_full)
			return;
		if (at->second.part.all() > may)
			at->second = runner_.run(units_.at(folded_), may, to_the_end);
		take(at->second);
		came_.erase(at);
		folded_++;
		if (result_.found.all() == most_ &&
		    (folded_ < units_.size() || !result_.left.empty()))
			result_.is_full = board_->stop = true;
	}
}

void job_pool::watch()
{
	if (board_->stop || watch_(result_.found, board_->executions, board_->steps,
				   static_cast<uint32_t>(folded_ * 1'000'000 / units_.size())))
		return;
	result_.was_stopped = board_->stop = true;
}

// What came out of order counts only if the search was stopped: else a bound was before it.
void job_pool::finish()
{
	unit_list rest = units_.from(folded_);

	if (result_.was_stopped && !result_.is_full) {
		const uint64_t begun = std::min(board_->next.load(), units_.size());

		for (; folded_ < begun; folded_++) {
			const auto at = came_.find(folded_);

			if (at == came_.end())
				result_.left.some.push_back(units_.at(folded_));
			else
				take(at->second);
		}
		rest = units_.from(begun);
	}
	rest.put_first(result_.left.some);
	result_.left = rest;
}

jobs_result job_pool::run(unsigned jobs)
{
	constexpr int OFTEN_MS = 100;
	size_t alive;

	for (unsigned i = 0; i < jobs; i++)
		begin_job();
	do {
		std::vector<pollfd> ends;

		alive = 0;
		for (const job &j : jobs_)
			if (j.from >= 0)
				ends.push_back({ j.from, POLLIN, 0 });
		poll(ends.data(), ends.size(), OFTEN_MS);
		for (job &j : jobs_)
			for (const pollfd &e : ends)
				if (e.fd == j.from && e.revents && !read_from(j))
					reap(j);
		for (const job &j : jobs_)
			alive += j.from >= 0;
		watch();
	} while (alive);
	finish();
	return result_;
}

jobs_result run_here(unit_runner &runner, const unit_list &units, uint64_t executions_max,
		     const jobs_watch &watch)
{
	jobs_result all;
	uint64_t n = 0;

	while (n < units.size()) {
		const uint64_t may = executions_max - all.found.all();

		if (!may) {
			all.is_full = true;
			break;
		}
		unit_result r = runner.run(
			units.at(n), may, [&](const search_part &now, uint32_t share_ppm) {
				return watch(n ? all.found : now, all.found.all() + now.all(),
					     all.found.steps + now.steps,
					     static_cast<uint32_t>((n * 1'000'000 + share_ppm) /
								   units.size()));
			});
		n++;
		all.found.add(r.part);
		if (r.is_done)
			continue;
		all.left.some.push_back(r.rest);
		all.was_stopped = r.was_stopped;
		all.is_full = !r.was_stopped;
		break;
	}
	unit_list rest = units.from(n);
	rest.put_first(all.left.some);
	all.left = rest;
	return all;
}

} // namespace

jobs_result run_units(unit_runner &runner, const unit_list &units, unsigned jobs,
		      uint64_t executions_max, const jobs_watch &watch)
{
	if (jobs < 2 || units.size() < 2)
		return run_here(runner, units, executions_max, watch);
	return job_pool(runner, units, executions_max, watch).run(jobs);
}

} // namespace sim
