#!/bin/sh
# SPDX-License-Identifier: MIT
# The trained networks of examples/networks behind the sampler: installs libtorch and what else is
# missing, builds librestart-torch and the command, and draws digits with the plain ODE and with
# Restart at equal cost.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
build=build/quickstart-networks
out=out/quickstart-networks
tool=$build/tools/restart-sampler
networks=examples/networks

name=quickstart-networks
# shellcheck source=examples/support.sh
. examples/support.sh

need gcc g++ libc6-dev meson ninja-build pkg-config libpng-dev libtorch-dev ||
  fail "the packages could not be installed"
build $build -Dtorch=enabled
mkdir -p $out
rm -f "$out"/*.png

# draw SHEET OPTION...: forty digits of 63 evaluations, from the same starting noise each time.
draw() {
  sheet=$out/$1.png
  shift
  $tool sample $networks/digits.pt -o "$sheet" --count 40 --columns 10 --labels 0-9 --seed 1 \
    --budget 63 "$@" || fail "$sheet"
  check "$sheet" $((10 * 34 + 2)) $((4 * 34 + 2))
}

echo "$name: sampling"
draw digits-ode
draw digits-restart --segments "[4,2,1,5], [4,2,.2,1]"
cmp -s "$out/digits-ode.png" "$out/digits-restart.png" && fail "twice the same sheet"

echo "$name: the sheets are in $root/$out: digits-ode.png and digits-restart.png"
echo "$name: OK: everything was built, sampled and checked"
