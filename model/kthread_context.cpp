// SPDX-License-Identifier: GPL-2.0-only
// What a kthread may borrow: a user's memory map, and the cgroup its I/O is charged to.
// It must not know JSON, scenarios or a strategy.
#include "model/boot.hpp"
#include "model/kthread.hpp"

namespace kernel {

void kthread_api::kthread_use_mm(mm_struct *mm)
{
	in_function here;
	task_struct *me = current;

	WARN_ON_ONCE(!(me->flags.peek() & PF_KTHREAD), 1444, { "the task is no kthread", me });
	WARN_ON_ONCE(me->mm.peek(), 1445, { "the thread has an mm already", me });
	// Its owner may leave while we use it: hold the structure, not the pages.
	atomic_add_return(1, mm->mm_count);
	raw_spin_lock(me->alloc_lock);
	local_irq_disable();
	plain_write(me->mm, mm);
	local_irq_enable();
	raw_spin_unlock(me->alloc_lock);
}

void kthread_api::kthread_unuse_mm(mm_struct *mm)
{
	in_function here;
	task_struct *me = current;

	WARN_ON_ONCE(!(me->flags.peek() & PF_KTHREAD), 1489, { "the task is no kthread", me });
	WARN_ON_ONCE(!me->mm.peek(), 1490, { "the thread has no mm", me });
	raw_spin_lock(me->alloc_lock);
	local_irq_disable();
	plain_write(me->mm, nullptr);
	local_irq_enable();
	raw_spin_unlock(me->alloc_lock);
	if (atomic_add_return(-1, mm->mm_count) == 0)
		kfree(mm);
}

static void css_put(cgroup_subsys_state *css)
{
	if (atomic_add_return(-1, css->refcnt) == 0)
		kfree(css);
}

void kthread_api::kthread_associate_blkcg(cgroup_subsys_state *css)
{
	in_function here;

	if (!(current->flags.peek() & PF_KTHREAD))
		return;
	kthread *self = to_kthread(current);
	if (!self)
		return;
	cgroup_subsys_state *old = plain_read(self->blkcg_css);
	if (old) {
		css_put(old);
		plain_write(self->blkcg_css, nullptr);
	}
	if (css) {
		atomic_add_return(1, css->refcnt);
		plain_write(self->blkcg_css, css);
	}
}

cgroup_subsys_state *kthread_api::kthread_blkcg()
{
	if (!(current->flags.peek() & PF_KTHREAD))
		return nullptr;
	kthread *self = to_kthread(current);

	return self ? plain_read(self->blkcg_css) : nullptr;
}

} // namespace kernel
