#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The RPM packages, as TAP: built twice they are the same, rpmlint finds nothing, each file is where it belongs, and installed below
# a directory the programs run, with this system's libraries, and are what was packaged. Scriptlets are not run there: they would
# want a shell in that directory.
set -u
# shellcheck source=tests/packages/lib.sh
. "$(dirname "$0")/lib.sh"
need rpmbuild rpm rpmlint
root=$work/root
names=(monitoring-plugins-hyperv monitoring-plugins-hyperv-snmp monitoring-plugins-hyperv-doc)

mkdir -p "$work/elsewhere/deeper"
build packages bash "$srcdir/packaging/build-rpm.sh" "$tarball" "$work/rpms" --without check
build "the same packages" env TMPDIR="$work/elsewhere/deeper" TZ=Asia/Tokyo LC_ALL=C \
	bash -c "umask 077; '$srcdir/packaging/build-rpm.sh' '$tarball' '$work/rpms again' --without check"
result "packages built elsewhere, in another time zone and locale, are the same" "$(differences "$work/rpms" "$work/rpms again" rpm)"
result "rpmlint finds nothing" "$(said=$(rpmlint -c "$srcdir/packaging/rpm/rpmlint.toml" "$work/rpms"/*.rpm "$srcdir"/packaging/rpm/*.spec 2>&1)
	grep -q ' 0 errors, 0 warnings' <<<"$said" || printf '%s\n' "$said")"

rpms=()
files=()
for package in "${names[@]}"; do
	package_rpm=$(ls "$work/rpms/$package"-[0-9]*.{x86_64,aarch64,noarch}.rpm 2>/dev/null)
	rpms+=("$package_rpm")
	files+=("$work/$package.files")
	rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES}\n]' "$package_rpm" >"$work/$package.files"
done
result "no file is in two packages" "$(grep -hv '^d' "${files[@]}" | awk '{ print $4 }' | sort | uniq -d)"
result "every program has a manual page in its package" "$(for list in "${files[@]}"; do
	grep -E '^-.*/(s?bin|plugins)/' "$list" | awk '{ print $4 }' | while read -r program; do
		grep -q "/man[18]/${program##*/}[.][18]" "$list" || echo "$program"
	done
done)"
mapfile -t programs < <(grep -hE '^-.*/(s?bin|nagios/plugins)/' "${files[@]}" | awk '{ print $4 }')
result "there are all programs" "$(diff <(basename -a "${programs[@]}" | sort) <(cd "$builddir" &&
	find plugins mibs -type f \( -name 'check_hyperv_*' -o -name 'hyperv_*' \) -perm -u+x ! -name '*.*' -exec basename {} \; | sort))"
result "files belong to root and none but root can write them" \
	"$(grep -hvE '^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) root root ' "${files[@]}")"
result "the subagent's configuration is kept, and the only one" "$(rpm -qpc "${rpms[@]}" | diff - <(echo /etc/hyperv_agentx.conf))"

mkdir "$root"
installing=$(rpm --root "$root" --initdb 2>&1 && rpm --root "$root" -i --nodeps --noscripts "${rpms[@]}" 2>&1)
result "they install below a directory" "$(rpm --root "$root" -q "${rpms[@]##*/}" >/dev/null 2>&1 ||
	for name in "${names[@]}"; do
		rpm --root "$root" -q "$name" >/dev/null || { echo "$name is not there"; printf '%s\n' "$installing"; }
	done)"
result "every program tells of itself" "$(for program in "${programs[@]}"; do tells_of_itself "$root$program"; done)"
plugins=$(dirname "$(ls "$root"/usr/lib*/nagios/plugins/check_hyperv_layout)")
captures=$root/usr/share/doc/monitoring-plugins-hyperv/examples
result "the checks judge the example hosts" "$(for check in layout events space; do
	ends 2 "$plugins/check_hyperv_$check" --capture "$captures/fault-capture.json" -v
	ends 0 "$plugins/check_hyperv_$check" --capture "$captures/repaired-capture.json" -v
done)"
{ cat "$root/etc/hyperv_agentx.conf" && printf '[host hv01]\n'; } >"$work/agent.conf"
result "the subagent reads its configuration" "$(ends 0 "$root/usr/sbin/hyperv_agentx" --check-config --config "$work/agent.conf")"
result "rpm finds the files as they were packaged" "$(rpm --root "$root" -V --nodeps "${names[@]}" 2>&1)"
result "they are removed, and nothing of them is left" "$(
	rpm --root "$root" -e --noscripts "${names[@]}" >/dev/null 2>&1
	find "$root/etc" "$root/usr" -iname '*hyperv*')"
echo "1..$number"
