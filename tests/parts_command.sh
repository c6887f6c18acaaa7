#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Searches that are divided or ended early: jobs, shards and merge, signals and --resume, and the files
# that they leave, with what is made of broken ones.
. "$KTHREADSIM_SOURCE_DIR/tests/support_command.bash" || exit 1

# ---- jobs and shards ----

mod_vs_cancel=(--variant 1 --strategy portfolio --max-executions 6000
	"$scenarios/cancel/mod-vs-cancel.json")
expect 0 "one job" explore "${mod_vs_cancel[@]}"
cp out alone
says out "By hand, in the scenario in place of"
expect 0 "two jobs" explore --jobs 2 "${mod_vs_cancel[@]}"
cmp alone out || fail "two jobs print something else than one"
says err "summed over the jobs"
for i in 1 2 3; do
	expect 0 "shard $i" explore --shard $i/3 "${mod_vs_cancel[@]}"
done
of_3() { echo "mod-vs-cancel.variant-1.portfolio.seed-1.$1-of-3.part"; }
expect 0 "merge" merge "$(of_3 3)" "$(of_3 1)" "$(of_3 2)"
cmp alone out || fail "three shards merged print something else than one search"
says err "summed over 3 shards"
expect 4 "a shard is missing" merge "$(of_3 3)" "$(of_3 1)"
says out "Cut not there of 3 shards: 2"
expect 2 "a shard twice" merge "$(of_3 3)" "$(of_3 3)"
says err "shard 3 is there already"
expect 0 "a shard of another search" explore --shard 2/3 --seed 5 -o other.part "${mod_vs_cancel[@]}"
expect 2 "parts of two searches" merge "$(of_3 1)" other.part
says err "other.part: is not of the same search as $(of_3 1): its seed is 5, not 1"

# Places are those of the first shard's file, whichever is named first.
sed 's/"value": 1 }/&, { "op": "assert", "that": { "eq": [ "n", 1 ] } }/' two-sets.json >asserts.json
cp asserts.json copied.json
for i in 1 2; do
	expect 0 "shard $i of one with a place" explore --strategy exhaustive --shard $i/2 -o place.$i \
		"$([ $i = 1 ] && echo asserts.json || echo copied.json)"
done
expect 1 "a failing assertion" merge place.2 place.1
cp out merged
says out "asserts.json:5:"
expect 1 "the same" merge place.1 place.2
cmp merged out || fail "the order of shards makes a difference"

# ---- files that are broken ----

sed 's/"two-sets"/"few-sets"/; s/"do": \[ \(.*\) \] }/"do": [ { "op": "repeat", "times": 3, "do": [ \1 ] } ] }/' \
	two-sets.json >few-sets.json
whole=(--strategy exhaustive few-sets.json)
expect 0 "a shard of an exhaustive search" explore --shard 1/2 -o 1.part "${whole[@]}"
expect 0 "the other one" explore --shard 2/2 -o 2.part "${whole[@]}"
expect 0 "both" merge 1.part 2.part
cp out merged
expect 0 "undivided" explore "${whole[@]}"
cmp merged out || fail "two shards merged print something else than one search"

# refuses <what it is about> <sed script> <line:column> <text>: of the changed part.
refuses()
{
	sed "$2" 1.part >bad.part
	expect 2 "$1" merge bad.part 2.part
	says err "bad.part:$3: error: "
	says err "$4"
	[ -s out ] && fail "$1: it is believed"
	expect 2 "$1, resumed" explore --resume bad.part
	says err "bad.part:$3: error: "
}

lines=$(wc -l <1.part)
changed="the file was changed or cut after it was written, expected 'sum' and the sum of what stands before it"
refuses "no part" '1s/.*/nonsense/' 1:1 "no part of a search, expected a first line 'kthreadsim part 0.1.0'"
refuses "another version" '1s/0.1.0/0.0.9/' 1:17 "a part by kthreadsim 0.0.9, expected one by 0.1.0"
refuses "another seed" 's/^seed .*/seed 3/' "$lines:1" "$changed"
refuses "another schedule" '/^outcome/s/=1\./=2./' "$lines:1" "$changed"
refuses "without its last line" '$d' "$((lines - 1)):1" "$changed"
refuses "cut in the scenario" '/"tasks"/,$d' "$(($(grep -n '"tasks"' 1.part | cut -d: -f1) - 1)):1" "$changed"
refuses "empty" d 1:1 "no part of a search"
expect 2 "no file" merge nowhere.part
says err "nowhere.part: cannot be read: No such file or directory"
expect 2 "a folder" merge .
says err ".: is a folder"

expect 0 "other searches" explore --shard 3/3 --strategy random --max-executions 500 --max-deviations 2 \
	-o other.part two-sets.json
expect 2 "parts of searches that differ in much" merge 1.part other.part
says err "other.part: is not of the same search as 1.part: its scenario is another one"
says err "; its strategy is random, not exhaustive; its number of executions is 500, not none"
says err "; its bound on deviations is 2, not none; its number of shards is 3, not 2"

# ---- what files are called ----

long=$(printf '%0300d' 0)
sed 's/"few-sets"/"..\/evil and more'"$long"'"/
	s/"kernel"/"variants": [ { "kernel": "6.14", "expect": { "never": [ "deadlock" ] } } ], &/' \
	few-sets.json >evil.json
expect 0 "a name that is none of a file" explore --strategy exhaustive --shard 1/2 evil.json
expect 0 "its variant" explore --variant 1 --strategy exhaustive --shard 1/2 evil.json
name=_.-evil-and-more${long:0:84}
for name in "$name.exhaustive" "$name.variant-1.exhaustive"; do
	[ -e "$name.1-of-2.part" ] || fail "no $name.1-of-2.part: $(ls)"
done

# ---- files that cannot be written ----

for where in "-o nowhere/x.part" "--shard 1/2 -o nowhere/x.part"; do
	# shellcheck disable=SC2086
	expect 2 "$where" explore $where "${whole[@]}"
	says err "kthreadsim: cannot create nowhere/x.part"
	[ -s out ] && fail "it searched all the same"
done
expect 3 "nowhere to leave a shard when it is done" explore --shard 1/2 -o /dev/full "${whole[@]}"
says out "Cut it is shard 1 of 2"
says out "n=1"
says err "kthreadsim: cannot write /dev/full"
mkdir gone
interrupted=$(cd gone && rmdir ../gone && timeout -s INT --preserve-status 1 \
	"$program" explore --strategy exhaustive "$work/many-sets.json" 2>&1)
[ $? = 3 ] || fail "Ctrl-C where no file can be written does not end with 3"
grep -q "Cut interrupted" <<<"$interrupted" || fail "what was found is lost with the file: $interrupted"
[[ $interrupted == *"kthreadsim: cannot create many-sets.exhaustive.part: "* ]] ||
	fail "no word of the file: $interrupted"
expect 2 "nothing to leave" explore --strategy dpor -o x.part two-sets.json
says err "two-sets.json: error: dpor with --output: what is left depends on all that was learnt"

# ---- shards ----

expect 0 "one shard of one" explore --shard 1/1 "${whole[@]}"
[ -s out ] && fail "a shard prints a report"
says err "see few-sets.exhaustive.1-of-1.part"
expect 0 "merge of one shard" merge few-sets.exhaustive.1-of-1.part
cmp merged out || fail "one shard merged prints something else than one search"
for shard in "" 1 1/ /1 0/1 2/1 -1/-1 +1/2 1/+2 4294967297/4294967298 1/65537 "1/2 " 1/2x; do
	expect 2 "--shard '$shard'" explore --shard "$shard" "${whole[@]}"
	says err "--shard: '$shard', expected i/n with i from 1 to n, and n at most 65536"
done

# ---- signals and --resume ----

# interrupted <signal> <what it is about> <strategy> <arguments>...
interrupted()
{
	local signal=$1 what=$2 strategy=$3

	shift 3
	ends 4 "$what" timeout -s "$signal" --preserve-status 1 "$program" "$@" >out 2>err
	says out "Cut interrupted"
	says out "n=1"
	says err "kthreadsim explore --resume many-sets.$strategy.part goes on"
}

executions() { sed -n 's/^Executions \([0-9]*\) .*/\1/p' out; }

interrupted INT "Ctrl-C" exhaustive explore --strategy exhaustive many-sets.json
before=$(executions)
expect 2 "another question" explore --resume many-sets.exhaustive.part --seed 3
says err "--seed with --resume: what is asked stands in many-sets.exhaustive.part"
expect 4 "resume" explore --resume many-sets.exhaustive.part --time-limit 1
after=$(executions)
[ "$after" -gt "$before" ] || fail "$before executions, and after more of them $after"
interrupted TERM "the end of a batch job" exhaustive explore --strategy exhaustive many-sets.json
interrupted INT "Ctrl-C, two jobs" exhaustive explore --strategy exhaustive --jobs 2 many-sets.json
# It goes to all processes.
ends 4 "the end of a batch job of two" \
	timeout -s TERM --preserve-status 1 "$program" explore --strategy exhaustive --jobs 2 many-sets.json >out 2>err
says out "Cut interrupted"
grep -q "was killed" out err && fail "a signal ends jobs"

drawn=(explore --strategy random --max-executions 100000)
interrupted TERM "drawn executions" random.seed-1 "${drawn[@]}" many-sets.json
expect 0 "the rest of them" explore --resume many-sets.random.seed-1.part
cp out finished
expect 0 "what is finished tells it again" merge many-sets.random.seed-1.part
cmp finished out || fail "the file of a search that went on is not what it came to"
expect 0 "undivided" "${drawn[@]}" many-sets.json
cmp finished out || fail "a search that went on prints something else than one that did not end"

# A bound is of what is run at once.
expect 4 "a bound on executions" explore --strategy exhaustive --max-executions 10 -o bounded.part many-sets.json
expect 4 "as many again" explore --resume bounded.part
[ "$(executions)" = 20 ] || fail "$(executions) executions after twice 10"
expect 4 "with another bound" explore -q --resume bounded.part --max-executions 5
[ -s err ] && fail "-q talks: $(cat err)"
[ "$(executions)" = 25 ] || fail "$(executions) executions after 20 and 5"
expect 2 "more of those that are drawn" explore --resume many-sets.random.seed-1.part --max-executions 5
says err "--max-executions with --resume: how many are drawn stands in many-sets.random.seed-1.part"

# To divide a search for many shards takes executions, too.
sed 's/"times": 30/"times": 3000/' many-sets.json >long-sets.json
expect 4 "a shard that is not divided yet" \
	explore --strategy exhaustive --shard 60000/65536 --time-limit 1 -o shard.part long-sets.json
says err "shard 60000 of 65536: 0 executions"
says err "kthreadsim explore --resume shard.part goes on"

# ---- the scenario is not written over ----

ln few-sets.json another-name.json
expect 2 "a part in place of the scenario" explore -o another-name.json "${whole[@]}"
says err "--output: another-name.json is the scenario, expected another file"
expect 2 "a trace in place of the scenario" run -o ./few-sets.json few-sets.json
says err "--output: ./few-sets.json is the scenario, expected another file"
expect 2 "a shard of it" explore --shard 1/2 -o few-sets.json "${whole[@]}"
expect 0 "it is still there" run -f none few-sets.json

# ---- what follows a search is bounded, too ----

# Tasks that all set one word, and read another.
for i in {0..63}; do
	echo "\"T$i\": { \"cpu\": $((i % 8)), \"do\": [ { \"op\": \"set\", \"var\": \"n\", \"value\": $i },"
	echo '{ "op": "add", "var": "m", "value": 1 }, { "op": "set", "as": "r", "value": "m" } ] },'
done >tasks
cat >wide.json <<END
{ "name": "wide", "question": "Who is last of many?", "kernel": "6.13", "machine": { "cpus": 8 },
  "vars": { "n": 0, "m": 0 }, "tasks": { $(sed '$s/,$//' tasks) }, "expect": { "sometimes": [ { "n": 1 } ] } }
END
drawn_wide=(explore --strategy random --max-executions 200 wide.json)
expect 0 "schedules that take long to make shorter" "${drawn_wide[@]}" --time-limit 1
says out "Schedules not made as short as they could be: time limit"
says out "   so far: "
mkdir empty
ends 0 "Ctrl-C after the search" timeout -s INT --preserve-status 2 \
	"$program" "${drawn_wide[@]}" -o empty/x.part >out 2>err
says out "Schedules not made as short as they could be: interrupted"
[ -z "$(ls empty)" ] || fail "a search that has ended leaves $(ls empty)"

# ---- a process that shares the work is killed ----

# kill_one <arguments>...: once two are there.
kill_one()
{
	local parent victim

	"$program" "$@" >out 2>err &
	parent=$!
	while kill -0 $parent 2>err.kill && ! victim=$(pgrep -P $parent | sed -n 2p | grep .); do
		sleep 0.02
	done
	sleep 0.3
	kill -9 "$victim" || fail "no process to kill"
	wait $parent
}

ends 4 "one of two jobs is killed" kill_one "${drawn[@]}" --jobs 2 many-sets.json
says out "Cut a process that shared its work was killed by signal 9"
says out "not judged"
says err "kthreadsim: the search was stopped: a process that shared its work was killed by signal 9"
says err "kthreadsim explore --resume many-sets.random.seed-1.part goes on"
expect 0 "what it left" explore --resume many-sets.random.seed-1.part
cmp finished out || fail "a search of which a process was killed comes to something else in the end"

# A file that was begun is finished, and the plan of KTAP has announced all.
timeout -s INT --preserve-status 1 "$program" check --time-limit 1 -f ktap "$scenarios" >out 2>err
says out "Bail out! interrupted, files that were not looked at: "

mapfile -t runs < <(yes two-sets.json | head -50000)
ends 4 "Ctrl-C while runs are judged" timeout -s INT --preserve-status 1 "$program" check "${runs[@]}" >out 2>err
says out "files that were not looked at: "

finish
