// SPDX-License-Identifier: GPL-2.0-only
// The kthread API of Linux 6.13. A generation of the kernel, or a bug it once had, is a class
// that overrides the functions that differed. It must not know what workers do, JSON or a strategy.
#pragma once
#include "model/completion.hpp"
#include "model/generation.hpp"
#include "model/sched.hpp"
#include "model/smpboot.hpp"
#include "model/task.hpp"

namespace kernel {

enum kthread_bits : unsigned {
	KTHREAD_IS_PER_CPU = 0,
	KTHREAD_SHOULD_STOP = 1,
	KTHREAD_SHOULD_PARK = 2,
	KTHREAD_IS_PARKED = 3, // from 3.7 to 4.17
};

using threadfn_t = int (*)(void *data);

struct kthread {
	shared<unsigned long> flags;
	plain<unsigned> cpu;
	plain<int> result;
	threadfn_t threadfn;
	void *data;
	completion parked;
	completion exited;
	plain<cgroup_subsys_state *> blkcg_css;
	name_string *full_name; // null: comm was long enough

	static const sim::object_type type;
};

// A request for a thread, from its creator to kthreadd and on to the thread. Whoever finds
// `done` taken away (by exchanging it for null) has to free it.
struct kthread_create_info {
	list_head list; // (kthread_create_lock)
	name_string *full_name;
	threadfn_t threadfn;
	void *data;
	int node;
	plain<task_struct *> result;
	shared<completion *> done;
	completion *started; // 2.6.24: the thread is there

	static const sim::object_type type;
};

// A device's cgroup, as far as kthread_associate_blkcg() needs it.
struct cgroup_subsys_state {
	shared<int> refcnt;

	static const sim::object_type type;
};

class kthread_worker_api;
class kthread_4_7_v7;
class kthread_6_14;
class kthread_rfc_2026;
struct cpuhp_step;

struct mm_struct {
	shared<int> mm_count; // users that only borrow it
	static const sim::object_type type;
};

// Every function is virtual. Pointers to tasks must be tasks (or null where a function says so);
// errors come back as the kernel's errno values.
class kthread_api : public generation {
public:
	void boot(sim::machine &m, const boot_options &options) override;
	kthread_api *since_2004() override { return this; }

	// A task or an error pointer: -ENOMEM, -EINTR (the creator was killed). On any node.
	virtual task_struct *kthread_create(threadfn_t fn, void *data, const char *name);
	virtual task_struct *kthread_create_on_node(threadfn_t fn, void *data, int node,
						    const char *name);
	// Created on the node of `cpu`, bound to it; "%u" in `name` becomes its number.
	virtual task_struct *kthread_create_on_cpu(threadfn_t fn, void *data, unsigned cpu,
						   const char *name);
	// The same, and woken.
	virtual task_struct *kthread_run(threadfn_t fn, void *data, const char *name);
	virtual task_struct *kthread_run_on_cpu(threadfn_t fn, void *data, unsigned cpu,
						const char *name);
	virtual void kthread_bind(task_struct *p, unsigned cpu);
	virtual void kthread_bind_mask(task_struct *p, cpumask mask);
	virtual void kthread_set_per_cpu(task_struct *k, int cpu);
	bool kthread_is_per_cpu(task_struct *p) override;
	bool is_per_cpu_kthread(const task_struct *p) override;
	// What user space may do, and kthreads that are bound refuse: -EINVAL.
	virtual int sched_setaffinity(task_struct *p, cpumask mask);
	virtual int kthread_park(task_struct *k); // 0, -ENOSYS, -EBUSY
	virtual void kthread_unpark(task_struct *k);
	virtual void kthread_parkme();
	virtual bool kthread_should_park();
	virtual bool kthread_should_stop();
	virtual bool kthread_should_stop_or_park();
	// May freeze first; `was_frozen` (may be null): whether it did.
	virtual bool kthread_freezable_should_stop(bool *was_frozen);
	// What the thread returned; -EINTR if its function never ran.
	virtual int kthread_stop(task_struct *k);
	virtual int kthread_stop_put(task_struct *k);
	[[noreturn]] virtual void kthread_exit(long result);
	[[noreturn]] virtual void kthread_complete_and_exit(completion *comp, long code);
	virtual threadfn_t kthread_func(task_struct *task); // null: not a kthread
	virtual void *kthread_data(task_struct *task);
	virtual void *kthread_probe_data(task_struct *task);
	virtual void get_kthread_comm(char *buf, size_t bytes, task_struct *tsk);
	virtual int tsk_fork_get_node(task_struct *tsk);
	bool set_kthread_struct(task_struct *p) override;
	void free_kthread_struct(task_struct *k) override;
	// Clones that no creator waits for: the pid, or -errno. The first is a kthread.
	int kernel_thread(threadfn_t fn, void *arg);
	virtual int user_mode_thread(threadfn_t fn, void *arg);
	virtual int kernel_execve(); // 0: a user task from here on; or -EINVAL
	// Who changes sets of CPUs, and who sets policies that count on them.
	void cpuset_lock() { mutex_lock(cpuset_mutex); }
	void cpuset_unlock() { mutex_unlock(cpuset_mutex); }
	virtual void kthread_use_mm(mm_struct *mm);
	virtual void kthread_unuse_mm(mm_struct *mm);
	virtual void kthread_associate_blkcg(cgroup_subsys_state *css);
	virtual cgroup_subsys_state *kthread_blkcg();

	// One thread a CPU (smpboot.hpp). 0, -ENOMEM, -EINTR.
	virtual int smpboot_register_percpu_thread(smp_hotplug_thread *plug_thread);
	virtual void smpboot_unregister_percpu_thread(smp_hotplug_thread *plug_thread);
	// For a CPU that comes or goes; errors as cpuhp callbacks give them.
	virtual int smpboot_create_threads(unsigned cpu);
	virtual int smpboot_unpark_threads(unsigned cpu);
	virtual int smpboot_park_threads(unsigned cpu);
	// On a CPU that has just come, before it runs threads; and by who waits for that.
	virtual void cpuhp_online_idle(unsigned cpu);
	virtual void bringup_wait_for_ap(unsigned /* cpu */) {}

	// The state of CPU hotplug in which threads get back the CPUs they prefer; null: none.
	virtual const cpuhp_step *kthreads_online_step() { return nullptr; }
	// The freezer of its time (freezer.hpp).
	virtual bool frozen(task_struct *p, const char *function);
	virtual bool freeze_task(task_struct *p);
	virtual void __thaw_task(task_struct *p);
	virtual bool __refrigerator(bool check_kthr_stop);
	bool keeps(const task_struct *t, const void *object) override;
	const char *name_of_global(const void *p) const override;

	// What kthreadd runs. Never returns.
	virtual int kthreadd();

	// The half of the API with workers; null in a kernel that has none.
	virtual kthread_worker_api *workers() { return nullptr; }
	// What later kernels added; null in those before.
	virtual kthread_4_7_v7 *v7() { return nullptr; }
	virtual kthread_6_14 *since_6_14() { return nullptr; }
	virtual kthread_rfc_2026 *rfc_2026() { return nullptr; }

	task_struct *kthreadd_task;

protected:
	virtual kthread *kzalloc_kthread(); // null: no memory
	virtual kthread *to_kthread(task_struct *k);
	virtual kthread *__to_kthread(task_struct *p);
	virtual task_struct *__kthread_create_on_node(threadfn_t fn, void *data, int node,
						      const char *name);
	// Keeps the name for the thread; false: no memory.
	virtual bool name_request(kthread_create_info *create, const char *name);
	// By kthreadd; a null name is its own. The pid, or -errno.
	int clone_kthread(kthread_create_info *create, const char *name);
	// Of the creator and whoever serves him, the second finds null: the request is his.
	virtual completion *take_done(kthread_create_info *create, const char *function);
	// Has kthreadd make the thread of a request: a task or an error pointer. False: the
	// creator was killed, and the request is no longer its own.
	bool hand_to_kthreadd(kthread_create_info *create, const char *name, task_struct *&task);
	virtual void create_kthread(kthread_create_info *create);
	virtual int kthread_main(kthread_create_info *create); // the kernel's kthread()
	// The running new thread: first what it shall not inherit, later when it was woken.
	virtual void reset_inherited();
	virtual void woken_first(kthread *) {}
	virtual void __kthread_parkme(kthread *self);
	// Says that this thread is there, and sleeps in the state set before.
	virtual void complete_and_sleep(completion &done);
	virtual bool __kthread_should_park(task_struct *k);
	virtual void __kthread_bind_mask(task_struct *p, cpumask mask, unsigned state);
	virtual void __kthread_bind(task_struct *p, unsigned cpu, unsigned state);

	virtual int smpboot_thread_fn(smpboot_thread_data *td);
	virtual void smpboot_park_new_thread(task_struct *tsk, unsigned cpu);
	virtual void smpboot_call_create(smp_hotplug_thread *ht, unsigned cpu, task_struct *tsk);
	virtual int __smpboot_create_thread(smp_hotplug_thread *ht, unsigned cpu);
	virtual int __smpboot_register_percpu_thread(smp_hotplug_thread *plug_thread);
	virtual void smpboot_unpark_thread(smp_hotplug_thread *ht, unsigned cpu);
	virtual void smpboot_park_thread(smp_hotplug_thread *ht, unsigned cpu);
	virtual void smpboot_destroy_threads(smp_hotplug_thread *ht);

	mutex cpuset_mutex;
	mutex smpboot_threads_lock;
	list_head hotplug_threads; // of smp_hotplug_thread (smpboot_threads_lock)

	spinlock_t kthread_create_lock;
	guarded<list_head> kthread_create_list; // kthread_create_lock

	// Prepares the lists of a zeroed object.
	virtual void boot_lists();

private:
	friend void boot_percpu_thread(smp_hotplug_thread &ht, unsigned cpu, int pid);
	static int kthread_entry(void *create);
	static int smpboot_entry(void *td);
};

// The one %u that such a name may hold becomes the CPU's number.
void name_with_cpu(char *out, size_t bytes, const char *format, unsigned cpu);
// What the caller of kthread_park() may rely on when it returns 0: reports still_runs.
void check_is_parked(const task_struct *k);
// Of whichever version: a struct kthread comes first in it.
bool is_struct_kthread(const sim::object_type &type);
// Makes the struct of a kthread known to its task.
void adopt_kthread_struct(task_struct *p, kthread *k);

} // namespace kernel
