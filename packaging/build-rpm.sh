#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the RPM packages of a source tarball, without network and without root:
#   packaging/build-rpm.sh monitoring-plugins-hyperv-VERSION.tar.xz DIRECTORY [OPTION-OF-RPMBUILD...]
# The packages come to DIRECTORY; no source package, which would tell of the folder it was built in. --without check leaves the
# unit tests out.
set -eu
tarball=${1-}
case ${2:+given}:${tarball##*/} in
given:monitoring-plugins-hyperv-[0-9]*.tar.xz) ;;
*) sed -n '3,6s/^# //p' "$0" >&2; exit 2 ;;
esac
target=$2
shift 2
mkdir -p -- "$target" && [ -w "$target" ] || exit 1
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

cp -- "$tarball" "$work"
tar -xJf "$tarball" -C "$work" --strip-components=3 --no-same-owner --wildcards '*/packaging/rpm/*.spec'
export HOME="$work" # rpm keeps its database there
if ! rpm -q rpm >/dev/null 2>&1; then
	# Not a system of RPM packages: it knows of nothing that is there, and its macros compress and strip nothing. What would
	# be stripped has the names of folders in it, and so the build's id would come from them.
	set -- --nodeps --define 'optflags -O2' --define '__os_install_post bash %{_rpmconfigdir}/brp-compress && \
		find %{buildroot} -type f -perm /111 -exec %{__strip} {} +' "$@"
fi
# The date of the packages is that of the changelog.
unset SOURCE_DATE_EPOCH
rpmbuild -bb --define "_topdir $work" --define "_sourcedir $work" --define "_dbpath $work/database" \
	--define 'source_date_epoch_from_changelog 1' --define 'use_source_date_epoch_as_buildtime 1' \
	--define 'clamp_mtime_to_source_date_epoch 1' --define '_buildhost localhost' "$@" "$work"/*.spec
mv -- "$work"/RPMS/*/*.rpm "$target"
