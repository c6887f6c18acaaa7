// SPDX-License-Identifier: GPL-2.0-only
// Programs whose number of Mazurkiewicz traces is known, for the toy engine.
// It must not know any strategy.
#pragma once
#include "tests/support_toy_engine.hpp"

namespace toy {

program store_buffering();
program readers(unsigned n);
program lastzero(unsigned n);
program indexer(unsigned n);
program filesystem(unsigned n);
program fibonacci(unsigned n);
program increments(unsigned n, unsigned words); // ainc, binc
program cas_and_write(unsigned n);
program write_and_cas(unsigned n);
program writers(unsigned n);
program locked_increments(unsigned n);
program mutexes(unsigned threads, unsigned times);
program philosophers(unsigned n);

} // namespace toy
