#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Holds the schemas in doc/ against what they describe, as TAP: the example captures, the example in doc/capture-format.md, what
# hyperv_capture writes and what hyperv_doctor prints must be valid; broken ones must not.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
schema=$srcdir/doc/hyperv-capture-1.schema.json

python=
for candidate in /usr/bin/python3 python3; do
	if "$candidate" -c 'import jsonschema' 2>/dev/null; then
		python=$candidate
		break
	fi
done
if [ -z "$python" ]; then
	echo '1..0 # SKIP python3 with jsonschema is not here'
	exit 0
fi

number=0
# expect VERDICT NAME FILE
expect() {
	local verdict
	number=$((number + 1))
	verdict=$("$python" -c '
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft7Validator.check_schema(schema)
errors = list(jsonschema.Draft7Validator(schema).iter_errors(json.load(open(sys.argv[2], encoding="utf-8"))))
for e in errors[:3]:
	print("#", "/".join(map(str, e.path)), e.message[:200], file=sys.stderr)
print("invalid" if errors else "valid")' "$schema" "$3" 2>"$work/why")
	if [ "$verdict" = "$1" ]; then
		echo "ok $number - $2 is $1"
	else
		echo "not ok $number - $2 is ${verdict:-not readable}, expected $1"
		cat "$work/why"
	fi
}

for example in fault repaired; do
	expect valid "doc/examples/$example-capture.json" "$srcdir/doc/examples/$example-capture.json"
	"$TOP_BUILDDIR/plugins/hyperv_capture" --capture "$srcdir/doc/examples/$example-capture.json" -o "$work/$example.json"
	expect valid "what hyperv_capture makes of $example-capture.json" "$work/$example.json"
done
sed -n '/^```json$/,/^```$/p' "$srcdir/doc/capture-format.md" | sed '1d;/^```$/,$d' >"$work/doc.json"
expect valid "the example in doc/capture-format.md" "$work/doc.json"

sed 's#hyperv-capture/1#hyperv-capture/2#' "$work/fault.json" >"$work/version.json"
expect invalid "another version" "$work/version.json"
sed 's#"instances": *\[#"instances": 5, "x": [#' "$work/fault.json" >"$work/instances.json"
expect invalid "a class whose instances are no list" "$work/instances.json"
echo '{"format": "hyperv-capture/1", "classes": [{"class": 1}]}' >"$work/class.json"
expect invalid "a class without a name" "$work/class.json"

schema=$srcdir/doc/hyperv-doctor-1.schema.json
for case in fault-json hostile-names-json missing-file-json; do
	expect valid "what hyperv_doctor prints in the case $case" "$srcdir/tests/golden/hyperv_doctor/$case/out"
done
sed 's#"will fail"#"may fail"#' "$srcdir/tests/golden/hyperv_doctor/fault-json/out" >"$work/outlook.json"
expect invalid "another outlook" "$work/outlook.json"
echo "1..$number"
