// SPDX-License-Identifier: GPL-2.0-only
// The rows of the tables of words: errno, signals, task states, policies and others.
// Must not know JSON; the numbers are those of Linux on x86-64.
#include "scenarios/words.hpp"
#include "sim/strategies.hpp"

namespace scenario {

const word_list &errno_words()
{
	/* Where two names share a number, the first is the one printed. */
	static const word_list rows = {
		{ "EPERM", 1 },
		{ "ENOENT", 2 },
		{ "ESRCH", 3 },
		{ "EINTR", 4 },
		{ "EIO", 5 },
		{ "ENXIO", 6 },
		{ "E2BIG", 7 },
		{ "ENOEXEC", 8 },
		{ "EBADF", 9 },
		{ "ECHILD", 10 },
		{ "EAGAIN", 11 },
		{ "EWOULDBLOCK", 11 },
		{ "ENOMEM", 12 },
		{ "EACCES", 13 },
		{ "EFAULT", 14 },
		{ "ENOTBLK", 15 },
		{ "EBUSY", 16 },
		{ "EEXIST", 17 },
		{ "EXDEV", 18 },
		{ "ENODEV", 19 },
		{ "ENOTDIR", 20 },
		{ "EISDIR", 21 },
		{ "EINVAL", 22 },
		{ "ENFILE", 23 },
		{ "EMFILE", 24 },
		{ "ENOTTY", 25 },
		{ "ETXTBSY", 26 },
		{ "EFBIG", 27 },
		{ "ENOSPC", 28 },
		{ "ESPIPE", 29 },
		{ "EROFS", 30 },
		{ "EMLINK", 31 },
		{ "EPIPE", 32 },
		{ "EDOM", 33 },
		{ "ERANGE", 34 },
		{ "EDEADLK", 35 },
		{ "EDEADLOCK", 35 },
		{ "ENAMETOOLONG", 36 },
		{ "ENOLCK", 37 },
		{ "ENOSYS", 38 },
		{ "ENOTEMPTY", 39 },
		{ "ELOOP", 40 },
		{ "ENOMSG", 42 },
		{ "EIDRM", 43 },
		{ "ECHRNG", 44 },
		{ "EL2NSYNC", 45 },
		{ "EL3HLT", 46 },
		{ "EL3RST", 47 },
		{ "ELNRNG", 48 },
		{ "EUNATCH", 49 },
		{ "ENOCSI", 50 },
		{ "EL2HLT", 51 },
		{ "EBADE", 52 },
		{ "EBADR", 53 },
		{ "EXFULL", 54 },
		{ "ENOANO", 55 },
		{ "EBADRQC", 56 },
		{ "EBADSLT", 57 },
		{ "EBFONT", 59 },
		{ "ENOSTR", 60 },
		{ "ENODATA", 61 },
		{ "ETIME", 62 },
		{ "ENOSR", 63 },
		{ "ENONET", 64 },
		{ "ENOPKG", 65 },
		{ "EREMOTE", 66 },
		{ "ENOLINK", 67 },
		{ "EADV", 68 },
		{ "ESRMNT", 69 },
		{ "ECOMM", 70 },
		{ "EPROTO", 71 },
		{ "EMULTIHOP", 72 },
		{ "EDOTDOT", 73 },
		{ "EBADMSG", 74 },
		{ "EOVERFLOW", 75 },
		{ "ENOTUNIQ", 76 },
		{ "EBADFD", 77 },
		{ "EREMCHG", 78 },
		{ "ELIBACC", 79 },
		{ "ELIBBAD", 80 },
		{ "ELIBSCN", 81 },
		{ "ELIBMAX", 82 },
		{ "ELIBEXEC", 83 },
		{ "EILSEQ", 84 },
		{ "ERESTART", 85 },
		{ "ESTRPIPE", 86 },
		{ "EUSERS", 87 },
		{ "ENOTSOCK", 88 },
		{ "EDESTADDRREQ", 89 },
		{ "EMSGSIZE", 90 },
		{ "EPROTOTYPE", 91 },
		{ "ENOPROTOOPT", 92 },
		{ "EPROTONOSUPPORT", 93 },
		{ "ESOCKTNOSUPPORT", 94 },
		{ "EOPNOTSUPP", 95 },
		{ "EPFNOSUPPORT", 96 },
		{ "EAFNOSUPPORT", 97 },
		{ "EADDRINUSE", 98 },
		{ "EADDRNOTAVAIL", 99 },
		{ "ENETDOWN", 100 },
		{ "ENETUNREACH", 101 },
		{ "ENETRESET", 102 },
		{ "ECONNABORTED", 103 },
		{ "ECONNRESET", 104 },
		{ "ENOBUFS", 105 },
		{ "EISCONN", 106 },
		{ "ENOTCONN", 107 },
		{ "ESHUTDOWN", 108 },
		{ "ETOOMANYREFS", 109 },
		{ "ETIMEDOUT", 110 },
		{ "ECONNREFUSED", 111 },
		{ "EHOSTDOWN", 112 },
		{ "EHOSTUNREACH", 113 },
		{ "EALREADY", 114 },
		{ "EINPROGRESS", 115 },
		{ "ESTALE", 116 },
		{ "EUCLEAN", 117 },
		{ "ENOTNAM", 118 },
		{ "ENAVAIL", 119 },
		{ "EISNAM", 120 },
		{ "EREMOTEIO", 121 },
		{ "EDQUOT", 122 },
		{ "ENOMEDIUM", 123 },
		{ "EMEDIUMTYPE", 124 },
		{ "ECANCELED", 125 },
		{ "ENOKEY", 126 },
		{ "EKEYEXPIRED", 127 },
		{ "EKEYREVOKED", 128 },
		{ "EKEYREJECTED", 129 },
		{ "EOWNERDEAD", 130 },
		{ "ENOTRECOVERABLE", 131 },
		{ "ERFKILL", 132 },
		{ "EHWPOISON", 133 },
		{ "ERESTARTSYS", 512 },
		{ "ERESTARTNOINTR", 513 },
		{ "ERESTARTNOHAND", 514 },
		{ "ENOIOCTLCMD", 515 },
		{ "ERESTART_RESTARTBLOCK", 516 },
		{ "EPROBE_DEFER", 517 },
		{ "EOPENSTALE", 518 },
		{ "ENOPARAM", 519 },
		{ "EBADHANDLE", 521 },
		{ "ENOTSYNC", 522 },
		{ "EBADCOOKIE", 523 },
		{ "ENOTSUPP", 524 },
		{ "ETOOSMALL", 525 },
		{ "ESERVERFAULT", 526 },
		{ "EBADTYPE", 527 },
		{ "EJUKEBOX", 528 },
		{ "EIOCBQUEUED", 529 },
		{ "ERECALLCONFLICT", 530 },
		{ "ENOGRACE", 531 },
	};
	return rows;
}

const word_list &signal_words()
{
	static const word_list rows = {
		{ "SIGHUP", 1 },   { "SIGINT", 2 },	{ "SIGQUIT", 3 },  { "SIGILL", 4 },
		{ "SIGTRAP", 5 },  { "SIGABRT", 6 },	{ "SIGBUS", 7 },   { "SIGFPE", 8 },
		{ "SIGKILL", 9 },  { "SIGUSR1", 10 },	{ "SIGSEGV", 11 }, { "SIGUSR2", 12 },
		{ "SIGPIPE", 13 }, { "SIGALRM", 14 },	{ "SIGTERM", 15 }, { "SIGSTKFLT", 16 },
		{ "SIGCHLD", 17 }, { "SIGCONT", 18 },	{ "SIGSTOP", 19 }, { "SIGTSTP", 20 },
		{ "SIGTTIN", 21 }, { "SIGTTOU", 22 },	{ "SIGURG", 23 },  { "SIGXCPU", 24 },
		{ "SIGXFSZ", 25 }, { "SIGVTALRM", 26 }, { "SIGPROF", 27 }, { "SIGWINCH", 28 },
		{ "SIGIO", 29 },   { "SIGPWR", 30 },	{ "SIGSYS", 31 },
	};
	return rows;
}

const word_list &state_words()
{
	static const word_list rows = {
		{ "TASK_RUNNING", 0 },	       { "TASK_INTERRUPTIBLE", 1 },
		{ "TASK_UNINTERRUPTIBLE", 2 }, { "__TASK_STOPPED", 4 },
		{ "__TASK_TRACED", 8 },	       { "EXIT_DEAD", 0x10 },
		{ "EXIT_ZOMBIE", 0x20 },       { "TASK_PARKED", 0x40 },
		{ "TASK_DEAD", 0x80 },	       { "TASK_WAKEKILL", 0x100 },
		{ "TASK_WAKING", 0x200 },      { "TASK_NOLOAD", 0x400 },
		{ "TASK_NEW", 0x800 },	       { "TASK_RTLOCK_WAIT", 0x1000 },
		{ "TASK_FREEZABLE", 0x2000 },  { "TASK_FROZEN", 0x8000 },
		{ "TASK_KILLABLE", 0x102 },    { "TASK_STOPPED", 0x104 },
		{ "TASK_TRACED", 8 },	       { "TASK_IDLE", 0x402 },
		{ "TASK_NORMAL", 3 },
	};
	return rows;
}

const word_list &state_letter_words()
{
	static const word_list rows = {
		{ "R", 'R' },
		{ "S", 'S' },
		{ "D", 'D' },
		{ "T", 'T' },
		{ "t", 't' },
		{ "X", 'X' },
		{ "Z", 'Z' },
		{ "P", 'P' },
		{ "I", 'I' },
		{ "TASK_RUNNING", 'R' },
		{ "TASK_INTERRUPTIBLE", 'S' },
		{ "TASK_UNINTERRUPTIBLE", 'D' },
		{ "TASK_KILLABLE", 'D' },
		{ "TASK_PARKED", 'P' },
		{ "TASK_IDLE", 'I' },
		{ "TASK_DEAD", 'X' },
		{ "EXIT_ZOMBIE", 'Z' },
	};
	return rows;
}

const word_list &gfp_words()
{
	static const word_list rows = { { "GFP_KERNEL", 0xcc0 },
					{ "GFP_ATOMIC", 0x820 },
					{ "GFP_NOWAIT", 0x2800 } };
	return rows;
}

const word_list &timer_flag_words()
{
	static const word_list rows = { { "TIMER_DEFERRABLE", 0x80000 },
					{ "TIMER_PINNED", 0x100000 },
					{ "TIMER_IRQSAFE", 0x200000 } };
	return rows;
}

const word_list &cpuhp_state_words()
{
	static const word_list rows = { { "CPUHP_BP_PREPARE_DYN", 64 },
					{ "CPUHP_AP_ONLINE_DYN", 193 } };
	return rows;
}

const word_list &size_words()
{
	static const word_list rows = {
		{ "struct kthread_work", work_bytes },
		{ "struct kthread_delayed_work", delayed_work_bytes },
		{ "struct kthread_worker", worker_bytes },
	};
	return rows;
}

const word_list &worker_flag_words()
{
	static const word_list rows = { { "KTW_FREEZABLE", 1 } };
	return rows;
}

const word_list &policy_words()
{
	static const word_list rows = { { "SCHED_NORMAL", 0 }, { "SCHED_FIFO", 1 } };
	return rows;
}

const word_list &task_policy_words()
{
	static const word_list rows = { { "normal", 0 }, { "fifo", 1 } };
	return rows;
}

const word_list &preemption_words()
{
	static const word_list rows = { { "none", 1 }, { "voluntary", 2 }, { "full", 3 } };
	return rows;
}

const word_list &finding_words()
{
	static const word_list rows = {
		{ "deadlock", 0 },	 { "hung", 1 },		{ "livelock", 2 },   { "warn", 3 },
		{ "use_after_free", 4 }, { "double_free", 5 },	{ "leak", 6 },	     { "race", 7 },
		{ "lockdep", 8 },	 { "atomic_sleep", 9 }, { "wrong_cpu", 10 }, { "bug", 11 },
		{ "still_runs", 14 },	 { "work_lost", 15 },	{ "queued_while_canceling", 16 },
		{ "runs_after_cancel", 17 }, { "runs_twice", 18 }, { "consumed_twice", 19 },
	};
	return rows;
}

const word_list &strategy_words()
{
	static const word_list rows = [] {
		word_list searches;

		for (const sim::strategy_row &s : sim::strategy_table())
			if (is_search(s))
				searches.push_back(
					{ s.name, static_cast<int64_t>(searches.size()) });
		return searches;
	}();

	return rows;
}

const word_list &fault_point_words()
{
	static const word_list rows = {
		{ "kernel_clone", -12 },       { "kmalloc", -12 }, { "kvasprintf", -12 },
		{ "set_kthread_struct", -12 }, { "kzalloc", -12 }, { "kzalloc_node", -12 },
	};
	return rows;
}

const name_list &inner_functions()
{
	static const name_list rows = {
		"__kthread_bind_mask",
		"__might_sleep",
		"__refrigerator",
		"__restore_freezer_state",
		"__set_task_frozen",
		"__thaw_task",
		"__kthread_cancel_work_sync",
		"__kthread_create_worker",
		"__kthread_create_on_node",
		"__kthread_bind",
		"__kthread_parkme",
		"mm_release",
		"kfree",
		"__kthread_queue_delayed_work",
		"__kthread_should_park",
		"__smpboot_create_thread",
		"_cpu_down",
		"balance_hotplug_wait",
		"balance_push",
		"copy_process",
		"cpuhp_kick_ap",
		"cpuhp_thread_fun",
		"cpus_write_lock",
		"create_kthread",
		"do_exit",
		"do_set_cpus_allowed",
		"do_task_dead",
		"exit_signals",
		"finish_task_switch",
		"finish_wait",
		"fake_signal_wake_up",
		"free_task",
		"freeze_task",
		"kernel_clone",
		"kthread",
		"kthread_affine_node",
		"kthread_cancel_delayed_work_timer",
		"kthread_delayed_work_timer_fn",
		"kthread_do_exit",
		"kthread_flush_work_fn",
		"kthread_insert_work",
		"kthread_insert_work_sanity_check",
		"kthreadd",
		"kthreads_online_cpu",
		"lock_timer_base",
		"make_task_dead",
		"migration_cpu_stop",
		"multi_cpu_stop",
		"prepare_to_wait",
		"process_timeout",
		"run_timer_softirq",
		"sched_cpu_activate",
		"sched_cpu_deactivate",
		"sched_cpu_dying",
		"sched_cpu_wait_empty",
		"sched_setscheduler_nocheck",
		"sched_ttwu_pending",
		"select_fallback_rq",
		"smpboot_create_threads",
		"smpboot_park_threads",
		"smpboot_thread_fn",
		"smpboot_unpark_threads",
		"stop_machine_cpuslocked",
		"synchronize_rcu",
		"take_cpu_down",
		"takedown_cpu",
		"task_call_func",
		"timers_dead_cpu",
		"try_to_freeze_tasks",
		"try_to_wake_up",
		"wait_for_exit",
		"wake_up_new_task",
		// Words of the language whose steps others see.
		"add",
		"cpu_time",
		"read",
		"set",
	};
	return rows;
}

const name_list &errno_names()
{
	static const std::vector<std::string> texts = [] {
		std::vector<std::string> made;
		for (const word &w : errno_words())
			made.push_back(std::string("-") + w.name);
		return made;
	}();
	static const name_list names(texts.begin(), texts.end());

	return names;
}

const word *find_word(const word_list &list, std::string_view name)
{
	for (const word &w : list) {
		if (name == w.name)
			return &w;
	}
	return nullptr;
}

name_list names_of(const word_list &list)
{
	name_list names;

	for (const word &w : list)
		names.push_back(w.name);
	return names;
}

std::string value_word(const word_list &list, int64_t value)
{
	for (const word &w : list) {
		if (w.value == value)
			return w.name;
	}
	return std::to_string(value);
}

} // namespace scenario
