// SPDX-License-Identifier: GPL-2.0-only
// A file that appears whole or not at all.
// It must not know what is written.
#pragma once
#include "traces/byte_sink.hpp"
#include <string>

namespace traces {

// Writes beside the target, in the same directory, and renames in commit(). Until then a file that
// stood there before is untouched; the destructor removes what was not committed. A link is
// followed, an existing file's permissions are kept. What is no regular file (/dev/null, a pipe)
// is written directly. Nothing is forced to the disk: this guards against failed writes and dead
// processes, not against power cuts.
class atomic_file final : public byte_sink {
public:
	explicit atomic_file(std::string path);
	~atomic_file() override;
	atomic_file(const atomic_file &) = delete;
	atomic_file &operator=(const atomic_file &) = delete;

	void append(std::string_view bytes) override; // ignored after an error

	// Once. false: error() says why.
	bool commit();

	// "" or the first error since the constructor, such as
	// "cannot create out/t.jsonl: No such file or directory (errno 2)".
	const std::string &error() const { return error_; }

private:
	void open_target();
	void open_beside(unsigned mode);
	void flush();
	void fail(const char *what, int number);
	void abandon();

	std::string path_; // as the caller wrote it, for error texts
	std::string target_;
	std::string temporary_; // "": none to rename or to remove
	std::string buffer_;
	std::string error_;
	int fd_ = -1;
};

} // namespace traces
