// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/schedule.hpp: schedules as strings, and what is wrong with bad ones.
// Must not know who follows a schedule.
#include "sim/schedule.hpp"

#include <doctest/doctest.h>
#include <vector>
#include "sim/prng.hpp"

namespace {

bool equal(const sim::schedule &a, const sim::schedule &b)
{
	if (a.timed != b.timed || a.steps != b.steps || a.round != b.round || a.check != b.check ||
	    a.deviations.size() != b.deviations.size())
		return false;
	for (size_t i = 0; i < a.deviations.size(); i++)
		if (a.deviations[i].number != b.deviations[i].number ||
		    a.deviations[i].answer != b.deviations[i].answer ||
		    a.deviations[i].check != b.deviations[i].check)
			return false;
	return true;
}

sim::schedule drawn(sim::prng &g)
{
	sim::schedule s;
	uint64_t number = 0;

	s.timed = g.below(2);
	for (uint64_t left = g.below(6); left; left--) {
		number += g.below(3) ? 1 + g.below(40) : 1 + (g.next() >> 8);
		s.deviations.push_back({ number, static_cast<uint32_t>(1 + g.below(UINT32_MAX)),
					 static_cast<uint16_t>(g.next()) });
	}
	s.steps = g.below(2) ? g.below(1000) : g.next();
	s.round = g.below(2) ? g.below(1 + s.steps / 2) : 0;
	s.check = static_cast<uint32_t>(g.next());
	return s;
}

struct bad {
	const char *text;
	size_t at;	   // where the complaint points
	const char *about; // part of it
};

void check_refused(const bad &b)
{
	sim::schedule out;
	std::string error;
	size_t at = 999;

	INFO(b.text);
	CHECK(!sim::parse_schedule(b.text, out, error, at));
	CHECK(at == b.at);
	CHECK_MESSAGE(error.find(b.about) != std::string::npos, error);
}

} // namespace

TEST_CASE("a schedule is printed as its kind, its deviations, its length and its checks")
{
	sim::schedule s;

	CHECK(sim::to_string(s) == "k1t::0.00000000");
	s.timed = false;
	s.steps = 12;
	s.check = 0xabcd;
	s.deviations = { { 3, 1, 0xf }, { 7, 2, 0xffff } };
	CHECK(sim::to_string(s) == "k1f:3=1.000f,7=2.ffff:12.0000abcd");
	s.round = 4;
	CHECK(sim::to_string(s) == "k1f:3=1.000f,7=2.ffff:8+4.0000abcd");
}

TEST_CASE("a printed schedule is read back as it was, 2,000 drawn ones")
{
	sim::prng g = sim::prng::seeded(1);

	for (int i = 0; i < 2000; i++) {
		const sim::schedule s = drawn(g);
		sim::schedule back;
		std::string error;
		size_t at = 0;

		REQUIRE_MESSAGE(sim::parse_schedule(sim::to_string(s), back, error, at),
				sim::to_string(s) << ": " << error);
		REQUIRE(equal(s, back));
	}
}

TEST_CASE("every proper prefix of a schedule is refused")
{
	const std::string whole = "k1t:3=1.000f,77=2.ffff:12.0000abcd";

	for (size_t n = 0; n < whole.size(); n++) {
		sim::schedule out;
		std::string error;
		size_t at = 999;
		const std::string text = whole.substr(0, n);

		INFO(text);
		CHECK(!sim::parse_schedule(text, out, error, at));
		CHECK(!error.empty());
		CHECK(at <= n);
	}
}

TEST_CASE("a bad schedule is refused with the place of the first fault")
{
	const bad all[] = {
		{ "", 0, "k1t:" },
		{ "k2t::1.0", 0, "k1t:" },
		{ "K1T::1.0", 0, "k1t:" },
		{ " k1t::1.0", 0, "k1t:" },
		{ "k1t", 0, "k1t:" },
		{ "k1t:", 4, "number of a choice" },
		{ "k1t:x", 4, "number of a choice" },
		{ "k1t:-1=1.0:1.0", 4, "number of a choice" },
		{ "k1t:99999999999999999999=1.0:1.0", 4, "number of a choice" },
		{ "k1t:5", 5, "'='" },
		{ "k1t:5=", 6, "answer" },
		{ "k1t:5=x", 6, "answer" },
		{ "k1t:5=4294967296.0:1.0", 6, "answer" },
		{ "k1t:5=1", 7, "'.'" },
		{ "k1t:5=1.", 8, "hexadecimal" },
		{ "k1t:5=1.g", 8, "hexadecimal" },
		{ "k1t:5=1.12345:1.0", 8, "hexadecimal" },
		{ "k1t:5=1.000", 8, "hexadecimal" },
		{ "k1t:5=1.0000.1", 13, "hexadecimal" },
		{ "k1t:5=1.0000", 12, "','" },
		{ "k1t:5=1.0000;6=1.0:1.0", 12, "','" },
		{ "k1t:5=1.0000,:1.0", 13, "number of a choice" },
		{ "k1t::", 5, "number of steps" },
		{ "k1t::12", 7, "number of steps" },
		{ "k1t::12.", 8, "number of steps" },
		{ "k1t::12+", 8, "repeated" },
		{ "k1t::12+0.12345678", 9, "repeated" },
		{ "k1t::12+18446744073709551615.12345678", 28, "repeated" },
		{ "k1t::12.x", 8, "number of steps" },
		{ "k1t::12.123456789", 8, "number of steps" },
		{ "k1t::12.1234567", 8, "number of steps" },
		{ "k1t::12.00000000 ", 16, "end" },
		{ "k1t::12.00000000\n", 16, "end" },
	};

	for (const bad &b : all)
		check_refused(b);
}

TEST_CASE("numbers of choices must ascend and answers must not be 0")
{
	check_refused({ "k1t:5=1.0000,5=1.0:9.0", 14, "ascend" });
	check_refused({ "k1t:5=1.0000,4=1.0:9.0", 14, "ascend" });
	check_refused({ "k1t:5=0.0:9.0", 7, "1 or more" });
}

TEST_CASE("no text makes the reader of schedules read beyond its end: 20,000 mangled ones")
{
	sim::prng g = sim::prng::seeded(2);
	const std::string letters = "k1tf:=.,09afx \n-";

	for (int i = 0; i < 20000; i++) {
		std::string text = sim::to_string(drawn(g));
		sim::schedule out;
		std::string error;
		size_t at = 0;

		for (uint64_t left = 1 + g.below(3); left; left--)
			text[g.below(text.size())] = letters[g.below(letters.size())];
		// exactly as long as its text, so that a sanitizer sees a byte too many
		const std::vector<char> exact(text.begin(), text.end());

		if (!sim::parse_schedule({ exact.data(), exact.size() }, out, error, at))
			REQUIRE(at <= exact.size());
		else
			REQUIRE(error.empty());
	}
}
