// SPDX-License-Identifier: GPL-2.0-only
// Runs each execution twice and compares what was offered.
// It must not know which strategy it asks.
#include "sim/explore_twice.hpp"
#include "sim/prng.hpp"

namespace sim {

static uint64_t fold(uint64_t sum, uint64_t word)
{
	return mixed(sum ^ word);
}

static uint64_t fold(uint64_t sum, std::span<const touch> touches)
{
	for (const touch &t : touches)
		sum = fold(sum, uint64_t{ t.object } << 8 | static_cast<uint8_t>(t.kind));
	return fold(sum, touches.size());
}

static uint64_t fold(uint64_t sum, std::span<const option> options)
{
	for (const option &o : options) {
		sum = fold(sum, uint64_t{ o.who } << 32 | uint64_t{ o.cpu } << 8 |
					static_cast<uint8_t>(o.why));
		sum = fold(sum, { o.next.touches, o.next.count });
	}
	return fold(sum, options.size());
}

static uint64_t fold(const choice &c)
{
	uint64_t sum = uint64_t{ c.who } << 32 | c.count;

	sum = fold(sum, c.number << 1 | (c.kind == choice_kind::value));
	sum = fold(fold(sum, c.effects), c.options);
	return fold(sum, c.blocked);
}

void twice_strategy::differ(uint64_t number, const char *what)
{
	if (!differs_)
		difference_ = { execution_, number, what };
	differs_ = true;
}

uint32_t twice_strategy::choose(const choice &c)
{
	if (!second_) {
		const uint32_t answer = ask(inner_, c);

		first_.push_back({ c.taken, fold(c), answer });
		return answer;
	}
	if (differs_)
		return 0;
	if (at_ == first_.size())
		differ(c.number, "one run has more choices");
	else if (first_[at_].taken != c.taken)
		differ(c.number, "what was taken before");
	else if (first_[at_].offered != fold(c))
		differ(c.number, "what is offered");
	return differs_ ? 0 : first_[at_++].answer;
}

void twice_strategy::stuck(std::span<const option> blocked)
{
	stuck_[second_] = fold(0, blocked);
	if (!second_)
		inner_.stuck(blocked);
}

bool twice_strategy::next_execution(const verdict &v)
{
	const uint64_t how = fold(fold(v.steps, static_cast<uint64_t>(v.how)), v.effects);

	second_ = !second_;
	if (second_) {
		at_ = 0;
		verdict_ = how;
		return true;
	}
	if (at_ != first_.size())
		differ(NEVER, "one run has more choices");
	else if (stuck_[0] != stuck_[1])
		differ(NEVER, "who waits at the end");
	else if (verdict_ != how)
		differ(NEVER, "how it ended");
	if (differs_)
		return false;
	first_.clear();
	stuck_[0] = stuck_[1] = 0;
	execution_++;
	return inner_.next_execution(v);
}

} // namespace sim
