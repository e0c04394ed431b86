#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh Debian 12 machine to pictures: installs what is missing, builds the library and the
# command restart-sampler, makes textures with Restart and with the plain ODE at equal cost, and
# checks them.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
build=build/quickstart
out=out/quickstart
tool=$build/tools/restart-sampler
exemplars=examples/exemplars

# shellcheck source=tests/support/need.sh
. tests/support/need.sh

fail() {
  echo "quickstart: FAILED: $*" >&2
  exit 1
}

# quietly COMMAND...: its output is shown only when it fails.
quietly() {
  "$@" >build/quickstart.log 2>&1 || {
    cat build/quickstart.log >&2
    fail "$*"
  }
}

# number FILE OFFSET: four bytes of a file, most significant first.
number() {
  # shellcheck disable=SC2046 # four words
  set -- $(od -An -tu1 -j "$2" -N 4 "$1")
  echo $(((($1 * 256 + $2) * 256 + $3) * 256 + $4))
}

# check FILE WIDTH HEIGHT: a PNG of that size, complete, and not flat: a flat picture packs to far
# less than one bit in four pixels.
check() {
  [ -s "$1" ] || fail "$1 is missing"
  [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] || fail "$1 is not a PNG"
  [ "$(tail -c 8 "$1" | head -c 4)" = IEND ] || fail "$1 is not complete"
  size=$(number "$1" 16)x$(number "$1" 20)
  [ "$size" = "$2x$3" ] || fail "$1 is $size, not $2x$3"
  [ "$(wc -c <"$1")" -gt $(($2 * $3 / 32 + 200)) ] || fail "$1 is flat"
}

need gcc libc6-dev meson ninja-build pkg-config libpng-dev ||
  fail "the packages could not be installed"

mkdir -p build "$out"
if [ ! -f $build/build.ninja ]; then
  echo "quickstart: configuring in $build"
  quietly meson setup $build --buildtype=release -Dtests=disabled -Dexamples=disabled \
    -Dtools=enabled -Dtorch=disabled
fi
echo "quickstart: building"
quietly ninja -C $build
rm -f "$out"/*.png

set --
for name in rock lava skulls bricks acid embers; do
  set -- "$@" "$exemplars/$name.png"
done
echo "quickstart: sampling; the sheet has a row for each exemplar: exemplar | ODE | Restart"
$tool texture "$@" --compare=ode,restart --seed 1 -o $out/sheet.png || fail "the sheet"
check $out/sheet.png 424 $((8 + $# * 136))
$tool texture $exemplars/rock.png --seed 1 -o $out/rock.png || fail "rock"
check $out/rock.png 64 64
$tool texture $exemplars/skulls.png --seed 1 --size 128x96 -o $out/skulls.png || fail "skulls"
check $out/skulls.png 128 96
cmp -s $exemplars/rock.png $out/rock.png && fail "the picture is the exemplar"
$tool texture --plan --plan-svg $out/plan.svg >$out/plan.txt || fail "the plan"

echo "quickstart: the pictures and the plan are in $root/$out"
echo "quickstart: OK: everything was built, sampled and checked"
