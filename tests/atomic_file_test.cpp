// SPDX-License-Identifier: GPL-2.0-only
// Tests of files that appear whole or not at all.
// Must not know any trace format.
#include "traces/atomic_file.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace {

namespace fs = std::filesystem;
using traces::atomic_file;

std::string contents(const fs::path &path)
{
	std::ostringstream out;

	out << std::ifstream(path).rdbuf();
	return out.str();
}

// An empty directory that is gone at the end of the test.
struct scratch {
	fs::path path;

	scratch()
	{
		std::string name = (fs::temp_directory_path() / "atomic_file.XXXXXX").string();

		REQUIRE(mkdtemp(name.data()));
		path = name;
	}
	~scratch() { fs::remove_all(path); }
	long files() const { return std::distance(fs::directory_iterator(path), {}); }
};

void put(const fs::path &path, const std::string &text)
{
	std::ofstream(path) << text;
}

TEST_CASE("a file appears at its commit, whole, with nothing beside it")
{
	scratch dir;
	atomic_file file((dir.path / "t").string());

	file.append("a");
	file.append(std::string(200000, 'b'));
	CHECK(!fs::exists(dir.path / "t"));
	CHECK(file.commit());
	CHECK(file.error() == "");
	CHECK(contents(dir.path / "t") == "a" + std::string(200000, 'b'));
	CHECK(dir.files() == 1);
}

TEST_CASE("without a commit the old file stays and the new one goes")
{
	scratch dir;

	put(dir.path / "t", "old");
	{
		atomic_file file((dir.path / "t").string());

		file.append(std::string(200000, 'b'));
		CHECK(dir.files() == 2);
	}
	CHECK(contents(dir.path / "t") == "old");
	CHECK(dir.files() == 1);
}

TEST_CASE("a replaced file keeps its permissions, a link keeps pointing")
{
	scratch dir;
	struct stat st;

	put(dir.path / "t", "old");
	REQUIRE(chmod((dir.path / "t").c_str(), 0640) == 0);
	fs::create_symlink("t", dir.path / "link");

	atomic_file file((dir.path / "link").string());

	file.append("new");
	CHECK(file.commit());
	CHECK(fs::is_symlink(dir.path / "link"));
	CHECK(contents(dir.path / "t") == "new");
	REQUIRE(stat((dir.path / "t").c_str(), &st) == 0);
	CHECK((st.st_mode & 0777) == 0640);
}

TEST_CASE("two writers of one target do not meet")
{
	scratch dir;
	atomic_file one((dir.path / "t").string()), two((dir.path / "t").string());

	one.append("1");
	two.append("2");
	CHECK(two.commit());
	CHECK(one.commit());
	CHECK(contents(dir.path / "t") == "1");
	CHECK(dir.files() == 1);
}

TEST_CASE("an error tells the file, what could not be done, and errno")
{
	scratch dir;
	std::string missing = (dir.path / "none" / "t").string();
	atomic_file file(missing);

	CHECK(file.error() == "cannot create " + missing + ": No such file or directory (errno 2)");
	file.append("dropped");
	CHECK(!file.commit());
	CHECK(atomic_file(dir.path.string()).error() ==
	      "cannot write " + dir.path.string() + ": Is a directory (errno 21)");
}

TEST_CASE("a device is written, not replaced")
{
	atomic_file null("/dev/null");

	null.append("gone");
	CHECK(null.commit());
	CHECK(fs::is_character_file("/dev/null"));
	if (!fs::exists("/dev/full"))
		return;

	atomic_file full("/dev/full");

	full.append("no room");
	CHECK(!full.commit());
	CHECK(full.error() == "cannot write /dev/full: No space left on device (errno 28)");
}

} // namespace
