// SPDX-License-Identifier: GPL-2.0-only
// Programs of the literature on partial order reduction whose numbers of traces are known.
// It must not know any strategy.
#pragma once
#include "tests/support_tiny.hpp"

namespace tiny {

program store_buffering();	  // 3
program readers(unsigned n);	  // 2^n
program lastzero(unsigned n);	  // (n + 3) 2^(n - 2)
program indexer(unsigned n);	  // 8^(n - 11), from 11
program filesystem(unsigned n);	  // 2^(n - 13), from 13
program fib(unsigned n);	  // 19, 141, 1107, 8953 from 2
program ainc(unsigned n);	  // n!
program binc(unsigned n);	  // (n!)^2
program casw(unsigned n);	  // 6, 66, 1200, 32880 from 2
program wcas(unsigned n);	  // n 2^(n - 1) + 1
program nwriters(unsigned n);	  // (n + 1)!
program lockinc(unsigned n);	  // n!
program mutexinc(unsigned n);	  // each locks twice: (2n)! / 2^n
program philosophers(unsigned n); // 2^n - 1, one of them a deadlock

// Threads 0 .. n - 1 write `steps` times, each a word of its own or all the same one.
program writers(unsigned n, unsigned steps, bool same_word);

} // namespace tiny
