#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What docs/findings.md claims can still be seen: its replays come to what they are there for.
set -u

cd "$KTHREADSIM_SOURCE_DIR" || exit 1
tried=0
while read -r command; do
	eval "set -- ${command#kthreadsim }"
	if ! said=$("$KTHREADSIM_PROGRAM" "$@" 2>&1 >/dev/null); then
		echo "FAILED: $command"
		echo "$said"
		exit 1
	fi
	tried=$((tried + 1))
done < <(sed -e ':a' -e '/\\$/{N;s/\\\n *//;ba' -e '}' docs/findings.md | grep -o '^    kthreadsim replay.*' | sed 's/^ *//')
[ $tried -gt 0 ] || {
	echo "FAILED: no replay found in docs/findings.md"
	exit 1
}
echo "$tried replays"
