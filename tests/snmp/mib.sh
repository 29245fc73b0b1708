#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# HYPERV-BACKUP-MIB is well-formed, and the agent has the objects that it promises, as TAP.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
builddir=$(cd "${builddir:-.}" && pwd) || exit 99
# shellcheck source=tests/snmp/mibdirs.sh
. "$srcdir/tests/snmp/mibdirs.sh"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
source=$srcdir/mibs/HYPERV-BACKUP-MIB.txt
built=$builddir/mibs/installed/HYPERV-BACKUP-MIB.txt

for tool in smilint smidump; do
	if ! command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP $tool is not here (Debian: smitools)"
		exit 0
	fi
done
mkdir "$work/base"
if ! missing=$(find_base_mibs "$work/base"); then
	echo "1..0 # SKIP the modules $missing are not here (Debian: erlang-snmp; HV_MIBDIRS names other places)"
	exit 0
fi
export SMIPATH=$work/base

# shellcheck source=tests/script.sh
. "$srcdir/tests/script.sh"

# relocate ROOT: the module at another place, as the build makes it. The exit status of smilint says nothing.
relocate() {
	mkdir -p "$work/$1"
	sed "s/::= { enterprises .*}/::= { enterprises ${1//./ } }/" "$source" >"$work/$1/HYPERV-BACKUP-MIB.txt"
	echo "$work/$1/HYPERV-BACKUP-MIB.txt"
}
lint() {
	smilint -l 6 -s "$1" 2>&1
}

# What the module's text promises, as mib-objects prints what the agent has.
promised() {
	smidump -f xml "$1" 2>"$work/complaints" | awk '
	function value(attribute, part) {
		part = $0
		if (!sub(".*[ <]" attribute "=\"", "", part)) return ""
		sub("\".*", "", part)
		return part
	}
	function finish() {
		if (!(syntax in kind)) kind[syntax] = "unheard-of:" syntax
		print name, oid, kind[syntax], access
		name = ""
	}
	BEGIN {
		kind["SnmpAdminString"] = kind["DateAndTime"] = kind["HvbLongText"] = "octets"
		kind["TruthValue"] = kind["HvbState"] = kind["HvbVerdict"] = "integer"
		kind["HvbMachineState"] = kind["HvbIntegerUnit"] = "integer"
		kind["Gauge32"] = kind["Unsigned32"] = "unsigned"
		kind["Counter32"] = "counter32"
		kind["HvbGauge64"] = "counter64"
	}
	/<(scalar|column) name=/ { name = value("name"); oid = value("oid"); syntax = ""; next }
	name != "" && /<typedef basetype=/ { syntax = value("basetype") }
	name != "" && /<(type|parent) module=/ { syntax = value("name") }
	name != "" && /<access>/ { access = /readonly/ ? "readable" : "hidden"; finish() }'
	cat "$work/complaints"
}
# The greatest SIZE of types and objects that have one.
sizes() {
	smidump -f xml "$1" 2>/dev/null | awk '
	function value(attribute, part) {
		part = $0
		sub(".*[ <]" attribute "=\"", "", part)
		sub("\".*", "", part)
		return part
	}
	/<(scalar|column) name=/ || /<typedef name=/ { name = value("name") }
	/<typedef / { octets = /basetype="OctetString"/ }
	/<range / && octets { print "size of " name ": " value("max") }'
}

result "the module is well-formed" "$(lint "$source")"
sed '/^        hvbVmCulprit,$/d' "$source" >"$work/HYPERV-BACKUP-MIB.txt"
result "a column of no group does not pass" "$([ -n "$(lint "$work/HYPERV-BACKUP-MIB.txt")" ] || echo 'smilint says nothing')"
result "it was last updated with its newest revision" "$(awk -F'"' '
	/LAST-UPDATED "/ { updated = $2 }
	/REVISION "/ && newest == "" { newest = $2 }
	END { if (updated == "" || updated != newest) print updated " is not " newest }' "$source")"
result "names have at most 32 letters" "$(smidump -f identifiers "$source" 2>/dev/null | awk 'length($2) > 32 { print $2 }')"
result "only its own names begin with those of the module" "$(smidump -f identifiers "$source" 2>/dev/null |
	awk '/^HYPERV/ && $2 !~ /^([hH]vb[A-Z]|hypervBackupMIB$|netSnmp)/ { print $2 }')"
result "its root stands on one line" "$([ "$(grep -c '::= { enterprises .*}$' "$source")" = 1 ] || grep -n 'enterprises' "$source")"

"$builddir/tests/snmp/mib-objects" >"$work/agent" || exit 99
grep -v '^size' "$work/agent" >"$work/objects"
result "the agent has the objects of the installed module" "$(promised "$built" | diff "$work/objects" -)"
result "indexes and texts have the limits of the agent" "$(grep '^size' "$work/agent" | sort | diff - <(sizes "$built" | sort))"

root=$("$builddir/tests/snmp/mib-objects" | sed -n 's/^hvbAgentVersion \(.*\)\.1\.1\.1 .*/\1/p')
for other in 99999 99999.1 4294967295.0.7; do
	moved=$(relocate "$other")
	# Nodes between enterprises and the root have no name there.
	result "at enterprises.$other it is well-formed" "$(lint "$moved" | grep -v 'warning: implicit node definition$')"
	result "at enterprises.$other it has the same objects" \
		"$(promised "$moved" | diff <(sed "s/ ${root//./\\.}\\./ 1.3.6.1.4.1.$other./" "$work/objects") -)"
done

if command -v snmptranslate >/dev/null; then
	translated=$(SNMPCONFPATH=$work SNMP_PERSISTENT_DIR=$work/state MIBS='' snmptranslate -M "$work/base:$(dirname "$built")" -m HYPERV-BACKUP-MIB -On \
		HYPERV-BACKUP-MIB::hvbNotifyText 2>&1 | grep -v '^Created directory: ')
	result "net-snmp reads it" "$([ "$translated" = ".$root.1.8.4" ] || echo "$translated")"
else
	number=$((number + 1))
	echo "ok $number - net-snmp reads it # SKIP snmptranslate is not here"
fi
finish
