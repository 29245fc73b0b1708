#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual pages that are installed, as TAP: every program has one with all its options, mandoc finds nothing in
# them and renders them, and where one refers to another of them that is there.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
cd "$TOP_BUILDDIR" || exit 99
programs=$(ls plugins/check_hyperv_* plugins/hyperv_* mibs/hyperv_agentx 2>/dev/null | grep -v '[.]')

# shellcheck source=tests/script.sh
. "$srcdir/tests/script.sh"
skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}
page_of() { ls "man/${1##*/}".[0-9] 2>/dev/null; }
lint() { SOURCE_DATE_EPOCH=0 mandoc -T lint -W warning "$1" 2>&1; }
# Without the strokes of bold type; words are not broken at hyphens.
render() { mandoc -T ascii -O width=78 "$1" | sed 's/.\x08//g'; }

for program in $programs; do
	page=$(page_of "$program")
	result "${program##*/}: has a manual page" "$([ -s "${page:-/nowhere}" ] || echo "none in man/")"
	[ -n "$page" ] || continue
	result "${program##*/}: the page is what the program says today" "$(
		SOURCE_DATE_EPOCH=0 "$program" --describe=man | grep -v '^[.]Dd' | diff - <(grep -v '^[.]Dd' "$page"))"
	result "${program##*/}: the page has every option of the help" "$(
		options=$("$program" --help | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+')
		[ -n "$options" ] || echo "the help has none"
		for option in $options; do
			grep -qE "^[.]It .*Fl \\\\${option#-}( |\$)" "$page" || echo "$option"
		done)"
done

pages=("$srcdir"/doc/*.[0-9] man/*.[0-9])
for page in "${pages[@]}"; do
	if command -v mandoc >/dev/null; then
		result "${page##*/}: mandoc finds nothing" "$(lint "$page")"
		result "${page##*/}: can be read at a terminal" "$(
			text=$(render "$page") || echo "mandoc: $?"
			for heading in NAME DESCRIPTION 'SEE ALSO'; do
				grep -qx "$heading" <<<"$text" || echo "no $heading"
			done
			sed '/^EXAMPLES/,/^SEE/d' <<<"$text" | awk 'length($0) > 78 && NF > 1')"
	else
		skip "${page##*/}: mandoc finds nothing" "mandoc is not here"
		skip "${page##*/}: can be read at a terminal" "mandoc is not here"
	fi
	result "${page##*/}: the pages of this project that it refers to are there" "$(
		refers=$(grep -E 'Xr (check_)?hyperv' "$page" | sed 's/.*Xr \([^ ]*\) \([0-9]\).*/\1.\2/' | sort -u)
		[ -n "$refers" ] || echo "it refers to none"
		for other in $refers; do
			[ -e "man/$other" ] || [ -e "$srcdir/doc/$other" ] || echo "$other"
		done)"
done

result "hyperv_doctor.1 refers to every check" "$(for program in plugins/check_hyperv_*; do
	case $program in *.*) continue ;; esac
	grep -q "^[.]Xr ${program##*/} 1" man/hyperv_doctor.1 || echo "${program##*/}"
done)"

# Both tell of the same keys; CHECK.OPTION stands for many.
if [ -x mibs/hyperv_agentx ]; then
	result "hyperv_agentx.conf.5 and doc/agentx.md have the same keys" "$(diff \
		<(grep -oE '^\| `[a-z-]+`' "$srcdir/doc/agentx.md" | tr -d '|` ' | sort) \
		<(sed -n 's/^[.]It Cm \([a-z-]*\) No = .*/\1/p' man/hyperv_agentx.conf.5 | sort))"
else
	skip "hyperv_agentx.conf.5 and doc/agentx.md have the same keys" "the agent was not built"
fi
finish
