#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The manners of every program, as the Monitoring Plugins guidelines and monitoring systems expect them: help and version, the command
# line, exit statuses and the line that goes with them, whatever the environment, descriptors, rights and signals are. TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-$here/../..}" && pwd) || exit 99
examples=$(cd "$here/../../doc/examples" && pwd) || exit 99
command -v python3 >/dev/null || { echo "1..0 # SKIP not installed: python3"; exit 0; }

# What to look at, in this order: a function, and what it finds out.
situations=(
	"informs: help and version are short enough, on standard output, with status 3"
	"well_formed: the first line tells the state that the exit status has, whatever was read"
	"any_locale: the language of the system changes nothing"
	"any_zone: the time zone changes nothing"
	"any_place: neither does a directory that was deleted, nor a home that is none, an empty environment or a umask of 777"
	"read_only: nor a file system that cannot be written to"
	"without_rights: nor a user without rights"
	"unreadable: what may not be read is UNKNOWN"
	"unread_input: closed standard input and standard error change nothing"
	"nowhere_to_write: a result that nobody gets is never OK"
	"slow_reader: a long output is whole however slowly it is read"
	"reader_gone: a reader that goes away in the middle gets no OK"
	"hanging_file: a file that never ends, or never begins, is refused in time"
	"silent_host: a host that never answers ends with --timeout, in the state of --unreachable"
	"ended: a signal that ends a program is not taken for OK"
	"no_traces: no file was written, changed or left behind, and no core file"
)

work=$(mktemp -d "${TMPDIR:-/tmp}/hyperv-manners.XXXXXX") || exit 99
listener=
cleanup() {
	[ -z "$listener" ] || kill "$listener" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 99' INT TERM
unset NAGIOS_CONFIG_PATH MP_CONFIG_FILE XDG_CACHE_HOME LANGUAGE LANG http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export LC_ALL=C TZ=UTC HOME=$work/home
# What gss-ntlmssp and the libraries that come with libcurl never free is not for this test to find.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
umask 022

# The programs: those that judge, those that read recorded data, and all. Each is a path.
judges=("$builddir"/plugins/check_hyperv_*[a-z] "$builddir/plugins/hyperv_doctor")
for index in "${!judges[@]}"; do [ -x "${judges[index]}" ] || unset "judges[index]"; done
capture_program=$builddir/plugins/hyperv_capture
probe=$builddir/plugins/hyperv_checkpoint_probe
offline=("${judges[@]}" "$capture_program")
all=("${offline[@]}" "$probe")
[ ! -x "$builddir/mibs/hyperv_agentx" ] || all+=("$builddir/mibs/hyperv_agentx")
safety_net=30 # seconds, after which a program is taken to hang

# shellcheck source=tests/script.sh
. "$here/../script.sh"

# run COMMAND...: runs it; what it says, and its exit status, go to $work/got.*
run() {
	(cd "$work/cwd" && exec timeout -k 2 "$safety_net" "$@") >"$work/got.out" 2>"$work/got.err" </dev/null
	echo $? >"$work/got.status"
}

# What every program is asked for when it need not be more.
ask=(--capture "$work/inputs/fault.json")

# same WRAPPER...: what a program says behind this wrapper other than without
same() {
	local program part
	for program in "${offline[@]}"; do
		run "$@" "$program" "${ask[@]}"
		for part in out err status; do
			cmp -s "$work/got.$part" "$work/said/${program##*/}.$part" && continue
			echo "${program##*/} ($*): $part"
			diff -a "$work/said/${program##*/}.$part" "$work/got.$part" | head -n 3
		done
	done
}

# in_shell SCRIPT: the wrapper that does this in a shell before the program
in_shell() { wrapper=(bash -c "$1; exec \"\$@\"" bash); }

# judged PROGRAM STATUS: what is wrong with what a program that judges said
judged() {
	local label=${1##*/} first status words=(OK WARNING CRITICAL UNKNOWN)
	label=${label#check_} label=${label#hyperv_} label=${label//_/ }
	status=$(cat "$work/got.status")
	first=$(head -n 1 "$work/got.out")
	case $status in
	[0-3]) [[ $first == "HYPERV ${label^^} ${words[status]} - "?* ]] || echo "${1##*/}: $status: $first" ;;
	*) echo "${1##*/}: status $status: $first" ;;
	esac
	[[ " $2 " == *" $status "* ]] || echo "${1##*/}: status $status in place of $2: $first"
	[ "$(tr -cd '|' <"$work/got.out" | wc -c)" -le 1 ] || echo "${1##*/}: more than one |"
	[ "$(tr -d '[:print:]\n\200-\377' <"$work/got.out" | wc -c)" -eq 0 ] || echo "${1##*/}: control characters"
	[ ! -s "$work/got.err" ] || echo "${1##*/}: on standard error: $(head -n 3 "$work/got.err")"
}

informs() {
	local program name option expected
	for program in "${all[@]}"; do
		name=${program##*/}
		# What is no check ends with success.
		case $name in hyperv_capture | hyperv_agentx) expected=0 ;; *) expected=3 ;; esac
		for option in --help -h --version -V; do
			run "$program" "$option"
			[ "$(cat "$work/got.status")" -eq "$expected" ] || echo "$name $option: status $(cat "$work/got.status")"
			[ ! -s "$work/got.err" ] || echo "$name $option: $(cat "$work/got.err")"
			# An example is one command to copy; how long the path of a file is was said to configure.
			LC_ALL=C.UTF-8 awk -v what="$name $option" -v example="^  $name " \
				'{ gsub("/[^ ]*/hyperv_agentx[.]conf", "/etc/hyperv_agentx.conf") } length($0) > 80 && $0 !~ example { print what ": too wide: " $0 }' "$work/got.out"
			head -n 1 "$work/got.out" | grep -qx "$name [0-9][0-9.]* (monitoring-plugins-hyperv)" || echo "$name $option: $(head -n 1 "$work/got.out")"
			head -n 1 "$work/got.out" | cut -d ' ' -f 2- >>"$work/versions"
			[[ $option == *h* ]] || [ "$(wc -l <"$work/got.out")" -eq 1 ] || echo "$name $option: more than a line"
		done
		"$program" --no-such-option 2>&1 | awk -v name="$name" \
			'NR > 1 && length($0) > 80 { print name ": usage too wide: " $0 } END { if (NR > 25) print name ": usage of " NR " lines" }'
	done
	[ "$(sort -u "$work/versions" | wc -l)" -eq 1 ] || sort "$work/versions" | uniq -c
}

well_formed() {
	local program input
	for program in "${judges[@]}"; do
		for input in fault repaired many; do
			run "$program" -v --capture "$work/inputs/$input.json"
			judged "$program" "0 1 2 3"
		done
		for input in no-such-file empty binary directory /dev/null /; do
			[[ $input == /* ]] || input=$work/inputs/$input
			run "$program" --capture "$input"
			judged "$program" 3
		done
		run "$program" "${ask[@]}" --include no-such-vm
		judged "$program" "0 1 2 3"
	done
}

any_locale() {
	local locales=(C POSIX C.UTF-8 no_SUCH.locale "$(printf 'x%.0s' {1..5000})" $'\xff|\n' ../../../etc) locale
	for locale in "${locales[@]}"; do
		same env "LC_ALL=$locale" "LANG=$locale" "LANGUAGE=$locale"
	done
	[ -e "${HV_LOCALES-}/de_DE.UTF-8/LC_NUMERIC" ] || { echo "SKIP no locale with a decimal comma was made"; return; }
	same env LOCPATH="$HV_LOCALES" LC_ALL=de_DE.UTF-8 LANGUAGE=de:en
}

any_zone() {
	local zone
	for zone in America/St_Johns XYZ-14:59 no/such /dev/zero ''; do
		same env "TZ=$zone"
	done
}

any_place() {
	local before
	for before in "mkdir '$work/gone' && cd '$work/gone' && rmdir '$work/gone'" 'umask 777' 'unset HOME' 'export HOME=/nonexistent' \
		'export HOME=' 'export HOME=relative' 'unset PATH' 'export TMPDIR=/nonexistent'; do
		in_shell "$before"
		same "${wrapper[@]}"
	done
	same env -i
}

read_only() {
	in_shell "mount -t tmpfs -o ro none '$work/cwd' && cd '$work/cwd' && ! touch here 2>/dev/null && export HOME=\$PWD TMPDIR=\$PWD"
	unshare -m "${wrapper[@]}" true 2>/dev/null || { echo "SKIP no file system can be mounted here"; return; }
	same unshare -m "${wrapper[@]}"
}

# as_nobody: sets the wrapper, or says why there is none
as_nobody() {
	wrapper=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	[ "$(id -u)" -eq 0 ] || { echo "SKIP only root can become a user without rights"; return 1; }
	"${wrapper[@]}" "${judges[0]}" --version >/dev/null 2>&1
	[ $? -eq 3 ] || { echo "SKIP a user without rights cannot run what was built here"; return 1; }
}

without_rights() {
	as_nobody || return
	same "${wrapper[@]}"
}

unreadable() {
	local program
	wrapper=(env)
	[ "$(id -u)" -ne 0 ] || as_nobody || return
	for program in "${judges[@]}"; do
		run "${wrapper[@]}" "$program" --capture "$work/inputs/private.json"
		judged "$program" 3
		grep -q 'private.json: Permission denied' "$work/got.out" || head -n 1 "$work/got.out"
	done
	run "${wrapper[@]}" "$capture_program" --capture "$work/inputs/private.json"
	[ "$(cat "$work/got.status")" -eq 3 ] && [ ! -s "$work/got.out" ] || echo "hyperv_capture: $(cat "$work/got.status" "$work/got.out")"
	run "${wrapper[@]}" "$capture_program" "${ask[@]}" -o "$work/cwd/not-mine.json"
	[ "$(cat "$work/got.status")" -eq 3 ] || echo "hyperv_capture -o: $(cat "$work/got.status")"
}

unread_input() {
	in_shell 'exec <&-'
	same "${wrapper[@]}"
	in_shell 'exec 2>&-'
	same "${wrapper[@]}"
	in_shell 'exec <&- >&- 2>&-'
	run "${wrapper[@]}" "$capture_program" "${ask[@]}" -o "$work/written.json"
	cmp "$work/written.json" "$work/said/hyperv_capture.out" 2>&1
}

nowhere_to_write() {
	local program where option
	for where in '>&-' '>/dev/full' '<&- >&-' '<&- >&- 2>&-' '>/dev/full 2>/dev/full' '</dev/null >&0'; do
		in_shell "exec $where"
		for program in "${all[@]}"; do
			for option in "--capture=$work/inputs/repaired.json" --help --version --no-such-option; do
				run "${wrapper[@]}" "$program" "$option"
				[[ $(cat "$work/got.status") == [13] ]] || echo "${program##*/} $option $where: status $(cat "$work/got.status")"
			done
		done
		run "${wrapper[@]}" "$builddir/plugins/hyperv_doctor" --output=html --capture "$work/inputs/repaired.json"
		[ "$(cat "$work/got.status")" -eq 3 ] || echo "hyperv_doctor --output=html $where: status $(cat "$work/got.status")"
	done
}

# More than a pipe holds.
long_output=("$capture_program" --capture "$work/inputs/many.json")
slow_reader() {
	run "${long_output[@]}"
	[ "$(wc -c <"$work/got.out")" -gt 100000 ] || echo "that is not long: $(wc -c <"$work/got.out")"
	"${long_output[@]}" | (sleep 1; cat) | cmp - "$work/got.out" 2>&1
}

reader_gone() {
	local program
	"${long_output[@]}" 2>/dev/null | head -c 1 >/dev/null
	[ "${PIPESTATUS[0]}" -eq 3 ] || echo "in the middle: not 3"
	for program in "${offline[@]}"; do
		run python3 -c 'import os, subprocess, sys
reading, writing = os.pipe()
os.close(reading)
print(subprocess.run(sys.argv[1:], stdout=writing).returncode)' "$program" "${ask[@]}"
		[ "$(cat "$work/got.out")" = 3 ] || echo "${program##*/}: $(cat "$work/got.out")"
	done
}

hanging_file() {
	local program option
	for program in "${judges[@]}"; do
		for option in --capture=FILE --evtx=FILE --vm-config=FILE "--hostname=127.0.0.1 --authfile=FILE" --extra-opts=@FILE; do
			# shellcheck disable=SC2086 # some are two words
			run "$program" -t 2 ${option//FILE/$work/inputs/pipe}
			judged "$program" 3
		done
		run "$program" -t 2 --capture "$work/inputs/pipes"
		judged "$program" 3
		run "$program" -t 2 --capture /dev/zero
		judged "$program" 3
	done
	for option in --capture=FILE --evtx=FILE --vm-config=FILE --extra-opts=@FILE; do
		run "$capture_program" -t 2 "${option//FILE/$work/inputs/pipe}"
		[ "$(cat "$work/got.status")" -eq 3 ] || echo "hyperv_capture $option: status $(cat "$work/got.status")"
	done
}

# at_once STATUSES ACTION ARG...: all programs that ask a host at the same time, behind the wrapper. ACTION: what is done to $pids.
at_once() {
	local statuses=$1 action=$2 program status more pids=()
	shift 2
	for program in "${judges[@]}" "$capture_program" "$probe"; do
		more=()
		[ "$program" != "$probe" ] || more=(--vm web01 --create-and-remove-checkpoint)
		(cd "$work/cwd" && exec "${wrapper[@]}" "$program" -H 127.0.0.1 -p "$port" --auth basic --allow-unencrypted \
			--authfile "$work/inputs/login" "${more[@]}" "$@") >"$work/live.${program##*/}" 2>&1 </dev/null &
		pids+=($!)
	done
	sleep 1
	$action "${pids[@]}"
	for program in "${judges[@]}" "$capture_program" "$probe"; do
		wait "${pids[0]}" 2>/dev/null
		status=$?
		pids=("${pids[@]:1}")
		[[ " $statuses " == *" $status "* ]] || echo "${program##*/} ${wrapper[*]} $*: status $status: $(head -n 1 "$work/live.${program##*/}")"
	done
}

silent_host() {
	wrapper=(timeout -k 2 "$safety_net")
	at_once "2 3" : -t 2
	grep -L 'timed out' "$work"/live.*
	grep -l UNKNOWN "$work"/live.*
	in_shell 'exec >&-'
	wrapper=(timeout -k 2 "$safety_net" "${wrapper[@]}")
	at_once 3 : -t 2
}

ended() {
	local signal
	wrapper=(env)
	for signal in TERM HUP; do
		# The probe sees to what it may have created before it ends.
		at_once "$((128 + $(kill -l $signal))) 2 3" "kill -$signal" -t 4
	done
}

no_traces() {
	(cd "$work" && find inputs home cwd -printf '%p %m %s %T@\n' | sort) | diff "$work/before" -
}

mkdir "$work/inputs" "$work/home" "$work/cwd" "$work/said" "$work/inputs/directory" "$work/inputs/pipes"
chmod 755 "$work"
cp "$examples/fault-capture.json" "$work/inputs/fault.json"
cp "$examples/fault-capture.json" "$work/inputs/private.json"
cp "$examples/repaired-capture.json" "$work/inputs/repaired.json"
python3 "$here/../bench/make-capture.py" 300 >"$work/inputs/many.json" || exit 99
head -c 100000 /dev/urandom >"$work/inputs/binary"
printf '[%s]\n' "${all[@]##*/}" >"$work/inputs/every.ini"
printf 'username = monitor\npassword = secret\n' >"$work/inputs/login"
: >"$work/inputs/empty"
mkfifo "$work/inputs/pipe" "$work/inputs/pipes/Msvm_ComputerSystem.json" "$work/inputs/pipes/events.xml"
chmod 600 "$work/inputs/login"
chmod 000 "$work/inputs/private.json"
(cd "$work" && find inputs home cwd -printf '%p %m %s %T@\n' | sort) >"$work/before"
exec {silent}< <(exec python3 -c 'import os, socket, time
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(64)
print(s.getsockname()[1], os.getpid(), flush=True)
time.sleep(300)')
read -r port listener <&"$silent" || exit 99
ulimit -c unlimited 2>/dev/null

for program in "${offline[@]}"; do
	run "$program" "${ask[@]}"
	for part in out err status; do mv "$work/got.$part" "$work/said/${program##*/}.$part"; done
done
for program in "${all[@]}"; do
	result "${program##*/}: every option in every way to write it" "$(cd "$work/cwd" && python3 "$here/command-line.py" "$program" "$work/inputs/fault.json" 2>&1)"
done
for situation in "${situations[@]}"; do
	result "${situation#*: }" "$(${situation%%:*} 2>&1)"
done
finish
