# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# To be sourced: finds the modules of the IETF that HYPERV-BACKUP-MIB imports from. Some distributions have them with net-snmp, some
# in a package of their own; Debian only with Erlang.

# find_base_mibs DEST [MODULE ...]: copies the modules (without an argument those that are needed here) into the directory, each as a
# file with its name. Fails, and names on standard output those that are nowhere, when one is missing. HV_MIBDIRS, directories with
# colons between them, are searched first.
find_base_mibs() {
	local dest=$1 module dir file missing=
	local -a modules directories
	shift
	modules=("$@")
	[ "$#" -gt 0 ] || modules=(SNMPv2-SMI SNMPv2-TC SNMPv2-CONF SNMPv2-MIB SNMP-FRAMEWORK-MIB)
	IFS=: read -r -a directories <<<"${HV_MIBDIRS:-}"
	directories+=(/usr/share/snmp/mibs/ietf /usr/share/mibs/ietf /var/lib/mibs/ietf /usr/lib/erlang/lib/snmp-*/mibs
		/usr/lib64/erlang/lib/snmp-*/mibs /usr/share/snmp/mibs)
	for module in "${modules[@]}"; do
		for dir in "${directories[@]}"; do
			for file in "$dir/$module" "$dir/$module".{txt,mib,my}; do
				[ -f "$file" ] && cp "$file" "$dest/$module" && continue 3
			done
		done
		missing+=" $module"
	done
	printf '%s' "${missing# }"
	[ -z "$missing" ]
}
