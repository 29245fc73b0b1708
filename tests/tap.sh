#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one test program and passes its TAP on. cmocka marks a skipped test "not ok # SKIP", which TAP readers count as
# failed; and a program that skips everything ends with status 77 and a reason.
out=$("$@")
status=$?
if [ "$status" -eq 77 ]; then
	printf '1..0 # SKIP %s\n' "$(printf '%s\n' "$out" | tail -n 1 | sed 's/^1\.\.0 # SKIP //')"
	exit 0
fi
printf '%s\n' "$out" | sed 's/^not ok \(.*# SKIP\)/ok \1/'
exit "$status"
