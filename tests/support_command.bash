# SPDX-License-Identifier: GPL-2.0-only
# For scripts that try the program out from outside: run it, look at what it printed, count what is
# wrong; and scenarios that are enough for most. It must not know what any command is for.

set -u
program=$KTHREADSIM_PROGRAM
scenarios=$KTHREADSIM_SOURCE_DIR/scenarios
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail()
{
	echo "FAILED: $*"
	failures=$((failures + 1))
}

# The last line of a script.
finish()
{
	[ $failures = 0 ] && echo "all as expected"
	exit $((failures > 0))
}

# ends <exit code> <what it is about> <command>...: its outputs go where they went.
ends()
{
	local wanted=$1 what=$2 code

	shift 2
	"$@"
	code=$?
	[ $code = "$wanted" ] || fail "$what: exit code $code, expected $wanted"
	[ $code = "$wanted" ]
}

# expect <exit code> <what it is about> <arguments>...: stdout is left in out, stderr in err.
expect()
{
	local wanted=$1 what=$2

	shift 2
	ends "$wanted" "$what" "$program" "$@" >out 2>err || cat out err
}

# prints <what it is about>: out is what stands on stdin.
prints()
{
	diff - out || fail "$1"
}

# says <file> <text>
says()
{
	grep -qF -- "$2" "$1" || {
		fail "$1 does not say: $2"
		cat "$1"
	}
}

# Two tasks race for a word, once and thirty times.
cat >two-sets.json <<'END'
{
  "name": "two-sets", "question": "Who sets the word last?", "kernel": "6.13", "machine": { "cpus": 2 },
  "vars": { "n": 0 },
  "tasks": {
    "A": { "cpu": 0, "do": [ { "op": "set", "var": "n", "value": 1 } ] },
    "B": { "cpu": 1, "do": [ { "op": "set", "var": "n", "value": 2 } ] }
  },
  "expect": { "sometimes": [ { "n": 1 } ], "never": [ { "n": 0 } ] }
}
END
sed 's/"two-sets"/"many-sets"/; s/"do": \[ \(.*\) \] }/"do": [ { "op": "repeat", "times": 30, "do": [ \1 ] } ] }/' \
	two-sets.json >many-sets.json

# A timer that arms itself.
cat >again.json <<'END'
{
  "name": "again", "question": "How often does a timer fire?", "kernel": "6.13", "machine": { "cpus": 2 },
  "vars": { "t": { "timer": { "function": "again" } }, "n": 0 },
  "functions": { "again": [ { "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" } ] },
  "tasks": { "A": { "cpu": 0, "do": [
    { "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" },
    { "op": "set", "var": "n", "value": 1 },
    { "op": "timer_shutdown_sync", "timer": "t" } ] } },
  "expect": { "never": [ "deadlock" ] }
}
END
