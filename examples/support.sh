# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# To be sourced by the quick examples, from the top of the tree, with `name` set: installing,
# building, and checks of what was made.

# shellcheck source=tests/support/need.sh
. tests/support/need.sh

fail() {
  echo "$name: FAILED: $*" >&2
  exit 1
}

# quietly COMMAND...: its output is shown only when it fails.
quietly() {
  "$@" >"build/$name.log" 2>&1 || {
    cat "build/$name.log" >&2
    fail "$*"
  }
}

# build FOLDER OPTION...: the library and the command, without tests.
build() {
  folder=$1
  shift
  if [ ! -f "$folder/build.ninja" ]; then
    echo "$name: configuring in $folder"
    mkdir -p build
    quietly meson setup "$folder" --buildtype=release -Dtests=disabled -Dexamples=disabled \
      -Dtools=enabled "$@"
  fi
  echo "$name: building"
  quietly ninja -C "$folder"
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
