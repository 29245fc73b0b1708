# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced after icinga-lib.sh: definitions of hosts for the packaged rules, with what a simulated host needs.
# shellcheck shell=bash
# shellcheck disable=SC2154 # host and auth_ntlm are those of tests/live/lib.sh

# host_object NAME PORT CAPTURE [LINE]...: a host on that port of loopback, judged as of the time of the capture
host_object() {
	printf '%s\n' "object Host \"$1\" {" '	check_command = "dummy"' '	import "hyperv-host"' "	address = \"$host\"" \
		"	vars.hyperv_port = $2" '	vars.hyperv_auth = "ntlm"' "	vars.hyperv_authfile = \"$auth_ntlm\"" \
		"	vars.hyperv_now = \"$(taken_at "$3")\""
	shift 3
	[ $# -eq 0 ] || printf '	%s\n' "$@"
	echo '}'
}
