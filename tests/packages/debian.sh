#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian packages, as TAP: built twice they are the same, lintian finds nothing, each file is where it belongs, and in a clean
# root of the running release they install, run, stay what they are and go. The root is made by debootstrap from the mirror that
# this system's apt uses; HYPERV_TEST_ROOT names a directory in which it is kept for the next time.
set -u
# shellcheck source=tests/packages/lib.sh
. "$(dirname "$0")/lib.sh"
need dpkg-buildpackage dh lintian
root=$work/root
examples=$srcdir/doc/examples

build "source tarball" env TZ=Asia/Tokyo bash -c "umask 077; make -C '$builddir' dist"
result "the source tarball made anew is the same" "$(cmp "$tarball" "$builddir/${tarball##*/}" 2>&1)"

mkdir -p "$work/elsewhere/deeper"
build packages bash "$srcdir/packaging/build-deb.sh" "$tarball" "$work/debs"
result "the unit tests were run" "$(grep -qE '^# PASS: +[1-9]' "$work/packages.log" || echo "no count of tests that passed")"
build "the same packages" env TMPDIR="$work/elsewhere/deeper" TZ=Asia/Tokyo LC_ALL=C DEB_BUILD_OPTIONS="nocheck parallel=1" \
	bash -c "umask 077; '$srcdir/packaging/build-deb.sh' '$tarball' '$work/debs again'"
result "packages built elsewhere, in another time zone and locale, are the same" "$(differences "$work/debs" "$work/debs again" deb)"
# Who publishes packages puts an address where it says localhost.
result "lintian finds nothing" "$(lintian --allow-root -EvIL +pedantic --fail-on error,warning \
	--suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog "$work/debs"/*.changes >"$work/said" 2>&1 ||
	grep '^[EW]:' "$work/said" || tail -n 5 "$work/said")"

debs=()
for package in monitoring-plugins-hyperv monitoring-plugins-hyperv-snmp monitoring-plugins-hyperv-doc; do
	deb=$(ls "$work/debs/${package}_"*.deb)
	debs+=("$deb")
	dpkg-deb --fsys-tarfile "$deb" | tar -tvf - --numeric-owner >"$work/$package.list"
	awk '!/^d/ { print $6 }' "$work/$package.list" | sort >"$work/$package.files"
	dpkg-deb --info "$deb" conffiles 2>/dev/null >"$work/$package.conffiles"
done
lists=("$work"/monitoring-plugins-hyperv{,-snmp,-doc}.list)
files=("$work"/monitoring-plugins-hyperv{,-snmp,-doc}.files)
result "no file is in two packages" "$(sort "${files[@]}" | uniq -d)"
result "every program has a manual page in its package" "$(for list in "${files[@]}"; do
	grep -E '/(s?bin|plugins)/' "$list" | while read -r program; do
		grep -q "/man[18]/${program##*/}[.][18][.]gz\$" "$list" || echo "$program"
	done
done)"
mapfile -t programs < <(cat "${files[@]}" | grep -E '/(s?bin|nagios/plugins)/' | sed 's/^[.]//')
result "there are all programs" "$(diff <(basename -a "${programs[@]}" | sort) <(cd "$builddir" &&
	find plugins mibs -type f \( -name 'check_hyperv_*' -o -name 'hyperv_*' \) -perm -u+x ! -name '*.*' -exec basename {} \; | sort))"
result "files belong to root and none but root can write them" "$(grep -hvE '^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) 0/0 ' "${lists[@]}")"
result "none but programs are executable" "$(grep -h '^-rwx' "${lists[@]}" | grep -vE ' [.]/usr/(s?bin|lib/nagios/plugins)/')"
result "the subagent's configuration is a conffile, the only one" "$(cat "$work"/*.conffiles | diff - <(echo /etc/hyperv_agentx.conf))"

# Why there is no clean root, or nothing; with it, where packages come from is in sources.
find_mirror() {
	local release
	release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	[ "$(id -u)" -eq 0 ] || { echo "root is needed to make a clean root"; return; }
	command -v debootstrap >/dev/null || { echo "not installed: debootstrap"; return; }
	# shellcheck disable=SC2016
	apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' "Created-By: Packages" 2>/dev/null |
		grep -E " $release(-updates|-security)? (main|universe)$" | sort -u >"$work/sources"
	grep -q " $release " "$work/sources" || echo "the sources of this system's apt do not tell where release '$release' comes from"
}

# Mounts of its own, which go with the process; without the right to that there is no /proc in the clean root.
namespace=()
unshare --mount --propagation private true 2>/dev/null && namespace=(unshare --mount --propagation private)

make_root() {
	local release mirror kept=${HYPERV_TEST_ROOT:-}
	read -r _ mirror release _ < <(grep -vE -- '-(updates|security) ' "$work/sources")
	[ -z "$kept" ] || kept=$kept/$release-$(dpkg --print-architecture).tar
	mkdir "$root"
	if [ -n "$kept" ] && [ -s "$kept" ]; then
		tar -xpf "$kept" -C "$root" --numeric-owner
	else
		"${namespace[@]}" debootstrap --variant=minbase "$release" "$root" "$mirror" >"$work/debootstrap.log" 2>&1 </dev/null || return 1
		if [ -n "$kept" ]; then
			mkdir -p "${kept%/*}" && tar -cf "$kept.new" -C "$root" --one-file-system . && mv "$kept.new" "$kept"
		fi
	fi || return 1
	cp "$work/sources" "$root/etc/apt/sources.list"
	cp /etc/resolv.conf /etc/hosts "$root/etc/"
	apt-config dump | grep -iE '^Acquire::(http|https)::proxy' >"$root/etc/apt/apt.conf.d/proxy"
	if [ -s /etc/ssl/certs/ca-certificates.crt ]; then
		mkdir -p "$root/etc/ssl/certs" && cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
	fi
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
	mkdir "$root/debs" && cp "${debs[@]}" "$root/debs/"
}

# become COMMAND...: this process becomes the command, in the clean root.
# shellcheck disable=SC2016
become() {
	exec "${namespace[@]}" bash -c '[ -z "$1" ] || mount -t proc proc "$2/proc" 2>/dev/null; shift; exec chroot "$@"' \
		- "${namespace[*]}" "$root" env DEBIAN_FRONTEND=noninteractive "$@"
}
inside() { (become "$@"); }
# quiet COMMAND...: what it says, when it fails.
quiet() { "$@" >"$work/said" 2>&1 </dev/null || { echo "status $?: $*"; tail -n 20 "$work/said"; }; }
apt() { quiet inside apt-get -q -y --no-install-recommends "$@"; }

end() { echo "1..$number"; exit 0; }
why=$(find_mirror)
if [ -n "$why" ]; then
	skip "in a clean root" "$why"
	end
fi
if ! make_root; then
	tail -n 20 "$work/debootstrap.log" 2>/dev/null | sed 's/^/# /'
	skip "in a clean root" "debootstrap did not make one"
	end
fi

names=(monitoring-plugins-hyperv monitoring-plugins-hyperv-snmp monitoring-plugins-hyperv-doc)
local_debs=()
for deb in "${debs[@]}"; do local_debs+=("/debs/${deb##*/}"); done
result "clean root: the mirror answers" "$(apt update)"
result "clean root: the packages install with what they depend on" "$(apt install "${local_debs[@]}")"
result "clean root: every program tells of itself" "$(for program in "${programs[@]}"; do tells_of_itself "$program" inside; done)"
cp "$root/usr/share/doc/monitoring-plugins-hyperv/examples/"*.json "$work/" || exit 99
cp "$srcdir/packaging/debian/tests/smoke" "$root/debs/"
result "clean root: the checks judge the example hosts, the subagent reads its configuration" "$(quiet inside /debs/smoke)"
result "clean root: the sample wants nothing but a host" "$(
	ends 3 inside hyperv_agentx --check-config
	inside hyperv_agentx --check-config 2>&1 | grep -q 'there is no section \[host NAME\]' || echo "that is not what it says")"
result "clean root: the service has an account of its own" "$(ends 0 inside id hyperv_agentx)"

# The simulated host of this build tree, on loopback, by NTLM and sealed.
result "clean root: what else is recommended and used installs" "$(apt install gss-ntlmssp man-db snmp snmpd)"
result "clean root: every program's manual page is found" "$(for program in "${programs[@]}"; do ends 0 inside man -w "${program##*/}"; done
	ends 0 inside man -w 5 hyperv-capture
	ends 0 inside man -w hyperv_agentx.conf)"
if [ -x "$builddir/tests/sim/hyperv_sim" ] && dpkg --status gss-ntlmssp >/dev/null 2>&1; then
	printf 'EXAMPLE:monitor:packages\n' >"$work/accounts"
	printf 'username = monitor\npassword = packages\ndomain = EXAMPLE\n' >"$root/debs/auth"
	chmod 600 "$root/debs/auth"
	NTLM_USER_FILE=$work/accounts "$builddir/tests/sim/hyperv_sim" --capture "$examples/fault-capture.json" --ready "$work/ready" >/dev/null 2>&1 &
	pids+=("$!")
	for _ in $(seq 600); do [ -e "$work/ready" ] && break; sleep 0.1; done
	now=$(sed -n 's/^ "taken_at": "\(.*\)",$/\1/p' "$examples/fault-capture.json")
	result "clean root: a check asks a live host, by NTLM" "$(ends 2 inside /usr/lib/nagios/plugins/check_hyperv_layout -H localhost \
		-p "$(sed -n 's/^http=//p' "$work/ready")" --auth ntlm --authfile /debs/auth --now "$now")"
else
	skip "clean root: a check asks a live host, by NTLM" "the simulated host was not built or gss-ntlmssp is not here"
fi

# As README.Debian says it is done, but for the addresses.
cat >"$root/etc/snmp/snmpd.conf" <<-END
	rocommunity public
	master agentx
	agentXSocket /var/agentx/master
	agentXPerms 0660 0755 root hyperv_agentx
END
printf '[host hv01]\ncapture = /debs/fault-capture.json\nmax-age = 1000d\n' >"$root/debs/hyperv_agentx.conf"
cp "$examples/fault-capture.json" "$root/debs/"
port=$(python3 -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
become /usr/sbin/snmpd -f -Lo -u Debian-snmp -g Debian-snmp "udp:127.0.0.1:$port" >"$work/snmpd.log" 2>&1 </dev/null &
pids+=("$!")
become setpriv --reuid=hyperv_agentx --regid=hyperv_agentx --clear-groups \
	/usr/sbin/hyperv_agentx --config /debs/hyperv_agentx.conf >"$work/agent.log" 2>&1 </dev/null &
pids+=("$!")
# hvbWorstState.0 by its number: the modules that ours imports are not free software, and so not in the clean root.
ask() { inside snmpget -v 2c -c public -m '' -Oqv "127.0.0.1:$port" 1.3.6.1.4.1.8072.9999.9999.5985.1.1.7.0 2>&1; }
worst=
for _ in $(seq 60); do
	worst=$(ask)
	[ "$worst" != 3 ] || break
	sleep 1
done
result "clean root: snmpd serves what the subagent, without privileges, knows" "$([ "$worst" = 3 ] ||
	{ echo "snmpget says: $worst"; tail -n 5 "$work/snmpd.log" "$work/agent.log"; })"
for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
pids=()

echo '# ours' >>"$root/etc/hyperv_agentx.conf"
result "clean root: they install over themselves" "$(apt install --reinstall "${local_debs[@]}")"
result "clean root: a configuration that was changed stays" "$(grep -qx '# ours' "$root/etc/hyperv_agentx.conf" || echo "it is another")"
result "clean root: dpkg finds the files as they were packaged" "$(inside dpkg --verify "${names[@]}" | grep -v ' c /etc/hyperv_agentx.conf$')"
result "clean root: they are removed, but for the configuration" "$(apt remove "${names[@]}"
	[ -e "$root/etc/hyperv_agentx.conf" ] || echo "the configuration is gone"
	for program in "${programs[@]}"; do [ ! -e "$root/$program" ] || echo "$program is there"; done)"
result "clean root: purged, nothing of them is left" "$(quiet inside dpkg --purge "${names[@]}"
	rm -rf "$root/debs"
	find "$root" -xdev -path "$root/var/cache/apt" -prune -o -iname '*hyperv*' -print)"
end
