/* SPDX-License-Identifier: GPL-2.0-only */
/* The core of kthread_mod_delayed_work() against kthread_cancel_delayed_work_sync(), for SPIN: the
 * program of bench/mod_cancel.hpp, step by step. Each d_step, and each statement outside of one, is
 * one visible step: what stands in it with the step's own access is done under the lock.
 * Must not know what is measured. In the environment, MODS is how often the work is changed, and
 * MENDED is 1, or 0 for the algorithm before 5fa54346caf6. Of the whole, with a worker, there may be
 * CORES beside each other, which have nothing in common.
 */

c_decl {
\#include <stdio.h>
\#include <stdlib.h>

	static int number_of(const char *name)
	{
		const char *text = getenv(name);

		return text ? atoi(text) : 1;
	}
	static void note_outcome(int of_all, int cores)
	{
		static char seen[1 << 2 * 2];
		int i;

		if (seen[of_all])
			return;
		seen[of_all] = 1;
		printf("outcome");
		for (i = 0; i < cores; i++, of_all >>= 2)
			printf(" cancelled=%d modified=%d", of_all & 1, of_all >> 1 & 1);
		printf("\n");
	}
}

#define NOBODY	0
#define WORK	1
#define FLUSH	2	/* the work that only tells that what was before it is done */

#define IS_LISTED	(delayed || first == WORK || second == WORK)
#define HAS_LOST	(!mended && canceling)	/* before the timer is gone, */
#define IS_CANCELED	(mended && canceling)	/* and after it */

#ifndef CORES
#define CORES	1
#endif

#if CORES == 1
#define PARAMETER
#define ARGUMENT
bool locked;		/* worker->lock */
byte canceling;
byte current;		/* what the worker executes */
byte first, second;	/* the list of works, in order */
bool delayed;		/* WORK is on the list of delayed works */
bool awake;		/* the worker */
bool armed, firing;	/* the timer */
bool flushed;		/* FLUSH was executed */
bool ran;		/* WORK was executed */
bool cancelled, modified;	/* what the last calls returned */
byte mods;		/* that are still to come */
#else
#define PARAMETER	byte which
#define ARGUMENT	which
typedef core {
	bool locked_, delayed_, awake_, armed_, firing_, flushed_, ran_, cancelled_, modified_;
	byte canceling_, current_, first_, second_, mods_
};
core at[CORES];
#define locked		at[which].locked_
#define canceling	at[which].canceling_
#define current		at[which].current_
#define first		at[which].first_
#define second		at[which].second_
#define delayed		at[which].delayed_
#define awake		at[which].awake_
#define armed		at[which].armed_
#define firing		at[which].firing_
#define flushed		at[which].flushed_
#define ran		at[which].ran_
#define cancelled	at[which].cancelled_
#define modified	at[which].modified_
#define mods		at[which].mods_
#endif
bool mended;
byte finished;		/* of the tasks that call */

inline take_out_work()
{
	delayed = false;
	if
	:: first == WORK -> first = second; second = NOBODY
	:: second == WORK -> second = NOBODY
	:: else
	fi
}

inline append_work()
{
	take_out_work();
	if
	:: first == NOBODY -> first = WORK
	:: else -> second = WORK
	fi
}

/* Behind WORK, or at the head. On the list of delayed works it is never seen again. */
inline insert_flush()
{
	if
	:: delayed
	:: !delayed && first == WORK -> second = FLUSH
	:: else -> second = first; first = FLUSH
	fi
}

#if CORES == 1
#define note_all()	c_code { note_outcome(now.cancelled | now.modified << 1, 1); }
#define set_up()	c_code { now.mods = number_of("MODS"); now.mended = number_of("MENDED"); }
#else
#define note_all()	c_code { \
	int i, of_all = 0; \
	for (i = CORES; i--; ) \
		of_all = of_all << 2 | now.at[i].cancelled_ | now.at[i].modified_ << 1; \
	note_outcome(of_all, CORES); \
}
#define set_up()	c_code { \
	int i; \
	for (i = CORES; i--; ) \
		now.at[i].mods_ = number_of("MODS"); \
	now.mended = number_of("MENDED"); \
}
#endif

inline end_of_calls()
{
	finished++;
	if
	:: finished == 2 * CORES -> note_all()
	:: else
	fi
}

proctype modifier(PARAMETER)
{
	do
	:: d_step { !locked -> locked = true };
	   if
	   :: d_step { HAS_LOST && mods > 1 -> locked = false; modified = false; mods-- }
	   :: d_step { HAS_LOST && mods == 1 -> locked = false; modified = false; mods--;
		       end_of_calls() };
	      break
	   :: d_step { !HAS_LOST -> canceling++; locked = false };
	      d_step { !firing -> armed = false };
	      d_step { !locked -> locked = true; canceling-- };
	      if
	      :: d_step { IS_CANCELED && mods > 1 -> locked = false; modified = true; mods-- }
	      :: d_step { IS_CANCELED && mods == 1 -> locked = false; modified = true; mods--;
			  end_of_calls() };
		 break
	      :: d_step { !IS_CANCELED -> modified = IS_LISTED; take_out_work(); delayed = true;
			  armed = true };
		 if
		 :: d_step { mods > 1 -> locked = false; mods-- }
		 :: d_step { mods == 1 -> locked = false; mods--; end_of_calls() };
		    break
		 fi
	      fi
	   fi
	od;
end_stop:
	false
}

proctype canceller(PARAMETER)
{
	d_step { !locked -> locked = true };
	d_step { canceling++; locked = false };
	d_step { !firing -> armed = false };
	d_step { !locked -> locked = true; canceling--; cancelled = IS_LISTED; take_out_work() };
	if
	:: d_step { current != WORK -> locked = false; end_of_calls() };
	   goto end_stop
	:: d_step { current == WORK -> canceling++; locked = false }
	fi;
	/* the flush */
	d_step { !locked -> locked = true };
	if
	:: d_step { !IS_LISTED && current != WORK -> locked = false }
	:: d_step { IS_LISTED && current == NOBODY -> insert_flush(); awake = true };
	   d_step { locked = false };
	   flushed
	:: d_step { (IS_LISTED && current != NOBODY) || current == WORK -> insert_flush();
		    locked = false };
	   flushed
	fi;
	d_step { !locked -> locked = true; canceling-- };
	d_step { locked = false; end_of_calls() };
end_stop:
	false
}

proctype worker(PARAMETER)
{
	do
	:: awake = false;
	   d_step { !locked -> locked = true; current = first; first = second; second = NOBODY };
	   if
	   :: d_step { current == WORK -> locked = false };
	      ran = true
	   :: d_step { current == FLUSH -> locked = false };
	      flushed = true
	   :: d_step { current == NOBODY -> locked = false };
end_idle:
	      awake
	   fi
	od
}

proctype timer(PARAMETER)
{
end_idle:
	do
	:: d_step { armed -> armed = false; firing = true };
	   d_step { !locked -> locked = true };
	   if
	   :: d_step { !canceling && current == NOBODY -> append_work(); awake = true };
	      d_step { locked = false }
	   :: d_step { !canceling && current != NOBODY -> append_work(); locked = false }
	   :: d_step { canceling -> take_out_work(); locked = false }
	   fi;
	   firing = false
	od
}

init
{
	byte which;

	atomic {
		set_up();
		do
		:: which < CORES ->
			first = WORK;
			awake = true;
			run modifier(ARGUMENT);
			run canceller(ARGUMENT);
			run worker(ARGUMENT);
			run timer(ARGUMENT);
			which++
		:: else -> break
		od
	};
end_stop:
	false
}
