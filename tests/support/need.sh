# SPDX-License-Identifier: MIT
# To be sourced. need PACKAGE...: installs the Debian packages that are missing; touches nothing
# when none is. Without apt it trusts that they are there under other names.

need() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 0
  need_missing=
  for need_package; do
    dpkg-query -W -f '${Status}\n' "$need_package" 2>/dev/null | grep -q ' installed$' ||
      need_missing="$need_missing $need_package"
  done
  [ -n "$need_missing" ] || return 0

  need_root=
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "need: not root and no sudo; please install:$need_missing" >&2
      return 1
    fi
    need_root=sudo
  fi
  echo "need: installing with apt-get:$need_missing"
  # shellcheck disable=SC2086 # both are lists of words
  $need_root apt-get update -q >/dev/null &&
    $need_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -q -y --no-install-recommends $need_missing >/dev/null
}
