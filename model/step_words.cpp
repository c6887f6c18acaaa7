// SPDX-License-Identifier: GPL-2.0-only
// Steps in words.
// It must not know scenarios, nor who asks.
#include "model/step_words.hpp"
#include <cstring>
#include "model/boot.hpp"
#include "model/explain.hpp"
#include "model/task.hpp"

namespace kernel {

std::vector<const char *> names_of_calls(const sim::frame *f)
{
	std::vector<const char *> names;

	for (; f; f = f->outer)
		names.push_back(f->function);
	return names;
}

// An event that changes a list of many, which has no name, is known by the one of them that it is.
// Empty: it has none either, or is gone.
static std::string name_of_touched(const sim::machine &m, sim::context_id who, sim::object_id id)
{
	char name[64];

	if (name_of_id(m, id, name, sizeof(name)) ||
	    (who & sim::EVENT && name_of_id(m, who & ~sim::EVENT, name, sizeof(name))))
		return name;
	return "";
}

static bool is_of_itself(const sim::machine &m, sim::context_id who, sim::object_id id)
{
	const sim::context *c = m.context_of_object(id);

	return c && (who & sim::EVENT ? c->is_interrupt : c->id == who);
}

// " (kthread.c:712)"
static std::string lines_text(std::span<const char *const> calls, const sim::op &o,
			      const std::string &object)
{
	const char *what = o.where.verb, *of = object.c_str(), *function = o.where.function;
	size_t n = !calls.empty() && !strcmp(calls[0], function);

	for (;; function = calls[n++]) {
		if (const char *lines = lines_of(function, what, of))
			return std::string(" (kthread.c:") + lines + ")";
		if (n == calls.size())
			return "";
		what = function;
		of = "";
	}
}

static std::string operation_words(const sim::machine &m, sim::context_id who,
				   std::span<const char *const> calls, const sim::op &o)
{
	std::string text = o.where.verb, object;

	for (unsigned i = 0; i < o.count; i++) {
		sim::token which;

		// A CPU that it takes is told apart; that it is of itself goes without saying.
		if (m.cpu_of_object(o.touches[i].object, which) ||
		    ((i || text.empty()) && is_of_itself(m, who, o.touches[i].object)))
			continue;
		const std::string name = name_of_touched(m, who, o.touches[i].object);
		if (object.empty())
			object = name;
		if (name.empty() || text.ends_with(name)) // a word of two objects
			continue;
		text += (text.empty() ? "" : " ") + name;
	}
	if (text == "go on to" && !*o.where.function)
		text = "begins its next operation";
	else if (text == "go on to" || text.empty())
		text = "go on";
	return text + lines_text(calls, o, object);
}

// That its CPU was free goes without saying.
std::string token_words(const sim::machine &m, sim::context_id who, const sim::op &o)
{
	std::string held;

	for (unsigned i = 0; i < o.count; i++) {
		const sim::touch &t = o.touches[i];
		sim::token which;

		if (m.cpu_of_object(t.object, which) && t.kind != sim::access::read &&
		    t.kind != sim::access::pass)
			held += (held.empty() ? "" : ", ") + name_of_touched(m, who, t.object);
	}
	return held.empty() ? "" : "  [takes " + held + "]";
}

const task_struct *task_of_event(sim::context_id who)
{
	const sim::arena &objects = machine().objects();

	if (!(who & sim::EVENT))
		return nullptr;
	const sim::allocation *a = objects.find(objects.at(who & ~sim::EVENT));
	return a && a->type == &task_struct::type ? reinterpret_cast<const task_struct *>(a + 1)
						  : nullptr;
}

std::string event_words(sim::context_id who)
{
	const task_struct *t = task_of_event(who);

	if (!t)
		return "";
	if (t->__state.peek() == TASK_NEW)
		return std::string("start of ") + t->comm;
	return std::string("RCU callback delayed_put_task_struct() of ") + t->comm;
}

// Functions outermost first, so that the eye can follow a call to the right.
std::string step_words(const sim::machine &m, sim::context_id who,
		       std::span<const char *const> calls, const sim::op &o)
{
	std::string path = event_words(who);

	if (!path.empty())
		return path;
	for (const char *function : calls)
		path = function + (path.empty() ? "" : " > " + path);
	if (*o.where.function && (calls.empty() || std::string(calls[0]) != o.where.function))
		path += (path.empty() ? "" : " > ") + std::string(o.where.function);
	return path + (path.empty() ? "" : ": ") + operation_words(m, who, calls, o);
}

} // namespace kernel
