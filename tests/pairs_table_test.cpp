// SPDX-License-Identifier: GPL-2.0-only
// The table of pairs of calls in scenarios/README.md against the scenarios that it names.
// Must not know what a pair comes to.
#include "tests/library_run.hpp"

#include <map>
#include <set>

namespace {

using names = std::set<std::string>;

const std::map<std::string, std::string> calls = {
	{ "queue", "kthread_queue_work" },
	{ "queue_delayed", "kthread_queue_delayed_work" },
	{ "mod", "kthread_mod_delayed_work" },
	{ "cancel", "kthread_cancel_work_sync" },
	{ "cancel_delayed", "kthread_cancel_delayed_work_sync" },
	{ "flush_work", "kthread_flush_work" },
	{ "flush_worker", "kthread_flush_worker" },
	{ "destroy", "kthread_destroy_worker" },
};
const names permissions = { "yes", "in order", "other work", "no timer", "never" };

struct table_row {
	std::string a, b, allowed;
	std::vector<std::string> files;
};

// "| a, b | allowed | [name](file), [name](file) |"; any other line gives no row.
bool read_row(const std::string &line, table_row &row)
{
	std::vector<std::string> cells;
	size_t from = 0;

	for (size_t at; (at = line.find(" | ", from)) != std::string::npos; from = at + 3)
		cells.push_back(line.substr(from, at - from));
	cells.push_back(line.substr(from));
	const size_t comma = cells[0].find(", ");
	if (cells.size() != 3 || cells[0].substr(0, 2) != "| " || comma == std::string::npos)
		return false;
	row = { cells[0].substr(2, comma - 2), cells[0].substr(comma + 2), cells[1], {} };
	for (size_t at = 0; (at = cells[2].find("](", at)) != std::string::npos; at++)
		row.files.push_back(cells[2].substr(at + 2, cells[2].find(')', at) - at - 2));
	return true;
}

const std::vector<table_row> &table()
{
	static const auto rows = [] {
		std::istringstream text(library::text_of(library::root + "/scenarios/README.md"));
		std::vector<table_row> found;
		bool inside = false;

		for (std::string line; std::getline(text, line);) {
			table_row row;

			if (line.substr(0, 3) == "## ")
				inside = line.find("pair of calls") != std::string::npos;
			if (inside && read_row(line, row))
				found.push_back(row);
		}
		return found;
	}();

	return rows;
}

void collect(const scenario::scenario &s, uint32_t block, names &found)
{
	const scenario::block b = s.blocks[block];

	for (uint32_t i = b.first; i < b.first + b.count; i++) {
		found.insert(s.code[i].row->name);
		for (const scenario::operand &o : s.code[i].arguments)
			if (o.kind == scenario::operand_kind::block)
				collect(s, o.index, found);
	}
}

bool two_tasks_make(const scenario::scenario &s, const std::string &a, const std::string &b)
{
	for (const scenario::task &one : s.tasks)
		for (const scenario::task &other : s.tasks) {
			names of_one, of_other;

			collect(s, one.body, of_one);
			collect(s, other.body, of_other);
			if (&one != &other && of_one.count(a) && of_other.count(b))
				return true;
		}
	return false;
}

} // namespace

TEST_CASE("the table of pairs has every two calls once")
{
	std::set<names> pairs;

	for (const table_row &row : table()) {
		CAPTURE(row.a);
		CAPTURE(row.b);
		CHECK(calls.count(row.a));
		CHECK(calls.count(row.b));
		CHECK(permissions.count(row.allowed));
		CHECK(pairs.insert({ row.a, row.b }).second);
	}
	CHECK(pairs.size() == calls.size() * (calls.size() + 1) / 2);
}

TEST_CASE("in every scenario of a pair two tasks make its calls")
{
	for (const table_row &row : table()) {
		CAPTURE(row.a);
		CAPTURE(row.b);
		CHECK(!row.files.empty());
		for (const std::string &file : row.files) {
			CAPTURE(file);
			CHECK(two_tasks_make(library::read(file), calls.at(row.a),
					     calls.at(row.b)));
		}
	}
}

TEST_CASE("every scenario of two tasks in cancel/ and flush/ stands in the table of pairs")
{
	names listed;
	unsigned files = 0;

	for (const table_row &row : table())
		listed.insert(row.files.begin(), row.files.end());
	for (const std::string &file : library::files()) {
		if (file.substr(0, 7) != "cancel/" && file.substr(0, 6) != "flush/")
			continue;
		CAPTURE(file);
		files++;
		CHECK((listed.count(file) || library::read(file).tasks.size() < 2));
	}
	CHECK(files >= 20);
}
