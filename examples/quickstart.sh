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

name=quickstart
# shellcheck source=examples/support.sh
. examples/support.sh

need gcc libc6-dev meson ninja-build pkg-config libpng-dev ||
  fail "the packages could not be installed"

build $build -Dtorch=disabled
mkdir -p $out
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
