# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of the configuration for Icinga 2: private nodes of icinga2 on loopback, on top of lib.sh. What is here:
#   icinga_ca                          a certificate authority for all nodes; icinga_node calls it when there is none
#   icinga_node NAME                   a node's directory $work/NAME: certificate, key, icinga2.conf with the API (user root, a
#                                      password of its own) and a zone of the node's name; its port in api_port[NAME].
#                                      icinga2.conf reads $work/NAME/zones.conf (written here; may be replaced), then the library
#                                      of templates, the constants PluginContribDir and HypervBinDir (plugins/ of the build), then
#                                      $work/NAME/conf.d/*.conf: that is where a test's files go
#   packaged NAME FILE...              puts files of packaging/icinga2 into conf.d as they are
#   icinga_check NAME                  `icinga2 daemon -C`; what it says in $work/NAME/checked; fails as it does
#   start_icinga NAME                  starts it, and returns when the API answers; bails out when it does not
#   stop_icinga NAME                   stops it; its state file is written, and read by the next start_icinga
#   reload_icinga NAME                 SIGHUP, and waits until the new worker answers
#   api NAME PATH [CURL-ARGUMENT]...   what the API answers, JSON. POST: api NAME PATH -X POST -d JSON
#   icinga_services NAME               a line for each service: HOST!SERVICE state hard|soft acknowledgement first line, tabs between
#   service NAME HOST!SERVICE ATTR     one attribute of a service (last_check_result.output ...), lists one element a line
#   check_now NAME FILTER              force a check of the services that the filter (Icinga's) matches, as with the "check now" button
#   check_all NAME                     one forced check of every service, and waits until each has its result
#   settle NAME                        check_all until no service is in a soft state
# shellcheck shell=bash

# shellcheck source=tests/monitoring/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
monitoring=$srcdir/tests/monitoring
packaging=$srcdir/packaging/icinga2

# The wrapper of some packages switches to a user of its own; the program itself does not.
icinga2=icinga2
for candidate in /usr/lib/*/icinga2/sbin/icinga2 /usr/lib64/icinga2/sbin/icinga2 /usr/lib/icinga2/sbin/icinga2; do
	[ ! -x "$candidate" ] || icinga2=$candidate
done
for tool in "$icinga2" curl openssl python3 setsid; do
	command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP NOT TESTED, not installed: $tool (Debian: icinga2-bin icinga2-common curl openssl python3; Fedora: icinga2)"
		exit 0
	}
done

declare -A api_port=() icinga_pid_of=()

# Nodes have processes of their own: each is a group, which is killed as one.
end_icinga() {
	local pid
	for pid in "${icinga_pid_of[@]}"; do kill -KILL -- "-$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
	cleanup
}
trap end_icinga EXIT

## A node

# run_icinga NAME ARGUMENT...: the program with every directory of the node
run_icinga() {
	local at=$work/$1
	shift
	env -u XDG_RUNTIME_DIR HOME="$at" "$icinga2" "$@" "-DConfigDir=$at/etc" "-DZonesDir=$at/etc/zones.d" \
		"-DDataDir=$at/data" "-DLogDir=$at/log" "-DCacheDir=$at/cache" \
		"-DSpoolDir=$at/spool" "-DInitRunDir=$at/run" "-DRunAsUser=$(id -un)" "-DRunAsGroup=$(id -gn)"
}

icinga_ca() {
	mkdir -p "$work/authority"
	quiet run_icinga authority pki new-ca
}

icinga_node() {
	local at=$work/$1 secret
	[ -e "$work/authority/data/ca/ca.crt" ] || icinga_ca
	mkdir -p "$at"/{etc,data/certs,log/icinga2,cache,spool,run/icinga2,conf.d}
	quiet run_icinga "$1" pki new-cert --cn "$1" --key "$at/data/certs/$1.key" --csr "$at/$1.csr"
	quiet run_icinga authority pki sign-csr --csr "$at/$1.csr" --cert "$at/data/certs/$1.crt"
	cp "$work/authority/data/ca/ca.crt" "$at/data/certs/ca.crt" || exit 99
	api_port[$1]=$(free_port)
	secret=$(openssl rand -hex 16)
	cat >"$at/curl" <<-END
		silent
		show-error
		max-time = 30
		user = "root:$secret"
		cacert = "$at/data/certs/ca.crt"
		connect-to = "$1:${api_port[$1]}:127.0.0.1:${api_port[$1]}"
		header = "Accept: application/json"
	END
	cat >"$at/zones.conf" <<-END
		object Endpoint "$1" { }
		object Zone "$1" { endpoints = [ "$1" ] }
	END
	cat >"$at/icinga2.conf" <<-END
		const NodeName = "$1"
		const ZoneName = "$1"
		const PluginDir = "$builddir/plugins"
		const PluginContribDir = "$builddir/plugins"
		const HypervBinDir = "$builddir/plugins"
		include <itl>
		include <plugins>
		include "$at/zones.conf"
		object FileLogger "log" { path = "$at/icinga2.log", severity = "information" }
		const MaxConcurrentChecks = 8
		object CheckerComponent "checker" { }
		object NotificationComponent "notification" { }
		object ApiListener "api" { bind_host = "127.0.0.1", bind_port = ${api_port[$1]}, accept_config = true, accept_commands = true }
		object ApiUser "root" { password = "$secret", permissions = [ "*" ] }
		include "$at/conf.d/*.conf"
	END
	chmod 600 "$at/curl" "$at/icinga2.conf"
}

packaged() {
	local name=$1 file
	shift
	for file in "$@"; do cp "$packaging/$file" "$work/$name/conf.d/$file" && chmod u+w "$work/$name/conf.d/$file" || exit 99; done
}

icinga_check() { run_icinga "$1" daemon -C -c "$work/$1/icinga2.conf" >"$work/$1/checked" 2>&1 </dev/null; }

api() {
	local name=$1 path=$2
	shift 2
	curl -K "$work/$name/curl" "$@" "https://$name:${api_port[$name]}/v1/$path"
}
api_answers() { api "$1" status/IcingaApplication -f; }

# Its main process takes signals; the others are its children.
start_icinga() {
	icinga_check "$1" || { grep -v '^\[.*information' "$work/$1/checked" | sed 's/^/# /'; echo "Bail out! icinga2 refuses the configuration"; exit 99; }
	# shellcheck disable=SC2046 # no word of these has a space
	HOME=$work/$1 setsid "$icinga2" daemon -c "$work/$1/icinga2.conf" "-DConfigDir=$work/$1/etc" "-DDataDir=$work/$1/data" \
		"-DZonesDir=$work/$1/etc/zones.d" "-DLogDir=$work/$1/log" "-DCacheDir=$work/$1/cache" "-DSpoolDir=$work/$1/spool" "-DInitRunDir=$work/$1/run" \
		"-DRunAsUser=$(id -un)" "-DRunAsGroup=$(id -gn)" >>"$work/$1/said" 2>&1 </dev/null &
	icinga_pid_of[$1]=$!
	wait_for 60 api_answers "$1" || { tail -n 20 "$work/$1/said" "$work/$1/icinga2.log" | sed 's/^/# /'; echo "Bail out! icinga2 does not answer"; exit 99; }
}

stop_icinga() {
	local pid=${icinga_pid_of[$1]}
	kill -TERM "$pid"
	wait_for 60 is_gone "$pid" || kill -KILL -- "-$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	unset "icinga_pid_of[$1]"
}

icinga_worker() { api "$1" status/IcingaApplication -f | python3 -c '
import json, sys
print(json.load(sys.stdin)["results"][0]["status"]["icingaapplication"]["app"]["pid"])'; }
is_new_worker() {
	local pid
	pid=$(icinga_worker "$1") && [ -n "$pid" ] && [ "$pid" != "$2" ]
}
reload_icinga() {
	local before
	before=$(icinga_worker "$1")
	kill -HUP "${icinga_pid_of[$1]}"
	wait_for 60 is_new_worker "$1" "$before" 2>/dev/null
}

## Asking

icinga_services() { api "$1" objects/services -f | python3 "$monitoring/icinga-services.py"; }
service() { api "$1" "objects/services/${2//' '/%20}" -f | python3 "$monitoring/icinga-services.py" "$3"; }

check_now() {
	api "$1" actions/reschedule-check -f -X POST -d "$(python3 -c '
import json, sys
print(json.dumps({"type": "Service", "filter": sys.argv[1], "force": True}))' "$2")" >/dev/null
}

# count_older NAME TIME: services whose last result is older, or that have none
count_older() { api "$1" objects/services -f | python3 -c '
import json, sys
print(sum(1 for r in json.load(sys.stdin)["results"] if r["attrs"]["last_check"] < float(sys.argv[1])))' "$2"; }
all_newer() { [ "$(count_older "$1" "$2")" = 0 ]; }
check_all() {
	local now
	now=$(date +%s.%N)
	check_now "$1" true
	wait_for 120 all_newer "$1" "$now" || { icinga_services "$1" | sed 's/^/# /'; echo "Bail out! not every service was checked"; exit 99; }
}
settle() {
	local _
	for _ in 1 2 3 4; do
		check_all "$1"
		icinga_services "$1" | cut -f 3 | grep -qx soft || return 0
	done
	return 1
}
