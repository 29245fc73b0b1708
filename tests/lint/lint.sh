#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The rules of CONTRIBUTING.md that a machine can check, as TAP. Needs srcdir; builddir for the object files.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
builddir=$(cd "${builddir:-.}" && pwd) || exit 99
cd "$srcdir" || exit 99

# shellcheck source=tests/script.sh
. "$srcdir/tests/script.sh"
skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

mapfile -t c_files < <(find common plugins mibs tests -name '*.[ch]' | sort)
mapfile -t product_files < <(find common plugins mibs -name '*.[ch]' | sort)
mapfile -t texts < <(find common plugins mibs tests doc m4 packaging quickstart Makefile.am configure.ac README.md NEWS.md \
	ARCHITECTURE.md CONTRIBUTING.md SECURITY.md -type f ! -path '*/corpus/*' ! -path '*/golden/*' 2>/dev/null | sort)

# Comments and strings blanked, line numbers kept.
code_of() {
	awk '
	{
		line = $0; out = ""
		while (line != "") {
			if (in_comment) {
				end = index(line, "*/")
				if (end == 0) { line = ""; break }
				line = substr(line, end + 2); in_comment = 0
			} else if (match(line, /\/\*|"([^"\\]|\\.)*"|\x27([^\x27\\]|\\.)*\x27|\/\//)) {
				token = substr(line, RSTART, RLENGTH)
				out = out substr(line, 1, RSTART - 1)
				line = substr(line, RSTART + RLENGTH)
				if (token == "/*") in_comment = 1
				else if (token == "//") line = ""
				else out = out "\"\""
			} else { out = out line; line = "" }
		}
		print FILENAME ":" FNR ": " out
	}
	FNR == 1 && FILENAME != last { last = FILENAME; in_comment = 0 }' "$@"
}
code=$(code_of "${c_files[@]}")
product_code=$(code_of "${product_files[@]}")

# 1. Licence line
missing=$(for f in "${c_files[@]}" $(find tests m4 -name '*.sh' -o -name '*.m4' -o -name '*.py') quickstart Makefile.am configure.ac; do
	[ -e "$f" ] || continue
	head -n 3 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$f"
done)
result "every source file has its licence line" "$missing"

# 2. Layers: what each folder of common/ may include besides itself (ARCHITECTURE.md)
declare -A may=(
	[base]="" [model]="base" [check]="base model" [output]="base model check" [cim]="base model" [evtx]="base" [wsman]="base cim"
	[source]="base model cim evtx wsman" [cli]="base model check output cim evtx wsman source" [plugins]="base model check cli/runner.h"
	[mibs]="base model check output cim evtx wsman source cli")
bad=""
for layer in "${!may[@]}"; do
	folder=common/$layer
	case $layer in plugins | mibs) folder=$layer ;; esac
	while IFS=: read -r file line include; do
		target=${include#*\"}
		target=${target%\"*}
		case $layer:$target in cli:config.h | mibs:config.h) continue ;; esac
		case $target in "$layer"/*) continue ;; esac
		[ "$layer" = plugins ] && case $file in plugins/hyperv_*) continue ;; esac
		allowed=false
		for other in ${may[$layer]}; do
			case $target in "$other"/* | "$other") allowed=true ;; esac
		done
		$allowed || bad+="$file:$line: $layer may not include $target"$'\n'
	done < <(grep -nE '^#include "' "$folder"/*.[ch] 2>/dev/null)
done
foreign() { # foreign PATTERN ALLOWED-PLACES-REGEX
	grep -nE "^#include <($1)" "${product_files[@]}" | grep -vE "^($2)" | sed 's/$/ : not in this place/'
}
bad+=$(foreign 'libxml/' 'common/(cim|wsman)/')$(foreign 'jansson' 'common/(cim|output)/')$(foreign 'zlib' 'common/evtx/')
bad+=$(foreign 'curl/' 'common/wsman/transport-curl\.c:')$(foreign 'gssapi|krb5' 'common/wsman/auth-gss')
bad+=$(foreign 'openssl/' 'common/wsman/tls-binding\.c:')$(foreign 'net-snmp/' 'mibs/agentx')
result "layers include only what stands below them" "$bad"

# 3. Functions that must not be used (ARCHITECTURE.md, "Forbidden")
banned='sprintf|vsprintf|strcpy|strcat|strncpy|strncat|stpcpy|atoi|atol|atoll|atof|strtok|strtok_r|sscanf|gets|localtime|gmtime|ctime|asctime|alloca|system|popen|tmpnam|mktemp|setlocale'
result "no banned function" "$(grep -E "[^_[:alnum:]]($banned)[[:space:]]*\(" <<<"$product_code")"
result "the heap is reached through base/alloc.c alone" \
	"$(grep -E '[^_[:alnum:]](malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf)[[:space:]]*\(' <<<"$product_code" | grep -v '^common/base/alloc.c:')"
result "printing, exiting, environment and clock are for common/cli alone" \
	"$(grep -E '[^_[:alnum:]](printf|puts|putchar|fputs|fprintf|perror|exit|_exit|abort|getenv|secure_getenv|time|clock_gettime|gettimeofday|sleep|usleep|nanosleep|syslog)[[:space:]]*\(' <<<"$product_code" | grep -vE '^(common/cli/|plugins/hyperv_|mibs/hyperv_)')"
result "no switch hides a new enum member behind a default" "$(grep -E '[^_[:alnum:]]default[[:space:]]*:' <<<"$product_code")"

# 4. Left-overs
result "no left-over markers" "$(grep -nE '\b(TO''DO|FIX''ME|XX''X|HA''CK)\b' "${texts[@]}" | head -n 20)"

# 5. State: objects hold constants only
if command -v objdump >/dev/null && ls "$builddir"/common/*.a >/dev/null 2>&1 && [ "${SANITIZED:-no}" = no ]; then
	state=$(objdump -t "$builddir"/common/*.a "$builddir"/mibs/*.a 2>/dev/null | awk '
		/^In archive|file format/ { file = $1; next }
		($4 == ".data" || $4 == ".bss" || $3 == ".data" || $3 == ".bss" || $4 == "*COM*") && / O / { print file, $NF }' |
		grep -v '^cli-' | grep -vE 'common_libcli_a|^[^ ]*(env|main)\.o: ')
	result "no mutable file-scope state" "$state"
else
	skip "no mutable file-scope state" "needs objdump and a build without sanitizers"
fi

# 6. Headers stand alone
cc=${CC:-cc}
alone=$(for h in $(find common mibs -name '*.h' | sort); do
	$cc -std=gnu11 -D_GNU_SOURCE -Icommon -I. -fsyntax-only -x c "$h" >/dev/null 2>&1 || echo "$h does not compile alone"
done)
result "headers compile alone" "$alone"

# 7. Format and static analysis
format_version=$(clang-format --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p')
if [ "$format_version" = 14 ]; then
	result "clang-format has nothing to change" "$(clang-format --dry-run "${c_files[@]}" 2>&1 | grep -E 'warning|error' | head -n 20)"
else
	skip "clang-format has nothing to change" "the layout is that of clang-format 14, here is '${format_version:-none}'"
fi
if [ "${BRIEF:-no}" = yes ]; then
	skip "cppcheck" "done in the strict build"
	skip "clang-tidy" "done in the strict build"
else
	if command -v cppcheck >/dev/null; then
		result "cppcheck" "$(cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
			--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=readdirCalled --suppress=nullPointer:common/base/file.c --library=posix -Icommon -I. -D_GNU_SOURCE \
			--template='{file}:{line}: {id}: {message}' common plugins mibs 2>&1)"
	else
		skip "cppcheck" "cppcheck is not here"
	fi
	if command -v clang-tidy >/dev/null; then
		includes="-DSYSCONFDIR=\"\" -I$srcdir/common -I$srcdir -I$builddir $(pkg-config --cflags jansson libxml-2.0 zlib libcurl libcrypto krb5-gssapi 2>/dev/null)"
		# shellcheck disable=SC2086
		tidy=$(printf '%s\n' "${product_files[@]}" | grep '\.c$' | xargs -P "$(nproc)" -n 1 sh -c '
			includes=$0
			clang-tidy --quiet "$@" -- -std=gnu11 -D_GNU_SOURCE $includes 2>/dev/null' "$includes" | grep -E 'warning:|error:' | sort -u)
		result "clang-tidy" "$tidy"
	else
		skip "clang-tidy" "clang-tidy is not here"
	fi
fi

# 8. The project speaks of itself alone
result "no path of a developer's machine" "$(grep -nE '(^|[^[:alnum:]_])(/home/[a-z]|/ro''ot/[.a-z]|/wo''rk/)' "${texts[@]}" | head -n 20)"

finish
