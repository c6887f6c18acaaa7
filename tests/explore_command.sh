#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# kthreadsim explore, check and diff-versions from outside: what they print, and their exit codes.
. "$KTHREADSIM_SOURCE_DIR/tests/support_command.bash" || exit 1

# ---- what is printed ----

expect 0 "dpor" explore --strategy dpor two-sets.json
prints "the table of outcomes" <<'END'
Scenario two-sets  kernel 6.13  strategy dpor
Executions 2 complete, 0 cut
States 2
           1  n=1
           1  n=2
Observation two-sets n=1 Sometimes 1 1    (expected Sometimes)  ok
Replay two-sets@0.1.0:k1f::4.79f2e0fc   shortest: the natural order
Observation two-sets n=0 Never 0 2    (expected Never)  ok
END
says err "8 steps in "

expect 0 "replay of what explore printed" replay -f none two-sets.json 'two-sets@0.1.0:k1f::4.79f2e0fc'

expect 0 "herd" explore --strategy dpor -f herd -q two-sets.json
prints "the log for herd7's tools" <<'END'
Test two-sets/sometimes.n_1 Allowed
Histogram (2 states)
1 *>n=1;
1 :>n=2;
Ok
Witnesses
Positive: 1 Negative: 1
Condition exists (n=1)
Observation two-sets/sometimes.n_1 Sometimes 1 1
Time two-sets/sometimes.n_1 0.00
Hash=c719ee069d059f9e2f7d3d121e42e740

Test two-sets/never.n_0 Forbidden
Histogram (2 states)
1 :>n=1;
1 :>n=2;
Ok
Witnesses
Positive: 0 Negative: 2
Condition ~exists (n=0)
Observation two-sets/never.n_0 Never 0 2
Time two-sets/never.n_0 0.00
Hash=8cd4cb5a6a3b16972d936189561189f2

END
[ -s err ] && fail "-q talks"

expect 0 "random" explore --strategy random --max-executions 1000 --seed 7 two-sets.json
says out "Searched 1000 executions drawn with seed 7"
says out "Traces 2 seen; the next execution is of another by 0.0000 %"

expect 0 "herd, with findings" explore --variant 1 --strategy portfolio --max-executions 10000 \
	-f herd "$scenarios/cancel/mod-vs-cancel.json"
place='[A-Za-z_.$][A-Za-z0-9_.]*'
grep -E '^[0-9]+ [*:]>' out | grep -vE "^[0-9]+ [*:]>($place=(-?[0-9]+|$place); ?)+\$" &&
	fail "states that herd7's tools do not read"
[ "$(grep -cE '^[0-9]+ \*>deadlock=yes; deadlock.B_in_schedule' out)" = 1 ] || fail "no state of the deadlock"

# No test twice, no state twice in one.
sed 's/"value": 2/"value": -1/; s/"sometimes": \[/& { "n": -1 },/' two-sets.json >signs.json
expect 0 "herd, with signs" explore --strategy dpor -f herd signs.json
says out "Test two-sets/sometimes.n_minus_1 Allowed"
says out "Test two-sets/sometimes.n_1 Allowed"
expect 4 "herd, of outcomes that it has no words for" explore -f herd "$scenarios/lessons/two-mutexes.json"
awk '/^Test/ { split("", seen) } / [*:]>/ && seen[$0]++ { exit 1 }' out || fail "a state stands twice in a test"

# ---- exit codes ----

expect 4 "a bound on executions" explore --strategy exhaustive --max-executions 10 many-sets.json
says out "Executions 10 complete, 0 cut"
says out "Cut it ran as many executions as it may"
expect 0 "a bound within which everything is decided" \
	explore --strategy exhaustive --max-deviations 1 many-sets.json
says out "Searched every execution with at most 1 deviation"
expect 4 "a time limit" explore --strategy exhaustive --time-limit 1 many-sets.json
says out "Cut time limit"
expect 4 "too many steps" explore --strategy random --max-steps 5 --max-executions 10 many-sets.json
says out "Executions 0 complete, 10 cut"
expect 2 "jobs that cannot be" explore --strategy dpor --jobs 2 two-sets.json
says err "dpor with --jobs or --shard: what it leaves out depends on all that it has run before"
expect 2 "no scenario" explore
sed 's/"never": \[ { "n": 0/"never": [ { "n": 2/' two-sets.json >fails.json
expect 1 "what never may be" explore --strategy dpor fails.json
says out "(expected Never)  FAILED"
expect 4 "more timers than there may be" explore --strategy random --max-events 1 again.json
replay=$(grep -o 'k1f:[^ ]*' out | head -1)
says out "Cut some execution had more than 1 timers and interrupts that come early"
expect 0 "as many timers as come" explore --strategy random --max-executions 100 again.json

expect 0 "a schedule for each outcome" explore --strategy dpor -w two-sets.json
[ "$(grep -c '^  *Replay two-sets@.*:k1f:' out)" = 2 ] || fail "not a schedule for each outcome"

# ---- the steps of what was found ----

expect 0 "a deadlock" explore --variant 1 --strategy stateful "$scenarios/cancel/mod-vs-cancel.json"
says out "By hand, in the scenario in place of"
expect 0 "steps" replay -f steps --variant 1 "$scenarios/cancel/mod-vs-cancel.json" \
	"$(sed -n 's/^Replay \([^ ]*\) .*/\1/p' out | head -1)"
says out "timer: fire w.timer"

# ---- check ----

expect 0 "check by a run" check two-sets.json
sed 's/"expect"/"explore": { "strategy": "dpor" }, "expect"/' two-sets.json >asks.json
expect 0 "check by search" check asks.json
says out "(dpor: every execution)"
sed 's/"expect"/"explore": { "strategy": "dpor" }, "expect"/' fails.json >asks-and-fails.json
expect 1 "check by search" check asks-and-fails.json
says out "FAILED  (dpor: every execution)"
sed 's/"expect"/"explore": { "strategy": "exhaustive", "executions": 5 }, "expect"/' many-sets.json >cut.json
expect 4 "check by a search that is cut" check cut.json
says out "BOUND REACHED  (exhaustive: cut: it ran as many executions as it may)"

sed 's/"expect"/"variants": [ { "expect": { "never": [ "deadlock" ] } } ], "expect"/' two-sets.json >varied.json
expect 0 "a file with a variant" check varied.json
[ "$(tail -1 out)" = "1 file, 2 scenarios and variants: 2 as expected (1 of them in part not judged: that \
takes a search), 0 not, 0 stopped by a limit, 0 bad" ] || fail "the sum is: $(tail -1 out)"
sed 's/"expect"/"explore": { "strategy": "exhaustive" }, "expect"/' many-sets.json >long.json
ends 4 "Ctrl-C between files" \
	timeout -s INT --preserve-status 1 "$program" check two-sets.json long.json two-sets.json varied.json >out 2>err
says out "2 files, 2 scenarios and variants: 1 as expected"
says out " 1 stopped by a limit, 0 bad; files that were not looked at: 2"

# ktap <what it is about> <line> <files>...: not ok, and that stands there.
ktap()
{
	local what=$1 line=$2

	shift 2
	expect 2 "$what" check -f ktap "$@"
	says out "$line"
	says out "1..1"
	says out "not ok 1 "
}

mkdir hollow linked
ln -s nowhere.json linked/dangles.json
printf '1\n' >bad.json
ktap "KTAP of bad input" "  # bad.json:1:1: error: " bad.json
ktap "KTAP of no file" "  # nowhere.json: cannot be read: No such file or directory" nowhere.json
ktap "KTAP of a folder without scenarios" "  # hollow/*.json: cannot be read: No such file or directory" hollow
ktap "KTAP of a link to nowhere" "  # linked/dangles.json: cannot be read: No such file or directory" linked

# root may read everything, and others may not be let to the program.
as_other=()
[ "$(id -u)" != 0 ] || as_other=(setpriv --reuid 65534 --clear-groups)
mkdir -p closed/deep
chmod 0 closed/deep
chmod 755 .
if "${as_other[@]}" test -x "$program"; then
	ends 2 "a folder that may not be read" "${as_other[@]}" "$program" check closed >out 2>err
	says err "closed/deep: cannot be read: Permission denied"
fi

# ---- diff-versions ----

cat >lost-stop.json <<'END'
{
  "name": "lost-stop", "kernel": "6.13", "machine": { "cpus": 2 },
  "functions": {
    "loop": [
      { "op": "while", "cond": { "not": "kthread_should_stop" }, "do": [
        { "op": "set_current_state", "state": "TASK_INTERRUPTIBLE" }, { "op": "schedule" }
      ] },
      { "op": "return", "value": 0 }
    ]
  },
  "tasks": {
    "main": { "do": [
      { "op": "kthread_run", "threadfn": "loop", "name": "K", "as": "k" },
      { "op": "kthread_stop", "k": "k", "as": "ret" }
    ] }
  },
  "expect": { "always": [ { "main.ret": 0 } ] }
}
END

expect 1 "a fix makes something impossible" diff-versions 6.13-a7c01fa93aeb 6.13 lost-stop.json
says out "Scenario lost-stop  A: kernel 6.13 without a7c01fa93aeb  B: kernel 6.13"
says out "Searched A: every execution, B: every execution"
says out "Made impossible by B: main.ret=nothing  deadlock: main in schedule <- wait_for_completion <- kthread_stop"
says out "<- kthread_stop Sometimes, Never"
grep -q '^Made possible' out && fail "the fix makes something possible"
says out "  kthreadsim replay --kernel 6.13-a7c01fa93aeb lost-stop.json lost-stop@"
eval "expect 1 'replay on another kernel' $(sed -n 's/^  kthreadsim //p' out) -f none"
says err "finding deadlock"
expect 1 "the other way round" diff-versions --no-trace 6.13 6.13-a7c01fa93aeb lost-stop.json
says out "Made possible by B: main.ret=nothing  deadlock: main in schedule"
grep -q '^Trace' out && fail "a trace that nobody wants"
expect 1 "two traces" diff-versions 6.13-a7c01fa93aeb 6.13 "$scenarios/stop/lost-stop-by-hand.json"
says out "Trace 20 events of A (<), 27 of B (>)"
says out "  controller-101   [0] sched_kthread_stop: comm=K pid=102"
says out "< K-102            [1] sched_switch: prev_comm=K prev_pid=102 prev_prio=120 prev_state=S"
says out "> controller-101   [0] sched_kthread_stop_ret: ret=0"
expect 0 "one kernel twice" diff-versions 6.13 6.13 lost-stop.json
grep -q '^[<>]' out && fail "one kernel has two traces"
expect 0 "no difference" diff-versions 6.13 2003 two-sets.json
says out "                   1                    1  n=2"
expect 2 "an operation that one has not" diff-versions 6.13 2003 lost-stop.json
says err "kernel 2003 has no 'kthread_stop', expected kernel 2.6.24, 2.6.36"
says err "rfc-2026; did you mean 'kthread_destroy'?"
expect 2 "an unknown kernel" diff-versions 6.13 203 two-sets.json
says err "two-sets.json: error: unknown kernel '203', expected 2003, 2.6.24"
says err "or rfc-2026; did you mean '2003'?"
expect 2 "an unknown fix" diff-versions 6.13 6.13-a7c01fa93aec two-sets.json
says err "did you mean 'a7c01fa93aeb'?"
expect 2 "an unknown fix beside a known one" diff-versions 6.13 6.13-a7c01fa93aeb-12 two-sets.json
says err "two-sets.json: error: unknown revert '12', expected a7c01fa93aeb"
expect 0 "a fix with a dash in its name" run --kernel 4.9-786235eeba0e-xchg two-sets.json
says err "kernel 4.9 without 786235eeba0e-xchg"
sed 's/"expect"/"explore": { "states": 3 }, "expect"/' many-sets.json >small.json
expect 4 "a bound on states" diff-versions 6.13 6.13 small.json

finish
