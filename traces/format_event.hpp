// SPDX-License-Identifier: GPL-2.0-only
// One event's text from its descriptor's printf-like format, and the pieces that formats share.
// It must not know any single event, nor a trace format.
#pragma once
#include "sim/choice.hpp"
#include "sim/trace.hpp"
#include <string>
#include <string_view>

namespace traces {

// Appends what the kernel prints behind "event_name: ". The descriptor must be sound: a conversion
// that does not suit its field ends the program with check_event_type()'s complaint.
void append_event_text(std::string &out, const sim::event &e);

// "" for a sound descriptor, otherwise what is wrong with it. Sound is: the n-th conversion suits
// the n-th field (%d i32, %u u32, %ld i64, %lu u64, %s text or symbol, %p object, %ps symbol),
// fields without a conversion come last, and all fields, texts and symbols fit into an event.
std::string check_event_type(const sim::event_type &type);

// The made-up address of an object: different for different objects, the same in every run.
// No object (0) has the address 0.
uint32_t address_of(sim::object_id object);
void append_address(std::string &out, sim::object_id object); // 16 hexadecimal digits

// Appends `value`, at least `width` characters wide, filled with `fill` (' ' or '0') on the left.
void append_signed(std::string &out, int64_t value, unsigned width = 0, char fill = ' ');
void append_unsigned(std::string &out, uint64_t value, unsigned width = 0, char fill = ' ');

// The string of the n-th field, which must be of type text or symbol.
std::string_view string_of(const sim::event &e, unsigned field);
std::string_view comm_of(const sim::event &e);

} // namespace traces
