#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --cache: many checks, one collection. Who shares a file with whom, how old it may be, whom it is open to, and what is refused.
# TAP.
# shellcheck disable=SC2317 # what spoil calls
set -u
# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "1..0 # SKIP not installed: python3"; exit 0; }

capture=$work/recent.json
cache=$work/cache
login=(--auth ntlm --authfile "$auth_ntlm")
# The checks, each with the options that its verdict here depends on; the failure is three days old.
checks=("layout" "space" "events --since 4d")
safety_net=30

# The example as if it had been taken three days ago: collections go back from the real time.
make_capture() {
	python3 - "$examples/fault-capture.json" "$capture" <<-'END'
		import datetime, re, sys
		text = open(sys.argv[1], encoding="utf-8").read()
		form = "%Y-%m-%dT%H:%M:%S"
		taken = datetime.datetime.strptime(re.search(r'"taken_at": *"([-0-9T:]{19})', text).group(1), form)
		shift = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None) - datetime.timedelta(days=3) - taken
		later = lambda m: (datetime.datetime.strptime(m.group(0), form) + shift).strftime(form)
		open(sys.argv[2], "w", encoding="utf-8").write(re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", later, text))
	END
}

# run NAME PROGRAM ARG...: a check against the host; what it says goes to $work/NAME.*
run() {
	local name=$1 program=$builddir/plugins/check_hyperv_$2
	shift 2
	timeout -k 2 "$safety_net" "$program" -H "$host" -p "$http" "${login[@]}" "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null
	echo $? >"$work/$name.status"
	cat "$work/$name.out" "$work/$name.err" >>"$work/everything"
}

# cached NAME PROGRAM ARG...
cached() { run "$@" --cache "60:$cache"; }

# differs ONE OTHER: how what one said differs from what the other said
differs() {
	local part
	for part in status out err; do
		diff -u "$work/$1.$part" "$work/$2.$part"
	done
	[ ! -s "$work/$1.err" ] || cat "$work/$1.err"
}

# is NAME STATE TEXT: what is wrong with a run that should have ended in this state, with this text on the first line
is() {
	local first state
	first=$(head -n 1 "$work/$1.out")
	state=$(cat "$work/$1.status")
	case $2 in
	OK) [ "$state" -eq 0 ] ;;
	WARNING) [ "$state" -eq 1 ] ;;
	CRITICAL) [ "$state" -eq 2 ] ;;
	UNKNOWN) [ "$state" -eq 3 ] ;;
	esac || echo "status $state instead of $2"
	case $first in
	"HYPERV "[A-Z]*" $2 - "*"$3"*) ;;
	*) echo "neither $2 nor '$3': $first" ;;
	esac
	[ ! -s "$work/$1.err" ] || cat "$work/$1.err"
}

# so_far COUNTER: its value now
so_far() {
	rm -f "$work/cache.counters"
	kill -USR1 "${sim_pid_of[cache]}"
	for _ in $(seq 200); do
		[ ! -s "$work/cache.counters" ] || break
		sleep 0.02
	done
	counter cache "$1"
}

# collections BEFORE EXPECTED: what is wrong with the number of logins since there were so many
collections() {
	local now
	now=$(so_far logins)
	[ $((now - $1)) -eq "$2" ] || echo "$((now - $1)) collections instead of $2"
}

# no_request BEFORE: what is wrong when there were so many requests before, and should not be more
no_request() {
	local now
	now=$(so_far requests)
	[ "$now" -eq "$1" ] || echo "$((now - $1)) requests"
}

fresh_cache() { rm -rf "$cache"; }
cache_files() { find "$cache" -name '*.cache' 2>/dev/null | sort; }

# kept FILES LOCKS: what is wrong when the cache does not hold just so many files and locks
kept() {
	local files locks others
	files=$(cache_files | wc -l)
	locks=$(find "$cache" -name '*.lock' 2>/dev/null | wc -l)
	others=$(find "$cache" -mindepth 1 ! -name '*.cache' ! -name '*.lock' 2>/dev/null)
	[ "$files $locks" = "$1 $2" ] || echo "$files files and $locks locks are kept, not $1 and $2"
	[ -z "$others" ] || echo "kept too: $others"
}

# loose_modes DIRECTORY: what of a cache is open to others or not what it should be
loose_modes() {
	[ -n "$(find "$1" -name '*.cache')" ] || echo "there is no cache file"
	find "$1" -maxdepth 0 ! -perm 0700 -printf '%p has the mode %m\n'
	find "$1" -mindepth 1 \( ! -type f -o ! -perm 0600 \) -printf '%p: type %y, mode %m\n'
}

test_shared() {
	local check words before file
	for check in "${checks[@]}"; do
		read -ra words <<<"$check"
		run "plain-${words[0]}" "${words[@]}"
	done
	result "without a cache the three checks have something to tell" "$(is plain-layout CRITICAL 'lies in the root of D:'
		is plain-events CRITICAL 'failed checkpoint attempt'; is plain-space CRITICAL "volume 'E:'")"
	before=$(so_far logins)
	cached layout layout
	result "the first check collects" "$(differs plain-layout layout; collections "$before" 1)"
	before=$(so_far requests)
	cached space space
	cached events events --since 4d
	result "the others say the same" "$(differs plain-space space; differs plain-events events)"
	result "without any request" "$(no_request "$before")"
	cached layout-again layout
	result "nor does the first when it comes again" "$(differs plain-layout layout-again; no_request "$before")"
	run layout-without layout
	result "which a check without --cache makes all the same" "$(differs plain-layout layout-without
		[ "$(so_far requests)" -gt "$before" ] || echo "it makes none")"
	file=$(cache_files)
	result "there is one file, named after the host" "$(kept 1 1; [[ $file == "$cache/$host-"*.cache ]] || echo "it is '$file'")"
	result "closed to all others" "$(loose_modes "$cache")"
	result "with neither password nor user and password in it" "$(grep -r -l -F -e "$password" \
		-e "$(printf '%s' "$user:$password" | base64)" "$cache"; grep -q 'Msvm_ComputerSystem' "$file" || echo "nothing is in it")"
}

# What a check without events has collected serves one with them.
test_window() {
	local before
	fresh_cache
	cached first layout
	before=$(so_far requests)
	cached events events --since 4d
	result "events are collected by whoever comes first" "$(differs plain-events events; no_request "$before")"
	cached events-short events
	result "and each check counts its own window of them" "$(is events-short OK '')"
	before=$(so_far logins)
	cached events-long events --since 9d
	result "a longer window than is kept is collected anew" "$(is events-long CRITICAL 'failed checkpoint attempt'
		collections "$before" 1; kept 2 2)"
}

test_age() {
	local before file
	fresh_cache
	cached first layout
	file=$(cache_files)
	for when in '61 seconds ago' '2 hours'; do
		before=$(so_far logins)
		touch -d "$when" "$file"
		cached again layout
		result "collected again: from $when" "$(differs plain-layout again; collections "$before" 1
			[ -n "$(find "$file" -newermt '-30 seconds' ! -newermt '+30 seconds')" ] || echo "the file is not of now")"
	done
	before=$(so_far logins)
	run zero layout --cache "0:$cache.zero"
	result "0 seconds: no cache at all" "$(differs plain-layout zero; collections "$before" 1; ls -d "$cache.zero" 2>/dev/null)"
}

test_at_once() {
	local before n findings='' pids=()
	fresh_cache
	before=$(so_far logins)
	for n in 1 2 3 4 5; do
		cached "once-$n" layout &
		pids+=("$!")
	done
	wait "${pids[@]}"
	for n in 1 2 3 4 5; do findings+=$(differs plain-layout "once-$n"); done
	result "five at once make one collection" "$findings$(collections "$before" 1)"
	result "and leave nothing but it and its lock" "$(kept 1 1)"
}

# Whose answer it is decides: another user may see less.
test_sharers() {
	local before
	fresh_cache
	cached first layout
	before=$(so_far logins)
	login=(--auth ntlm --authfile "$auth_other")
	cached other layout
	login=(--auth ntlm --authfile "$auth_ntlm")
	result "another user has a file of its own" "$(differs plain-layout other; collections "$before" 1; kept 2 2)"
	host=127.0.0.1
	cached address layout
	host=localhost
	result "another name of the host too" "$(is address CRITICAL 'lies in the root of D:'; collections "$before" 2; kept 3 3)"
	test_other_port
	cached first-again layout
	result "each finds its own again" "$(differs plain-layout first-again; collections "$before" 2)"
}

test_other_port() {
	local here=$http
	start_sim other "$examples/repaired-capture.json"
	cached repaired layout
	result "another port too, which is another host" "$(is repaired OK ''; kept 4 4)"
	stop_sim other >"$work/stopped"
	result "nothing is left open there" "$(cat "$work/stopped")"
	http=$here
}

# refused NAME TEXT: with things as they are now, the check asks nobody and says what is wrong.
refused() {
	local before
	before=$(so_far requests)
	cached refused layout
	result "refused: $1" "$(is refused UNKNOWN "$2"; [ "$(so_far requests)" -eq "$before" ] || echo "the host was asked")"
}

# give_away PATH: to somebody else, which only root can
give_away() { chown -h 65534 "$1"; }
left_out() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP only root can give files away"
}

test_directory() {
	local must="which must be this user's with mode 0700"
	fresh_cache
	mkdir -m 755 "$cache"
	refused "a directory that others can enter" "$cache cannot be the cache directory, $must: its mode 0755"
	chmod 700 "$cache"
	if [ "$(id -u)" -eq 0 ]; then
		give_away "$cache"
		refused "a directory of somebody else" "$cache cannot be the cache directory, $must: it belongs to user 65534"
	else
		cache=/usr refused "a directory of somebody else" "/usr cannot be the cache directory, $must: it belongs to user 0"
	fi
	rm -rf "$cache"
	mkdir -m 700 "$work/real"
	ln -s "$work/real" "$cache"
	refused "a symbolic link to a good directory" "$cache cannot be the cache directory, $must: it is a symbolic link"
	rm "$cache"
	: >"$cache"
	refused "a file in the directory's place" "$cache cannot be the cache directory, $must: it is not a directory"
	cache=$work/none/cache refused "a directory whose parent is missing" "$work/none/cache"
	fresh_cache
	(umask 000 && cached masked layout)
	result "made with the right modes whatever the umask" "$(differs plain-layout masked; loose_modes "$cache")"
	XDG_CACHE_HOME=$work/xdg run default layout --cache 60
	result "by default it is below the user's cache directory" "$(differs plain-layout default
		loose_modes "$work/xdg/monitoring-plugins-hyperv")"
}

# spoil NAME TEXT COMMAND...: a good cache file, as the command leaves it when it gets its path
spoil() {
	local name=$1 text=$2 file
	shift 2
	fresh_cache
	cached good layout
	file=$(cache_files)
	"$@" "$file"
	refused "$name" "the cache file $file is not used, remove it: $text"
}
by_link() { mv "$1" "$work/elsewhere" && ln -s "$work/elsewhere" "$1"; }
by_second_name() { ln "$1" "$work/second"; }
by_directory() { rm "$1" && mkdir "$1"; }
by_garbage() { head -c 5000 /dev/urandom >"$1"; }
by_words() { printf '{"format": "hyperv-capture/1"}' >"$1"; }
# Another key of the same length: as if two hosts had the same name of the file
by_other_key() { sed -i '2s/user=monitor/user=rotinom/' "$1"; }
by_link_of_lock() { rm "${1%.cache}.lock" && ln -s "$work/elsewhere" "${1%.cache}.lock"; }

test_files() {
	local file
	spoil "a file that others can read" 'its mode 0644 lets other users in' chmod 644
	spoil "a file that others can write" 'its mode 0602 lets other users in' chmod 602
	spoil "a symbolic link" 'it is a symbolic link' by_link
	spoil "a directory" 'it is not a regular file' by_directory
	spoil "a file with a second name" 'it has 2 names (hard links)' by_second_name
	spoil "half a file" 'it has ' truncate -s 3000
	spoil "an empty file" 'it does not begin with' truncate -s 0
	spoil "random bytes" 'it does not begin with' by_garbage
	spoil "a capture in its place" 'it does not begin with' by_words
	spoil "a file of another user of the host" 'it was collected from another host or as another user' by_other_key
	if [ "$(id -u)" -eq 0 ]; then
		spoil "a file of somebody else" 'it belongs to user 65534' give_away
	else
		left_out "refused: a file of somebody else"
	fi
	fresh_cache
	cached good layout
	file=$(cache_files)
	by_link_of_lock "$file"
	refused "a lock that is a symbolic link" "the cache file ${file%.cache}.lock is not used, remove it: it is a symbolic link"
	rm -f "${file%.cache}.lock"
	cached cured layout
	result "what it said to remove cures it" "$(differs plain-layout cured; kept 1 1)"
}

# Nothing that failed is kept for others.
test_failures() {
	local here=$http
	fresh_cache
	http=$(free_port)
	cached unreachable layout
	result "a host that can not be reached leaves no file" "$(is unreachable CRITICAL 'Failed to connect'; kept 0 1)"
	http=$here
	login=(--auth ntlm --authfile "$auth_wrong")
	cached wrong layout
	login=(--auth ntlm --authfile "$auth_ntlm")
	result "nor does a wrong password" "$(is wrong UNKNOWN 'does not accept user or password'; kept 0 2)"
}

# The first collector gets no answer; those who come next wait for it no longer than they may, and not at all once it is dead.
test_killed() {
	local here=$http collector before
	fresh_cache
	start_sim slow "$capture" --inject hang@2
	"$builddir/plugins/check_hyperv_layout" -H "$host" -p "$http" "${login[@]}" --cache "60:$cache" -t 60 \
		>/dev/null 2>&1 </dev/null &
	collector=$!
	sim_pids+=("$collector")
	for _ in $(seq 400); do
		[ ! -s "$work/slow.log" ] || break
		sleep 0.02
	done
	cached waiting layout -t 1
	result "who may not wait longer says that another one is collecting" \
		"$(is waiting CRITICAL "another check is still collecting from $host")"
	cached waiting layout -t 1 --unreachable unknown
	result "which is for --unreachable" "$(is waiting UNKNOWN 'another check is still collecting')"
	kill -KILL "$collector"
	wait "$collector" 2>/dev/null
	# What a collector that was killed while it wrote leaves behind
	: >"$(find "$cache" -name '*.lock' | sed 's/lock$/tmp/')"
	cached after layout
	result "a collector that was killed is in nobody's way" "$(differs plain-layout after; kept 1 1)"
	stop_sim slow >"$work/stopped"
	# It was killed in the midst of an enumeration, at most.
	result "and leaves nothing but its own enumeration open" "$(grep -v '^open_enumerations=1$' "$work/stopped")"
	http=$here
}

test_secrets() {
	result "no password was told in all of this" "$(grep -a -F -e "$password" \
		-e "$(printf '%s' "$user:$password" | base64)" "$work/everything"
		[ -s "$work/everything" ] || echo "nothing was said at all")"
}

make_accounts
auth_other=$work/auth-other
printf 'TESTDOM:other:%s\n' "$password" >>"$NTLM_USER_FILE"
printf 'username = other\npassword = %s\ndomain = TESTDOM\n' "$password" >"$auth_other"
chmod 600 "$auth_other"
make_capture || { echo "Bail out! no capture"; exit 99; }

start_sim cache "$capture"
test_shared
test_window
test_age
test_at_once
test_sharers
test_directory
test_files
test_failures
test_killed
test_secrets
stop_sim cache >"$work/stopped"
result "nothing is left open" "$(cat "$work/stopped")"
finish
