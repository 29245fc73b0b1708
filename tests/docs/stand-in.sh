#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands in PATH for each program of this project, and for sudo: puts the simulated host, its account and the test's own directory in
# place of those that the documentation names, runs the program, and notes what came of it.
set -u
name=${0##*/}
if [ "$name" = sudo ]; then
	[ "${1-} ${2-}" = '-u nagios' ] || { echo 'the test becomes nobody but nagios' >&2; exit 1; }
	shift 2
	exec "$@"
fi

arguments=()
host=
port=$DOC_HTTP
for argument in "$@"; do
	case $argument in -S | --ssl) port=$DOC_HTTPS ;; esac
done

is_host() { [[ $1 =~ ^hv[0-9]+(\.[a-z.]+)?$ ]]; }
# here ARGUMENT: as it is called here
here() {
	local value=$1
	value=${value//\/etc\/monitoring-plugins/$DOC_ROOT/etc/monitoring-plugins}
	value=${value//\/var\/lib\/hyperv/$DOC_ROOT/var/lib/hyperv}
	value=${value//hyperv-monitor@EXAMPLE.COM/$DOC_USER@$DOC_REALM}
	printf '%s' "${value//EXAMPLE\\hyperv-monitor/TESTDOM\\$DOC_USER}"
}

while [ $# -gt 0 ]; do
	case $1 in
	-H | --hostname)
		arguments+=("$1")
		if is_host "${2-}"; then host=$2 arguments+=(localhost -p "$port"); else arguments+=("${@:2:1}"); fi
		[ $# -eq 1 ] || shift
		;;
	--hostname=*)
		if is_host "${1#*=}"; then host=${1#*=} arguments+=("--hostname=localhost" -p "$port"); else arguments+=("$1"); fi
		;;
	*) arguments+=("$(here "$1")") ;;
	esac
	shift
done

program=$(IFS=:; for place in $DOC_PROGRAMS; do [ ! -x "$place/$name" ] || echo "$place/$name"; done)
said=$(mktemp "$DOC_CALLS/XXXXXX") || exit 99
"$program" "${arguments[@]}" >"$said.out" 2>"$said.err"
status=$?
printf '%s\0' "$status" "$name" "${arguments[@]}" >"$said.call"
[ -z "$host" ] || sed -i "s/\\<localhost\\>/$host/g" "$said.out" "$said.err"
cat "$said.err" >&2
cat "$said.out" || exit 3
exit "$status"
