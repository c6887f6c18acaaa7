// SPDX-License-Identifier: GPL-2.0-only
// Creating, parking, stopping and ending kthreads: kernel/kthread.c of Linux 6.13 without workers.
// It must not know JSON, scenarios or a strategy; preemption points are in the types it uses.
#include "model/kthread.hpp"
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/events.hpp"
#include "model/explain.hpp"
#include "model/fork.hpp"
#include "model/signal.hpp"

namespace kernel {

static const sim::object_field kthread_fields[] = {
	{ "flags", offsetof(kthread, flags) },	 { "cpu", offsetof(kthread, cpu) },
	{ "result", offsetof(kthread, result) }, { "parked", offsetof(kthread, parked) },
	{ "exited", offsetof(kthread, exited) }, { "blkcg_css", offsetof(kthread, blkcg_css) },
};
const sim::object_type kthread::type = { "kthread", kthread_fields, 6 };
static const sim::object_field request_fields[] = {
	{ "result", offsetof(kthread_create_info, result) },
	{ "done", offsetof(kthread_create_info, done) },
};
const sim::object_type kthread_create_info::type = { "request", request_fields, 2 };
const sim::object_type cgroup_subsys_state::type = { "blkcg" };
const sim::object_type mm_struct::type = { "mm" };

const char *kthread_api::name_of_global(const void *p) const
{
	return lies_in(kthread_create_lock, p)	  ? "kthread_create_lock"
	       : lies_in(kthread_create_list, p)  ? "kthread_create_list"
	       : lies_in(cpuset_mutex, p)	  ? "cpuset_mutex"
	       : lies_in(smpboot_threads_lock, p) ? "smpboot_threads_lock"
	       : lies_in(hotplug_threads, p)	  ? "hotplug_threads"
						  : nullptr;
}

void kthread_api::boot_lists()
{
	INIT_LIST_HEAD(kthread_create_list.under_construction());
	INIT_LIST_HEAD(hotplug_threads);
	mutex_init(smpboot_threads_lock);
	mutex_init(cpuset_mutex);
}

// ---- the struct kthread of a task ----

kthread *kthread_api::to_kthread(task_struct *k)
{
	check_live(k, "to_kthread");
	WARN_ON(!(k->flags.peek() & PF_KTHREAD), 76, { "the task is no kthread", k }, "to_kthread");
	return k->worker_private.look();
}

kthread *kthread_api::__to_kthread(task_struct *p)
{
	check_live(p, "__to_kthread");
	return p->flags.peek() & PF_KTHREAD ? p->worker_private.look() : nullptr;
}

kthread *kthread_api::kzalloc_kthread()
{
	return kzalloc<kthread>("set_kthread_struct");
}

bool kthread_api::set_kthread_struct(task_struct *p)
{
	in_function here;

	if (WARN_ON_ONCE(to_kthread(p), 115, { "the task has a struct kthread already", p }))
		return false;
	kthread *k = kzalloc_kthread();
	if (!k)
		return false;
	adopt_kthread_struct(p, k);
	return true;
}

void adopt_kthread_struct(task_struct *p, kthread *k)
{
	init_completion(k->exited);
	init_completion(k->parked);
	// From here on the end of the task completes `exited`.
	p->vfork_done.under_construction() = &k->exited;
	p->worker_private.poke(k);
}

void kthread_api::free_kthread_struct(task_struct *k)
{
	in_function here;

	if (!(k->flags.peek() & PF_KTHREAD))
		return;
	kthread *self = to_kthread(k);
	if (!self)
		return;
	WARN_ON_ONCE(self->blkcg_css.peek(), 142, { "a cgroup is still associated", k });
	k->worker_private.put(nullptr);
	kfree(self->full_name);
	kfree(self);
}

bool kthread_api::keeps(const task_struct *t, const void *object)
{
	const kthread *k = t->flags.peek() & PF_KTHREAD ? t->worker_private.peek() : nullptr;

	return k && (k == object || k->full_name == object);
}

void kthread_api::get_kthread_comm(char *buf, size_t bytes, task_struct *tsk)
{
	const kthread *k = to_kthread(tsk);

	snprintf(buf, bytes, "%s", k && k->full_name ? k->full_name->text : tsk->comm);
}

threadfn_t kthread_api::kthread_func(task_struct *task)
{
	const kthread *k = __to_kthread(task);

	return k ? k->threadfn : nullptr;
}

void *kthread_api::kthread_data(task_struct *task)
{
	return to_kthread(task)->data;
}

void *kthread_api::kthread_probe_data(task_struct *task)
{
	const kthread *k = __to_kthread(task);

	return k && machine().objects().is_live(k) ? k->data : nullptr;
}

// ---- questions a thread asks about itself ----

bool kthread_api::kthread_should_stop()
{
	return test_bit(KTHREAD_SHOULD_STOP, to_kthread(current)->flags);
}

bool kthread_api::__kthread_should_park(task_struct *k)
{
	return test_bit(KTHREAD_SHOULD_PARK, to_kthread(k)->flags, "kthread_should_park");
}

bool kthread_api::kthread_should_park()
{
	return __kthread_should_park(current);
}

bool kthread_api::kthread_should_stop_or_park()
{
	const kthread *k = __to_kthread(current);

	if (!k)
		return false;
	return plain_read(k->flags) & (1ul << KTHREAD_SHOULD_STOP | 1ul << KTHREAD_SHOULD_PARK);
}

bool kthread_api::kthread_freezable_should_stop(bool *was_frozen)
{
	in_function here;
	bool slept = false;

	might_sleep();
	if (freezing(current))
		slept = __refrigerator(true);
	if (was_frozen)
		*was_frozen = slept;
	return kthread_should_stop();
}

// ---- parking ----

// Not preempted between the two: whoever is told and then waits for this thread to be off its CPU,
// in kthread_bind() or kthread_park(), would have to wait for a tick.
void kthread_api::complete_and_sleep(completion &done)
{
	preempt_disable();
	complete(done);
	schedule_preempt_disabled();
	preempt_enable();
}

void kthread_api::__kthread_parkme(kthread *self)
{
	in_function here;

	for (;;) {
		// A special state: a waker that saw an older one cannot overwrite it any more, so
		// that kthread_park() finds it when it waits for us to be off the CPU.
		set_special_state(TASK_PARKED);
		if (!test_bit(KTHREAD_SHOULD_PARK, self->flags))
			break;
		complete_and_sleep(self->parked);
	}
	__set_current_state(TASK_RUNNING);
}

void kthread_api::kthread_parkme()
{
	in_function here;

	__kthread_parkme(to_kthread(current));
}

void check_is_parked(const task_struct *k)
{
	const unsigned state = k->__state.look();
	char text[160];

	if (!on_cpu(k).look() && !k->on_rq.look() && state != TASK_RUNNING && state != TASK_WAKING)
		return;
	snprintf(text, sizeof(text), "kthread_park() returns 0%s, but %s/%d still runs, state %c",
		 has_source_lines() ? " (kernel/kthread.c:680)" : "", k->comm, k->pid,
		 task_state_to_char(state));
	machine().report(sim::finding_kind::still_runs, "kthread_park", text);
}

int kthread_api::kthread_park(task_struct *k)
{
	in_function here;
	kthread *self = to_kthread(k);

	if (WARN_ON(plain_read(k->flags) & PF_EXITING, 659, { "the thread is exiting", k }))
		return -ENOSYS;
	if (WARN_ON_ONCE(test_bit(KTHREAD_SHOULD_PARK, self->flags), 662,
			 { "the thread is being parked already", k }))
		return -EBUSY;
	set_bit(KTHREAD_SHOULD_PARK, self->flags);
	if (k != current) {
		wake_up_process(k);
		// It will be PARKED and about to leave its CPU ...
		wait_for_completion(self->parked);
		// ... and now it has left.
		WARN_ON_ONCE(!wait_task_inactive(k, TASK_PARKED), 677,
			     { "the thread is not parked", k });
		check_is_parked(k);
	}
	return 0;
}

void kthread_api::kthread_unpark(task_struct *k)
{
	in_function here;
	kthread *self = to_kthread(k);

	if (!test_bit(KTHREAD_SHOULD_PARK, self->flags))
		return;
	// Its CPU may have been away meanwhile, and the binding with it.
	if (test_bit(KTHREAD_IS_PER_CPU, self->flags))
		__kthread_bind(k, plain_read(self->cpu), TASK_PARKED);
	clear_bit(KTHREAD_SHOULD_PARK, self->flags);
	// __kthread_parkme() either sees the bit gone or gets this wakeup.
	wake_up_state(k, TASK_PARKED);
}

// ---- stopping and ending ----

int kthread_api::kthread_stop(task_struct *k)
{
	in_function here;

	check_live(k, "kthread_stop");
	trace_sched_kthread_stop(k);
	get_task_struct(k);
	kthread *self = to_kthread(k);
	set_bit(KTHREAD_SHOULD_STOP, self->flags);
	kthread_unpark(k);
	set_tsk_thread_flag(k, TIF_NOTIFY_SIGNAL);
	wake_up_process(k);
	// One count for one caller: a second one waits for a second end.
	wait_for_completion(self->exited);
	const int ret = plain_read(self->result);
	put_task_struct(k);
	trace_sched_kthread_stop_ret(ret);
	return ret;
}

int kthread_api::kthread_stop_put(task_struct *k)
{
	in_function here;
	const int ret = kthread_stop(k);

	put_task_struct(k);
	return ret;
}

void kthread_api::kthread_exit(long result)
{
	in_function here;

	plain_write(to_kthread(current)->result, static_cast<int>(result));
	do_exit(0);
}

void kthread_api::kthread_complete_and_exit(completion *comp, long code)
{
	in_function here;

	if (comp)
		complete(*comp);
	kthread_exit(code);
	__builtin_unreachable(); // [[noreturn]] is not seen through a virtual call
}

// ---- the life of a thread ----

int kthread_api::kthread_entry(void *create)
{
	return the_kernel().api->kthread_main(static_cast<kthread_create_info *>(create));
}

// kthreadd's policy and CPUs are not for its children.
void kthread_api::reset_inherited()
{
	sched_setscheduler_nocheck(current, SCHED_NORMAL, 0);
	set_cpus_allowed_ptr(current, cpu_possible_mask());
}

int kthread_api::kthread_main(kthread_create_info *create)
{
	in_function here("kthread");
	const threadfn_t threadfn = create->threadfn;
	void *data = create->data;
	kthread *self = to_kthread(current);
	// The creator may have been killed and left: then the request is ours to free.
	completion *done = take_done(create, "kthread");

	if (!done) {
		kfree(create->full_name, "kthread");
		kfree(create, "kthread");
		kthread_exit(-EINTR);
	}
	self->full_name = create->full_name;
	self->threadfn = threadfn;
	self->data = data;
	reset_inherited();

	__set_current_state(TASK_UNINTERRUPTIBLE, "kthread");
	plain_write(create->result, current, "kthread");
	// From here on the request may be gone. One wait, no loop: any wakeup starts the thread.
	complete_and_sleep(*done);

	woken_first(self);
	int ret = -EINTR;
	if (!test_bit(KTHREAD_SHOULD_STOP, self->flags, "kthread")) {
		__kthread_parkme(self);
		ret = threadfn(data);
	}
	kthread_exit(ret);
	__builtin_unreachable();
}

int kthread_api::tsk_fork_get_node(task_struct *tsk)
{
	if (tsk == kthreadd_task)
		return tsk->pref_node_fork;
	return NUMA_NO_NODE;
}

int kthread_api::clone_kthread(kthread_create_info *create, const char *name)
{
	return kernel_clone({ kthread_entry, create, name, true, tsk_fork_get_node(current) });
}

void kthread_api::create_kthread(kthread_create_info *create)
{
	in_function here;

	current->pref_node_fork = create->node;
	const char *name = create->full_name ? create->full_name->text : nullptr;
	const int pid = clone_kthread(create, name);
	if (pid >= 0)
		return;
	completion *done = take_done(create, "create_kthread");
	kfree(create->full_name);
	if (!done) {
		kfree(create);
		return;
	}
	plain_write(create->result, ERR_PTR<task_struct>(pid));
	complete(*done);
}

// Whether nobody can come with another one.
static bool was_last_request()
{
	uint32_t &left = the_kernel().requests_left;

	return left != UINT32_MAX && --left == 0;
}

int kthread_api::kthreadd()
{
	in_function here;

	ignore_signals(current);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		// An unlocked look. Its other side appends first and wakes afterwards.
		if (list_empty(kthread_create_list.read_unlocked()))
			schedule();
		__set_current_state(TASK_RUNNING);

		spin_lock(kthread_create_lock);
		for (;;) {
			list_head &requests = kthread_create_list.under(kthread_create_lock);
			if (list_empty(requests))
				break;
			auto *create = reinterpret_cast<kthread_create_info *>(requests.next);
			list_del_init(create->list);
			spin_unlock(kthread_create_lock);
			on_clean_stack([this, create] { create_kthread(create); });
			if (was_last_request() && machine().free())
				sleep_unseen();
			spin_lock(kthread_create_lock);
		}
		spin_unlock(kthread_create_lock);
	}
}

} // namespace kernel
