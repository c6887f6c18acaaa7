// SPDX-License-Identifier: GPL-2.0-only
// Signals, as far as a sleeping kernel task can see them.
// It must not know kthreads.
#pragma once
#include <csignal> // the numbers are the same
#include "model/task.hpp"

namespace kernel {

constexpr int SIGNALS = 64;

// 0; -ESRCH if the task has exited; -EINVAL for no signal at all. A signal that the task ignores
// is dropped.
int send_sig(int sig, task_struct *p);
void allow_signal(int sig);
void disallow_signal(int sig);
void flush_signals(task_struct *p);
void ignore_signals(task_struct *p);
// What the running task is sent from now on waits until it allows it.
void block_signals();
bool signal_pending(task_struct *p, const char *function = __builtin_FUNCTION());
bool fatal_signal_pending(task_struct *p, const char *function = __builtin_FUNCTION());
// Whether a task in this state must not sleep.
bool signal_pending_state(unsigned state, task_struct *p);
// Makes signal_pending() true and ends an interruptible sleep, without any signal.
void fake_signal_wake_up(task_struct *p);
void set_tsk_thread_flag(task_struct *p, unsigned flag,
			 const char *function = __builtin_FUNCTION());

} // namespace kernel
