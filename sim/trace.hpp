// SPDX-License-Identifier: GPL-2.0-only
// Trace events: a descriptor (name, typed fields, print format), a record, and who takes records.
// It must not know any output format, nor what an event means.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>

namespace sim {

enum class field_type : uint8_t {
	i32,
	u32,
	i64,
	u64,
	text,	// event::texts[value]: copied, at most 63 bytes and a NUL
	object, // an object id; writers print a stable made-up address or its name
	symbol, // a string literal or a name that outlives the trace: event::names[value]
};

struct event_field {
	const char *name;
	field_type type;
};

// One per event, static. `format` is in printf notation, one conversion a printed field and in
// the order of `fields`: %d %u %ld %lu %03d %04u %3d %s, %p for objects and %ps for symbols.
struct event_type {
	const char *system;
	const char *name;
	const char *format;
	std::span<const event_field> fields;
};

constexpr unsigned EVENT_VALUES_MAX = 10;
constexpr unsigned EVENT_TEXTS_MAX = 3;
constexpr unsigned EVENT_TEXT_BYTES = 64;
constexpr unsigned EVENT_NAMES_MAX = 2;

enum event_flags : uint8_t {
	EVENT_IRQS_OFF = 1,
	EVENT_NEED_RESCHED = 2,
	EVENT_HARDIRQ = 4,
	EVENT_SOFTIRQ = 8,
	EVENT_BH_OFF = 16,
};

// A record of what happened. Trivially copyable, of fixed size: it is filled on a fiber.
struct event {
	const event_type *type;
	uint64_t time_ns;
	uint64_t step; // the number of steps taken before it
	int32_t pid;
	uint16_t cpu;
	uint8_t flags; // event_flags
	uint8_t preempt_depth;
	char comm[16];
	uint64_t values[EVENT_VALUES_MAX]; // one per field; for text and symbol an index
	char texts[EVENT_TEXTS_MAX][EVENT_TEXT_BYTES];
	const char *names[EVENT_NAMES_MAX];
};

// Takes records in the order in which they happened. Never called on a fiber.
struct sink {
	virtual ~sink() = default;
	virtual void write(std::span<const event> events) = 0;
};

// Fills the fields of one record, in the order of its descriptor.
class event_writer {
public:
	explicit event_writer(event &e) : e_(e) {}
	event_writer &number(int64_t v) { return value(static_cast<uint64_t>(v)); }
	event_writer &object(uint32_t id) { return value(id); }
	event_writer &text(const char *s)
	{
		strncpy(e_.texts[texts_], s, EVENT_TEXT_BYTES - 1);
		e_.texts[texts_][EVENT_TEXT_BYTES - 1] = 0;
		return value(texts_++);
	}
	event_writer &symbol(const char *s)
	{
		e_.names[names_] = s;
		return value(names_++);
	}

private:
	event_writer &value(uint64_t v)
	{
		e_.values[values_++] = v;
		return *this;
	}
	event &e_;
	unsigned values_ = 0, texts_ = 0, names_ = 0;
};

} // namespace sim
