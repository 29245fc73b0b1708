#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion in bash, as TAP: a real bash at a terminal, with bash-completion, gets command lines and the key for all completions.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-$here/../..}" && pwd) || exit 99
loader=
for place in /usr/share/bash-completion/bash_completion /usr/local/share/bash-completion/bash_completion; do
	[ ! -e "$place" ] || loader=$place
done
[ -n "$loader" ] || { echo "1..0 # SKIP not installed: bash-completion"; exit 0; }
command -v python3 >/dev/null || { echo "1..0 # SKIP not installed: python3"; exit 0; }
[ -d "$builddir/completions" ] || { echo "1..0 # SKIP nothing is completed in a build for another machine"; exit 0; }

python3 -c 'import os; os.openpty()' 2>/dev/null || { echo "1..0 # SKIP NOT TESTED, no terminal can be made here (/dev/pts)"; exit 0; }

work=$(mktemp -d "${TMPDIR:-/tmp}/hyperv-completion.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' INT TERM
unset NAGIOS_CONFIG_PATH MP_CONFIG_FILE
python3 "$here/completion.py" "$builddir" "$loader" "$work"
