#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The configuration for Nagios under a real nagios 4, which asks simulated hosts: every state, performance data and long output arrive as
# the checks print them, also of a host with hostile names; both timeouts; an acknowledgement outlives reload and restart; a host that
# cannot be asked raises one alarm. TAP.
# shellcheck disable=SC2317 # what wait_for calls
set -u
# shellcheck source=tests/monitoring/lib.sh
. "$(dirname "$0")/lib.sh"
nagios=
find_tool nagios "Debian: nagios4-core; Fedora: nagios" nagios4 nagios
find_tool python3 "python3" python3
packaging=$srcdir/packaging/nagios
check_timeout=10
services=("Hyper-V access")
mapfile -t -O 1 services < <(sed -n 's/.*dependent_service_description *//p' "$packaging/hyperv-services.cfg" | tr , '\n')

## Nagios

# configure NAME INTERVAL_LENGTH: $work/NAME/nagios.cfg; hosts go to $work/NAME/hosts.cfg.
configure() {
	local dir=$work/$1
	mkdir -p "$dir/results" "$dir/packaging"
	cp "$packaging"/hyperv-*.cfg "$dir/packaging/"
	# shellcheck disable=SC2016 # macros of Nagios
	printf '$USER1$=%s\n' "$builddir/plugins" >"$dir/resource.cfg"
	cat >"$dir/nagios.cfg" <<-END
		log_file=$dir/log
		cfg_dir=$dir/packaging
		cfg_file=$dir/hosts.cfg
		cfg_file=$work/objects.cfg
		resource_file=$dir/resource.cfg
		object_cache_file=$dir/objects.cache
		precached_object_file=$dir/objects.precache
		status_file=$dir/status.dat
		temp_file=$dir/temp
		temp_path=$dir
		check_result_path=$dir/results
		log_archive_path=$dir
		lock_file=$dir/pid
		command_file=$dir/commands
		query_socket=$dir/query
		state_retention_file=$dir/retention.dat
		retain_state_information=1
		nagios_user=$(id -un)
		nagios_group=$(id -gn)
		use_syslog=0
		check_for_updates=0
		interval_length=$2
		status_update_interval=1
		service_inter_check_delay_method=n
		host_inter_check_delay_method=n
		max_concurrent_checks=16
		cached_host_check_horizon=1
		cached_service_check_horizon=1
		service_check_timeout=$check_timeout
		enable_flap_detection=0
		illegal_macro_output_chars=\`~\$&|'"<>
		process_performance_data=1
		service_perfdata_file=$dir/perfdata
		service_perfdata_file_mode=a
		service_perfdata_file_template=\$HOSTNAME\$\t\$SERVICEDESC\$\t\$SERVICEPERFDATA\$
	END
}

# What Nagios's own example configuration has, and the notifications: a line each in $work/notified.
write_objects() {
	cat >"$work/notify" <<-END
		#!/bin/sh
		printf '%s\t%s\t%s\t%s\t%s\n' "\$@" >>'$work/notified'
	END
	# shellcheck disable=SC2016 # for the inner shell
	printf '#!/bin/sh\n[ -e "%s/alive-$1" ] || exit 2\n' "$work" >"$work/is-alive"
	chmod 755 "$work/notify" "$work/is-alive"
	: >"$work/notified"
	cat >"$work/objects.cfg" <<-END
		define timeperiod {
			timeperiod_name 24x7
			alias always
			$(for day in sunday monday tuesday wednesday thursday friday saturday; do printf '%s 00:00-24:00\n\t' "$day"; done)
		}
		define command {
			command_name check-host-alive
			command_line $work/is-alive \$HOSTNAME\$
		}
		define command {
			command_name notify-host
			command_line $work/notify '\$NOTIFICATIONTYPE\$' '\$HOSTNAME\$' - '\$HOSTSTATE\$' '\$HOSTOUTPUT\$'
		}
		define command {
			command_name notify-service
			command_line $work/notify '\$NOTIFICATIONTYPE\$' '\$HOSTNAME\$' '\$SERVICEDESC\$' '\$SERVICESTATE\$' '\$SERVICEOUTPUT\$'
		}
		define contact {
			contact_name admin
			host_notification_period 24x7
			service_notification_period 24x7
			host_notification_options d,u,r
			service_notification_options w,u,c,r
			host_notification_commands notify-host
			service_notification_commands notify-service
		}
		define contactgroup {
			contactgroup_name admins
			alias admins
			members admin
		}
	END
}

# add_host NAME SIM CAPTURE [OPTIONS]: a host as hosts-example.cfg has it, whose checks ask the simulated host.
declare -A options_of=()
add_host() {
	options_of[$1]="-p ${http_of[$2]} --auth ntlm --authfile $auth_ntlm --cache 0 --now $(taken_at "$3")${4:+ $4}"
	touch "$work/alive-$1"
	printf 'define host {\n\tuse hyperv-host\n\thost_name %s\n\taddress %s\n\tcheck_command check-host-alive\n' "$1" "$host"
	printf '\t_HYPERV_OPTIONS %s\n%s}\n' "${options_of[$1]}" "${more-}"
}
# add_single NAME SIM CAPTURE CHECK [OPTIONS]: one with a single service.
add_single() {
	more=$'\thostgroups null\n' add_host "$1" "$2" "$3" "${5-}"
	printf 'define service {\n\tuse hyperv-service\n\thost_name %s\n\tservice_description %s\n\tcheck_command check_hyperv_%s\n}\n' \
		"$1" "$4" "$4"
}

# verify NAME: what nagios -v does not like
verify() {
	"$nagios" -v "$work/$1/nagios.cfg" >"$work/verified" 2>&1 || echo "status $?"
	grep -q '^Total Warnings: *0$' "$work/verified" && grep -q '^Total Errors: *0$' "$work/verified" || grep -E '^(Warning|Error|Total)' "$work/verified"
	grep -E '^(Warning|Error):' "$work/verified"
}

# start_nagios NAME
start_nagios() {
	dir=$work/$1
	rm -f "$dir/status.dat"
	"$nagios" "$dir/nagios.cfg" >>"$dir/said" 2>&1 </dev/null &
	nagios_pid=$!
	sim_pids+=("$nagios_pid")
	wait_for 60 test -s "$dir/status.dat" -a -p "$dir/commands" ||
		{ tail -n 20 "$dir/said" "$dir/log" | sed 's/^/# /'; echo "Bail out! Nagios does not start"; exit 99; }
}
stop_nagios() { end_of "$nagios_pid"; }
command_nagios() { printf '[%s] %s\n' "$(date +%s)" "$1" >"$dir/commands"; }

# field HOST SERVICE FIELD: as it stands in status.dat; in long output newlines are \n there, and backslashes \\.
field() {
	awk -v host="$1" -v service="$2" -v field="$3" '
		/^[a-z]+ \{/ { delete of; kind = $1 }
		kind == "servicestatus" && match($0, /=/) { of[substr($0, 2, RSTART - 2)] = substr($0, RSTART + 1) }
		/^\t\}/ && of["host_name"] == host && of["service_description"] == service { print of[field]; exit }' "$dir/status.dat"
}
is() { [ "$(field "$1" "$2" "$3")" = "$4" ]; }
every_service() { # HOST FIELD VALUE
	local service
	for service in "${services[@]}"; do is "$1" "$service" "$2" "$3" || return 1; done
}
all_checked() { [ -s "$dir/status.dat" ] && ! awk '/^servicestatus/ { s = 1 } /^\t}/ { s = 0 } s' "$dir/status.dat" | grep -q 'has_been_checked=0'; }
written_since() { [ "$(sed -n 's/^\tcreated=//p' "$dir/status.dat")" -gt "$1" ]; }

## What the check prints when it is run by hand

# command_of SERVICE: the check and its arguments
command_of() {
	awk -v service="$1" '/service_description/ { sub(/^[ \t]*service_description[ \t]*/, ""); mine = $0 == service }
		$1 == "check_command" && mine { sub(/^[ \t]*check_command[ \t]*/, ""); sub("!", " "); sub(/\$_HOST.*/, ""); print }' \
		"$packaging/hyperv-services.cfg"
}
# differences HOST SERVICE COMMAND: between what Nagios shows and what the check prints
perfdata_of() { awk -F '\t' -v host="$1" -v service="$2" '$1 == host && $2 == service { print $3; exit }' "$dir/perfdata"; }
differences() {
	local words status=0 first
	read -ra words <<<"$3"
	# shellcheck disable=SC2086 # several options
	"$builddir/plugins/${words[0]}" -v -t 50 -H "$host" ${options_of[$1]} "${words[@]:1}" >"$work/direct" 2>&1 </dev/null || status=$?
	first=$(head -n 1 "$work/direct")
	# Nagios writes : in place of ; in the text of the first line.
	diff <(echo "$status"; echo "${first%% | *}" | tr ';' :; echo "${first#* | }"; echo "${first#* | }"; long_of "$work/direct") \
		<(field "$1" "$2" current_state; field "$1" "$2" plugin_output; field "$1" "$2" performance_data; perfdata_of "$1" "$2"; field "$1" "$2" long_plugin_output) |
		sed "s/^/$2: /"
}
long_of() { awk 'NR > 1 { gsub(/\\/, "&&"); printf "%s%s", sep, $0; sep = "\\n" } END { print "" }' "$1"; }
all_differences() {
	local service
	for service in "${services[@]}"; do differences "$1" "$service" "$(command_of "$service")"; done
}
# shows HOST SERVICE STATE TEXT: what is wrong with it
shows() {
	is "$1" "$2" current_state "$3" || echo "state $(field "$1" "$2" current_state) in place of $3"
	case $(field "$1" "$2" plugin_output) in *"$4"*) ;; *) echo "not '$4': $(field "$1" "$2" plugin_output)" ;; esac
}

make_accounts
write_objects
fault=$examples/fault-capture.json
repaired=$examples/repaired-capture.json
python3 "$srcdir/tests/monitoring/hostile-names.py" <"$fault" >"$work/hostile.json" || exit 99
simulate repaired "$repaired"
simulate fault "$fault"
simulate hostile "$work/hostile.json"
simulate denied "$repaired" --deny hyperv
simulate hanging "$repaired" --inject hang

configure states 60
{
	add_host repaired repaired "$repaired"
	add_host fault fault "$fault"
	add_host hostile hostile "$work/hostile.json"
	add_single low repaired "$repaired" space '-w 50:'
	add_single denied denied "$repaired" layout
	add_single hanging hanging "$repaired" layout '-t 3'
	add_single stuck hanging "$repaired" layout
} >"$work/states/hosts.cfg"

result "nagios -v finds nothing to warn of" "$(verify states)"

configure nrpe 60
cp "$srcdir/packaging/nrpe/nagios-nrpe.cfg" "$work/nrpe/packaging/"
printf 'define host {\n\tuse hyperv-nrpe-host\n\thost_name hv01\n\tcheck_command check-host-alive\n\t_HYPERV_POLLER poller\n\t_HYPERV_PREFIX hv01\n}\n' \
	>"$work/nrpe/hosts.cfg"
add_host repaired repaired "$repaired" >>"$work/nrpe/hosts.cfg"
result "nor in the services that NRPE runs" "$(verify nrpe)"

start_nagios states
wait_for 90 all_checked || result "every service is checked" "$(grep -c has_been_checked=0 "$dir/status.dat") are not"
result "OK: first line, performance data and long output arrive" "$(all_differences repaired)"
result "CRITICAL: the same" "$(all_differences fault; shows fault 'Hyper-V disk layout' 2 'my-virtual-server-d-drive.vhdx')"
result "WARNING: the same" "$(differences low space "check_hyperv_space"; shows low space 1 'less than 50 %')"
result "UNKNOWN: the same" "$(differences denied layout check_hyperv_layout; shows denied layout 3 'no row at all was readable')"
result "hostile names: the same" "$(all_differences hostile
	[[ $(perfdata_of hostile 'Hyper-V backup') == *"\$USER1\$"* ]] || echo "no hostile label")"
result "what has a fault can be asked" "$(for name in repaired fault hostile; do shows $name 'Hyper-V access' 0 'HYPERV VOLUMES OK - '; done)"
result "a host that hangs: the check's own timeout" "$(shows hanging layout 2 'timed out after ')"
result "a check that hangs: that of Nagios" "$(shows stuck layout 2 "(Service check timed out after $check_timeout.")"

# Characters that a shell minds are taken out of what a notification command gets, and no macro in a name is expanded.
command_nagios "SEND_CUSTOM_SVC_NOTIFICATION;hostile;Hyper-V backup;2;tester;text"
wait_for 30 grep -q CUSTOM "$work/notified"
result "hostile names in a notification" "$(first=$(head -n 1 <("$builddir/plugins/check_hyperv_backup" --capture "$work/hostile.json")) # as the host shows it
	text=$(printf '%s\n' "${first%% | *}" | tr ';' : | tr -d "\`~\$&|'\"<>")
	printf 'CUSTOM\thostile\tHyper-V backup\tCRITICAL\t%s\n' "$text" | diff - "$work/notified")"

## An acknowledgement

acknowledged() { is fault 'Hyper-V events' problem_has_been_acknowledged 1 && is fault 'Hyper-V events' current_state 2; }
command_nagios "ACKNOWLEDGE_SVC_PROBLEM;fault;Hyper-V events;2;0;1;tester;known"
result "an acknowledgement is taken" "$(wait_for 30 acknowledged || echo "it is not")"
before=$(date +%s)
kill -HUP "$nagios_pid"
wait_for 30 grep -q 'Caught SIGHUP' "$dir/log"
wait_for 30 written_since "$((before + 1))"
result "it outlives a reload" "$(grep -q 'Caught SIGHUP' "$dir/log" || echo "no reload"; acknowledged || echo "it does not")"
stop_nagios
start_nagios states
result "and a restart" "$(acknowledged || echo "it does not")"
stop_nagios

## One alarm

: >"$work/notified"
configure alarm 2
add_host lonely repaired "$repaired" >"$work/alarm/hosts.cfg"
start_nagios alarm
result "a host is fine" "$(wait_for 60 every_service lonely current_state 0 || grep -E 'ALERT' "$dir/log")"
told() { printf '%b' "$1" | diff - <(cut -f 1-4 "$work/notified"); }
hard_problems() { every_service lonely current_state 2 && every_service lonely state_type 1; }
# Problems that are hard have told whoever is to be told; one more check each tells that nothing follows.
once_more() { local since=$1 service; for service in "${services[@]}"; do [ "$(field lonely "$service" last_check)" -gt "$since" ] || return 1; done; }
settle() {
	sleep 1.1
	local since
	since=$(date +%s)
	sleep 1.1
	command_nagios "SCHEDULE_FORCED_HOST_SVC_CHECKS;lonely;$(date +%s)"
	wait_for 60 once_more "$since"
	wait_for 10 written_since "$(($(date +%s) + 1))"
}
stop_sim repaired >/dev/null
command_nagios "SCHEDULE_FORCED_HOST_SVC_CHECKS;lonely;$(date +%s)"
wait_for 60 hard_problems || result "all services show it" "$(grep ALERT "$dir/log")"
settle
result "a host that cannot be asked raises one alarm" "$(told 'PROBLEM\tlonely\tHyper-V access\tCRITICAL\n')"

start_sim repaired "$repaired" --http="${http_of[repaired]}"
command_nagios "SCHEDULE_FORCED_HOST_SVC_CHECKS;lonely;$(date +%s)"
wait_for 60 every_service lonely current_state 0
settle
result "and its end one message" "$(told 'PROBLEM\tlonely\tHyper-V access\tCRITICAL\nRECOVERY\tlonely\tHyper-V access\tOK\n')"

: >"$work/notified"
rm "$work/alive-lonely"
# Nagios looks at the host when its first service fails, minutes before that is told; here minutes are seconds.
command_nagios "SCHEDULE_FORCED_HOST_CHECK;lonely;$(date +%s)"
wait_for 60 grep -q 'HOST ALERT: lonely;DOWN' "$dir/log"
stop_sim repaired >/dev/null
command_nagios "SCHEDULE_FORCED_HOST_SVC_CHECKS;lonely;$(date +%s)"
wait_for 60 every_service lonely current_state 2
wait_for 60 grep -q 'HOST ALERT: lonely;DOWN;HARD' "$dir/log"
settle
result "a host that is down raises one alarm, its own" "$(told 'PROBLEM\tlonely\t-\tDOWN\n')"
stop_nagios

## As the distribution has it

objects=/etc/${nagios##*/}/objects
if [ -r "$objects/contacts.cfg" ] && grep -qrs check-host-alive "$objects" /etc/nagios-plugins/config; then
	configure example 60
	cp "$packaging/hosts-example.cfg" "$work/example/hosts.cfg"
	[ ! -d /etc/nagios-plugins/config ] || objects_more="cfg_dir=/etc/nagios-plugins/config\n" # Debian, monitoring-plugins-basic
	sed -i "s|^cfg_file=$work/objects.cfg|${objects_more-}cfg_file=$objects/commands.cfg\ncfg_file=$objects/contacts.cfg\ncfg_file=$objects/templates.cfg\ncfg_file=$objects/timeperiods.cfg|" \
		"$work/example/nagios.cfg"
	result "the example goes with the distribution's own objects" "$(verify example)"
	result "each of its hosts has every service, also the one with a group of its own" "$("$nagios" -v "$work/example/nagios.cfg" | grep -q "Checked $((2 * ${#services[@]})) services" ||
		"$nagios" -v "$work/example/nagios.cfg" | grep Checked)"
else
	number=$((number + 1))
	echo "ok $number - the example goes with the distribution's own objects # SKIP no check-host-alive and contacts in $objects"
fi
finish
