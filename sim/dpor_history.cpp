// SPDX-License-Identifier: GPL-2.0-only
// Events put in order, and taken back.
// It must not know choices, nor why an execution is looked at.
#include "sim/dpor_history.hpp"
#include <algorithm>

namespace sim {

void dpor_history::begin(const dpor_event &offered)
{
	if (offered.context >= stride_)
		widen(offered.context + 1);
	if (offered.context >= last_of_.size())
		last_of_.resize(offered.context + 1, NO_EVENT);
	events_.push_back(offered);
	dpor_event &e = events_.back();
	e.previous = last_of_[e.context];
	e.accesses = static_cast<uint32_t>(accesses_.size());
	e.answers = answers();
	last_of_[e.context] = size() - 1;
}

void dpor_history::widen(uint32_t contexts)
{
	const size_t before = stride_;

	while (stride_ < contexts)
		stride_ *= 2;
	make_room(rows_, before);
}

// For so many events; they were `stride` wide.
void dpor_history::make_room(size_t rows, size_t stride)
{
	std::vector<uint32_t> clocks(rows * stride_);

	columns_.assign(stride_ * rows, 0);
	for (size_t e = 0; e < finished_; e++)
		for (size_t c = 0; c < stride; c++)
			columns_[c * rows + e] = clocks[e * stride_ + c] = clocks_[e * stride + c];
	clocks_ = std::move(clocks);
	rows_ = rows;
}

// What it knows, and who touches what.
void dpor_history::finish()
{
	const event_id id = size() - 1;
	const dpor_event &e = events_.back();
	const auto touched = footprints_[e.full];
	const size_t contexts = last_of_.size(); // of others nothing was ever known

	if (id >= rows_)
		make_room(std::max<size_t>(256, 2 * rows_), stride_);
	uint32_t *const row = &clocks_[id * stride_];
	if (e.previous == NO_EVENT)
		std::fill_n(row, contexts, 0);
	else
		std::copy_n(&clocks_[e.previous * stride_], contexts, row);
	if (latest_.size() < footprints_.objects())
		latest_.resize(footprints_.objects(), NO_ACCESS);
	accesses_.resize(e.accesses + touched.size());
	for (uint32_t n = 0; n < touched.size(); n++) {
		const imprint &i = touched[n];
		uint32_t &latest = latest_[i.object];

		for_each_conflict(latest, i.changes, [&](event_id other) {
			const uint32_t *its = &clocks_[other * stride_];

			if (row[events_[other].context] > other)
				return; // then all that it knows is known
			for (size_t c = 0; c < contexts; c++)
				row[c] = std::max(row[c], its[c]);
		});
		const uint32_t own = e.accesses + n;

		accesses_[own] = { id, latest, i.changes ? own : last_change(latest), i.leaves };
		latest = own;
	}
	row[e.context] = id + 1;
	for (size_t c = 0; c < contexts; c++)
		columns_[c * rows_ + id] = row[c];
	finished_ = size();
}

void dpor_history::unlink(event_id id)
{
	const dpor_event &e = events_[id];
	const auto touched = footprints_[e.full];

	if (id >= finished_)
		return;
	for (size_t i = 0; i < touched.size(); i++)
		latest_[touched[i].object] = accesses_[e.accesses + i].previous;
	accesses_.resize(e.accesses);
	finished_ = id;
}

void dpor_history::cut(event_id from)
{
	while (size() > from) {
		unlink(size() - 1);
		last_of_[events_.back().context] = events_.back().previous;
		answers_.resize(events_.back().answers);
		events_.pop_back();
	}
}

void dpor_history::reopen(footprint_id full, uint32_t answers)
{
	unlink(size() - 1);
	events_.back().full = full;
	answers_.resize(answers);
}

uint32_t dpor_history::latest_access(uint32_t object, event_id before) const
{
	uint32_t n = latest_access(object);

	if (before < finished_) {
		const auto touched = footprints_[events_[before].full];

		for (size_t i = 0; i < touched.size() && touched[i].object <= object; i++)
			if (touched[i].object == object)
				return access_before(before, i);
	}
	while (n != NO_ACCESS && accesses_[n].event >= before)
		n = accesses_[n].previous;
	return n;
}

} // namespace sim
