// SPDX-License-Identifier: GPL-2.0-only
// Schedules to strings and back.
// It must not know the machine, scenarios or what the steps are called.
#include "sim/schedule.hpp"
#include <charconv>
#include <cstdio>

namespace sim {

std::string to_string(const schedule &s)
{
	std::string text = s.timed ? "k1t:" : "k1f:";
	char part[64];

	const deviation *before = nullptr;
	for (const deviation &d : s.deviations) {
		const bool goes_on =
			before && d.number == before->number + 1 && d.answer == before->answer;

		if (!goes_on) {
			snprintf(part, sizeof(part), "%s%llu=%u", before ? "," : "",
				 static_cast<unsigned long long>(d.number), d.answer);
			text += part;
		}
		snprintf(part, sizeof(part), ".%04x", d.check);
		text += part;
		before = &d;
	}
	text += ":" + std::to_string(s.steps - s.round);
	if (s.round)
		text += "+" + std::to_string(s.round);
	snprintf(part, sizeof(part), ".%08x", s.check);
	return text + part;
}

namespace {

class cursor {
public:
	explicit cursor(std::string_view text) : text_(text) {}
	bool literal(std::string_view word)
	{
		if (text_.substr(at_, word.size()) != word)
			return false;
		at_ += word.size();
		return true;
	}
	template <class T> bool number(T &out, int base)
	{
		const char *from = text_.data() + at_;
		const auto [end, error] =
			std::from_chars(from, text_.data() + text_.size(), out, base);

		if (error != std::errc{})
			return false;
		at_ += static_cast<size_t>(end - from);
		return true;
	}
	// Exactly as many hexadecimal digits as are printed: a check that was cut is none.
	template <class T> bool check(T &out)
	{
		const size_t digits = 2 * sizeof(T), begin = at_;

		if (number(out, 16) && at_ == begin + digits)
			return true;
		at_ = begin;
		return false;
	}
	bool at_end() const { return at_ == text_.size(); }
	size_t at() const { return at_; }

private:
	std::string_view text_;
	size_t at_ = 0;
};

} // namespace

bool parse_schedule(std::string_view text, schedule &out, std::string &error, size_t &error_at)
{
	cursor c(text);
	auto fail = [&](const char *what) {
		error = what;
		error_at = c.at();
		return false;
	};

	out = {};
	if (c.literal("k1f:"))
		out.timed = false;
	else if (!c.literal("k1t:"))
		return fail("expected a schedule, which begins with 'k1t:', or 'k1f:' without "
			    "time");
	for (bool first = true; !c.literal(":"); first = false) {
		deviation d;

		if (!first && !c.literal(","))
			return fail("expected ',' and another deviation, or ':' and the number of "
				    "steps");
		if (!c.number(d.number, 10))
			return fail("expected the number of a choice");
		if (!out.deviations.empty() && d.number <= out.deviations.back().number)
			return fail("expected numbers of choices that ascend");
		if (!c.literal("=") || !c.number(d.answer, 10) || !d.answer)
			return fail("expected '=' and an answer, 1 or more");
		if (!c.literal(".") || !c.check(d.check))
			return fail("expected '.' and a check of four hexadecimal digits");
		out.deviations.push_back(d);
		for (; c.literal("."); out.deviations.push_back(d)) {
			d.number++;
			if (!c.check(d.check))
				return fail("expected a check of four hexadecimal digits");
		}
	}
	constexpr const char *at_the_end =
		"expected the number of steps, '.' and a check of eight hexadecimal digits";
	if (!c.number(out.steps, 10))
		return fail(at_the_end);
	if (c.literal("+") &&
	    (!c.number(out.round, 10) || !out.round || out.round > UINT64_MAX - out.steps))
		return fail("expected the number of steps that are repeated, 1 or more");
	out.steps += out.round;
	if (!c.literal(".") || !c.check(out.check))
		return fail(at_the_end);
	if (!c.at_end())
		return fail("expected the end of the schedule");
	return true;
}

} // namespace sim
