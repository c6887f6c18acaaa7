// SPDX-License-Identifier: GPL-2.0-only
// Preferred CPUs, and workers that are created without being started: kernel/kthread.c of 6.14.
// It must not know JSON, scenarios or a strategy; preemption points are in the types it uses.
#include "model/kthread_6_14.hpp"
#include "model/boot.hpp"
#include "model/cpu.hpp"
#include "model/fork.hpp"

namespace kernel {

const sim::object_type affinity_mask::type = { "preferred_affinity" };
static const sim::object_field kthread_fields[] = {
	{ "flags", offsetof(affine_kthread, common.flags) },
	{ "cpu", offsetof(affine_kthread, common.cpu) },
	{ "result", offsetof(affine_kthread, common.result) },
	{ "parked", offsetof(affine_kthread, common.parked) },
	{ "exited", offsetof(affine_kthread, common.exited) },
	{ "blkcg_css", offsetof(affine_kthread, common.blkcg_css) },
	{ "started", offsetof(affine_kthread, started) },
	{ "affinity_node", offsetof(affine_kthread, affinity_node) },
};
const sim::object_type affine_kthread::type = { "kthread", kthread_fields, 8 };

static affine_kthread &affine(kthread *k)
{
	return *reinterpret_cast<affine_kthread *>(k); // its first member
}

static affine_kthread &kthread_of(list_head *node)
{
	return *reinterpret_cast<affine_kthread *>(reinterpret_cast<std::byte *>(node) -
						   offsetof(affine_kthread, affinity_node));
}

void kthread_6_14::boot_lists()
{
	kthread_worker_api::boot_lists();
	INIT_LIST_HEAD(kthread_affinity_list);
	mutex_init(kthread_affinity_lock);
}

kthread *kthread_6_14::kzalloc_kthread()
{
	auto *k = kzalloc<affine_kthread>("set_kthread_struct");

	if (!k)
		return nullptr;
	INIT_LIST_HEAD(k->affinity_node);
	return &k->common;
}

bool kthread_6_14::set_kthread_struct(task_struct *p)
{
	in_function here;

	if (!kthread_worker_api::set_kthread_struct(p))
		return false;
	affine_kthread &k = affine(to_kthread(p));
	k.task = p;
	k.node = tsk_fork_get_node(current);
	return true;
}

const char *kthread_6_14::name_of_global(const void *p) const
{
	return lies_in(kthread_affinity_lock, p)   ? "kthreads_hotplug_lock"
	       : lies_in(kthread_affinity_list, p) ? "kthreads_hotplug"
						   : kthread_worker_api::name_of_global(p);
}

bool kthread_6_14::keeps(const task_struct *t, const void *object)
{
	if (kthread_worker_api::keeps(t, object))
		return true;
	kthread *k = t->flags.peek() & PF_KTHREAD ? t->worker_private.peek() : nullptr;
	return k && affine(k).preferred_affinity == object && object;
}

// ---- preferred CPUs ----

// Where no CPU is isolated, the housekeeping ones are all.
cpumask kthread_6_14::kthread_fetch_affinity(const affine_kthread &k)
{
	const cpumask preferred = k.preferred_affinity ? k.preferred_affinity->mask
						       : cpumask_of_node(k.node);
	const cpumask housekeeping = cpu_possible_mask();

	return preferred & housekeeping ? preferred & housekeeping : housekeeping;
}

void kthread_6_14::enter_affinity_list(affine_kthread &k, const char *function)
{
	WARN_ON_ONCE(!list_empty(k.affinity_node), 0, { "its affinity is managed already", &k },
		     function);
	list_add_tail(k.affinity_node, kthread_affinity_list, function);
}

// A thread that is woken before anybody bound it, or named CPUs, runs on those of its node.
void kthread_6_14::kthread_affine_node(affine_kthread &self)
{
	in_function here;

	WARN_ON_ONCE(kthread_is_per_cpu(current), 0, { "it is a per-CPU thread", current });
	if (self.node == NUMA_NO_NODE)
		return;
	mutex_lock(kthread_affinity_lock);
	enter_affinity_list(self, "kthread_affine_node");
	// A CPU that goes sends the thread elsewhere; one that comes calls it back.
	set_cpus_allowed_ptr(current, kthread_fetch_affinity(self));
	mutex_unlock(kthread_affinity_lock);
}

// Its CPUs wait until it was woken, for who created it may bind it meanwhile.
void kthread_6_14::reset_inherited()
{
	sched_setscheduler_nocheck(current, SCHED_NORMAL, 0);
}

void kthread_6_14::woken_first(kthread *k)
{
	affine_kthread &self = affine(k);

	plain_write(self.started, 1, "kthread");
	if (!(plain_read(current->flags, "kthread") & PF_NO_SETAFFINITY) &&
	    !self.preferred_affinity)
		kthread_affine_node(self);
}

static void warn_if_started(task_struct *p, affine_kthread &k, const char *function)
{
	WARN_ON_ONCE(plain_read(k.started, function), 0, { "the thread has started", p }, function);
}

void kthread_6_14::kthread_bind_mask(task_struct *p, cpumask mask)
{
	in_function here;
	affine_kthread &k = affine(to_kthread(p));

	__kthread_bind_mask(p, mask, TASK_UNINTERRUPTIBLE);
	warn_if_started(p, k, "kthread_bind_mask");
}

void kthread_6_14::kthread_bind(task_struct *p, unsigned cpu)
{
	in_function here;
	affine_kthread &k = affine(to_kthread(p));

	__kthread_bind(p, cpu, TASK_UNINTERRUPTIBLE);
	warn_if_started(p, k, "kthread_bind");
}

int kthread_6_14::kthread_affine_preferred(task_struct *p, cpumask mask)
{
	in_function here;
	affine_kthread &k = affine(to_kthread(p));

	if (WARN_ON(!wait_task_inactive(p, TASK_UNINTERRUPTIBLE) || plain_read(k.started), 0,
		    { "the thread has started", p }))
		return -EINVAL;
	WARN_ON_ONCE(k.preferred_affinity, 0, { "it has preferred CPUs already", p });
	k.preferred_affinity = kzalloc<affinity_mask>("kzalloc");
	if (!k.preferred_affinity)
		return -ENOMEM;
	mutex_lock(kthread_affinity_lock);
	k.preferred_affinity->mask = mask;
	enter_affinity_list(k, "kthread_affine_preferred");
	raw_spin_lock_irqsave(p->pi_lock);
	do_set_cpus_allowed(p, kthread_fetch_affinity(k));
	raw_spin_unlock_irqrestore(p->pi_lock);
	mutex_unlock(kthread_affinity_lock);
	return 0;
}

int kthread_6_14::kthreads_online_cpu(unsigned)
{
	in_function here;
	int ret = 0;

	mutex_lock(kthread_affinity_lock);
	for (list_head *i = kthread_affinity_list.next; i != &kthread_affinity_list; i = i->next) {
		check_live(i, "kthreads_online_cpu", "walk over");
		affine_kthread &k = kthread_of(i);

		if (WARN_ON_ONCE((plain_read(k.task->flags) & PF_NO_SETAFFINITY) ||
					 kthread_is_per_cpu(k.task),
				 0, { "a bound thread has preferred CPUs", k.task })) {
			ret = -EINVAL;
			continue;
		}
		set_cpus_allowed_ptr(k.task, kthread_fetch_affinity(k));
	}
	mutex_unlock(kthread_affinity_lock);
	return ret;
}

const cpuhp_step *kthread_6_14::kthreads_online_step()
{
	static constexpr cpuhp_step step = {
		CPUHP_AP_KTHREADS_ONLINE,
		{ [](unsigned cpu, void *) {
			 return the_kernel().api->since_6_14()->kthreads_online_cpu(cpu);
		 },
		  "kthreads_online_cpu", nullptr },
		{},
	};

	return &step;
}

// The list is asked without its lock: nobody but the thread itself takes it off.
void kthread_6_14::leave_affinity_list(affine_kthread &self, const char *function)
{
	look_unlocked(&self.affinity_node, function);
	if (list_empty(self.affinity_node))
		return;
	mutex_lock(kthread_affinity_lock);
	list_del_init(self.affinity_node, function);
	mutex_unlock(kthread_affinity_lock);
	if (self.preferred_affinity) {
		kfree(self.preferred_affinity, function);
		self.preferred_affinity = nullptr;
	}
}

void kthread_6_14::kthread_exit(long result)
{
	in_function here;
	affine_kthread &self = affine(to_kthread(current));

	plain_write(self.common.result, static_cast<int>(result));
	leave_affinity_list(self, "kthread_exit");
	do_exit(0);
}

// ---- workers ----

kthread_worker *kthread_6_14::kthread_create_worker_on_node(unsigned flags, int node,
							    const char *name)
{
	in_function here;
	auto *worker = kzalloc<kthread_worker>("kzalloc");

	if (!worker)
		return ERR_PTR<kthread_worker>(-ENOMEM);
	__kthread_init_worker(worker, name);
	task_struct *task = __kthread_create_on_node(kernel::kthread_worker_fn, worker, node, name);
	if (IS_ERR(task)) {
		kfree(worker);
		return ERR_PTR<kthread_worker>(PTR_ERR(task));
	}
	plain_write(worker->flags, flags);
	plain_write(worker->task, task);
	return worker;
}

kthread_worker *kthread_6_14::kthread_create_worker(unsigned flags, const char *name)
{
	return kthread_create_worker_on_node(flags, NUMA_NO_NODE, name);
}

kthread_worker *kthread_6_14::kthread_create_worker_on_cpu(int cpu, unsigned flags,
							   const char *format)
{
	in_function here;
	const auto number = static_cast<unsigned>(cpu);
	char name[sizeof(name_string::text)];

	name_with_cpu(name, sizeof(name), format, number);
	kthread_worker *worker = kthread_create_worker_on_node(flags, cpu_to_node(number), name);
	if (!IS_ERR(worker))
		kthread_bind(plain_read(worker->task), number);
	return worker;
}

kthread_worker *kthread_6_14::kthread_run_worker(unsigned flags, const char *name)
{
	in_function here;
	kthread_worker *worker = kthread_create_worker(flags, name);

	if (!IS_ERR(worker))
		wake_up_process(plain_read(worker->task));
	return worker;
}

kthread_worker *kthread_6_14::kthread_run_worker_on_cpu(int cpu, unsigned flags, const char *format)
{
	in_function here;
	kthread_worker *worker = kthread_create_worker_on_cpu(cpu, flags, format);

	if (!IS_ERR(worker))
		wake_up_process(plain_read(worker->task));
	return worker;
}

} // namespace kernel
