#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# hyperv_capture: a merged capture leads to the verdict that its sources lead to, and its file is written whole or not at all. TAP.
set -u
srcdir=$(cd "$(dirname "$0")" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-${top_builddir:-$srcdir/../..}}" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
python3 "$srcdir/make-inputs.py" inputs || exit 99
find inputs -exec env TZ=UTC touch -t 202611220300.00 {} +
export LC_ALL=C
unset NAGIOS_CONFIG_PATH MP_CONFIG_FILE
capture=$builddir/plugins/hyperv_capture

# shellcheck source=tests/script.sh
. "$srcdir/../script.sh"

# same_verdict STATUS CHECK SOURCES...: merging ends with STATUS; the check says the same on the merged capture, with $options.
options=()
same_verdict() {
	local status=$1 check=$2 on_sources on_merged findings=""
	shift 2
	[ -x "$builddir/plugins/$check" ] || findings="$check is not built"
	"$capture" "$@" -o merged.json 2>err
	[ $? -eq "$status" ] || findings+="hyperv_capture did not end with $status: $(cat err)"
	on_sources=$("$builddir/plugins/$check" "$@" "${options[@]}" -v && echo "status 0" || echo "status $?")
	on_merged=$("$builddir/plugins/$check" --capture merged.json "${options[@]}" -v && echo "status 0" || echo "status $?")
	findings+=$(diff <(echo "$on_sources") <(echo "$on_merged"))
	result "$check says the same after merging $* ${options[*]}" "$findings"
	rm -f merged.json
}

for check in check_hyperv_space check_hyperv_layout check_hyperv_events check_hyperv_volumes check_hyperv_backup; do
	same_verdict 0 $check --capture inputs/good.json
	same_verdict 0 $check --capture inputs/split.json
	same_verdict 0 $check --capture inputs/zero-vms.json
	same_verdict 0 $check --capture inputs/no-vms.json
	same_verdict 0 $check --capture inputs/hostile.json
	same_verdict 0 $check --capture inputs/utf16
	same_verdict 0 $check --capture inputs/with-evtx
	same_verdict 0 $check --vm-config inputs/vm-config-split --evtx inputs/whole.evtx
	same_verdict 0 $check --capture inputs/utf8 --vm-config inputs/vm-config-split --evtx inputs/one-event.xml
	same_verdict 1 $check --capture inputs/failed-vms.json
	same_verdict 1 $check --capture inputs/failed-log.json
	same_verdict 1 $check --evtx inputs/lost-failure.evtx
	same_verdict 1 $check --capture inputs/good.json --evtx inputs/truncated.evtx
done

# The golden cases of the checks that have input of their own: the same, with the case's options.
for args in "$srcdir"/check_*/*/args; do
	grep -q @DIR@ "$args" || continue
	directory=${args%/args}
	check=$(basename "$(dirname "$directory")")
	case=$(basename "$directory")
	cp -R "$directory" "$case"
	find "$case" -exec env TZ=UTC touch -t 202611220300.00 {} +
	sources=()
	options=()
	is_source=false
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		--capture | --vm-config | --evtx) is_source=true ;;
		-v | -vv) continue ;;
		esac
		if $is_source; then
			sources+=("${line//@DIR@/$case}")
			[[ $line = --* ]] || is_source=false
		else
			options+=("$line")
		fi
	done <"$args"
	status=0
	! grep -qs '"error"' "$case/capture.json" || status=1
	case $case in commands-*) status=1 ;; esac # commands that failed on the host
	same_verdict $status "$check" "${sources[@]}"
	rm -rf "$case"
done
options=()

"$capture" --capture inputs/good.json -o once.json
"$capture" --capture once.json -o twice.json
result "merging a merged capture changes nothing" "$(cmp once.json twice.json 2>&1)"

umask 0
"$capture" --capture inputs/good.json -o new.json
result "a new capture is for its owner alone" "$(stat -c %a new.json | grep -v '^600$')"
chmod 644 new.json
"$capture" --capture inputs/good.json -o new.json
result "a replaced one too" "$(stat -c %a new.json | grep -v '^600$')"

echo old >kept.json
"$capture" --capture inputs/truncated.json -o kept.json 2>/dev/null
status=$?
result "an error leaves the old file and nothing else" "$([ $status -eq 3 ] || echo "status $status"
	[ "$(cat kept.json)" = old ] || echo "changed"
	find . -maxdepth 1 -name '.*' -type f)"

mkdir folder
"$capture" --capture inputs/good.json -o folder 2>/dev/null
status=$?
result "a directory is not replaced" "$([ $status -eq 3 ] || echo "status $status"; find . -maxdepth 1 -name '.*' -type f)"

"$capture" --capture inputs/good.json >&- 2>/dev/null
status=$?
result "a closed standard output is an error" "$([ $status -eq 3 ] || echo "status $status")"
"$capture" --list --capture inputs/good.json >&- 2>/dev/null
status=$?
result "of a list too" "$([ $status -eq 3 ] || echo "status $status")"
"$capture" --help >&- 2>/dev/null
status=$?
result "of the help too" "$([ $status -eq 3 ] || echo "status $status")"
if [ -e /dev/full ]; then
	"$capture" --capture inputs/good.json >/dev/full 2>/dev/null
	status=$?
	result "a full disk is an error" "$([ $status -eq 3 ] || echo "status $status")"
fi
"$capture" --help >help.txt
status=$?
result "help ends with 0" "$([ $status -eq 0 ] || echo "status $status"; grep -q -- '--vm-config' help.txt || echo "no options")"

finish
