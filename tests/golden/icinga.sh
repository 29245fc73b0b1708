#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The files of packaging/icinga2 that the programs write, as TAP: they are what the option tables say today. icinga.sh --update writes
# them anew.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-${top_builddir:-$srcdir}}" && pwd) || exit 99
packaging=$srcdir/packaging/icinga2
mapfile -t programs < <(cd "$srcdir/plugins" && printf '%s\n' check_hyperv_*.c hyperv_doctor.c | sed "s|^\(.*\)\.c\$|$builddir/plugins/\1|")

commands() {
	cat <<-'HEAD'
		/* SPDX-License-Identifier: GPL-3.0-or-later */
		/* CheckCommands of all checks and the doctor, as --describe=icinga2 prints them. PluginContribDir is where the checks are,
		 * HypervBinDir where hyperv_doctor is. */
	HEAD
	for program in "${programs[@]}"; do
		echo
		"$program" --describe=icinga2
	done
}
basket() { python3 "$packaging/director-basket.py" "${programs[@]}"; }

if [ "${1-}" = --update ]; then
	commands >"$packaging/hyperv-commands.conf"
	basket >"$packaging/director-basket.json"
	exit
fi

# shellcheck source=tests/script.sh
. "$srcdir/tests/script.sh"

result "hyperv-commands.conf is up to date" "$(commands | diff -u "$packaging/hyperv-commands.conf" - 2>&1)"
result "director-basket.json is up to date" "$(basket 2>&1 | diff -u "$packaging/director-basket.json" - 2>&1)"
# Every check is among those that a host has.
named() { printf '%s\n' "${programs[@]##*/}" | sed 's/^check_hyperv_//; s/^hyperv_//' | LC_ALL=C sort; }
result "hyperv-templates.conf names every check" "$(diff <(sed -n '/vars.hyperv = {/,/^\t}/s/^\t*\([a-z]*\) = \(true\|false\|{.*}\)$/\1/p' "$packaging/hyperv-templates.conf" | LC_ALL=C sort) <(named))"
finish
