// SPDX-License-Identifier: GPL-2.0-only
// The RFC of March 2026 (Brauner, "kthread: add extensible kthread_create()/kthread_run()
// pattern"), on a kernel on its way to 7.0. It must not know JSON or a strategy.
#pragma once
#include "model/bugs/28aaa9c39945_do_exit_tells_the_struct.hpp"

namespace kernel {

// How a thread shall be made. Lies with the caller, who may forget it afterwards.
struct kthread_args {
	threadfn_t threadfn;
	void *data;
	int node;
	bool kthread_worker; // a worker is made for it, in place of threadfn and data
};

// What came between 6.14 and this patch set: the end of a thread is told to its struct by
// do_exit(), whichever way it came there (28aaa9c39945), and unbound threads of no node are
// managed too. The set itself made create_kthread() call kernel_clone() with arguments of its
// own in place of kernel_thread(): the same steps. The flags of workers are gone in it.
class kthread_rfc_2026 : public do_exit_tells_the_struct<kthread_6_14> {
public:
	kthread_rfc_2026 *rfc_2026() override { return this; }

	// kthread_create(kargs, name) is this one; kthread_create(threadfn, data, name) is
	// __kthread_create(). -ENOMEM, -EINTR.
	virtual task_struct *kthread_create_on_info(kthread_args *kargs, const char *name);
	task_struct *kthread_create(threadfn_t fn, void *data, const char *name) override;
	// The same, and woken.
	virtual task_struct *kthread_run_on_info(kthread_args *kargs, const char *name);
	kthread_worker *kthread_create_worker_on_node(unsigned flags, int node,
						      const char *name) override;

protected:
	using kthread_6_14::__kthread_create_on_node;
	task_struct *__kthread_create_on_node(threadfn_t fn, void *data, int node,
					      const char *name) override;
	virtual task_struct *__kthread_create_on_node(const kthread_args &kargs, const char *name);
	void kthread_affine_node(affine_kthread &self) override;
	cpumask kthread_fetch_affinity(const affine_kthread &k) override;
};

} // namespace kernel
