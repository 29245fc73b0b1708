# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of the packages: the source tarball, a directory of their own, and lines of TAP.
# shellcheck shell=bash
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-.}" && pwd) || exit 99
work=$(mktemp -d "${TMPDIR:-/tmp}/hyperv-packages.XXXXXX") || exit 99
chmod 755 "$work"
pids=()
cleanup() {
	local pid
	for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
	rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 99' INT TERM
export HOME=$work PATH=$PATH:/usr/sbin:/sbin LC_ALL=C.UTF-8
# Of the make that runs this test; and the packages have dates of their own.
unset MAKEFLAGS MFLAGS MAKELEVEL SOURCE_DATE_EPOCH DEB_BUILD_OPTIONS

# shellcheck source=tests/script.sh
. "$(dirname "${BASH_SOURCE[0]}")/../script.sh"
skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP NOT TESTED, $2"
}

# need TOOL... : without them there is nothing to test.
need() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null || { echo "1..0 # SKIP NOT TESTED, not installed: $tool"; exit 0; }
	done
}

# build NAME COMMAND...: what it says is shown when it fails, and nothing can be tested then.
build() {
	local name=$1
	shift
	"$@" >"$work/$name.log" 2>&1 </dev/null || {
		tail -n 40 "$work/$name.log" | sed 's/^/# /'
		echo "Bail out! $name failed"
		exit 99
	}
}

# differences DIRECTORY DIRECTORY EXTENSION: of the files that both must have alike, and there must be some.
differences() {
	(cd "$1" && sha256sum -- *."$3") >"$work/first" 2>&1
	(cd "$2" && sha256sum -- *."$3") >"$work/second" 2>&1
	grep -q '[.]'"$3"'$' "$work/first" || echo "there are none"
	diff "$work/first" "$work/second"
}

# ends STATUS COMMAND...: what it says, when it ends otherwise.
ends() {
	local expected=$1 status=0 said
	shift
	said=$("$@" 2>&1 </dev/null) || status=$?
	[ "$status" -eq "$expected" ] || printf 'status %s, not %s: %s\n%s\n' "$status" "$expected" "$*" "$said"
}

# tells_of_itself PROGRAM [COMMAND...]: --version and --help, run by the command.
tells_of_itself() {
	local program=$1 name=${1##*/} option status expected=3
	shift
	case $name in hyperv_agentx | hyperv_capture) expected=0 ;; esac
	for option in --version --help; do
		status=0
		"$@" "$program" "$option" >"$work/said" 2>&1 </dev/null || status=$?
		[ "$status" -eq "$expected" ] || echo "$name $option ends with status $status, not $expected"
		head -n 1 "$work/said" | grep -q "^$name .*(monitoring-plugins-hyperv)" || { echo "$name $option says:"; head -n 5 "$work/said"; }
	done
}

tarball=$(ls "$builddir"/monitoring-plugins-hyperv-*.tar.xz 2>/dev/null)
[ -s "$tarball" ] || {
	echo "1..0 # SKIP NOT TESTED, no source tarball in the build directory: make check-packages makes one"
	exit 0
}
cp "$tarball" "$work" || exit 99
tarball=$work/${tarball##*/}
