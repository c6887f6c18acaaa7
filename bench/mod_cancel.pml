/* SPDX-License-Identifier: GPL-2.0-only */
/* The core of kthread_mod_delayed_work() against kthread_cancel_delayed_work_sync(), for SPIN: the
 * program of bench/mod_cancel.hpp, step by step. Each d_step, and each statement outside of one, is
 * one visible step: what stands in it with the step's own access is done under the lock.
 * Must not know what is measured. In the environment, MODS is how often the work is changed, and
 * MENDED is 1, or 0 for the algorithm before 5fa54346caf6.
 */

c_decl {
\#include <stdio.h>
\#include <stdlib.h>

	static int number_of(const char *name)
	{
		const char *text = getenv(name);

		return text ? atoi(text) : 1;
	}
	static void note_outcome(int cancelled, int modified)
	{
		static char seen[2][2];

		if (!seen[cancelled][modified]++)
			printf("outcome cancelled=%d modified=%d\n", cancelled, modified);
	}
}

#define NOBODY	0
#define WORK	1
#define FLUSH	2	/* the work that only tells that what was before it is done */

#define IS_LISTED	(delayed || first == WORK || second == WORK)
#define HAS_LOST	(!mended && canceling)	/* before the timer is gone, */
#define IS_CANCELED	(mended && canceling)	/* and after it */

bool mended;
byte mods;		/* that are still to come */

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
byte finished;

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

inline end_of_calls()
{
	finished++;
	if
	:: finished == 2 -> c_code { note_outcome(now.cancelled, now.modified); }
	:: else
	fi
}

proctype modifier()
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

proctype canceller()
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

proctype worker()
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

proctype timer()
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
	atomic {
		c_code { now.mods = number_of("MODS"); now.mended = number_of("MENDED"); };
		first = WORK;
		awake = true;
		run modifier();
		run canceller();
		run worker();
		run timer()
	};
end_stop:
	false
}
