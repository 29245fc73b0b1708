#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What `./quickstart icinga` shows: a private icinga2 with the packaged configuration asks two simulated hosts over WinRM, one with the
# fault of the examples and one after the repair, and a port on which nothing answers; their services as Icinga sees them. All of it
# runs as whoever calls, below a directory that is gone afterwards. Fails when a state is not the expected one.
set -euo pipefail
# shellcheck source=tests/monitoring/icinga-lib.sh
. "$(dirname "$0")/icinga-lib.sh"
# shellcheck source=tests/monitoring/icinga-hosts.sh
. "$monitoring/icinga-hosts.sh"
trap 'set +e; end_icinga' EXIT
fault=$examples/fault-capture.json
repaired=$examples/repaired-capture.json

fail() { printf 'demonstration: %s\n' "$*" >&2; exit 1; }

make_accounts
simulate fault "$fault"
simulate repaired "$repaired"
icinga_node icinga
packaged icinga hyperv-commands.conf hyperv-templates.conf hyperv-services.conf
{
	host_object hv-fault "${http_of[fault]}" "$fault"
	host_object hv-repaired "${http_of[repaired]}" "$repaired"
	host_object hv-away "$(free_port)" "$repaired" 'vars.hyperv = { layout = true, space = true }'
} >"$work/icinga/conf.d/hosts.conf"
printf '\n$ cat hosts.conf\n'
cat "$work/icinga/conf.d/hosts.conf"
start_icinga icinga
settle icinga || fail "services do not come to a hard state"

printf '\n$ icinga2 daemon, asked by its API:\n\n'
icinga_services icinga >"$work/services"
awk -F '\t' '{ split($1, name, "!"); printf "%-12s %-22s %-9s %.150s\n", name[1], name[2], $2, $5 }' "$work/services"

# expect STATE SERVICE...
expect() {
	local state=$1 name
	shift
	for name in "$@"; do
		grep -q "^$name	$state	hard	" "$work/services" || fail "$name is not $state"
	done
}
expect CRITICAL hv-fault!hyperv-{backup,events,layout,space}
expect OK hv-fault!hyperv-{acl,checkpoints,integration,prerequisites,reachable,updates,volumes,vss}
expect OK hv-repaired!hyperv-{acl,backup,checkpoints,events,integration,layout,prerequisites,reachable,space,updates,volumes,vss}
expect CRITICAL hv-away!hyperv-reachable
expect UNKNOWN hv-away!hyperv-{layout,space}
[ "$(wc -l <"$work/services")" -eq 27 ] || fail "there are other services, too"
printf '\nWhat the administrator reads of hv-fault!hyperv-layout:\n\n'
service icinga 'hv-fault!hyperv-layout' last_check_result.output | tee "$work/text" | cut -c -220
grep -q "Move-VMStorage -VMName 'my-virtual-server'" "$work/text" || fail "the remedy is missing"
[ "$(service icinga 'hv-away!hyperv-layout' last_reachable)" = false ] || fail "the host that is away is more than one alarm"
printf '\nhv-away is one alarm, hyperv-reachable: its other services depend on that.\n'
stop_icinga icinga
