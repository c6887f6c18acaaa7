// SPDX-License-Identifier: GPL-2.0-only
// Proves that every tidy rule can fail, and where it must stay quiet.
// Knows nothing of the repository: every file here is a string.

#include "tests/tidy_rules.hpp"

#include <doctest/doctest.h>

namespace {

using rule = void (*)(const tidy::source &, tidy::offences &);

// The lines at which `check` finds `text` offending, as "1 3"; empty if it finds nothing.
std::string lines_found(rule check, const std::string &path, const std::string &text)
{
	tidy::offences found;
	std::string lines;

	check(tidy::make_source(path, text), found);
	for (const auto &one : found)
		lines += (lines.empty() ? "" : " ") + std::to_string(one.line);
	return lines;
}

std::string including(const std::string &path, const std::string &included)
{
	return lines_found(tidy::check_includes, path, "#include " + included + "\n");
}

std::string banned(const std::string &text)
{
	return lines_found(tidy::check_bans, "sim/x.cpp", text);
}

std::string statics(const std::string &text)
{
	return lines_found(tidy::check_mutable_statics, "model/x.cpp", text);
}

std::string shape(const std::string &text)
{
	return lines_found(tidy::check_shape, "sim/x.cpp", text);
}

} // namespace

TEST_CASE("comments and literals are told from code, line and column kept")
{
	const auto file = tidy::make_source("x", "a /* b\nc */ d \"e//f\" // g\n"
						 "R\"x(h\n\")x\" i 1'000 '\"' j\n");

	REQUIRE(file.code.size() == 4);
	CHECK(file.code[0] == "a     ");
	CHECK(file.code[1] == "     d \"    \"     ");
	CHECK(file.literals[1] == "     d \"e//f\"     ");
	CHECK(file.code[2] == "R\"   ");
	CHECK(file.code[3] == "   \" i 1'000 ' ' j");
	CHECK(file.literals[2] == "R\"x(h");
}

TEST_CASE("a word is found only where it stands alone")
{
	CHECK(tidy::find_word("double_free undouble double", "double") == 21);
	CHECK(tidy::find_word("double_free", "double") == std::string::npos);
	CHECK(tidy::find_word("x<random>y", "<random>") == 1);
}

TEST_CASE("an include against the arrows is found")
{
	CHECK(including("sim/machine.cpp", "\"model/kernel.hpp\"") == "1");
	CHECK(including("sim/machine.cpp", "\"sim/clock.hpp\"") == "");
	CHECK(including("model/kthread.cpp", "\"scenarios/reader.hpp\"") == "1");
	CHECK(including("model/bugs/x.cpp", "\"model/kthread.hpp\"") == "");
	CHECK(including("scenarios/ops.cpp", "\"traces/formats.hpp\"") == "1");
	CHECK(including("scenarios/ops.cpp", "\"model/kthread.hpp\"") == "");
	CHECK(including("traces/ftrace.cpp", "\"model/events.hpp\"") == "1");
	CHECK(including("traces/ftrace.cpp", "\"sim/trace.hpp\"") == "");
	CHECK(including("cli/run.cpp", "\"tests/tidy_rules.hpp\"") == "1");
	CHECK(including("cli/run.cpp", "\"traces/formats.hpp\"") == "");
	CHECK(including("tests/x_test.cpp", "\"sim/machine.hpp\"") == "");
}

TEST_CASE("an include that hides its arrow is found, a commented one is not")
{
	CHECK(including("sim/machine.cpp", "\"clock.hpp\"") == "1");
	CHECK(including("sim/machine.cpp", "<sim/clock.hpp>") == "1");
	CHECK(including("sim/machine.cpp", "<vector>") == "");
	CHECK(lines_found(tidy::check_includes, "sim/x.cpp",
			  "// #include \"cli/x.hpp\"\n  #  include \"cli/x.hpp\"\n") == "2");
}

TEST_CASE("the contract includes nothing, a strategy only the contract, the engine no strategy")
{
	CHECK(including("sim/choice.hpp", "\"sim/prng.hpp\"") == "1");
	CHECK(including("sim/choice.hpp", "<cstdint>") == "");
	CHECK(including("sim/explore_dpor.cpp", "\"sim/machine.hpp\"") == "1");
	CHECK(including("sim/strategy_pct.cpp", "\"sim/arena.hpp\"") == "1");
	CHECK(including("sim/explore_dpor.cpp", "\"sim/choice.hpp\"") == "");
	CHECK(including("sim/explore_dpor.cpp", "\"sim/explore_dpor.hpp\"") == "");
	CHECK(including("sim/explore_dpor.cpp", "\"sim/explore_pct.hpp\"") == "1");
	CHECK(including("sim/explore.cpp", "\"sim/machine.hpp\"") == "");
	CHECK(including("sim/machine.hpp", "\"sim/strategies.hpp\"") == "1");
	CHECK(including("sim/machine_loop.cpp", "\"sim/explore_dpor.hpp\"") == "1");
	CHECK(including("sim/machine.hpp", "\"sim/choice.hpp\"") == "");
}

TEST_CASE("each ban is found in code")
{
	for (const std::string line :
	     { "#include <chrono>", "#include <random>", "std::random_device d;", "x = rand();",
	       "std::unordered_map<int, int> m;", "std::unordered_set<int> s;", "std::hash<int> h;",
	       "float f;", "double d;", "x = std::getenv(\"HOME\");", "clock_gettime(0, &t);",
	       "printf(\"%p\", x);", "printf(\"%d %-16p\", x);", "printf(\"%% %ps\", x);" }) {
		CAPTURE(line);
		CHECK(banned("\n" + line + "\n") == "2");
		CHECK(lines_found(tidy::check_bans, "model/kthread.cpp", line) == "1");
		CHECK(lines_found(tidy::check_bans, "cli/main.cpp", line) == "");
	}
}

TEST_CASE("a ban is quiet in comments, texts and longer names")
{
	CHECK(banned("// a double free\n/* rand() */ const char *s = \"double free\";") == "");
	CHECK(banned("double_free(); brand(); random_walk(); x.hash();") == "");
	CHECK(lines_found(tidy::check_bans, "model/events.cpp", "\"timer=%p\"") == "");
	CHECK(banned("printf(\"%%p 5%% px %d\"); // %p") == "");
}

TEST_CASE("a pointer that becomes an integer is found outside the arena")
{
	const auto found = [](const std::string &text) {
		return lines_found(tidy::check_pointer_casts, "sim/x.cpp", text);
	};

	CHECK(found("x = reinterpret_cast<uint64_t>(p);") == "1");
	CHECK(found("x = (std::uintptr_t)p;") == "1");
	CHECK(found("x = reinterpret_cast<const std::byte *>(p);") == "");
	CHECK(found("x = reinterpret_cast<list<int> &>(p);") == "");
	CHECK(lines_found(tidy::check_pointer_casts, "sim/arena.hpp", "uintptr_t x;") == "");
}

TEST_CASE("a variable that outlives an execution is found")
{
	for (const std::string line :
	     { "static int count;", "static int count = f();", "static std::vector<int> v{ 1 };",
	       "static const char *name;", "static std::function<void(int)> f;", "int count;",
	       "int *count = nullptr;", "inline int count{ 3 };", "extern int count;",
	       "struct kthread *global;", "static struct kthread global;",
	       "namespace a { namespace { int count = 0; } }", "constinit int count = 0;",
	       "void f() { static int count; }", "struct s { inline static int count = 0; };" }) {
		CAPTURE(line);
		CHECK(statics("\n" + line + "\n") == "2");
	}
}

TEST_CASE("what cannot change, and what is no variable, outlives an execution freely")
{
	for (const std::string line :
	     { "static int f(int x);",
	       "static int f() { int x = 0; return x; }",
	       "static constexpr int count = 3;",
	       "const int count{ 3 };",
	       "static const char *const name = \"x\";",
	       "extern const row table[];",
	       "constexpr std::array<row, 2> table = { { { 1 }, { 2 } } };",
	       "struct kthread;",
	       "struct kthread { int x; bool y = false; };",
	       "enum class state : uint8_t { a, b };",
	       "enum class state : uint8_t;",
	       "template <class t> struct shared;",
	       "template <class t> class list : public base<t> { t *first; };",
	       "using x = int;",
	       "typedef struct kthread x;",
	       "static_assert(sizeof(int) == 4);",
	       "template <class t> constexpr bool big = sizeof(t) > 8;",
	       "bool operator==(const a &, const b &) = default;",
	       "void f()\n{\n\tint x = 0;\n\tfor (int i = 0; i < 3; i++)\n\t\tx++;\n}",
	       "namespace context = boost::context::detail;",
	       "extern thread_local machine *current;",
	       "#define X(y) \\\n\tstatic int y;\n",
	       "namespace a\n{\n} // namespace a" }) {
		CAPTURE(line);
		CHECK(statics(line) == "");
	}
}

TEST_CASE("a second or a strange thread_local is found")
{
	tidy::offences found;

	tidy::check_thread_local(
		{ tidy::make_source("sim/machine.cpp", "thread_local int *p;"),
		  tidy::make_source("sim/machine.hpp", "extern thread_local int *p;"),
		  tidy::make_source("tests/x.cpp", "// thread_local") },
		found);
	CHECK(found.empty());
	tidy::check_thread_local({ tidy::make_source("sim/machine.cpp", "thread_local int *p;\n"
									"thread_local int *q;\n"),
				   tidy::make_source("cli/x.cpp", "thread_local int y;") },
				 found);
	CHECK(found.size() == 2);
}

TEST_CASE("a preemption point written by hand is found in the model only")
{
	const auto check = tidy::check_preemption_points;

	CHECK(lines_found(check, "model/kthread.cpp", "\n\tvisible(op);\n") == "2");
	CHECK(lines_found(check, "model/bugs/x.cpp", "sim::current().step(op);") == "1");
	CHECK(lines_found(check, "model/fork.cpp", "\tm.step(sim::access::write, x);") == "1");
	CHECK(lines_found(check, "model/fork.cpp", "machine()->step(op);") == "1");
	CHECK(lines_found(check, "model/kthread.cpp", "is_visible(op); next_step(x); // step(") ==
	      "");
	CHECK(lines_found(check, "sim/machine.cpp", "visible(op);") == "");
}

TEST_CASE("a missing heading is found")
{
	const std::string licence = "// SPDX-License-Identifier: GPL-2.0-only\n";
	const auto check = tidy::check_heading;

	CHECK(lines_found(check, "sim/x.hpp", licence + "// The clock of a machine.\n") == "");
	CHECK(lines_found(check, "sim/x.hpp", licence + "#pragma once\n") == "2");
	CHECK(lines_found(check, "sim/x.hpp", licence + "//\n") == "2");
	CHECK(lines_found(check, "sim/x.hpp", "// The clock of a machine.\n") == "1 2");
	CHECK(lines_found(check, "sim/x.hpp", "") == "1 2");
}

TEST_CASE("long files, wide lines and trailing blanks are found")
{
	std::string long_text;

	for (int i = 0; i < 450; i++)
		long_text += "x\n";
	CHECK(shape(long_text) == "");
	CHECK(shape(long_text + "x\n") == "451");
	CHECK(shape(std::string(100, 'x')) == "");
	CHECK(shape("\n" + std::string(101, 'x')) == "2");
	CHECK(shape("x\t" + std::string(92, 'x')) == "");
	CHECK(shape("x\t" + std::string(93, 'x')) == "1");
	CHECK(shape("\xc3\xa4" + std::string(99, 'x')) == "");
	CHECK(shape("x \n\t\nx\r\n") == "1 2 3");
}

TEST_CASE("a source outside the build and a test outside ctest are found")
{
	const auto check = tidy::check_is_built;

	CHECK(lines_found(check, "sim/deep/x.cpp", "") == "0");
	CHECK(lines_found(check, "sim/deep/x.hpp", "") == "");
	CHECK(lines_found(check, "model/bugs/x.cpp", "") == "");
	CHECK(lines_found(check, "tests/x.cpp", "\nTEST_CASE(\"x\")\n") == "2");
	CHECK(lines_found(check, "tests/x_test.cpp", "TEST_CASE(\"x\")\n") == "");
}

TEST_CASE("a path of one machine is found")
{
	const std::string path = std::string("/wo") + "rk/";
	const auto check = tidy::check_foreign_paths;

	CHECK(lines_found(check, "README.md", "x\n see " + path + "main\n") == "2");
	CHECK(lines_found(check, "README.md", path + "main") == "1");
	CHECK(lines_found(check, "README.md", "file:/" + path + "x") == "1");
	CHECK(lines_found(check, "README.md", std::string("cd /tmp/ba") + "sh_jobs") == "1");
	CHECK(lines_found(check, "README.md", "scenarios" + path + "x.json or *" + path + "x") ==
	      "");
}

TEST_CASE("a scenario without a line in the table of contents is found")
{
	const auto readme = tidy::make_source(
		"scenarios/README.md", "- `lost-stop`: x\n- park/twice: y\n[z](stop/z.json)\n"
				       "never lost\n");
	const auto unnamed = [&](const std::string &path) {
		tidy::offences found;

		tidy::check_scenarios_named({ tidy::make_source(path, "{}") }, readme, found);
		return found.size();
	};

	CHECK(unnamed("scenarios/stop/lost-stop.json") == 0);
	CHECK(unnamed("scenarios/park/twice.json") == 0);
	CHECK(unnamed("scenarios/stop/z.json") == 0);
	CHECK(unnamed("scenarios/stop/lost.json") == 1);
	CHECK(unnamed("scenarios/worker/twice.json") == 1);
}

TEST_CASE("a golden trace without a scenario is found")
{
	const std::vector<tidy::source> scenarios = { tidy::make_source("scenarios/a/b.json", "") };
	tidy::offences found;

	tidy::check_golden_traces({ tidy::make_source("traces/golden/b.ftrace.txt", ""),
				    tidy::make_source("traces/golden/README.md", "") },
				  scenarios, found);
	CHECK(found.empty());
	tidy::check_golden_traces({ tidy::make_source("traces/golden/c.dat", "") }, scenarios,
				  found);
	CHECK(found.size() == 1);
}
