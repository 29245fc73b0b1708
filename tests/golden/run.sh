#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Golden tests: runs a program on recorded input and compares what it says byte for byte. TAP.
#
#   run.sh                    all cases
#   run.sh CASE...            some, as <program>/<case>
#   run.sh --update [CASE...] writes what the programs say now into the cases, for review with git diff
#
# A case is a directory <program>/<case>/ with
#   args   one argument per line. @DIR@ is the case, @EXAMPLES@ is doc/examples, @INPUTS@ what make-inputs.py makes.
#   env    optional: NAME=value lines
#   out    standard output, byte for byte
#   rc     exit status
#   err    standard error; nothing may be written there when the file is missing
# and any input files. Everything runs on copies whose modification time is 2026-11-22 03:00 UTC, with relative paths, so that
# neither paths nor times differ between machines.
set -u
srcdir=$(cd "$(dirname "$0")" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-${top_builddir:-$srcdir/../..}}" && pwd) || exit 99
examples=$srcdir/../../doc/examples

update=false
if [ "${1-}" = --update ]; then
	update=true
	shift
fi

work=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

if [ $# -gt 0 ]; then
	cases=("${@%/}")
else
	cases=()
	for directory in "$srcdir"/*/*/; do
		[ -d "$directory" ] || continue
		directory=${directory%/}
		cases+=("${directory#"$srcdir/"}")
	done
fi
if [ ${#cases[@]} -eq 0 ]; then
	echo "1..0"
	echo "Bail out! no golden case in $srcdir"
	exit 1
fi

# copy FROM TO: a writable copy with a modification time that is always the same.
copy() {
	mkdir -p "$(dirname "$2")" && cp -R "$1" "$2" && chmod -R u+w "$2" && settle "$2"
}
settle() {
	find "$1" -exec env TZ=UTC touch -t 202611220300.00 {} +
}

# What several cases share, made only when one of them asks for it.
if grep -qs @INPUTS@ "${cases[@]/#/$srcdir/}" -r --include=args; then
	python3 "$srcdir/make-inputs.py" "$work/inputs" || exit 99
	settle "$work/inputs"
fi
[ ! -d "$examples" ] || copy "$examples" "$work/examples" || exit 99

# run_case CASE: out, err and rc of the program to $work/result.
run_case() {
	local case=$1 program=${1%%/*} arguments=() variables=() line
	while IFS= read -r line || [ -n "$line" ]; do
		line=${line//@DIR@/cases/$case}
		line=${line//@EXAMPLES@/examples}
		arguments+=("${line//@INPUTS@/inputs}")
	done <"$srcdir/$case/args"
	if [ -e "$srcdir/$case/env" ]; then
		mapfile -t variables <"$srcdir/$case/env"
		# With LOCPATH set a library that libcurl brings along (p11-kit) leaks; the other cases watch for leaks.
		[[ "${variables[*]}" != *LC_ALL=* ]] ||
			variables+=("LOCPATH=${HV_LOCALES-}" "ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0")
	fi
	copy "$srcdir/$case" "$work/cases/$case" || return 1
	(
		cd "$work" || exit 99
		unset NAGIOS_CONFIG_PATH MP_CONFIG_FILE
		env LC_ALL=C TZ=UTC "${variables[@]}" "$builddir/plugins/$program" "${arguments[@]}" \
			>"$work/raw" 2>"$work/result/err" </dev/null
		echo $? >"$work/result/rc"
		# The one thing that changes with every release.
		sed 's/"producer":"hyperv_capture [^"]*"/"producer":"hyperv_capture @VERSION@"/' "$work/raw" >"$work/result/out"
	)
}

# missing CASE: the files that it lacks.
missing() {
	local name
	for name in args out rc; do
		if [ ! -e "$srcdir/$1/$name" ]; then
			$update && [ "$name" != args ] || echo "$1/$name is missing"
		fi
	done
	[ -x "$builddir/plugins/${1%%/*}" ] || echo "$builddir/plugins/${1%%/*} is not built"
}

# differences CASE: empty when the program said what was expected.
differences() {
	local expected=$srcdir/$1/err
	[ -e "$expected" ] || expected=/dev/null
	diff -u "$srcdir/$1/rc" "$work/result/rc"
	diff -au "$srcdir/$1/out" "$work/result/out"
	diff -au "$expected" "$work/result/err"
}

write_expected() {
	cp "$work/result/out" "$work/result/rc" "$srcdir/$1/"
	if [ -s "$work/result/err" ]; then
		cp "$work/result/err" "$srcdir/$1/"
	else
		rm -f "$srcdir/$1/err"
	fi
}

number=0
failed=0
mkdir "$work/result" || exit 99
echo "1..${#cases[@]}"
for case in "${cases[@]}"; do
	number=$((number + 1))
	findings=$(missing "$case")
	if [ -z "$findings" ]; then
		run_case "$case" || findings="could not be set up"
	fi
	if [ -z "$findings" ]; then
		! $update || write_expected "$case"
		findings=$(differences "$case")
	fi
	if [ -z "$findings" ]; then
		echo "ok $number - $case"
	else
		failed=$((failed + 1))
		echo "not ok $number - $case"
		printf '%s\n' "$findings" | sed 's/^/# /'
	fi
done
[ "$failed" -eq 0 ]
