#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# VSS writers of a live host: asked seldom, never during a backup, in any language, and remembered. TAP.
set -u
# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "1..0 # SKIP not installed: python3"; exit 0; }

golden=$srcdir/tests/golden/check_hyperv_vss
login=(--auth ntlm --authfile "$auth_ntlm")
memory=$work/memory
safety_net=60

# vss ARG...: the check against the host; what it says goes to $work/said.
vss() {
	status=0
	timeout -k 2 "$safety_net" "$builddir/plugins/check_hyperv_vss" -H "$host" -p "$http" "${login[@]}" --cache "0:$memory" "$@" \
		>"$work/said" 2>&1 </dev/null || status=$?
}
# is STATUS TEXT: what is wrong with what it said
is() {
	[ "$status" -eq "$1" ] && grep -qF -- "$2" "$work/said" || { echo "status $status, not $1 with '$2':"; cat "$work/said"; }
}
# ran TIMES: what is wrong with how often a command was started on the host
ran() {
	rm -f "$work/writers.counters"
	kill -USR1 "${sim_pid_of[writers]}"
	for _ in $(seq 200); do
		[ ! -s "$work/writers.counters" ] || break
		sleep 0.02
	done
	[ "$(counter writers shell_command)" = "$1" ] || echo "$(counter writers shell_command) commands instead of $1"
}
# age SECONDS: makes what is remembered older
age() {
	python3 - "$memory" "$1" <<-'END'
		import datetime, glob, re, sys
		name, = glob.glob(sys.argv[1] + "/*.cache")
		form = "%Y-%m-%dT%H:%M:%S"
		older = lambda m: (datetime.datetime.strptime(m[0], form) - datetime.timedelta(seconds=int(sys.argv[2]))).strftime(form)
		text = open(name).read()
		open(name, "w").write(re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", older, text))
	END
}
begin() {
	rm -rf "$memory"
	start_sim writers "$golden/$1/capture.json" --http "${@:2}"
}
# end: stops the host, and says what it left open
end() {
	stop_sim writers >"$work/left"
	result "nothing is left open" "$(cat "$work/left")"
}

make_accounts
begin good
vss
result "the writers of a host" "$(is 0 "3 VSS writers, none of them failed"; ran 1)"
vss
result "within the interval the last answer counts" "$(is 0 "3 VSS writers, none of them failed"; ran 1)"
age 1000
vss --vss-interval 1h
result "an interval of one's own" "$(is 0 "3 VSS writers"; ran 1)"
vss
result "after the interval the host is asked again" "$(is 0 "3 VSS writers"; ran 2)"
timeout "$safety_net" "$builddir/plugins/check_hyperv_space" -H "$host" -p "$http" "${login[@]}" --cache "60:$memory" >"$work/said" 2>&1
result "a collection for other checks does not ask" "$(ran 2; grep -l VssWriter "$memory"/*with* 2>/dev/null)"
age_before=$(find "$memory" -name '*.cache' | wc -l)
timeout "$safety_net" "$builddir/plugins/check_hyperv_vss" -H "$host" -p "$http" "${login[@]}" --cache "60:$memory" >"$work/said" 2>&1
status=$?
result "one for this check is a collection of its own, and keeps the interval" "$(is 0 "3 VSS writers"; ran 2
	[ "$(find "$memory" -name '*.cache' | wc -l)" -eq $((age_before + 1)) ] || echo "no file of its own")"
timeout "$safety_net" "$builddir/plugins/hyperv_capture" -H "$host" -p "$http" "${login[@]}" -o "$work/plain.json" >"$work/said" 2>&1
result "a capture does not ask" "$(ran 2; grep VssWriter "$work/plain.json")"
chmod 755 "$memory"
vss
result "without a place to remember there is no question" "$(is 3 "without a place to remember"; ran 2)"
chmod 700 "$memory"
end

begin failed-retryable --german
vss -v
result "in German, in a code page" "$(is 2 "state 8, failed at preparing the shadow copy"; ran 1)"
end

begin waiting-during-backup
vss
result "never during a backup" "$(is 0 "a backup is running, during which the writers are not asked"; ran 0)"
vss
result "nor again" "$(is 0 "VSS writers not judged"; ran 0)"
end

begin waiting-since-not-told
vss
result "a writer that waits" "$(is 0 "waits for the end of a backup"; ran 1)"
age 3600
vss --waiting 30m
result "has been waiting since it was first seen" "$(is 1 "for 1h"; ran 2)"
age 10000
vss --waiting 30m
result "but not over a gap in which nobody looked" "$(is 0 "waits for the end of a backup"; ran 3)"
end

begin good --deny elevation
vss
result "an account that is no administrator" "$(is 3 "vssadmin ended with status 2 (Error: You don't have"; grep -q "S-1-5-32-544" "$work/said" || cat "$work/said"; ran 1)"
vss
result "is not tried again at once" "$(is 3 "vssadmin ended with status 2"; ran 1)"
end

begin no-writer
vss
result "no writer at all" "$(is 3 "lists no VSS writer at all"; ran 1)"
end

begin jobs-failed
vss
result "not when a backup might be running" "$(is 3 "whether a backup is running is not known"; ran 0)"
end

begin failed-non-retryable-2008r2
vss
result "a host with Windows Server 2008 R2" "$(is 2 "state 11"; ran 1)"
end
finish
