#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The configuration for Nagios, as TAP: hyperv-commands.cfg is what the programs say of themselves today, every check has a service
# that depends on "Hyper-V access", a custom variable of its own, and a command for NRPE. nagios.sh --update writes
# hyperv-commands.cfg anew.
set -u
srcdir=$(cd "$(dirname "$0")" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-${top_builddir:-$srcdir/../..}}" && pwd) || exit 99
packaging=$srcdir/../../packaging/nagios
commands=$packaging/hyperv-commands.cfg
checks=$(cd "$builddir/plugins" && ls check_hyperv_* | grep -v '[.]')

write_commands() {
	local program
	cat <<-'END'
		# Commands for Nagios 4, one for each check: what CHECK --describe=nagios says. Each asks the host that the service belongs to.
		# $_HOSTHYPERV_OPTIONS$ is the custom variable _HYPERV_OPTIONS of that host, $ARG1$ what a service adds; what comes later counts.
		# Any option of --help may stand in either.
	END
	for program in $checks hyperv_doctor; do
		echo
		"$builddir/plugins/$program" --describe=nagios
	done
}

if [ "${1-}" = --update ]; then
	write_commands >"$commands"
	exit
fi

# shellcheck source=tests/script.sh
. "$srcdir/../script.sh"

# Nagios starts a shell for a command line with any of these; macros have their own dollar signs.
for_the_shell() { grep command_line "$1" | sed 's/\$[A-Z0-9_]*\$//g' | grep '[]`!$%^&*|"<>?,()={}\;#~[]'; }

result "hyperv-commands.cfg is up to date" "$(write_commands | diff -u "$commands" - 2>&1)"
result "no command line needs a shell" "$(for_the_shell "$commands")"
for check in $checks; do
	short=${check#check_hyperv_}
	result "$check has its service" "$(awk -v check="$check!\$_HOSTHYPERV_${short^^}\$" '
		/service_description/ && !/dependent_/ { sub(/^[ \t]*service_description[ \t]*/, ""); name = $0 }
		$1 == "check_command" && $2 == check { mine = name }
		/dependent_service_description/ { sub(/^[ \t]*dependent_service_description[ \t]*/, ""); depend = "," $0 "," }
		END {
			if (mine == "") print "no service with the command " check
			else if (!index(depend, "," mine ",")) print mine " does not depend on Hyper-V access"
		}' "$packaging/hyperv-services.cfg"
		grep -q "^	check_command  *check_hyperv_nrpe!$short$" "$packaging/../nrpe/nagios-nrpe.cfg" || echo "no service for NRPE"
		grep -q "^command\[hv01_$short\]=@plugindir@/$check -v -t 50 --extra-opts=hv01$" "$packaging/../nrpe/hyperv.cfg.in" ||
			echo "no command for NRPE"
		grep -q "^	_HYPERV_${short^^}$" "$packaging/hyperv-templates.cfg" || echo "_HYPERV_${short^^} is not in the template")"
done
rules=$("$builddir/plugins/check_hyperv_volumes" --describe=json | python3 -c 'import json, sys
for rule in json.load(sys.stdin)["rules"]: print(rule["id"])')
result "Hyper-V access asks, and judges nothing" "$(for rule in ${rules:-none}; do
	grep -q "check_command *check_hyperv_volumes!.* --rule $rule=ok\b" "$packaging/hyperv-services.cfg" || echo "$rule is judged"
	grep -q "_access\]=.*check_hyperv_volumes .* --rule $rule=ok\b" "$packaging/../nrpe/hyperv.cfg.in" || echo "NRPE: $rule is judged"
done)"
finish
