#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# docs/bugs.md says of every known bug which kernel has it: still so, by searches of this build.
set -u

cd "$KTHREADSIM_SOURCE_DIR" || exit 1
verdicts() # of a page: up to what takes long, or depends on the compiler
{
	sed '/^## What it takes/,$d'
}

written=$(verdicts <docs/bugs.md)
seen=$("$KTHREADSIM_PROGRAM" bugs --verdicts scenarios/bugs 2>/dev/null | verdicts)
if ! diff <(echo "$written") <(echo "$seen"); then
	echo "FAILED: docs/bugs.md differs; kthreadsim bugs scenarios/bugs > docs/bugs.md writes it anew"
	exit 1
fi
"$KTHREADSIM_PROGRAM" bugs scenarios/nowhere >/dev/null 2>&1
[ $? = 2 ] || { echo "FAILED: a folder that is not there is no bad input"; exit 1; }
