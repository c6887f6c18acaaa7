#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `check` judges the library as README.md says, and leaves nothing of it open. mod-vs-cancel, which it
# runs whole by dpor for most of a minute, is left to explore_dpor_kernel and explore_command.
set -u

cd "$KTHREADSIM_SOURCE_DIR" || exit 1
mapfile -t files < <(find scenarios -mindepth 2 -name '*.json' ! -name mod-vs-cancel.json | sort)
if ! said=$("$KTHREADSIM_PROGRAM" check "${files[@]}" 2>&1); then
	echo "FAILED: check scenarios"
	grep -v ' ok' <<<"$said"
	exit 1
fi
tail -n 1 <<<"$said"
