// SPDX-License-Identifier: GPL-2.0-only
// Adding parts of a search, and writing them as text.
// It must not know the machine, nor which strategy brings the executions about.
#include "sim/search_part.hpp"
#include <algorithm>
#include <charconv>
#include <cstdio>

namespace sim {

bool is_shorter(const schedule &a, const schedule &b)
{
	if (a.deviations.size() != b.deviations.size())
		return a.deviations.size() < b.deviations.size();
	if (a.steps != b.steps)
		return a.steps < b.steps;
	return std::lexicographical_compare(
		a.deviations.begin(), a.deviations.end(), b.deviations.begin(), b.deviations.end(),
		[](const deviation &x, const deviation &y) {
			return x.number != y.number ? x.number < y.number : x.answer < y.answer;
		});
}

void search_part::add(const std::string &text, ending how, uint64_t paths, const schedule &way)
{
	const auto [at, fresh] = outcomes.try_emplace(text, search_outcome{ text, how, 0, way });
	search_outcome &o = at->second;

	o.paths += paths;
	if (!fresh && is_shorter(way, o.shortest))
		o.shortest = way;
}

void search_part::add(const search_part &other)
{
	for (const auto &[text, o] : other.outcomes)
		add(text, o.how, o.paths, o.shortest);
	executions += other.executions;
	too_long += other.too_long;
	repeated += other.repeated;
	begun_again += other.begun_again;
	steps += other.steps;
	is_bounded |= other.is_bounded;
	is_event_bounded |= other.is_event_bounded;
	census.add(other.census);
	if (wrong.empty())
		wrong = other.wrong;
}

// ---- as text ----

static std::string escaped(const std::string &text)
{
	std::string out;

	for (const char c : text)
		out += c == '\n' ? "\\n" : c == '\\' ? "\\\\" : std::string(1, c);
	return out;
}

static std::string plain(std::string_view text)
{
	std::string out;

	for (size_t i = 0; i < text.size(); i++) {
		if (text[i] != '\\' || i + 1 == text.size())
			out += text[i];
		else
			out += text[++i] == 'n' ? '\n' : text[i];
	}
	return out;
}

static std::string number_text(uint64_t n, int base = 10)
{
	char text[24];
	const auto [end, error] = std::to_chars(text, text + sizeof(text), n, base);

	return std::string(text, end) + " ";
}

std::string to_text(const search_part &p)
{
	std::string text = "counts ";

	for (const uint64_t n : { p.executions, p.too_long, p.repeated, p.steps,
				  uint64_t{ p.is_bounded }, uint64_t{ p.is_event_bounded } })
		text += number_text(n);
	text += "\ncensus " + number_text(p.census.executions()) +
		number_text(p.census.sampled_bits());
	std::vector<uint64_t> seen;
	p.census.for_each([&seen](uint64_t hash, unsigned times) { seen.push_back(hash | times); });
	// Jobs are through with their parts in any order, and so are the traces put in.
	std::sort(seen.begin(), seen.end());
	for (const uint64_t hash : seen)
		text += number_text(hash, 16);
	text += "\n";
	if (!p.wrong.empty())
		text += "wrong " + escaped(p.wrong) + "\n";
	for (const auto &[key, o] : p.outcomes)
		text += "outcome " + number_text(static_cast<unsigned>(o.how)) +
			number_text(o.paths) + to_string(o.shortest) + " " + escaped(key) + "\n";
	return text + "end\n";
}

std::string to_text(const search_unit &u)
{
	std::string text =
		"unit " + number_text(u.block) + number_text(u.done) + number_text(u.fixed);

	for (const uint32_t answer : u.path)
		text += number_text(answer);
	return text + "\n";
}

namespace {

// The words of one line, which is cut off from the front of a text.
class words_of_line {
public:
	explicit words_of_line(std::string_view &text)
	{
		const size_t end = text.find('\n');

		good_ = end != text.npos;
		rest_ = text.substr(0, end);
		text.remove_prefix(good_ ? end + 1 : text.size());
	}
	std::string_view word()
	{
		const size_t end = std::min(rest_.find(' '), rest_.size());
		const std::string_view w = rest_.substr(0, end);

		rest_.remove_prefix(std::min(end + 1, rest_.size()));
		return w;
	}
	template <class T> void number(T &to, int base = 10)
	{
		const std::string_view w = word();
		const auto [at, error] = std::from_chars(w.data(), w.data() + w.size(), to, base);

		good_ &= error == std::errc{} && at == w.data() + w.size();
	}
	bool at_end() const { return rest_.empty(); }
	std::string_view rest() const { return rest_; }
	bool good() const { return good_; }

private:
	std::string_view rest_;
	bool good_;
};

} // namespace

static bool parse_outcome(words_of_line &line, search_part &out)
{
	unsigned how = 0;
	uint64_t paths = 0;
	schedule way;
	std::string error;
	size_t error_at;

	line.number(how);
	line.number(paths);
	if (!line.good() || how > static_cast<unsigned>(ending::bound) ||
	    !parse_schedule(line.word(), way, error, error_at))
		return false;
	out.add(plain(line.rest()), static_cast<ending>(how), paths, way);
	return true;
}

static bool parse_census(words_of_line &line, search_part &out)
{
	uint64_t executions = 0;
	unsigned bits = 0;

	line.number(executions);
	line.number(bits);
	if (!line.good() || bits > 63)
		return false;
	out.census.restore(executions, bits);
	while (line.good() && !line.at_end()) {
		uint64_t slot = 0;

		line.number(slot, 16);
		if (!(slot & 3))
			return false;
		out.census.put_back(slot, slot & 3);
	}
	return line.good();
}

bool parse(std::string_view &text, search_part &out)
{
	out = {};
	while (!text.empty()) {
		words_of_line line(text);
		const std::string_view what = line.word();
		bool good = false;

		if (what == "end")
			return line.good();
		if (what == "counts") {
			unsigned bounded = 0, by_events = 0;

			for (uint64_t *n :
			     { &out.executions, &out.too_long, &out.repeated, &out.steps })
				line.number(*n);
			line.number(bounded);
			line.number(by_events);
			out.is_bounded = bounded;
			out.is_event_bounded = by_events;
			good = line.good();
		} else if (what == "census") {
			good = parse_census(line, out);
		} else if (what == "wrong") {
			out.wrong = plain(line.rest());
			good = line.good();
		} else if (what == "outcome") {
			good = parse_outcome(line, out);
		}
		if (!good)
			return false;
	}
	return false;
}

bool parse(std::string_view &text, search_unit &out)
{
	words_of_line line(text);

	out = {};
	if (line.word() != "unit")
		return false;
	line.number(out.block);
	line.number(out.done);
	line.number(out.fixed);
	while (line.good() && !line.at_end())
		line.number(out.path.emplace_back());
	return line.good() && out.fixed <= out.path.size();
}

} // namespace sim
