#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# docs/bugs.md says of every known bug which kernel has it: still so, by searches of this build. Those
# that take minutes are left to KTHREADSIM_LONG=1.
set -u

cd "$KTHREADSIM_SOURCE_DIR" || exit 1
long='left-on-a-dying-cpu|online-without-stopper|unparked-before-its-cpu'
[ -n "${KTHREADSIM_LONG:-}" ] && long=nothing
verdicts() # of a page: up to what takes long, or depends on the compiler
{
	sed '/^## What it takes/,$d' | grep -vE "^\| \[($long)\]"
}

written=$(verdicts <docs/bugs.md)
mapfile -t files < <(find scenarios/bugs -name '*.json' | LC_ALL=C sort | grep -vE "/($long)\.json")
seen=$("$KTHREADSIM_PROGRAM" bugs --verdicts --time-limit 600 "${files[@]}" 2>/dev/null | verdicts)
if ! diff <(echo "$written") <(echo "$seen"); then
	echo "FAILED: docs/bugs.md differs;" \
		"kthreadsim bugs --time-limit 600 scenarios/bugs > docs/bugs.md writes it anew"
	exit 1
fi
"$KTHREADSIM_PROGRAM" bugs scenarios/nowhere >/dev/null 2>&1
[ $? = 2 ] || { echo "FAILED: a folder that is not there is no bad input"; exit 1; }
