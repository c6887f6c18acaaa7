#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# explore and diff-versions from outside: what is said of a search agrees with itself, whatever searched,
# in words and for herd7's tools; and every search comes to an end.
. "$KTHREADSIM_SOURCE_DIR/tests/support_command.bash" || exit 1

# ---- the end of a search ----

expect 0 "a timer that arms itself" explore again.json
says out "Executions not counted, for some go on for ever"

# Each firing counts, so there is no end of outcomes.
expect 1 "outcomes without end" explore --time-limit 60 "$scenarios/timers/shutdown.json"
says out "Cut it met as many outcomes as it may tell"

# ---- the shortest schedule is that of every search ----

for strategy in stateful random pos urw; do
	"$program" explore --strategy "$strategy" --variant 1 "$scenarios/cancel/mod-vs-cancel.json" 2>err |
		grep Replay >schedules
	[ -s stateful ] || cp schedules stateful
	cmp schedules stateful || fail "$strategy knows other shortest schedules than stateful"
done
[ -s stateful ] || fail "no schedule at all"

# ---- orders of locks, which executions show together ----

cat >cycle.json <<'END'
{
  "name": "cycle", "question": "Are two locks taken in both orders?", "kernel": "6.13", "machine": { "cpus": 2 },
  "vars": { "a": { "spinlock": true }, "b": { "spinlock": true } },
  "tasks": {
    "A": { "cpu": 0, "do": [ { "op": "spin_lock", "lock": "a" }, { "op": "spin_lock", "lock": "b" },
                             { "op": "spin_unlock", "lock": "b" }, { "op": "spin_unlock", "lock": "a" } ] },
    "B": { "cpu": 1, "do": [ { "op": "msleep", "msecs": 20 },
                             { "op": "spin_lock", "lock": "b" }, { "op": "spin_lock", "lock": "a" },
                             { "op": "spin_unlock", "lock": "a" }, { "op": "spin_unlock", "lock": "b" } ] }
  },
  "expect": { "never": [ "lockdep" ] }
}
END
sed 's/"never"/"sometimes"/' cycle.json >cycle-sometimes.json
sed 's/"never": \[ "lockdep" \]/"always": [ "lockdep" ], "sometimes": [ "deadlock" ]/' cycle.json >cycle-always.json
expect 1 "a cycle that never may be" explore --strategy stateful cycle.json
says out "Observation cycle lockdep Sometimes - -    (expected Never)  FAILED"
expect 1 "the same for herd7" explore --strategy stateful -f herd cycle.json
says out "No"
expect 0 "a cycle that is expected" explore --strategy stateful -f herd cycle-sometimes.json
says out "Ok"
expect 4 "a cycle in every execution" explore --strategy stateful cycle-always.json
says out "not judged: stateful tells it of all executions together, dpor of each"

# ---- herd7's tools: conditions are about states, and what is not all is marked ----

expect 0 "a mask of CPUs" explore -f herd "$scenarios/bugs/bound-and-overwritten.json"
says out "setup.k.cpus_mask=0;"
says out "Condition exists (setup.k.cpus_mask=0)"
expect 0 "yes or no" explore -f herd "$scenarios/2003/destroyed-but-not-gone.json"
says out "main.gone=false;"
says out "Condition exists (main.gone=false)"
expect 4 "a bound" explore --variant 1 --strategy exhaustive --max-deviations 1 -f herd \
	"$scenarios/cancel/mod-vs-cancel.json"
says out "Loop No"
expect 0 "a finding that fails nothing" explore --variant 1 --strategy stateful -f herd \
	"$scenarios/cancel/mod-vs-cancel.json"
says out "Test mod-vs-cancel/finding.warn_kthread_delayed_work_timer_fn Allowed"
says out "deadlock=yes; deadlock.B_in_schedule"
grep -E '^Test ' out | grep -vE '^Test [A-Za-z0-9_.+/-]+ (Allowed|Forbidden|Required)$' &&
	fail "names of tests that herd7's tools do not read"

# ---- what always happens as expected is shown, too ----

expect 0 "always" explore "$scenarios/checkers/freed-twice.json"
says out "Replay freed-twice@"
says out "BUG: KASAN: double-free in kfree"

# ---- a bound says nothing about what is beyond it ----

python3 - "$scenarios/cancel/mod-vs-cancel.json" <<'END' >bounded.json
import json, re, sys
s = json.loads(re.sub(r'^\s*//.*$', '', open(sys.argv[1]).read(), flags=re.M))
s.pop("variants", None)
s.pop("$schema", None)
s["explore"] = {"strategy": "exhaustive", "deviations": 1}
print(json.dumps(s))
END
expect 4 "versions within a bound" diff-versions --no-trace 6.13-d71ba1649fa3 6.13 bounded.json
grep -q "never\|^Made" out && fail "what is beyond a bound is taken as impossible"
says out "not seen"

finish
