#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The checkpoint probe against a simulated host that creates, removes and merges checkpoints, or fails to: what it says, what it
# asked for, and that nothing is left on the host, or that it is said loudly what is. TAP.
set -u
# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"
program=$builddir/plugins/hyperv_checkpoint_probe
basic=(--auth basic --allow-unencrypted --authfile "$auth_basic")
go=--create-and-remove-checkpoint

for tool in openssl python3; do
	command -v "$tool" >/dev/null || { echo "1..0 # SKIP not installed: $tool"; exit 0; }
done
make_accounts

# change NAME PYTHON: a capture with rows changed; rows(CLASS) gives those of a class, adding it when it is not there.
change() {
	python3 - "$examples/repaired-capture.json" "$work/$1.json" "$2" <<-'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		def rows(name, ns="root/virtualization/v2"):
		    for c in d["classes"]:
		        if c["class"] == name:
		            return c["instances"]
		    d["classes"].append({"namespace": ns, "class": name, "read_at": "2026-11-22T20:45:00Z", "instances": []})
		    return d["classes"][-1]["instances"]
		def vm(name):
		    return next(r for r in rows("Msvm_ComputerSystem") if r["ElementName"] == name)
		def setting(name):
		    return next(r for r in rows("Msvm_VirtualSystemSettingData") if r["ElementName"] == name)
		exec(sys.argv[3])
		json.dump(d, open(sys.argv[2], "w"))
	END
}

# probe ARG...: runs it. Sets status; what it said is in $work/out and $work/err.
probe() {
	status=0
	timeout -k 2 60 "$program" -H "$host" -p "$http" "${basic[@]}" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# judge STATE TEXT CREATED REMOVED LEFT: what is wrong with the run, and with what host "one" counted.
judge() {
	local first expected
	first=$(head -n 1 "$work/out")
	case $1 in OK) expected=0 ;; WARNING) expected=1 ;; CRITICAL) expected=2 ;; *) expected=3 ;; esac
	[ "$status" -eq "$expected" ] || echo "the status is $status, not $expected"
	case $first in "HYPERV CHECKPOINT PROBE $1 - "*) ;; *) echo "the state is not $1" ;; esac
	[ "${first/"$2"/}" != "$first" ] || echo "not on the first line: $2"
	[ ! -s "$work/err" ] || { echo "standard error:"; cat "$work/err"; }
	! grep -q -E 'Sanitizer|runtime error:' "$work/out" || echo "a sanitizer has spoken"
	! grep -F 'fix: ' "$work/out" | grep -F '¦' || echo "advice that can not be typed"
	stop_sim one >"$work/stopped"
	grep -v -E "^open_checkpoints=${broken:+|^open_enumerations=1}" "$work/stopped"
	[ "$(counter one snapshot_create)" = "$3" ] || echo "asked for $(counter one snapshot_create) checkpoints, not $3"
	[ "$(counter one snapshot_destroy)" = "$4" ] || echo "asked for $(counter one snapshot_destroy) removals, not $4"
	[ "$(counter one open_checkpoints)" = "$5" ] || echo "$(counter one open_checkpoints) checkpoints are left, not $5"
	[ "$5" = 0 ] || case $first in *LEFT\ BEHIND*) ;; *) echo "what is left behind is not said" ;; esac
}

# expect NAME STATE TEXT CREATED REMOVED LEFT CAPTURE SIM_OPTION... -- ARG...
expect() {
	local name=$1 state=$2 text=$3 created=$4 removed=$5 left=$6 capture=$7 options=() findings
	shift 7
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	start_sim one "$capture" --auth basic --user "$user:$password" --allow-unencrypted "${options[@]}"
	probe "$@"
	judge "$state" "$text" "$created" "$removed" "$left" >"$work/findings"
	findings=$(cat "$work/findings")
	result "$name" "${findings:+$findings$'\n'$(head -n 12 "$work/out")}"
}
# said NAME TEXT...: the last run said all of these.
said() {
	local name=$1 text
	shift
	for text in "$@"; do
		grep -q -F -e "$text" "$work/out" || { result "$name" "not said: $text"$'\n'"$(cat "$work/out")"; return; }
	done
	result "$name" ""
}

whole=$examples/repaired-capture.json
sql=(--vm sql01 "$go")
short=(--step-timeout 3 --merge-timeout 3 --timeout 20)

test_success() {
	expect "every step" OK "VM 'sql01': a checkpoint was created in " 1 1 0 "$whole" --snapshots -- "${sql[@]}"
	said "a line for each step, and performance data" 'OK: create: a checkpoint was created, ' 'OK: remove: the checkpoint was removed, ' \
		'OK: merge: the disks are merged' 'create_time=' 'remove_time=' 'merge_time=' ' time='
	expect "a host that does it at once" OK "VM 'my-virtual-server': a checkpoint was created in " 1 1 0 "$whole" --job-polls 0 -- \
		--vm 3f2a7c64-0d1b-4e55-9a38-6c1e5b7d9042 "$go"
	expect "slower than --warning" WARNING "creation, removal and merge took " 1 1 0 "$whole" --snapshots -- "${sql[@]}" -w 0.01
	expect "slower than --critical" CRITICAL "creation, removal and merge took " 1 1 0 "$whole" --snapshots -- "${sql[@]}" -c 0.01
	start_sim one "$whole" --auth basic --user "$user:$password" --allow-unencrypted --snapshots
	probe "${sql[@]}" --output json
	stop_sim one >"$work/stopped"
	result "as JSON" "$(python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
if d["state"] != "OK": print("the state is", d["state"])' "$work/out" 2>&1; cat "$work/stopped")"
}

test_refusals() {
	expect "not without its option" UNKNOWN 'nothing was done' 0 0 0 "$whole" --snapshots -- --vm sql01
	expect "not without a virtual machine" UNKNOWN 'say which virtual machine: --vm' 0 0 0 "$whole" --snapshots -- "$go"
	expect "a name that nobody has" UNKNOWN "is called 'sql0'" 0 0 0 "$whole" --snapshots -- --vm sql0 "$go"
	change twins 'vm("web01")["ElementName"] = setting("web01")["ElementName"] = "SQL01"'
	expect "a name that two have" UNKNOWN "2 virtual machines are called 'sql01'; give --vm one of 6B9E0F12" 0 0 0 \
		"$work/twins.json" --snapshots -- "${sql[@]}"
	change backup 'rows("Msvm_ConcreteJob").append({"InstanceID": "J", "JobState": 4, "JobType": 170, "Caption": "Backup"})'
	expect "a job that runs" UNKNOWN 'a job runs on the host: Backup (job type 170)' 0 0 0 "$work/backup.json" --snapshots -- "${sql[@]}"
	change merging 'rows("Msvm_StorageJob").append({"InstanceID": "J", "JobState": 4, "JobType": 5})'
	expect "a storage job that runs" UNKNOWN 'a job runs on the host: J (storage job type 5)' 0 0 0 "$work/merging.json" --snapshots -- \
		"${sql[@]}"
	change ended 'rows("Msvm_ConcreteJob").append({"InstanceID": "J", "JobState": 10, "JobType": 70})'
	expect "a job that has ended is none" OK 'created' 1 1 0 "$work/ended.json" --snapshots -- "${sql[@]}"
	change jobless 'd["classes"] = [c for c in d["classes"] if c["class"] != "Msvm_ConcreteJob"]'
	expect "jobs that are not told" UNKNOWN 'section jobs: class Msvm_ConcreteJob' 0 0 0 "$work/jobless.json" -- "${sql[@]}"
	change busy 'vm("sql01")["OperationalStatus"] = [11, 32776]'
	expect "it is being backed up" UNKNOWN 'it is being backed up' 0 0 0 "$work/busy.json" --snapshots -- "${sql[@]}"
	change checkpointing 'vm("sql01")["OperationalStatus"] = [11, 32768]'
	expect "a checkpoint is being made" UNKNOWN 'a checkpoint is being created' 0 0 0 "$work/checkpointing.json" --snapshots -- "${sql[@]}"
	change starting 'vm("sql01")["EnabledState"] = 10'
	expect "it is starting" UNKNOWN 'changing its state' 0 0 0 "$work/starting.json" --snapshots -- "${sql[@]}"
	change stateless 'vm("sql01")["EnabledState"] = 0'
	expect "its state is not known" UNKNOWN 'its state is not known' 0 0 0 "$work/stateless.json" --snapshots -- "${sql[@]}"
	change recovery 'setting("sql01 - before cumulative update")["VirtualSystemType"] = "Microsoft:Hyper-V:Snapshot:Recovery"'
	expect "a checkpoint of a backup" UNKNOWN 'it has a checkpoint of a backup' 0 0 0 "$work/recovery.json" --snapshots -- "${sql[@]}"
	change missing 'setting("sql01 - before cumulative update")["VirtualSystemType"] = "Microsoft:Hyper-V:Snapshot:Missing"'
	expect "a missing checkpoint" UNKNOWN 'are missing' 0 0 0 "$work/missing.json" --snapshots -- "${sql[@]}"
	change many 'r = rows("Msvm_VirtualSystemSettingData"); s = setting("sql01 - before cumulative update")
for i in range(39): r.append(dict(s, InstanceID="Microsoft:00000000-0000-4000-8000-%012d" % i))'
	expect "too many checkpoints" UNKNOWN 'it has 40 checkpoints already' 0 0 0 "$work/many.json" --snapshots -- "${sql[@]}"
	change disabled 'setting("sql01")["UserSnapshotType"] = 2'
	expect "checkpoints are disabled" UNKNOWN 'checkpoints are disabled in its settings' 0 0 0 "$work/disabled.json" --snapshots -- "${sql[@]}"
	change production 'setting("sql01")["UserSnapshotType"] = 3'
	expect "production checkpoints are fine" OK 'created' 1 1 0 "$work/production.json" --snapshots -- "${sql[@]}"
	change full '[r.update(FreeSpace=r["Capacity"] // 10) for r in rows("Win32_Volume")]'
	expect "little free space" UNKNOWN 'are free on volume ' 0 0 0 "$work/full.json" --snapshots -- "${sql[@]}"
	expect "little free space, allowed" OK 'created' 1 1 0 "$work/full.json" --snapshots -- "${sql[@]}" --free-warning 5:
	change spaceless '[r.pop("FreeSpace") for r in rows("Win32_Volume")]'
	expect "free space is not known" UNKNOWN 'is not known' 0 0 0 "$work/spaceless.json" --snapshots -- "${sql[@]}"
	change volumeless '[c.update(error="broken", instances=[]) for c in d["classes"] if c["class"] == "Win32_Volume"]'
	expect "volumes could not be read" UNKNOWN 'section volumes' 0 0 0 "$work/volumeless.json" --snapshots -- "${sql[@]}"
	change old '
for c in d["classes"]: c["namespace"] = c["namespace"].replace("virtualization/v2", "virtualization")
r = rows("Msvm_VirtualSystemSettingData"); [x.update(SettingType=3, SystemName=x["VirtualSystemIdentifier"]) for x in r]
rows("Msvm_VirtualSystemGlobalSettingData", "root/virtualization")'
	expect "an old host" UNKNOWN 'older than Windows Server 2012' 0 0 0 "$work/old.json" -- "${sql[@]}"
	expect "an account that sees nothing" UNKNOWN 'no row at all was readable' 0 0 0 "$whole" --snapshots --deny hyperv -- "${sql[@]}"
}

test_failures() {
	expect "creation refused" CRITICAL 'the checkpoint was not created: the host refuses: 32775, invalid state' 1 0 0 "$whole" \
		--snapshot-fails create -- "${sql[@]}"
	expect "creation not allowed" UNKNOWN 'the host refuses: 32769, access denied' 1 0 0 "$whole" --snapshot-fails create-denied -- "${sql[@]}"
	said "and what helps" 'on the host: Add-LocalGroupMember -SID S-1-5-32-578'
	expect "methods not allowed" UNKNOWN 'the checkpoint was not created: ' 0 0 0 "$whole" --snapshots --deny methods -- "${sql[@]}"
	expect "creation fails" CRITICAL "the checkpoint was not created: the host's job failed" 1 0 0 "$whole" --snapshot-fails create-job -- \
		"${sql[@]}"
	said "with its cause" '(0x80070002)' 'ERROR_FILE_NOT_FOUND' 'check_hyperv_layout'
	expect "creation fails and leaves one" CRITICAL 'the checkpoint was not created' 1 1 0 "$whole" --snapshot-fails create-half -- "${sql[@]}"
	expect "creation makes none" CRITICAL 'CHECKPOINT MAY BE' 1 0 0 "$whole" --snapshot-fails create-stuck -- "${sql[@]}" "${short[@]}"
	expect "creation that nobody sees" CRITICAL 'there is no new checkpoint' 1 0 0 "$whole" --snapshot-fails create-nothing -- "${sql[@]}" \
		"${short[@]}"
	expect "creation that comes too late is removed all the same" CRITICAL 'accepted, but not done after' 1 1 0 "$whole" \
		--snapshot-fails create-late -- "${sql[@]}" --step-timeout 5 --timeout 40
	expect "somebody else's checkpoint beside it" CRITICAL 'CHECKPOINT LEFT BEHIND: one of the new checkpoints' 1 0 1 "$whole" \
		--snapshot-fails create-two -- "${sql[@]}"
	expect "removal refused" CRITICAL 'CHECKPOINT LEFT BEHIND: checkpoint ' 1 3 1 "$whole" --snapshot-fails remove -- "${sql[@]}"
	said "with the command" "on the host: Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot -Id '" '32774, in use'
	expect "removal refused once" WARNING 'removed at attempt 2' 1 2 0 "$whole" --snapshot-fails remove-once -- "${sql[@]}"
	expect "removal fails" CRITICAL 'CHECKPOINT LEFT BEHIND' 1 3 1 "$whole" --snapshot-fails remove-job -- "${sql[@]}"
	expect "removal never ends" CRITICAL 'CHECKPOINT LEFT BEHIND' 1 1 1 "$whole" --snapshot-fails remove-stuck -- "${sql[@]}" "${short[@]}"
	expect "merge fails" CRITICAL "the disks did not merge: the host's job failed" 1 1 0 "$whole" --snapshot-fails merge-job -- "${sql[@]}"
	said "with its code" '(0x80070002)'
	expect "merge never ends" CRITICAL 'the disks did not merge: not done after' 1 1 0 "$whole" --snapshot-fails merge-stuck -- "${sql[@]}" \
		"${short[@]}"
	expect "the time of all is over before the merge" CRITICAL 'the disks did not merge' 1 1 0 "$whole" --snapshot-fails merge-stuck -- \
		"${sql[@]}" --timeout 4 --step-timeout 2
}

# find_request METHOD: sets request, the number of the request that invokes it in a run that goes well.
find_request() {
	start_sim one "$whole" --auth basic --user "$user:$password" --allow-unencrypted --snapshots
	probe "${sql[@]}"
	stop_sim one >/dev/null
	request=$(awk -v method="/$1\$" '$4 != "-" { n++ } $4 ~ method && !found { found = n } END { print found }' "$work/one.log")
}

# A connection that breaks leaves the enumeration that was under way to the host's own timeout.
test_connection() {
	local create remove findings broken=yes
	find_request CreateSnapshot
	create=$request
	find_request DestroySnapshot
	remove=$request
	# The answer is lost, not the request: the host has made it.
	expect "the answer about the creation is lost" UNKNOWN 'the checkpoint was not created' 1 1 0 "$whole" --snapshots \
		--inject "truncate@$create" -- "${sql[@]}" --step-timeout 10
	expect "the answer about the removal is lost" OK 'created' 1 1 0 "$whole" --snapshots --inject "truncate@$remove" -- "${sql[@]}"
	expect "a connection that breaks amid it" OK 'created' 1 1 0 "$whole" --snapshots --inject "drop@$((create + 2))" -- "${sql[@]}"
	expect "an answer that never comes" OK 'created' 1 1 0 "$whole" --snapshots --inject "hang@$((create + 2))" -- "${sql[@]}" --step-timeout 12
	status=0
	http=$(free_port)
	probe "${sql[@]}"
	findings=
	[ "$status" -eq 2 ] && grep -q 'nothing was changed' "$work/out" || findings=$(cat "$work/out")
	result "nobody there" "$findings"
	# Somebody who listens and never says a word: the limit of all holds for the first call, too.
	python3 -c 'import socket, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(90)' >"$work/silent" &
	sim_pids+=("$!")
	until [ -s "$work/silent" ]; do sleep 0.1; done
	http=$(cat "$work/silent")
	probe "${sql[@]}" --timeout 4
	findings=
	[ "$status" -eq 2 ] && grep -q 'nothing was changed' "$work/out" || findings="status $status"$'\n'$(cat "$work/out")
	result "a host that says nothing" "$findings"
}

# when COUNTER: waits until host "one" has counted it.
when() {
	for _ in $(seq 100); do
		kill -USR1 "${sim_pid_of[one]}"
		sleep 0.1
		[ "$(counter one "$1")" != 1 ] || return 0
	done
}
# meanwhile ARG...: the probe in the background. It ends by itself.
meanwhile() {
	"$program" -H "$host" -p "$http" "${basic[@]}" "$@" >"$work/out" 2>"$work/err" </dev/null &
	probe_pid=$!
}
await() {
	status=0
	wait "$probe_pid" || status=$?
}

test_interruption() {
	local findings signal
	for signal in TERM INT; do
		start_sim one "$whole" --auth basic --user "$user:$password" --allow-unencrypted --job-polls 4
		meanwhile "${sql[@]}" --timeout 60
		when snapshot_create
		kill -"$signal" "$probe_pid"
		await
		judge UNKNOWN 'no longer waited for' 1 1 0 >"$work/findings"
		findings=$(cat "$work/findings")
		result "SIG$signal amid the creation: removed all the same" "${findings:+$findings$'\n'$(cat "$work/out")}"
	done
	start_sim one "$whole" --auth basic --user "$user:$password" --allow-unencrypted --snapshot-fails create-stuck
	meanwhile "${sql[@]}" "${short[@]}"
	when snapshot_create
	kill -KILL "${sim_pid_of[one]}"
	wait "${sim_pid_of[one]}" 2>/dev/null
	await
	findings=
	[ "$status" -eq 2 ] && grep -q '^HYPERV CHECKPOINT PROBE CRITICAL - CHECKPOINT MAY BE LEFT BEHIND' "$work/out" ||
		findings=$(cat "$work/out" "$work/err")
	result "the host dies amid it" "$findings"
}

test_success
test_refusals
test_failures
test_connection
test_interruption
finish
