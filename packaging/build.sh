#!/bin/sh
# SPDX-License-Identifier: MIT
# The Debian packages librestart0, librestart-dev and restart-sampler, in build/debian, judged by
# lintian. Needs: dpkg-dev debhelper lintian meson ninja-build pkg-config libpng-dev.
set -eu

cd "$(dirname "$0")/.."
version=$(sed -n 's/^#define RS_VERSION_M[AI][JN]OR \(.*\)/\1./p
  s/^#define RS_VERSION_PATCH \(.*\)/\1/p' include/restart/version.h | tr -d '\n')
tree=build/debian/librestart-$version
rm -rf build/debian
mkdir -p "$tree"
tar -c --exclude=./build --exclude=./out --exclude=./.git --exclude=__pycache__ . | tar -x -C "$tree"
cp -r packaging/debian "$tree/debian"
cat >"$tree/debian/changelog" <<END
librestart ($version) unstable; urgency=medium

  * Version $version. Its CHANGELOG.md says what is new.

 -- $(sed -n 's/^Maintainer: //p' packaging/debian/control)  $(date -R)
END
(cd "$tree" && dpkg-buildpackage -us -uc -b) >build/debian/log 2>&1 || {
  tail -30 build/debian/log
  exit 1
}
ls build/debian/*.deb
lintian --fail-on error,warning --suppress-tags-from-file packaging/lintian.txt \
  build/debian/*.changes
