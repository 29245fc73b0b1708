#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# HYPERV-BACKUP-MIB through net-snmp's master agent: every table against what the doctor prints of the same host, GETNEXT and GETBULK
# from everywhere, names that no one would expect, many hosts, tables that change while they are walked, and writes that are refused.
# TAP.
# shellcheck disable=SC2317 # what wait_for calls
set -u
# shellcheck source=tests/snmp/lib.sh
. "$(dirname "$0")/lib.sh"

fault=$examples/fault-capture.json
now=$(sed -n 's/^ "taken_at": "\(.*\)",$/\1/p' "$fault")
repaired=$examples/repaired-capture.json

# page NAME [OPTION]...: what the doctor says, in $work/NAME.json
page() {
	local name=$1
	shift
	"$doctor" --output json "$@" >"$work/$name.json" 2>"$work/$name.err" </dev/null
	[ -s "$work/$name.json" ] || { sed 's/^/# /' "$work/$name.err"; echo "Bail out! the doctor does not tell"; exit 99; }
}

# The example three ways: with the fault and repaired, from captures, and with the fault live over WinRM.
test_examples() {
	local told
	start_sim live "$fault"
	{
		printf '[agent]\nworkers = 2\n[defaults]\ninterval = 10s\n'
		printf '[host fault]\ncapture = %s\nmax-age = 520w\n[host repaired]\ncapture = %s\nmax-age = 520w\n' "$fault" "$repaired"
		printf '[host live]\nhostname = %s\nport = %s\nauth = ntlm\nauthfile = %s\nnow = %s\n' "$host" "$http" "$auth_ntlm" "$now"
	} >"$work/examples.conf"
	page fault --capture "$fault"
	page repaired --capture "$repaired"
	page live -H "$host" -p "$http" --auth ntlm --authfile "$auth_ntlm" --now "$now"
	start_agent examples "$work/examples.conf"
	or_bail examples wait_for 60 polled 3
	walk "$work/examples.walk"
	for told in fault live; do
		result "$told: states, findings, metrics, volumes and virtual machines are those of the doctor" \
			"$(tables doctor "$work/examples.walk" "$told" "$work/$told.json" "$fault")"
	done
	result "repaired: the same" "$(tables doctor "$work/examples.walk" repaired "$work/repaired.json" "$repaired")"
	result "every row has every column" "$(tables complete "$work/examples.walk")"
	result "every text can be read" "$(tables texts "$work/examples.walk")"
	result "three hosts are configured and reachable" "$(is_value hvbHostsConfigured.0 3 || value hvbHostsConfigured.0
		is_value hvbHostsReachable.0 3 || value hvbHostsReachable.0; is_value hvbWorstState.0 critical || value hvbWorstState.0)"
}

test_walks() {
	local root
	root=$(oid hypervBackupMIB)
	MIBS='' snmpbulkwalk "${v3[@]}" -t 3 -On -Oe -Ox -Ot "$address" "$root" >"$work/v3.walk" 2>&1
	MIBS='' ask snmpwalk -On -Oe -Ox -Ot @ "$root" >"$work/next.walk"
	result "the walk by SNMPv3, authenticated and encrypted, is the same" "$(tables same "$work/examples.walk" "$work/v3.walk")"
	result "the walk by GETNEXT too" "$(tables same "$work/examples.walk" "$work/next.walk")"
	result "identifiers ascend in all of them" "$(tables order "$work/examples.walk" "$work/v3.walk" "$work/next.walk")"
	result "a wrong password gets nothing" "$(snmpget -v 3 -l authPriv -u reader -a SHA-256 -A 'not the password' -x AES -X 'nor this one' \
		-t 1 -r 0 "$address" hvbHostsConfigured.0 2>&1 | grep -v 'Authentication failure')"
}

# identifiers FILE: of its rows
identifiers() { sed -n 's/^\(\.[0-9.]*\) = .*/\1/p' "$1"; }

test_bulk() {
	local root
	root=$(oid hypervBackupMIB)
	MIBS='' ask snmpbulkget -On -Oe -Ox -Cn0 -Cr50 @ "$root" >"$work/bulk"
	result "GETBULK gives as much as fits, in order" "$(count=$(identifiers "$work/bulk" | wc -l)
		[ "$count" -ge 10 ] || echo "it gives $count rows"
		diff <(identifiers "$work/bulk") <(identifiers "$work/examples.walk" | head -n "$count"))"
	MIBS='' ask snmpbulkget -On -Oe -Ox -Cn0 -Cr50 @ "$(oid hvbMetricUnit)" >"$work/bulk"
	result "50 repetitions of a short column give 50 rows" "$(diff <(identifiers "$work/bulk") \
		<(identifiers "$work/examples.walk" | grep -A 49 -m 1 "^$(oid hvbMetricUnit)\\."))"
}

# From between the rows, from parts of indexes, and from what is no index at all.
test_next() {
	local asked=() wanted=() after expected count=0 findings=
	while read -r after expected; do
		asked+=("$after")
		wanted+=("$expected")
		[ ${#asked[@]} -eq 10 ] || continue
		findings+=$(MIBS='' ask snmpgetnext -On -Oe -Ox @ "${asked[@]}" | sed -n 's/^\(\.[0-9.]*\) = .*/\1/p' |
			diff - <(printf '%s\n' "${wanted[@]}") | sed "s/^/after ${asked[0]} ...: /")
		asked=()
		wanted=()
		count=$((count + 10))
	done < <(tables probes "$work/examples.walk")
	[ "$count" -ge 300 ] || findings+="only $count were tried"
	result "GETNEXT finds the next row from anywhere" "$findings"
}

# gets OBJECT TEXT: what is wrong when a GET of it does not say the text
gets() {
	local said
	said=$(ask snmpget @ "$1")
	[[ $said == *"$2"* ]] || echo "$1: $said"
}

test_absent() {
	result "no instance: of a host, check, finding, metric, volume or machine that is not there" "$(
		gets "$(at hvbHostState nobody)" "No Such Instance"
		gets "$(at hvbCheckState fault nonsense)" "No Such Instance"
		gets "$(at hvbCheckState nobody layout)" "No Such Instance"
		gets "$(at hvbFindingState fault layout '').4000000000" "No Such Instance"
		gets "$(at hvbMetricValue fault space 'volume X:' free_pct)" "No Such Instance"
		gets "$(at hvbVolumeCapacity fault X:)" "No Such Instance"
		gets "$(at hvbVmName fault nobody)" "No Such Instance"
		gets hvbHostState "No Such Instance"
		gets hvbHostState.4294967295 "No Such Instance"
		gets hvbHostState.5.102.97.117 "No Such Instance"
		gets hvbHostState.5.102.97.117.108.116.0 "No Such Instance"
		gets hvbHostsConfigured.1 "No Such Instance")"
	result "no object: a column or scalar that the module does not have" "$(
		gets "$(oid hvbHostEntry).99.5.102.97.117.108.116" "No Such Object"
		gets "$(oid hvbAgent).99.0" "No Such Object"
		gets "$(oid hvbObjects).99.0" "No Such Object"
		gets "$(oid hvbHostTable)" "No Such Object")"
	result "what is only told in notifications or indexes cannot be read" "$(
		gets hvbNotifyText.0 "No Such Object"
		gets "$(at hvbHostName fault)" "No Such Object")"
}

# write_is_refused OBJECT TYPE VALUE
write_is_refused() {
	local said
	said=$(snmpset -v 2c -c "$writer" -t 3 -r 0 "$address" "$@" 2>&1)
	[[ $said == *notWritable* ]] || echo "$1: $said"
}

test_set() {
	local before after
	before=$(value "$(at hvbHostState fault)") || before=
	result "SET is refused" "$(write_is_refused "$(at hvbHostState fault)" i 1
		write_is_refused "$(at hvbCheckSummary fault layout)" s fine
		write_is_refused "$(at hvbHostState newcomer)" i 1
		write_is_refused hvbHostsConfigured.0 u 1)"
	after=$(value "$(at hvbHostState fault)")
	walk "$work/after-set.walk"
	result "and changes nothing" "$([ "$before" = "$after" ] || echo "$before, now $after"
		tables same "$work/examples.walk" "$work/after-set.walk")"
}

# table NAME COLUMN PATTERN...: what snmptable shows has the column and a line for each pattern
table() {
	local name=$1 column=$2 pattern
	shift 2
	ask snmptable -Ci -Cf ';' -Cw 4000 @ "$name" >"$work/table" || true
	grep -q "$column" "$work/table" || { echo "$name has no $column:"; head -n 5 "$work/table"; }
	for pattern in "$@"; do
		grep -Eq -e "$pattern" "$work/table" || { echo "$name has no $pattern:"; head -n 30 "$work/table"; }
	done
}

test_snmptable() {
	result "snmptable reads the tables" "$(
		table hvbHostTable hvbHostState 'fault.*critical' 'repaired.*ok' 'live.*critical'
		table hvbCheckTable hvbCheckSummary 'critical.*lies in the root of D:'
		table hvbFindingTable hvbFindingRemedy 'Move-VMStorage'
		table hvbMetricTable hvbMetricValue '40\.25'
		table hvbVolumeTable hvbVolumeCapacity '1000202039296.*39426592768'
		table hvbVmTable hvbVmVerdict 'my-virtual-server.*willFail')"
}

test_names() {
	local name findings=
	for name in hypervBackupMIB hvbCheckStateChange hvbHostUnreachable hvbHostReachable hvbHostTable hvbCheckTable hvbFindingTable \
		hvbMetricTable hvbVolumeTable hvbVmTable hvbAgentVersion hvbWorstState; do
		oid "$name" >/dev/null 2>&1 || findings+="$name is not known"$'\n'
	done
	result "the module's names resolve" "$findings"
	result "it is read without a complaint" "$(oid -Pw hypervBackupMIB 2>&1 >/dev/null | grep -i 'hyperv-backup\|cannot find module' | head)"
	result "an index is typed as text" "$(oid "$(at hvbCheckState fault layout)" |
		grep -v '\.5\.102\.97\.117\.108\.116\.6\.108\.97\.121\.111\.117\.116$')"
	result "the module stands in sysORTable" "$(ask snmpwalk -m SNMPv2-MIB:HYPERV-BACKUP-MIB @ sysORID | grep -q hypervBackup || ask snmpwalk @ sysORID | tail -n 3)"
}

## Names that no one would expect

test_hostile() {
	local metrics machines
	python3 "$srcdir/tests/bench/make-capture.py" 60 | python3 "$here/make-hostile.py" >"$work/hostile-capture.json" ||
		{ echo "Bail out! no capture"; exit 99; }
	printf '[defaults]\ninterval = 10s\n[host %s]\ncapture = %s\nmax-age = 520w\n[host b]\ncapture = %s\nmax-age = 520w\n' "12345678901234567890123456789012" \
		"$work/hostile-capture.json" "$work/hostile-capture.json" >"$work/hostile.conf"
	start_agent hostile "$work/hostile.conf"
	or_bail hostile wait_for 60 polled 2
	walk "$work/hostile.walk"
	page hostile --capture "$work/hostile-capture.json"
	metrics=$(python3 -c 'import json, sys; print(sum(len(s["report"]["metrics"]) + 3 * (s["report"]["counts"] is not None) for s in json.load(open(sys.argv[1]))["steps"]))' "$work/hostile.json")
	machines=$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["vms"]))' "$work/hostile.json")
	result "hostile names: identifiers ascend" "$(tables order "$work/hostile.walk")"
	result "hostile names: every text can be read and fits" "$(tables texts "$work/hostile.walk")"
	result "hostile names: every row has every column" "$(tables complete "$work/hostile.walk")"
	result "hostile names: every virtual machine and metric is there once" "$(tables crowd "$work/hostile.walk" 2 "$machines"
		[ "$(tables keys "$work/hostile.walk" hvbMetricValue | grep -c '^b/')" -eq "$metrics" ] ||
			echo "not $metrics metrics but $(tables keys "$work/hostile.walk" hvbMetricValue | grep -c '^b/')")"
	MIBS='' ask snmpwalk -On -Oe -Ox -Ot @ "$(oid hypervBackupMIB)" >"$work/hostile-next.walk"
	result "hostile names: GETNEXT walks them as GETBULK does" "$(tables same "$work/hostile.walk" "$work/hostile-next.walk")"
	result "hostile names: no loop or complaint in the tools that use the module" "$(
		ask snmpbulkwalk @ hypervBackupMIB | grep -i 'error\|not increasing\|timeout' | grep -v '^HYPERV-BACKUP-MIB::' | head -n 5)"
	stop_agent hostile
	result "hostile names: the agent ends well" "$([ "$status" -eq 0 ] || echo "status $status: $(tail -n 5 "$work/hostile.said")")"
}

## Many hosts

test_crowd() {
	local n column hosts=200 vms=100
	# A poll takes many times as long with sanitizers.
	[ "${BRIEF-no}" = no ] || hosts=40
	python3 "$srcdir/tests/bench/make-capture.py" "$vms" >"$work/crowd.json"
	{
		printf '[agent]\nworkers = 4\n[defaults]\ninterval = 30s\n'
		for n in $(seq "$hosts"); do printf '[host crowd%s]\ncapture = %s\nmax-age = 520w\n' "$n" "$work/crowd.json"; done
	} >"$work/crowd.conf"
	start_agent crowd "$work/crowd.conf"
	or_bail crowd wait_for 240 polled "$hosts"
	for column in hvbHostState hvbVmVerdict hvbCheckState; do walk "$work/$column.walk" "$column"; done
	cat "$work"/hvb{HostState,VmVerdict}.walk >"$work/crowd.walk"
	result "$hosts hosts with $vms virtual machines: each is there once" "$(tables crowd "$work/crowd.walk" "$hosts" "$vms")"
	result "in ascending order" "$(for column in hvbHostState hvbVmVerdict hvbCheckState; do tables order "$work/$column.walk"; done)"
	result "and every check of each" "$([ "$(tables keys "$work/hvbCheckState.walk" hvbCheckState | wc -l)" -eq $((hosts * 11)) ] ||
		echo "$(tables keys "$work/hvbCheckState.walk" hvbCheckState | wc -l) checks")"
	stop_agent crowd
	result "it ends well" "$([ "$status" -eq 0 ] || echo "status $status")"
}

## Tables that change

# swap CAPTURE: it takes the place of $work/changing.json at once
swap() {
	cp "$1" "$work/changing.new"
	mv "$work/changing.new" "$work/changing.json"
}

test_change() {
	local n=0 walks=() many few end
	python3 "$srcdir/tests/bench/make-capture.py" 60 >"$work/many.json"
	python3 "$srcdir/tests/bench/make-capture.py" 3 >"$work/few.json"
	swap "$work/few.json"
	{
		printf '[defaults]\ninterval = 10s\n'
		for n in $(seq 10); do printf '[host change%s]\ncapture = %s\nmax-age = 520w\n' "$n" "$work/changing.json"; done
	} >"$work/change.conf"
	start_agent change "$work/change.conf"
	or_bail change wait_for 60 polled 10
	walk "$work/few.walk" hvbVmName
	swap "$work/many.json"
	wait_for 40 has_rows hvbVmName 600
	walk "$work/many.walk" hvbVmName
	few=$(tables keys "$work/few.walk" hvbVmName | wc -l)
	many=$(tables keys "$work/many.walk" hvbVmName | wc -l)
	result "virtual machines that come are there" "$([ "$few $many" = "30 600" ] || echo "$few rows, then $many")"
	swap "$work/few.json"
	n=0
	end=$((SECONDS + 60))
	until has_rows hvbVmName 30 || [ "$SECONDS" -ge "$end" ]; do
		n=$((n + 1))
		walk "$work/during-$n.walk" hvbVmTable
		walks+=("$work/during-$n.walk")
		[ $((n % 4)) -ne 0 ] || MIBS='' ask snmpwalk -On -Oe -Ox -Ot @ "$(oid hvbVmTable)" >"$work/during-$n.walk"
	done
	result "and those that go are gone" "$(has_rows hvbVmName 30 || echo "there are $(rows hvbVmName)")"
	result "$n walks meanwhile: each ascends to its end" "$([ "$n" -gt 0 ] || echo "there was none"
		[ "$n" -eq 0 ] || tables order "${walks[@]}")"
	stop_agent change
	result "the agent ends well" "$([ "$status" -eq 0 ] || echo "status $status: $(tail -n 5 "$work/change.said")")"
}

make_accounts
[ -x "$agent" ] || { echo "Bail out! there is no $agent"; exit 99; }
configure_snmpd tables
start_snmpd tables
test_examples
test_walks
test_bulk
test_next
test_absent
test_set
test_snmptable
test_names
stop_agent examples
result "the agent ends well, and nothing of it is left" "$([ "$status" -eq 0 ] || echo "status $status"
	ask snmpbulkwalk -On @ hypervBackupMIB | grep -v 'No Such\|No more' | head -n 3)"
stop_sim live >"$work/stopped"
result "nothing is left open on the live host" "$(cat "$work/stopped")"
test_hostile
test_crowd
test_change
finish
