#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the Debian packages of a source tarball, without network and without root:
#   packaging/build-deb.sh monitoring-plugins-hyperv-VERSION.tar.xz DIRECTORY
# The packages come to DIRECTORY. DEB_BUILD_OPTIONS=nocheck leaves the unit tests out.
set -eu
tarball=${1-}
case $#:${tarball##*/} in
2:monitoring-plugins-hyperv-[0-9]*.tar.xz) ;;
*) sed -n '3,5s/^# //p' "$0" >&2; exit 2 ;;
esac
version=${tarball##*-}
version=${version%.tar.xz}
mkdir -p -- "$2" && [ -w "$2" ] || exit 1
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

cp -- "$1" "$work/monitoring-plugins-hyperv_$version.orig.tar.xz"
mkdir "$work/source"
tar -xJf "$1" -C "$work/source" --strip-components=1 --no-same-owner
cp -R "$work/source/packaging/debian" "$work/source/debian"
(cd "$work/source" && dpkg-buildpackage --build=full --unsigned-source --unsigned-changes)
rm -r "$work/source"
mv -- "$work"/* "$2"
