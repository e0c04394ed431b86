#!/bin/sh
# SPDX-License-Identifier: MIT
# The long tests, hours of them: sh tests/run.sh full, or sh tests/full.sh STAGE... once
# tests/run.sh has built build/tests. Every stage ends with one line; docs/trust.md has what they
# said.
# FUZZ_SECONDS (default 900) is for each of the eight targets, with either engine.
set -u

cd "$(dirname "$0")/.." || exit 1
PATH=/usr/bin:$PATH
failed=0

# configured FOLDER OPTION...: a build of its own without libtorch, not built yet.
configured() {
  folder=$1
  shift
  [ -f "$folder/build.ninja" ] ||
    meson setup "$folder" -Dtests=enabled -Dtorch=disabled "$@" >/dev/null
}

# built FOLDER OPTION...: the same, built.
built() {
  configured "$@" || return 1
  ninja -C "$1" >"$1/log" || {
    tail -20 "$1/log"
    return 1
  }
}

# The programs of the tests, and the command.
sanitizers() {
  built build/sanitize -Db_sanitize=address,undefined -Db_lundef=false \
    -Dbuildtype=debugoptimized &&
    meson test -C build/sanitize --no-rebuild --timeout-multiplier 60 --print-errorlogs \
      base golden kernels memory math solver solver_sde solver_run segments schedule_text levels \
      levels_table lists plan run checkpoint faults process guidance start sliced theory tune oom \
      sizes exemplar shortlist bits soak tool
}

threads() {
  built build/threads -Db_sanitize=thread -Db_lundef=false -Dbuildtype=debugoptimized &&
    meson test -C build/threads --no-rebuild --timeout-multiplier 20 --print-errorlogs \
      run soak exemplar bits faults
}

# Under valgrind the soak would take a day.
memcheck() {
  built build/memcheck -Dbuildtype=debugoptimized &&
    meson test -C build/memcheck --no-rebuild --timeout-multiplier 100 --print-errorlogs \
      --wrap 'valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=all' \
      base math solver segments schedule_text levels lists plan run checkpoint process guidance \
      start sliced oom faults sizes
}

# Where there is no MPI the build does not have all of tools/.
tidy() {
  configured build/tidy || return 1
  for file in lib/*/*.c shim/exemplar/*.c tools/*.c; do
    grep -qF "$file\"" build/tidy/compile_commands.json && echo "$file"
  done | xargs clang-tidy -p build/tidy --quiet
}

cppchecks() {
  cppcheck --quiet --std=c11 --error-exitcode=1 --suppressions-list=tests/cppcheck.txt \
    --enable=warning,performance,portability --inline-suppr -I include -I lib -I shim/exemplar \
    -D_GNU_SOURCE lib shim/exemplar tools
}

platforms() { python3 tests/bits/platforms.py; }

fuzz() {
  python3 tests/fuzz/run.py --jobs "$(nproc)" "${FUZZ_SECONDS:-900}" &&
    python3 tests/fuzz/run.py --afl --jobs "$(nproc)" "${FUZZ_SECONDS:-900}"
}

long() { meson test -C build/tests --no-rebuild --benchmark; }

coverage() { python3 tests/coverage/coverage.py; }

mutants() { python3 tests/coverage/mutants.py; }

# What a user does with the tarball.
dist() {
  rm -rf build/dist build/tests/meson-dist
  meson dist -C build/tests --allow-dirty --no-tests || return 1
  mkdir build/dist && tar -C build/dist -xf build/tests/meson-dist/*.tar.xz &&
    sh build/dist/*/tests/run.sh
}

debian() { sh packaging/build.sh; }

[ $# -gt 0 ] || set -- sanitizers threads memcheck tidy cppchecks platforms fuzz long coverage \
  mutants dist debian
for stage; do
  if "$stage"; then
    echo "full: $stage: good"
  else
    echo "full: $stage: FAILED"
    failed=1
  fi
done
exit $failed
