// SPDX-License-Identifier: GPL-2.0-only
// The text that a kernel shows in tracefs/trace, byte for byte.
// It must not know any single event.
#include "traces/ftrace_text.hpp"
#include "traces/format_event.hpp"
#include <algorithm>
#include <deque>

namespace traces {
namespace {

constexpr size_t CHUNK_BYTES = 1 << 20;
constexpr size_t LINE_BYTES = 1 << 10; // room for one more line; a longer one is only slower

void append_right_justified(std::string &out, std::string_view text, size_t width)
{
	if (text.size() < width)
		out.append(width - text.size(), ' ');
	out += text;
}

void append_task(std::string &out, const sim::event &e)
{
	std::string_view comm = comm_of(e);

	if (e.pid == 0)
		comm = "<idle>";
	else if (comm.empty())
		comm = "<...>";
	append_right_justified(out, comm, 16);
	out += '-';

	size_t pid_at = out.size();

	append_signed(out, e.pid);
	if (out.size() < pid_at + 7)
		out.append(pid_at + 7 - out.size(), ' ');
}

char irqs_off_flag(uint8_t flags)
{
	bool irqs_off = flags & sim::EVENT_IRQS_OFF;

	if (flags & sim::EVENT_BH_OFF)
		return irqs_off ? 'D' : 'b';
	return irqs_off ? 'd' : '.';
}

char context_flag(uint8_t flags)
{
	bool softirq = flags & sim::EVENT_SOFTIRQ;

	if (flags & sim::EVENT_HARDIRQ)
		return softirq ? 'H' : 'h';
	return softirq ? 's' : '.';
}

// The last of the five is the depth of migrate_disable(), which an event does not carry.
void append_flags(std::string &out, const sim::event &e)
{
	out += irqs_off_flag(e.flags);
	out += e.flags & sim::EVENT_NEED_RESCHED ? 'N' : '.';
	out += context_flag(e.flags);
	out += ".123456789abcdef"[std::min<unsigned>(e.preempt_depth, 0xf)];
	out += '.';
}

void append_time(std::string &out, uint64_t time_ns)
{
	uint64_t time_us = time_ns / 1000 + (time_ns % 1000 >= 500);

	append_unsigned(out, time_us / 1000000, 5);
	out += '.';
	append_unsigned(out, time_us % 1000000, 6, '0');
}

std::string header(uint64_t entries, unsigned cpus)
{
	std::string out = "# tracer: nop\n#\n# entries-in-buffer/entries-written: ";

	append_unsigned(out, entries);
	out += '/';
	append_unsigned(out, entries);
	out += "   #P:";
	append_unsigned(out, cpus);
	out += "\n#\n"
	       "#                                _-----=> irqs-off/BH-disabled\n"
	       "#                               / _----=> need-resched\n"
	       "#                              | / _---=> hardirq/softirq\n"
	       "#                              || / _--=> preempt-depth\n"
	       "#                              ||| / _-=> migrate-disable\n"
	       "#                              |||| /     delay\n"
	       "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
	       "#              | |         |   |||||     |         |\n";
	return out;
}

class ftrace_text final : public writer {
public:
	ftrace_text(byte_sink &out, unsigned cpus) : out_(out), cpus_(cpus) {}

	void write(std::span<const sim::event> events) override
	{
		for (const sim::event &e : events)
			append_ftrace_line(room_for_a_line(), e);
		entries_ += events.size();
	}

	void finish() override
	{
		out_.append(header(entries_, cpus_));
		for (; !chunks_.empty(); chunks_.pop_front())
			out_.append(chunks_.front());
	}

private:
	// Chunks instead of one string: growing would copy, and hold twice the trace for a moment.
	std::string &room_for_a_line()
	{
		if (chunks_.empty() || chunks_.back().size() + LINE_BYTES > CHUNK_BYTES)
			chunks_.emplace_back().reserve(CHUNK_BYTES);
		return chunks_.back();
	}

	byte_sink &out_;
	unsigned cpus_;
	uint64_t entries_ = 0;
	std::deque<std::string> chunks_;
};

} // namespace

void append_ftrace_line(std::string &out, const sim::event &e)
{
	append_task(out, e);
	out += " [";
	append_unsigned(out, e.cpu, 3, '0');
	out += "] ";
	append_flags(out, e);
	out += ' ';
	append_time(out, e.time_ns);
	out += ": ";
	out += e.type->name;
	out += ": ";
	append_event_text(out, e);
	out += '\n';
}

std::unique_ptr<writer> make_ftrace_text(byte_sink &out, const run_info &run)
{
	return std::make_unique<ftrace_text>(out, run.cpus);
}

} // namespace traces
