#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The basket for Icinga Director in the real one, as TAP: it is restored into a private database, and what Director makes of it runs in
# a private icinga2 that asks simulated hosts over WinRM.
set -u
# shellcheck source=tests/monitoring/icinga-lib.sh
. "$(dirname "$0")/icinga-lib.sh"
# shellcheck source=tests/monitoring/icinga-hosts.sh
. "$monitoring/icinga-hosts.sh"
modules=/usr/share/icingaweb2/modules
for tool in icingacli mariadb mariadbd mariadb-install-db php; do
	command -v "$tool" >/dev/null || missing="${missing-} $tool"
done
[ -d "$modules/director" ] || missing="${missing-} director"
[ -z "${missing-}" ] || {
	echo "1..0 # SKIP NOT TESTED, not installed:$missing (Debian: icingacli icingaweb2-module-director mariadb-client-core mariadb-server-core php-cli php-mysql)"
	exit 0
}
fault=$examples/fault-capture.json
repaired=$examples/repaired-capture.json
at=$work/director

## A database and a Director

sql() { mariadb --no-defaults --socket="$at/socket" --user=root "$@"; }
mkdir -p "$at"/{db,storage,log,web/enabledModules,web/modules/director}
quiet mariadb-install-db --no-defaults --datadir="$at/db" --auth-root-authentication-method=normal --skip-test-db --user="$(id -un)"
mariadbd --no-defaults --datadir="$at/db" --socket="$at/socket" --pid-file="$at/pid" --skip-networking --user="$(id -un)" >"$at/log/db" 2>&1 </dev/null &
sim_pids+=("$!")
wait_for 60 sql -e 'SELECT 1' || { sed 's/^/# /' "$at/log/db" | tail; echo "Bail out! the database does not answer"; exit 99; }
quiet sql -e 'CREATE DATABASE director CHARACTER SET utf8'
for module in "$modules"/*; do
	case ${module##*/} in director | incubator | ipl | reactbundle) ln -s "$module" "$at/web/enabledModules/" ;; esac
done
printf '%s\n' '[global]' 'config_backend = "ini"' "module_path = \"$modules\"" '[logging]' 'log = "none"' >"$at/web/config.ini"
printf '%s\n' '[director]' 'type = "db"' 'db = "mysql"' 'host = "localhost"' 'dbname = "director"' 'username = "root"' 'password = ""' \
	'charset = "utf8"' >"$at/web/resources.ini"
printf '%s\n' '[db]' 'resource = "director"' >"$at/web/modules/director/config.ini"
director() {
	ICINGAWEB_CONFIGDIR=$at/web ICINGAWEB_STORAGEDIR=$at/storage php -d "pdo_mysql.default_socket=$at/socket" "$(command -v icingacli)" director "$@" 2>&1 </dev/null
}
quiet director migration run --verbose
icinga_node master
printf '%s\n' "object Endpoint \"master\" { host = \"127.0.0.1\", port = ${api_port[master]} }" \
	'object Zone "master" { endpoints = [ "master" ] }' 'object Zone "director-global" { global = true }' >"$work/master/zones.conf"
start_icinga master
printf '%s\n' '[config]' 'endpoint = "master"' 'host = "127.0.0.1"' "port = ${api_port[master]}" 'username = "root"' \
	"password = \"$(sed -n 's/^user = "root:\(.*\)"/\1/p' "$work/master/curl")\"" >"$at/web/modules/director/kickstart.ini"
quiet director kickstart run
restore() {
	ICINGAWEB_CONFIGDIR=$at/web ICINGAWEB_STORAGEDIR=$at/storage php -d "pdo_mysql.default_socket=$at/socket" "$(command -v icingacli)" \
		director basket restore <"$packaging/director-basket.json" 2>&1 | grep -v '^Objects from Basket Snapshot have been restored$'
}
counts() { for table in director_datafield icinga_command icinga_command_argument icinga_service icinga_service_set icinga_dependency icinga_host_field icinga_command_field; do sql -N -e "SELECT '$table', count(*) FROM $table" director; done; }
# What the basket has, and what Director has of it; commands of Icinga's own are there, too.
members() { python3 -c '
import json, sys
basket = json.load(open(sys.argv[1]))
print(len(basket["Datafield"]), len(basket["Command"]), sum(len(c["arguments"]) for c in basket["Command"].values()), sep="\t")' "$packaging/director-basket.json"; }
restored() {
	sql -N -e "SELECT (SELECT count(*) FROM director_datafield), (SELECT count(*) FROM icinga_command WHERE object_type = 'object'),
		(SELECT count(*) FROM icinga_command c JOIN icinga_command_argument a ON a.command_id = c.id WHERE c.object_type = 'object')" director
}

result "the basket is restored" "$(restore)"
before=$(counts)
result "with all its fields, commands and arguments" "$([ "$(restored)" = "$(members)" ] || { restored; members; })"
result "once more: nothing is there twice" "$(restore; [ "$(counts)" = "$before" ] || diff <(echo "$before") <(counts))"

## What it makes of it

# create KIND NAME JSON
create() { director "$1" create "$2" --json "$3" | grep -v "' has been created$"; }
# director_host NAME PORT CAPTURE [VARIABLE]...
director_host() {
	local name=$1 variables
	variables="\"hyperv_port\":$2,\"hyperv_auth\":\"ntlm\",\"hyperv_authfile\":\"$auth_ntlm\",\"hyperv_now\":\"$(taken_at "$3")\""
	shift 3
	for variable in "$@"; do variables=$variables,$variable; done
	create host "$name" "{\"object_name\":\"$name\",\"object_type\":\"object\",\"imports\":[\"hyperv-host\"],\"check_command\":\"dummy\",\"address\":\"$host\",\"vars\":{$variables}}"
}
make_accounts
simulate fault "$fault"
simulate repaired "$repaired"
result "hosts are made from its template" "$(
	director_host fault "${http_of[fault]}" "$fault"
	director_host tuned "${http_of[repaired]}" "$repaired" '"hyperv_space_warning":"50:"' '"hyperv_verbose":3' '"hyperv_exclude":["a b","c"]'
	director_host dead "$(free_port)" "$fault"
	create host other '{"object_name":"other","object_type":"object","check_command":"dummy"}')"
# The doctor is where packages have it.
sql -e "UPDATE icinga_command SET command = '$builddir/plugins/hyperv_doctor' WHERE object_name = 'hyperv_doctor'" director
result "the configuration is deployed" "$(director config deploy | grep -v '^New config with checksum \|^Config .* has been deployed')"
has_services() { [ "$(icinga_services master | wc -l)" -gt 0 ]; }
wait_for 60 has_services || { api master "config/packages" | head -c 2000 | sed 's/^/# /'; echo "Bail out! icinga2 does not take the configuration"; exit 99; }
result "every service comes to a hard state" "$(settle master || icinga_services master)"
icinga_services master >"$work/services"
# state_is STATE SERVICE...
state_is() {
	local state=$1 name
	shift
	for name in "$@"; do grep -q "^$name	$state	hard	" "$work/services" || grep "^$name	" "$work/services" || echo "no $name"; done
}
result "states are the same as without Director" "$(
	state_is CRITICAL fault!hyperv-{backup,events,layout,space} dead!hyperv-reachable
	state_is OK fault!hyperv-{acl,checkpoints,integration,prerequisites,reachable,updates,volumes,vss} tuned!hyperv-{layout,vss,reachable}
	state_is WARNING tuned!hyperv-space
	state_is UNKNOWN dead!hyperv-{layout,space,vss}
	[ "$(wc -l <"$work/services")" -eq 36 ] || echo "not 36 services")"
result "a host that is away is one alarm" "$(
	[ "$(service master dead!hyperv-layout last_reachable)" = false ] || echo "layout counts"
	[ "$(service master dead!hyperv-reachable last_reachable)" = true ] || echo "reachable does not"
	[ "$(service master fault!hyperv-layout last_reachable)" = true ] || echo "that of another host does not")"
result "arguments are the same as without Director" "$(
	diff <(service master tuned!hyperv-layout last_check_result.command) <(printf '%s\n' "$builddir/plugins/check_hyperv_layout" --auth ntlm \
		--authfile "$auth_ntlm" --exclude 'a b' --exclude c --hostname "$host" --now "$(taken_at "$repaired")" --port "${http_of[repaired]}" \
		--unreachable unknown --verbose -vv))"
result "so are time limits" "$(
	for name in hyperv_layout=70 hyperv_doctor=120; do
		[ "$(api master "objects/checkcommands/${name%=*}" -f | python3 "$monitoring/icinga-services.py" timeout)" = "${name#*=}" ] || echo "not $name"
	done
	[ "$(service master fault!hyperv-layout check_interval)" = 900 ] || service master fault!hyperv-layout check_interval)"
stop_icinga master
finish
