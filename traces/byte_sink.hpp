// SPDX-License-Identifier: GPL-2.0-only
// Where a trace writer puts its bytes, and the sinks that are not files of their own.
// It must not know any trace format.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>

namespace traces {

// Takes bytes in order. A failure is not reported here, where nobody could act on it: the sink
// remembers the first one, drops what follows, and whoever owns the sink asks it at the end.
struct byte_sink {
	virtual ~byte_sink() = default;
	virtual void append(std::string_view bytes) = 0;
};

// Collects in memory.
class string_sink final : public byte_sink {
public:
	void append(std::string_view bytes) override { text_.append(bytes); }
	const std::string &text() const { return text_; }

private:
	std::string text_;
};

// Passes on to a stream that somebody else opened and closes, such as the standard output. It
// remembers that bytes did not arrive.
class stream_sink final : public byte_sink {
public:
	explicit stream_sink(std::FILE *stream) : stream_(stream) {}
	void append(std::string_view bytes) override
	{
		std::fwrite(bytes.data(), 1, bytes.size(), stream_);
	}

private:
	std::FILE *stream_;
};

} // namespace traces
