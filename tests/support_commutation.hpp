// SPDX-License-Identifier: GPL-2.0-only
// Whether a free machine keeps the contract of sim/choice.hpp: in states that are met on random
// walks, steps that do not conflict are tried in both orders.
// It must not know strategies, nor what programs do.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>
#include "sim/machine.hpp"
#include "sim/state_image.hpp"

namespace support {

struct commutation_limits {
	uint64_t states = 1000; // to be looked at
	unsigned walks = 200;
	unsigned walk_steps = 400;
	uint64_t seed = 1;
};

class commutation_check {
public:
	using namer = std::function<std::string(const sim::machine &, sim::object_id)>;

	commutation_check(sim::machine &m, sim::program &p, namer name)
		: machine_(m), program_(p), name_(std::move(name))
	{
		machine_.make_comparable();
	}
	void run(const commutation_limits &);

	// What is wrong, each pair of places and each kind of wrong once, with an example.
	const std::map<std::string, std::string> &violations() const { return violations_; }
	uint64_t states() const { return states_; }
	uint64_t pairs() const { return pairs_; } // that do not conflict

private:
	using touches = std::vector<sim::touch>;

	// A context at a choice.
	struct standing {
		sim::context_id who;
		sim::cpu_id cpu;
		bool offered;
		bool alone; // it goes on for whatever it may be, before all others
		sim::op next;
		std::string where;
	};
	using standings = std::vector<standing>;

	// A step, with the values it asked for, and what has to follow at once.
	struct result {
		bool ended = false; // the execution, by a finding
		touches touched;
		standings after;
		std::vector<sim::context_id> forced; // who else has gone on
		sim::state_image state;
	};

	standings look(bool &ended, touches *effects);
	result take(const standing &who, bool last_answers);
	bool equivalent(const result &a, const result &b);
	std::string story(const sim::state_image &from, uint64_t seed);
	void check_state(bool last_answers);
	void check_others(const standings &before, const standing &a, const result &after_a);
	void check_pair(const standing &a, const result &first_a, const standing &b,
			const result &first_b, const sim::state_image &here, bool last_answers);
	void report(const char *what, const standing &a, const touches &ta, const standing &b,
		    const touches &tb);
	std::string text(const touches &t) const;

	sim::machine &machine_;
	sim::program &program_;
	namer name_;
	std::map<std::string, std::string> violations_;
	uint64_t states_ = 0, pairs_ = 0;
};

} // namespace support
