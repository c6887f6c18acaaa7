#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What the command line refuses, and with which words: values out of range, options that a strategy does
# not take, names that no option has, and schedules.
. "$KTHREADSIM_SOURCE_DIR/tests/support_command.bash" || exit 1

# refuses <text> <arguments>...: that is bad input, and nothing is run.
refuses()
{
	local text=$1

	shift
	expect 2 "$*" "$@"
	says err "$text"
	[ -s out ] && fail "$*: something is printed all the same"
}

# ---- values ----

for value in 0 -1 x 1.5 "" " 1" 281474976710657 99999999999999999999; do
	for option in --max-executions --max-states --max-steps --max-deviations --max-preemptions --max-events; do
		refuses "$option: '$value', expected a whole number from 1 to 281474976710656" \
			explore --strategy exhaustive $option "$value" two-sets.json
	done
done
refuses "--seed: '-1', expected a whole number from 0 to 9223372036854775807" explore --seed -1 two-sets.json
refuses "--depth: '0', expected a whole number from 1 to 1000" explore --strategy pct --depth 0 two-sets.json
refuses "--depth: '1001', expected a whole number from 1 to 1000" explore --depth 1001 two-sets.json
refuses "--jobs: '0', expected a whole number from 1 to 256" explore --jobs 0 two-sets.json
refuses "--jobs: '257', expected a whole number from 1 to 256" explore -j 257 two-sets.json
refuses "--time-limit: 'soon', expected a whole number from 0" check --time-limit soon two-sets.json
refuses "--max-executions: '0', expected a whole number from 1" bugs --max-executions 0 two-sets.json
variant="--variant: 'x', expected a whole number from 0 to 64"
refuses "$variant" run --variant x two-sets.json
refuses "$variant" replay --variant x two-sets.json k1t::1.0
refuses "$variant" explore --variant x two-sets.json
refuses "$variant" diff-versions --variant x 6.13 6.14 two-sets.json
refuses "two-sets.json: there is no variant 1, expected 0" run --variant 1 two-sets.json

# ---- options that a strategy does not take ----

expect 0 "as many steps as there are" explore --strategy dpor --max-steps 4 two-sets.json
expect 4 "one less" explore --strategy dpor --max-steps 3 two-sets.json
says out "Cut 2 executions had more than 3 steps"
expect 4 "a bound on states" explore --max-states 10 many-sets.json
says out "Cut it met as many states as it may keep, 10"
refuses "dpor takes no '--max-deviations': it would take what a bound hides for explored" \
	explore --strategy dpor --max-deviations 1 two-sets.json
refuses "dpor takes no '--seed', expected one of: --max-executions --max-steps" \
	explore --strategy dpor --seed 7 two-sets.json
refuses "stateful takes no '--depth', expected one of: --max-states --max-steps" explore --depth 3 two-sets.json
sed 's/"expect"/"explore": { "strategy": "dpor" }, "expect"/' two-sets.json >asks.json
refuses "dpor takes no '--seed'" explore --seed 7 asks.json
refuses "random takes no '--no-reduction', expected stateful" \
	explore --strategy random --no-reduction two-sets.json
refuses "stateful, each execution twice, expected another strategy" explore --twice two-sets.json
expect 0 "each execution twice" explore --strategy dpor --twice two-sets.json
cp out twice
expect 0 "each execution once" explore --strategy dpor two-sets.json
cmp twice out || fail "executions that run twice come to something else"

# ---- names of commands and options ----

sed 's/"6.13"/"6.31"/' two-sets.json >swapped.json
refuses "did you mean '6.13'?" run swapped.json
sed 's/"cpus": 2/"cpus": 4097/' two-sets.json >cpus.json
expect 2 "too many CPUs" run cpus.json
[ "$(grep -c error: err)" = 1 ] || fail "of a wrong number of CPUs more than one error comes: $(cat err)"

refuses "kthreadsim: unknown command 'exlore', expected run, explore, " exlore two-sets.json
says err "did you mean 'explore'?"
refuses "kthreadsim explore: unknown option '--stratgy'; did you mean '--strategy'?" \
	explore two-sets.json --stratgy dpor
refuses "kthreadsim explore: unknown option '--stratgy'; did you mean '--strategy'?" \
	explore --stratgy=dpor two-sets.json
refuses "kthreadsim: unknown option '--verson'; did you mean '--version'?" --verson
refuses "kthreadsim run: unknown option '--colour', expected one that kthreadsim run --help lists" \
	run --colour two-sets.json
refuses "kthreadsim run: unknown option '-x'" run -qx two-sets.json
refuses "kthreadsim explore: --seed: given twice" explore --seed 1 --strategy pos --seed 1 two-sets.json
refuses "kthreadsim explore: --jobs: given twice" explore -j2 --strategy pos --jobs=2 two-sets.json
refuses "-file.json: cannot be read" run -- -file.json
expect 0 "values that look like options" run -q -o --verson -fnone two-sets.json
[ -e ./--verson ] || fail "no file of that name"
expect 0 "letters in one word" run -qfnone two-sets.json

# ---- schedules ----

for name in a@b a:k1 a:k1t:b@c; do
	sed "s/\"two-sets\"/\"$name\"/" two-sets.json >named.json
	"$program" run -f none named.json 2>err
	schedule=$(sed -n 's/^  replay //p' err)
	[[ $schedule == "$name@"* ]] || fail "no schedule of $name: $(cat err)"
	expect 0 "a schedule of $name" replay -f none named.json "$schedule"
	refuses "schedule: it is of scenario '$name', expected one of 'two-sets'" replay two-sets.json "$schedule"
done
refuses "schedule:1:1: error: expected a schedule, which begins with 'k1t:', or 'k1f:' without time" \
	replay two-sets.json 1
refuses "schedule:1:8: error: expected the number of steps, '.' and a check of eight hexadecimal digits" \
	replay two-sets.json k1f::4.79f2e0f
with_schedule() { sed "s/\"expect\"/\"schedule\": $1,\n  &/" two-sets.json >scheduled.json; }
for command in "run -f none" explore; do
	with_schedule '"k1f::4.79f2e0f"'
	# shellcheck disable=SC2086
	refuses "scheduled.json:8:23: error: expected the number of steps" $command scheduled.json
	with_schedule '"deadlock"'
	# shellcheck disable=SC2086
	refuses "scheduled.json:8:16: error: expected a schedule, which begins with 'k1t:'" $command scheduled.json
done
with_schedule '"others@0.1.0:k1f::4.79f2e0fc"'
refuses "scheduled.json:8:15: error: a schedule of scenario 'others', expected one of 'two-sets'" run scheduled.json
with_schedule '"two-sets@0.1.0:k1f::4.79f2e0fc"'
expect 0 "as it was printed" run -f none scheduled.json
with_schedule '[ { "run": "A", "until": { "before": "set", "nth": 2 } } ]'
expect 2 "a step that is never finished" run -f none scheduled.json
says err "scheduled.json:8:17: error: step 1 of the schedule was never finished: A "
expect 1 "a schedule of another end" replay -f none two-sets.json k1f::4.79f2e0fd
says err "the replay is not the recorded run: all 4 choices are the same, and the end is not"
expect 1 "a schedule of a longer run" replay -f none two-sets.json k1f::5.79f2e0fc
says err "the replay is not the recorded run: all 4 choices are the same, and the end is not"
expect 1 "a schedule of a shorter run" replay -f none two-sets.json k1f::3.79f2e0fc
says err "the replay is not the recorded run: they differ from choice 3 on"

finish
