#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What every command prints arrives, or the exit code says that it has not; and talk stands behind the
# data that it speaks of.
. "$KTHREADSIM_SOURCE_DIR/tests/support_command.bash" || exit 1

to_full() { "$program" "$@" >/dev/full 2>err; }
to_closed() { "$program" "$@" >&- 2>err; }

replay=two-sets@0.1.0:k1f::4.79f2e0fc
sed 's/"expect"/"explore": { "strategy": "dpor" }, "expect"/' two-sets.json >asks.json
while read -r arguments; do
	for where in to_full to_closed; do
		rm -f err
		# shellcheck disable=SC2086
		ends 3 "$where: $arguments" $where $arguments
		says err "kthreadsim: cannot write to the standard output"
	done
done <<END
--help
--version
run --help
list
schema
run two-sets.json
replay two-sets.json $replay
explore --strategy dpor two-sets.json
check two-sets.json
check --format ktap two-sets.json
diff-versions 6.13 6.13 asks.json
bugs --verdicts $scenarios/bugs/nested-stop.json
END
expect 0 "the standard output by its name" run -q -o - two-sets.json
cp out named
expect 0 "the standard output" run -q two-sets.json
cmp named out || fail "-o - is not the standard output"
[ -e ./- ] && fail "there is a file named -"
expect 2 "a part on the standard output" explore --strategy exhaustive -o - two-sets.json
says err "--output: '-', expected a file"

ends 0 "nothing to print" to_closed run -f none two-sets.json

# in_one_file <what it is about> <the data's last line> <the talk's first words> <arguments>...
in_one_file()
{
	local about=$1 data=$2 talk=$3 at_data at_talk

	shift 3
	"$program" "$@" >both 2>&1
	at_data=$(grep -nxF -- "$data" both | tail -1 | cut -d: -f1)
	at_talk=$(grep -n -- "^$talk" both | head -1 | cut -d: -f1)
	[ "${at_talk:-0}" -gt "${at_data:-999999}" ] ||
		fail "$about: the talk is in line '$at_talk', the data end in line '$at_data'"
}

mod_vs_cancel=$scenarios/cancel/mod-vs-cancel.json
in_one_file run "$("$program" run -q "$mod_vs_cancel" | tail -1)" "Scenario mod-vs-cancel" \
	run "$mod_vs_cancel"
in_one_file explore "Observation two-sets n=0 Never 0 2    (expected Never)  ok" "8 steps in" \
	explore --strategy dpor two-sets.json
printf '1\n' >bad.json
in_one_file check "ok 1 two-sets.json" "bad.json:1:1" check --format ktap two-sets.json bad.json

finish
