// SPDX-License-Identifier: GPL-2.0-only
// Where the registers of bodies come from, and when they end.
// Must not know what is done with them.
#include "scenarios/runtime.hpp"

namespace scenario {

using kernel::machine;

// Nobody else's steps depend on them, so nobody is told of them.
static void no_name(const void *, char *out, size_t)
{
	*out = 0;
}

const sim::object_type registers::type = { "registers", nullptr, 0, no_name };

static size_t registers_bytes(const scenario &s, uint16_t scope)
{
	return sizeof(registers) + s.scopes[scope].registers.size() * sizeof(value);
}

static registers *begun(void *memory, const scenario &s, uint16_t scope)
{
	auto *r = static_cast<registers *>(memory);

	r->scope = scope;
	r->count = static_cast<uint16_t>(s.scopes[scope].registers.size());
	return r;
}

registers *new_registers(const scenario &s, uint16_t scope)
{
	return begun(machine().allocate(&registers::type, registers_bytes(s, scope), "scenario"), s,
		     scope);
}

registers_of_call::registers_of_call(const scenario &s, uint16_t scope)
	: own_(*begun(machine().allocate_on_stack(&registers::type, registers_bytes(s, scope),
						  "scenario"),
		      s, scope))
{}

registers_of_call::~registers_of_call()
{
	machine().release_on_stack(&own_, "scenario");
}

} // namespace scenario
