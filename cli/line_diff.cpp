// SPDX-License-Identifier: GPL-2.0-only
// A longest common subsequence of lines.
// It must not know what the lines say.
#include "cli/line_diff.hpp"
#include <algorithm>
#include <cstdint>

namespace cli {

namespace {

using lines = std::vector<std::string>;
using side = compared_line::side;

constexpr size_t PAIRS_MAX = size_t{ 1 } << 24;

// What lies between the equal beginnings and ends.
struct middle {
	const lines &first, &second;
	size_t begin, first_end, second_end;

	size_t rows() const { return first_end - begin; }
	size_t columns() const { return second_end - begin; }
};

// How many lines the rests behind (i, j) share.
class shared_counts {
public:
	explicit shared_counts(const middle &m)
		: columns_(m.columns() + 1), counts_((m.rows() + 1) * columns_)
	{
		for (size_t i = m.rows(); i-- > 0;)
			for (size_t j = m.columns(); j-- > 0;)
				at(i, j) = m.first[m.begin + i] == m.second[m.begin + j]
						   ? at(i + 1, j + 1) + 1
						   : std::max(at(i + 1, j), at(i, j + 1));
	}
	uint32_t &at(size_t i, size_t j) { return counts_[i * columns_ + j]; }

private:
	size_t columns_;
	std::vector<uint32_t> counts_;
};

void add(std::vector<compared_line> &out, side of, const lines &from, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		out.push_back({ of, from[i] });
}

void add_middle(std::vector<compared_line> &out, const middle &m)
{
	shared_counts shared(m);
	size_t i = 0, j = 0;

	while (i < m.rows() && j < m.columns()) {
		if (m.first[m.begin + i] == m.second[m.begin + j]) {
			out.push_back({ side::both, m.first[m.begin + i] });
			i++;
			j++;
		} else if (shared.at(i + 1, j) >= shared.at(i, j + 1)) {
			out.push_back({ side::first, m.first[m.begin + i++] });
		} else {
			out.push_back({ side::second, m.second[m.begin + j++] });
		}
	}
	add(out, side::first, m.first, m.begin + i, m.first_end);
	add(out, side::second, m.second, m.begin + j, m.second_end);
}

} // namespace

std::vector<compared_line> compare_lines(const lines &first, const lines &second)
{
	middle m{ first, second, 0, first.size(), second.size() };
	std::vector<compared_line> out;

	while (m.begin < m.first_end && m.begin < m.second_end &&
	       first[m.begin] == second[m.begin])
		m.begin++;
	while (m.first_end > m.begin && m.second_end > m.begin &&
	       first[m.first_end - 1] == second[m.second_end - 1]) {
		m.first_end--;
		m.second_end--;
	}
	add(out, side::both, first, 0, m.begin);
	if ((m.rows() + 1) * (m.columns() + 1) <= PAIRS_MAX) {
		add_middle(out, m);
	} else {
		add(out, side::first, first, m.begin, m.first_end);
		add(out, side::second, second, m.begin, m.second_end);
	}
	add(out, side::both, first, m.first_end, first.size());
	return out;
}

} // namespace cli
