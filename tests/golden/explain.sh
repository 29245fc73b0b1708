#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What hyperv_doctor --explain tells, as TAP: doc/explanations.md is what the program says today, and no monitoring system is
# offered the option; and no finding links to an explanation that is not. explain.sh --update writes the page anew.
set -u
srcdir=$(cd "$(dirname "$0")" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-${top_builddir:-$srcdir/../..}}" && pwd) || exit 99
page=$srcdir/../../doc/explanations.md
doctor=$builddir/plugins/hyperv_doctor

if [ "${1-}" = --update ]; then
	"$doctor" --explain all --output markdown >"$page"
	[ $? -eq 3 ]
	exit
fi

# shellcheck source=tests/script.sh
. "$srcdir/../script.sh"

result "doc/explanations.md is up to date" "$("$doctor" --explain all --output markdown | diff -u "$page" - 2>&1)"
result "the Icinga configuration leaves --explain out" "$("$doctor" --describe=icinga2 | awk '
	/--explain/ { print }
	/--skip/ { skip = 1 }
	END { if (!skip) print "there are no options" }')"

list=$("$doctor" --explain list | sed 's/: .*//' | LC_ALL=C sort)
# unknown: the ids on standard input that nothing explains; "none" when there is no id at all.
unknown() {
	LC_ALL=C sort -u | awk -v list="$list" '
		BEGIN { count = split(list, ids, "\n"); for (i = 1; i <= count; i++) known[ids[i]] = 1 }
		!($0 in known) { print }
		END { if (NR == 0) print "none" }'
}
# ids: those that an explanation has behind the dot.
result "every rule that a check can name is explained" "$(
	list=$(sed -n 's/^[a-z]*[.]//p' <<<"$list") unknown < <(
		sed -n 's/^#define HV_RULE_[A-Z_]* *"\(.*\)"$/\1/p' "$srcdir"/../../common/check/*.h))"
result "every rule of a finding is explained, by the word of its check" "$(
	for directory in "$srcdir"/check_hyperv_*/; do
		word=${directory%/}
		word=${word##*/check_hyperv_}
		find "$directory" -name out -exec sed -nE "s/^(CRITICAL|WARNING|UNKNOWN): .* \\[([a-z-]+)\\]\$/$word.\\2/p" {} +
	done | unknown)"
result "every link of a finding leads somewhere" "$(
	find "$srcdir" -name out -not -path '*/explain-*' -exec cat {} + | grep -aoE 'hyperv_doctor --explain [A-Za-z0-9.-]+' |
		sed 's/.* //' | unknown)"
finish
