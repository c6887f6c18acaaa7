// SPDX-License-Identifier: GPL-2.0-only
// The main() of the test executable.
// Knows no test: ctest starts it once for each tests/*_test.cpp.

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
