// SPDX-License-Identifier: GPL-2.0-only
// The reader's inner class: one reading of one document, as the base or as one of its variants.
// Must not know how a scenario is run. Private to the reader_*.cpp files.
#pragma once

#include "scenarios/json_document.hpp"
#include "scenarios/keys.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/value_types.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

class reader {
public:
	/* `variant` may be null; its keys stand in for the document's of the same name. */
	reader(const node &document_, const node *variant_, diagnostics &errors_, scenario &out_)
		: document(document_), variant(variant_), errors(errors_), out(out_)
	{}

	void read();

private:
	/* What a register may hold: the types of all that is stored into it. */
	struct register_info {
		std::string name;
		std::vector<value_type> types;
	};

	/* reader_checks.cpp: shapes and numbers; each complains and says whether it was right. */
	const node *section(std::string_view key) const;
	void complain(source_span where, std::string text) { errors.error(where, std::move(text)); }
	void expected(const node &n, const std::string &what, const std::string &of = "");
	bool is_object(const node &n, const std::string &what);
	bool is_map(const node &n, const std::string &what);
	bool is_array(const node &n, const std::string &what);
	bool is_text(const node &n, const std::string &what);
	bool keys_are(const node &n, const key_table &table);
	bool whole(const node &n, const std::string &what, int64_t low, int64_t high,
		   int64_t &out_value);
	void optional_whole(const node &n, std::string_view key, int64_t low, int64_t high,
			    uint64_t &out_value);
	bool one_word(const node &n, const std::string &what, const word_list &words,
		      int64_t &out_value);
	bool is_name(std::string_view name, source_span where, const std::string &what);
	void unknown(source_span where, const std::string &what, std::string_view name,
		     const name_list &valid);

	/* reader.cpp */
	void read_story();

	/* reader_machine.cpp */
	void read_kernel();
	void read_fixes(const node &kernel, const char *key, kernel::fix_set there,
			kernel::fix_set &out_fixes);
	void read_fix(const node &n, const char *key, kernel::fix_set there,
		      kernel::fix_set &out_fixes);
	void read_machine();
	void read_cpus(const node &n);
	void read_clock(const node &n);
	void read_nodes(const node &list);
	void read_distance(const node &n);
	uint32_t nodes() const { return static_cast<uint32_t>(out.machine.nodes.size()); }

	/* reader_symbols.cpp: every name, before the first use of one is read */
	void collect_symbols();
	void collect_variables();
	void collect_variable(const member &m);
	void collect_timer(const node &n, variable &v);
	void collect_functions();
	void collect_works();
	void collect_tasks();
	void collect_task(const member &m);
	void collect_placement(const node &n, task &t);
	void collect_policy(const node &n, task &t);
	void collect_scopes();
	void collect_registers(const node &code, uint16_t scope);
	void collect_register(const node &op, uint16_t scope);
	void collect_threads(const node &code);
	void collect_thread(const node &op);
	void name_must_be_free(std::string_view name, source_span where, const std::string &what);
	uint16_t add_scope(scope_kind kind, uint32_t index, const std::string &name);
	static void each_operation(const node &code,
				   const std::function<void(const node &)> &visit);

	/* reader_hotplug.cpp */
	void collect_hotplug_thread(const node &n, variable &v);
	operand read_callback(const node &n);
	void collect_callbacks();
	void collect_percpu_threads();
	void add_percpu_threads(const std::string &comm);
	void add_parameters(const function &f);
	void each_operation_of_all(const std::function<void(const node &)> &visit);

	/* reader_names.cpp: a name, perhaps with a field, to an operand */
	uint32_t find_function(std::string_view name) const;
	uint32_t find_variable(std::string_view name) const;
	uint32_t find_task(std::string_view name) const;
	uint32_t find_work(std::string_view name) const;
	bool find_thread(std::string_view name, operand &out_thread) const;
	bool find_timer(std::string_view name, operand &out_timer) const;
	name_list timer_names() const;
	bool find_register(uint16_t scope, std::string_view name, operand &out_register) const;
	bool resolve_head(std::string_view head, bool with_field, operand &out_operand);
	bool is_register_of(const operand &thread, std::string_view name, std::string_view field,
			    source_span where);
	bool add_field(operand &o, std::string_view field, source_span where);
	value_type object_type(const operand &o) const;
	const std::vector<value_type> *types_of(const operand &o) const;
	operand resolve(const node &n, std::string_view name, value_type wanted);
	bool type_fits(const operand &o, value_type wanted, const node &n, std::string_view name);
	name_list known_names(value_type wanted) const;
	name_list thread_names() const;

	/* reader_values.cpp: arguments and expected values */
	operand read_value(const node &n, value_type wanted);
	operand read_number(const node &n, value_type wanted);
	operand read_text_value(const node &n, value_type wanted);
	operand read_work(const node &n, value_type wanted);
	operand read_object_name(const node &n, value_type wanted);
	operand read_mask(const node &n);
	operand read_list(const node &n);
	operand read_kthread_args(const node &n);
	operand read_call(const node &n, value_type wanted);
	operand read_function(const node &n);
	operand read_variable_name(const node &n);
	operand read_expected(const node &n, value_type of);
	bool read_word(const node &n, value_type wanted, operand &out_operand);
	bool read_bits(const node &n, value_type type, operand &out_operand);
	bool read_time(const node &n, value_type wanted, operand &out_operand);
	bool read_jiffies(const node &n, operand &out_operand);
	bool number_bounds(value_type wanted, int64_t &low, int64_t &high) const;

	/* reader_conditions.cpp */
	operand read_condition(const node &n);
	uint32_t add_condition(condition c);
	uint32_t condition_of(const node &n);
	uint32_t condition_of_object(const node &n);
	uint32_t comparison(const node &n, condition_kind kind, const std::string &word);
	uint32_t several_conditions(const node &n, condition_kind kind, const std::string &word);
	uint32_t value_equals(const member &m);

	/* reader_program.cpp */
	void read_program();
	uint32_t read_body(const node &n, uint16_t scope, const std::string &what);
	operand read_block(const node &n);
	bool read_instruction(const node &n, instruction &out_instruction);
	std::string lacks_operation(std::string_view name) const;
	name_list operation_names() const;
	std::string nearest_operation(std::string_view name) const;
	void use_functions_of(const node &n);
	const operation *find_row(const node &n, const member &op);
	void check_parameters(const node &n, const operation &row);
	operand read_argument(const node &n, const operation &row, const parameter &p);
	void read_result(const node &n, instruction &i);
	void check_instruction(const node &n, instruction &i);
	void check_worker_fn(const node &n, const instruction &i);
	void check_format(const node &n, const instruction &i);
	void add_label(const node &at, instruction &i);
	void check_unused();
	operand constant(const char *json_text, value_type wanted);

	/* reader_expect.cpp and reader_terms.cpp */
	void read_expect();
	void read_terms(const node *n, const std::string &list, std::vector<term> &out_terms);
	bool read_term(const node &n, term &out_term);
	bool read_finding(const node &where, std::string_view name, const node *function,
			  term &out_term);
	bool read_final_value(const member &m, term &out_term);
	bool resolve_final(std::string_view path, source_span where, operand &out_operand);
	bool final_register(std::string_view owner, std::string_view name, source_span where,
			    operand &out_operand);
	bool refused_in_search(const term &t);
	name_list final_names() const;
	void read_sequence(const node &n, operand thread);
	bool read_event(const node &n, event_pattern &out_event);
	bool read_event_field(const member &m, const std::string &event, event_field &out_field);
	bool read_event_name(const member &m, operand &out_value);

	/* reader_schedule.cpp */
	void read_schedule();
	void read_printed_schedule(const node &n);
	bool read_schedule_step(const node &n, schedule_step &out_step);
	bool read_pid(const node &n, std::string_view key, operand &out_thread);
	bool read_run(const node &n, const node &run, schedule_step &out_step);
	bool read_until(const node &n, schedule_step &out_step);
	bool read_stop(const node &n, schedule_step &out_step);
	bool read_fire(const node &n, schedule_step &out_step);
	bool read_choose(const node &n, const node &choose, schedule_step &out_step);
	void check_reachable();
	uint16_t scope_of_thread(const operand &thread) const;
	uint32_t find_label(std::string_view name) const;
	bool is_function_name(std::string_view name) const;
	name_list function_names() const;

	/* reader_explore.cpp */
	void read_faults();
	bool read_fault(const node &n, fault &out_fault);
	uint32_t read_task_name(const node &n);
	void read_fault_error(const node &n, fault &out_fault);
	bool read_fault_when(const node &n, fault &out_fault);
	void read_explore();

	const node &document;
	const node *variant;
	diagnostics &errors;
	scenario &out;
	bool kernel_known = false;

	std::vector<std::vector<register_info>> registers; /* beside out.scopes */
	std::vector<bool> function_used;		   /* beside out.functions */
	uint16_t scope_now = setup_scope;
	uint32_t work_now = no_index; /* whose `do` is read */
	uint32_t loops_open = 0;
};

/* A register, variable, task or function must not hide one of these. */
bool is_reserved_name(std::string_view name);

/* Whether a thread's name as written in the program, % directives included, can print as `name`. */
bool name_matches(std::string_view written, std::string_view name);

operand number_operand(value_type type, int64_t number);

inline constexpr uint16_t no_scope = UINT16_MAX;
inline constexpr size_t most_items = 1024; /* of a list */
/* What an execution keeps of each kind has to lie in one page of its memory. */
inline constexpr size_t most_names = 400;
inline constexpr size_t most_registers = 150;

} // namespace scenario
