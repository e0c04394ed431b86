#!/bin/sh
# SPDX-License-Identifier: MIT
# Puts today's binary interface on record. Every change of it needs a line under "ABI" in
# CHANGELOG.md; one that breaks programs needs the next RS_ABI_VERSION.
exec python3 "$(dirname "$0")/test_baseline.py" --update
