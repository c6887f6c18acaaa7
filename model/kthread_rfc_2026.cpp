// SPDX-License-Identifier: GPL-2.0-only
// Creation from a struct of arguments, worker included: the RFC of March 2026.
// It must not know JSON, scenarios or a strategy; preemption points are in the types it uses.
#include "model/kthread_rfc_2026.hpp"
#include "model/fork.hpp"

namespace kernel {

// ---- creating ----

// A creator that is killed leaves the request to whoever comes later, and returns. The worker, of
// which nobody else knows that it has to be freed, is left too.
task_struct *kthread_rfc_2026::__kthread_create_on_node(const kthread_args &kargs, const char *name)
{
	in_function here;
	kthread_worker *worker = nullptr;
	task_struct *task;
	auto *create = kzalloc<kthread_create_info>("kmalloc");

	if (!create)
		return ERR_PTR<task_struct>(-ENOMEM);
	create->threadfn = kargs.threadfn;
	create->data = kargs.data;
	create->node = kargs.node;
	if (kargs.kthread_worker) {
		worker = kzalloc<kthread_worker>("kzalloc");
		if (!worker) {
			kfree(create);
			return ERR_PTR<task_struct>(-ENOMEM);
		}
		__kthread_init_worker(worker, name);
		create->threadfn = kernel::kthread_worker_fn;
		create->data = worker;
	}
	if (!hand_to_kthreadd(create, name, task))
		return ERR_PTR<task_struct>(-EINTR);
	if (IS_ERR(task))
		kfree(worker);
	kfree(create);
	return task;
}

task_struct *kthread_rfc_2026::__kthread_create_on_node(threadfn_t fn, void *data, int node,
							const char *name)
{
	return __kthread_create_on_node({ fn, data, node, false }, name);
}

task_struct *kthread_rfc_2026::kthread_create_on_info(kthread_args *kargs, const char *name)
{
	in_function here;

	return __kthread_create_on_node(*kargs, name);
}

task_struct *kthread_rfc_2026::kthread_create(threadfn_t fn, void *data, const char *name)
{
	in_function here("__kthread_create");

	return __kthread_create_on_node({ fn, data, NUMA_NO_NODE, false }, name);
}

task_struct *kthread_rfc_2026::kthread_run_on_info(kthread_args *kargs, const char *name)
{
	in_function here("kthread_run");
	task_struct *k = kthread_create_on_info(kargs, name);

	if (!IS_ERR(k))
		wake_up_process(k);
	return k;
}

kthread_worker *kthread_rfc_2026::kthread_create_worker_on_node(unsigned flags, int node,
								const char *name)
{
	in_function here;
	task_struct *task = __kthread_create_on_node({ nullptr, nullptr, node, true }, name);

	if (IS_ERR(task))
		return ERR_PTR<kthread_worker>(PTR_ERR(task));
	auto *worker = static_cast<kthread_worker *>(kthread_data(task));
	plain_write(worker->flags, flags);
	plain_write(worker->task, task);
	return worker;
}

// ---- preferred CPUs ----

cpumask kthread_rfc_2026::kthread_fetch_affinity(const affine_kthread &k)
{
	if (!k.preferred_affinity && k.node == NUMA_NO_NODE)
		return cpu_possible_mask();
	return kthread_6_14::kthread_fetch_affinity(k);
}

void kthread_rfc_2026::kthread_affine_node(affine_kthread &self)
{
	in_function here;

	if (WARN_ON_ONCE(kthread_is_per_cpu(current), 0, { "it is a per-CPU thread", current }))
		return;
	mutex_lock(kthread_affinity_lock);
	enter_affinity_list(self, "kthread_affine_node");
	set_cpus_allowed_ptr(current, kthread_fetch_affinity(self));
	mutex_unlock(kthread_affinity_lock);
}

} // namespace kernel
