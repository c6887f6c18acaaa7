// SPDX-License-Identifier: GPL-2.0-only
// Reads a struct kthread_args, the argument of the RFC of 2026.
// Must not know which operation it is given to.
#include "scenarios/reader_parts.hpp"

#include <utility>

namespace scenario {

/* Its fields in the order of their keys. */
operand reader::read_kthread_args(const node &n)
{
	const value_type types[] = { value_type::function, value_type::any, value_type::node,
				     value_type::integer };
	std::vector<operand> fields;
	operand o;
	size_t k = 0;

	if (!keys_are(n, kthread_args_keys()))
		return o;
	for (const key_row &key : kthread_args_keys().rows) {
		const value_type type = types[k++];
		const node *field = n.get(key.name);

		if (field)
			fields.push_back(read_value(*field, type));
		else
			fields.push_back(type == value_type::function ? operand{}
								      : number_operand(type, 0));
	}
	const operand &worker = fields.back();
	if (worker.kind != operand_kind::number || worker.number < 0 || worker.number > 1)
		expected(*n.get("kthread_worker"), "0 or 1", "kthread_worker");
	else if (worker.number == (fields[0].given() ? 1 : 0))
		complain(n.span, "kargs: expected either threadfn or \"kthread_worker\": 1");
	o.kind = operand_kind::list;
	o.type = value_type::kthread_args;
	o.index = static_cast<uint32_t>(out.lists.size());
	out.lists.push_back(std::move(fields));
	return o;
}

} // namespace scenario
