#!/bin/sh
# SPDX-License-Identifier: MIT
# The trained networks of examples/networks behind the sampler: installs libtorch and what else is
# missing, builds librestart-torch and the command, and draws digits and small pictures in
# colour with the plain ODE and with Restart at equal cost.
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

# draw NETWORK SHEET OPTION...: forty samples of 63 evaluations, from the same starting noise each
# time.
draw() {
  network=$networks/$1.pt
  sheet=$out/$2.png
  shift 2
  $tool sample "$network" -o "$sheet" --count 40 --columns 10 --seed 1 --budget 63 "$@" ||
    fail "$sheet"
  check "$sheet" $((10 * 34 + 2)) $((4 * 34 + 2))
}

# both NETWORK SEGMENTS OPTION...: by the ODE and by Restart.
both() {
  both=$1
  segments=$2
  shift 2
  draw "$both" "$both-ode" "$@"
  draw "$both" "$both-restart" --segments "$segments" "$@"
  cmp -s "$out/$both-ode.png" "$out/$both-restart.png" && fail "twice the same sheet of $both"
  return 0
}

echo "$name: sampling"
both digits "[4,2,1,5], [4,2,.2,1]" --labels 0-9
both cifar10-vp "[4,4,.2,1]"
both textures "[4,4,.2,1]" --labels 0-9

echo "$name: the sheets are in $root/$out: NETWORK-ode.png and NETWORK-restart.png"
echo "$name: OK: everything was built, sampled and checked"
