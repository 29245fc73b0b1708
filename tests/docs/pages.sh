#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The documentation's commands, run: each block of each page that is marked as one to run, in a directory of its own, with a
# simulated host behind the names that the pages use. CONTRIBUTING.md says how blocks are marked. TAP.
#
#   pages.sh [PAGE...]   all pages, or some ("README.md", "doc/shell.md")
set -u
# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/../live/lib.sh"
for tool in python3 openssl krb5kdc kadmin.local kinit jq; do
	command -v "$tool" >/dev/null || { echo "1..0 # SKIP not installed: $tool"; exit 0; }
done

# What the pages name, below $root: files of the system, and those that a reader has at hand.
root=$work/root
here=$work/files
mkdir -p "$root/etc/monitoring-plugins" "$root/var/lib/hyperv" "$here/doc" "$work/bin" "$work/pages" "$work/calls"

# The example as if it had been taken an hour ago: a live host has the time of today.
python3 - "$examples/fault-capture.json" "$work/live.json" <<'END'
import datetime, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
form = "%Y-%m-%dT%H:%M:%S"
taken = datetime.datetime.strptime(re.search(r'"taken_at": *"([-0-9T:]{19})', text).group(1), form)
shift = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None) - datetime.timedelta(hours=1) - taken
later = lambda m: (datetime.datetime.strptime(m.group(0), form) + shift).strftime(form)
open(sys.argv[2], "w", encoding="utf-8").write(re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", later, text))
END
start_realm
make_accounts
make_certificates
start_sim host "$work/live.json" --http --https --certificate "$work/server.pem" --key "$work/server.key" --client-ca "$work/ca.pem" \
	--auth negotiate,kerberos,basic,certificate --user "$user:$password"

etc=$root/etc/monitoring-plugins
install -m 600 "$auth_ntlm" "$etc/hyperv.auth"
install -m 600 "$auth_ntlm" "$here/hv.auth"
install -m 600 "$keytab" "$etc/hyperv.keytab"
install -m 644 "$work/ca.pem" "$etc/hv01.pem"
install -m 600 "$work/client.pem" "$etc/hyperv-client.pem"
install -m 600 "$work/client.key" "$etc/hyperv-client.key"
printf '[hyperv]\nauth = ntlm\nauthfile = %s/hyperv.auth\n' "$etc" >"$root/etc/monitoring-plugins.ini"
python3 "$srcdir/tests/golden/make-inputs.py" "$work/inputs" || exit 99
cp -R "$examples" "$here/doc/examples"
cp -R "$srcdir/packaging" "$here/packaging"
mkdir "$here/mibs" && cp "$srcdir"/mibs/*.txt "$here/mibs/"
cp -R "$examples/fault-capture.json" "$here/host.json"
cp -R "$work/inputs/utf8" "$here/host01"
cp -R "$work/inputs/utf8" "$root/var/lib/hyperv/host01"
cp -R "$work/inputs/vm-config/Virtual Machines" "$here/Virtual Machines"
cp "$work/inputs/whole.evtx" "$here/vmms.evtx"
cp "$work/inputs/whole.evtx" "$here/Microsoft-Windows-Hyper-V-VMMS-Admin.evtx"
chmod -R u+w "$here" "$root"

for program in "$builddir"/plugins/check_hyperv_*[a-z] "$builddir"/plugins/hyperv_*[a-z] "$builddir"/mibs/hyperv_agentx; do
	[ ! -x "$program" ] || install -m 755 "$srcdir/tests/docs/stand-in.sh" "$work/bin/${program##*/}"
done
install -m 755 "$srcdir/tests/docs/stand-in.sh" "$work/bin/sudo"

export DOC_PROGRAMS="$builddir/plugins:$builddir/mibs" DOC_ROOT=$root DOC_CALLS=$work/calls DOC_HTTP=$http DOC_HTTPS=$https
export DOC_USER=$user DOC_REALM=$realm PATH=$work/bin:$PATH
python3 "$srcdir/tests/docs/pages.py" "$srcdir" "$builddir" "$work" "$@"
