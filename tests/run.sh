#!/bin/sh
# SPDX-License-Identifier: MIT
# All tests: sh tests/run.sh. Some: sh tests/run.sh NAME... Installs what is missing, builds in
# build/tests, and ends with one line: N passed, N failed, N skipped.
# The hosts: sh tests/run.sh hosts. Installs game engines, a browser and compilers too (about 2 GB)
# that the tests of docs/hosts.md need, and runs those. Without it what is not there is skipped.
# Before a release: sh tests/run.sh full. All tests, then the long ones of tests/full.sh, for hours.
set -u

cd "$(dirname "$0")/.." || exit 1
build=build/tests

die() {
  echo "tests: FAILED: $*"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

# quietly COMMAND...: its output is shown only when it fails.
quietly() {
  "$@" >build/tests.log 2>&1 || {
    cat build/tests.log
    return 1
  }
}

# On Debian the packages serve the Python in /usr/bin, not another that may come first.
if command -v apt-get >/dev/null; then
  PATH=/usr/bin:$PATH
  export PATH
fi
# Sentences, numbers and paths are compared as text.
unset CDPATH MAKEFLAGS NINJA_STATUS
LC_ALL=C.UTF-8
export LC_ALL

# shellcheck source=tests/support/need.sh
. tests/support/need.sh
need gcc libc6-dev binutils meson ninja-build pkg-config python3 libcmocka-dev libpng-dev ||
  die "the packages could not be installed"
need g++ cmake abigail-tools librsync-dev locales python3-numpy ||
  echo "tests: going on; what needs these packages is skipped"
need libtorch-dev python3-torch python3-scipy || echo "tests: going on without libtorch"
need python3-pip python3-setuptools python3-wheel python3-pil ||
  echo "tests: going on; the Python package is not installed for a test"
need valgrind doxygen || echo "tests: going on; instructions and the reference are not checked"
full=
if [ "${1-}" = full ]; then
  shift
  full=yes
  need clang afl++ clang-tidy cppcheck gcovr dpkg-dev debhelper lintian musl-tools wine \
    gcc-mingw-w64-x86-64 qemu-user-static gcc-i686-linux-gnu gcc-aarch64-linux-gnu \
    gcc-riscv64-linux-gnu gcc-s390x-linux-gnu || echo "tests: going on without some of the tools"
fi
if [ "${1-}" = hosts ]; then
  shift
  need love luajit xvfb xauth libgl1-mesa-dri imagemagick || echo "tests: going on without LOVE"
  need godot3 godot3-server godot3-runner || echo "tests: going on without Godot"
  need mono-runtime mono-mcs libmono-system-core4.0-cil || echo "tests: going on without Mono"
  need emscripten nodejs chromium || echo "tests: going on without a browser"
  need openmpi-bin libopenmpi-dev libmd-dev || echo "tests: going on without Open MPI"
  need python3-distributed || echo "tests: going on without Dask"
  set -- --suite hosts "$@"
fi

mkdir -p build || die "no place for build/"
echo "tests: configuring in $build"
set_up() {
  quietly meson setup "$@" -Dwerror=true -Dtests=enabled -Dtools=enabled
}
{ [ -f $build/build.ninja ] && set_up --reconfigure $build >/dev/null; } ||
  { rm -rf $build && set_up $build; } || die "meson setup"
echo "tests: building"
quietly ninja -C $build || die "the build"
echo "tests: testing"
log=$build/meson-logs/testlog.json
rm -f $log
quietly meson test -C $build --no-rebuild --timeout-multiplier 4 "$@" >/dev/null
[ -s $log ] || {
  cat build/tests.log
  die "no test ran"
}
[ -n "$full" ] || exec python3 tests/support/report.py $log
python3 tests/support/report.py $log && exec sh tests/full.sh
