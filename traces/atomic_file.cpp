// SPDX-License-Identifier: GPL-2.0-only
// A file that appears whole or not at all.
// It must not know what is written.
#include "traces/atomic_file.hpp"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace traces {
namespace {

constexpr size_t BUFFER_BYTES = 1 << 16;
constexpr unsigned NAMES_TRIED = 100; // a process that was killed may have left some

// Where a link leads, so that the rename replaces the file and not the link.
std::string resolved(const std::string &path)
{
	char *real = realpath(path.c_str(), nullptr);
	std::string result = real ? real : path;

	std::free(real);
	return result;
}

} // namespace

atomic_file::atomic_file(std::string path) : path_(std::move(path))
{
	open_target();
}

atomic_file::~atomic_file()
{
	abandon();
}

void atomic_file::open_target()
{
	struct stat st;

	target_ = resolved(path_);
	if (stat(target_.c_str(), &st)) {
		if (errno != ENOENT)
			return fail("create", errno);
		return open_beside(0);
	}
	if (S_ISDIR(st.st_mode))
		return fail("write", EISDIR);
	if (S_ISREG(st.st_mode))
		return open_beside(st.st_mode & 0777);
	fd_ = open(target_.c_str(), O_WRONLY | O_CLOEXEC);
	if (fd_ < 0)
		fail("open", errno);
}

// mode 0: what the umask allows. The name tells two processes apart that write the same target.
void atomic_file::open_beside(unsigned mode)
{
	std::string stem = target_ + "." + std::to_string(getpid()) + ".";

	for (unsigned n = 0; fd_ < 0 && n < NAMES_TRIED; n++) {
		temporary_ = stem + std::to_string(n) + ".tmp";
		fd_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd_ < 0 && errno != EEXIST)
			break;
	}
	if (fd_ < 0) {
		temporary_.clear();
		return fail("create", errno);
	}
	if (mode && fchmod(fd_, mode))
		fail("set the permissions of", errno);
}

void atomic_file::append(std::string_view bytes)
{
	if (!error_.empty())
		return;
	buffer_ += bytes;
	if (buffer_.size() >= BUFFER_BYTES)
		flush();
}

void atomic_file::flush()
{
	size_t done = 0;

	while (error_.empty() && done < buffer_.size()) {
		ssize_t n = ::write(fd_, buffer_.data() + done, buffer_.size() - done);

		if (n >= 0)
			done += static_cast<size_t>(n);
		else if (errno != EINTR)
			fail("write", errno);
	}
	buffer_.clear();
}

bool atomic_file::commit()
{
	if (error_.empty())
		flush();
	if (!error_.empty())
		return false;
	// A network file system may tell only now that there was no room.
	if (close(std::exchange(fd_, -1)))
		fail("write", errno);
	else if (!temporary_.empty() && std::rename(temporary_.c_str(), target_.c_str()))
		fail("replace", errno);
	if (!error_.empty())
		return false;
	temporary_.clear();
	return true;
}

void atomic_file::fail(const char *what, int number)
{
	error_ = std::string("cannot ") + what + " " + path_ + ": " +
		 std::generic_category().message(number) + " (errno " + std::to_string(number) +
		 ")";
	abandon();
}

void atomic_file::abandon()
{
	if (fd_ >= 0)
		close(std::exchange(fd_, -1));
	if (!temporary_.empty())
		unlink(temporary_.c_str());
	temporary_.clear();
}

} // namespace traces
