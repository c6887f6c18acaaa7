// SPDX-License-Identifier: GPL-2.0-only
// Writing down the programs of the toy engine, one instruction a call.
// It must not know how they are run.
#include "tests/support_toy_engine.hpp"
#include <utility>

namespace toy {

thread &thread::push(instruction i)
{
	code_.push_back(std::move(i));
	return *this;
}
thread &thread::read(expression word, unsigned result)
{
	return push({ .what = code::read, .object = word, .result = result });
}
thread &thread::write(expression word, expression value)
{
	return push({ .what = code::write, .object = word, .value = value });
}
thread &thread::add(expression word, expression value, unsigned result)
{
	return push({ .what = code::add, .object = word, .value = value, .result = result });
}
thread &thread::cas(expression word, expression expected, expression value)
{
	return push({ .what = code::cas, .object = word, .value = value, .expected = expected });
}
thread &thread::lock(expression lock)
{
	return push({ .what = code::lock, .object = lock });
}
thread &thread::unlock(expression lock)
{
	return push({ .what = code::unlock, .object = lock });
}
thread &thread::spin_lock(expression lock)
{
	return push({ .what = code::spin_lock, .object = lock });
}
thread &thread::spin_unlock(expression lock)
{
	return push({ .what = code::spin_unlock, .object = lock });
}
thread &thread::wait(expression word, expression second, predicate ready)
{
	return push(
		{ .what = code::wait, .object = word, .value = second, .ready = std::move(ready) });
}
thread &thread::park()
{
	return push({ .what = code::park });
}
thread &thread::wake(expression thread)
{
	return push({ .what = code::wake, .object = thread });
}
thread &thread::spawn(expression thread)
{
	return push({ .what = code::spawn, .object = thread });
}
thread &thread::arm(expression timer)
{
	return push({ .what = code::arm, .object = timer });
}
thread &thread::cancel(expression timer)
{
	return push({ .what = code::cancel, .object = timer });
}
thread &thread::value(uint32_t count, unsigned result)
{
	return push({ .what = code::value, .value = count, .result = result });
}
thread &thread::poke(expression word, expression value)
{
	return push({ .what = code::poke, .object = word, .value = value });
}
thread &thread::wake_too(expression thread)
{
	return push({ .what = code::wake_too, .object = thread });
}
thread &thread::unlock_too(expression lock)
{
	return push({ .what = code::unlock_too, .object = lock });
}
thread &thread::fail_if(expression condition)
{
	return push({ .what = code::fail_if, .value = condition });
}
thread &thread::calculate(std::function<void(registers &)> f)
{
	return push({ .what = code::calculate, .calculation = std::move(f) });
}
thread &thread::jump_if(expression condition, size_t target)
{
	return push({ .what = code::jump_if, .value = condition, .target = target });
}
size_t thread::jump_forward_if(expression condition)
{
	jump_if(condition, 0);
	return here() - 1;
}

} // namespace toy
