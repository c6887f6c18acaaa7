#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What README.md shows of its first command is what the program prints: the trace, and what is said on
# stderr. It must not know anything else of the README.
set -u

cd "$KTHREADSIM_SOURCE_DIR" || exit 1

# shown <number>: so many blocks from the beginning.
shown()
{
	awk -v wanted="$1" '
		/^```/ { inside = !inside; block += inside; next }
		inside && block == wanted' README.md
}

command=$(sed -n 's/^    \.\/ksim \(run .*\)/\1/p' README.md | head -1)
said=$(mktemp)
trap 'rm -f "$said"' EXIT
# shellcheck disable=SC2086
if ! diff <(shown 1) <("$KTHREADSIM_PROGRAM" $command 2>"$said"); then
	echo "FAILED: README.md shows another trace of: $command"
	exit 1
fi
if ! diff <(shown 2) "$said"; then
	echo "FAILED: README.md tells something else of: $command"
	exit 1
fi
