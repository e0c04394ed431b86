#!/bin/sh
# SPDX-License-Identifier: MIT
# Puts today's binary interface on record. Every change of it needs a line under "ABI" in
# CHANGELOG.md; one that breaks programs needs the next RS_ABI_VERSION. Until there is a release,
# today's headers are also those of the first: take the last line away with it.
set -e
python3 "$(dirname "$0")/test_baseline.py" --update
python3 "$(dirname "$0")/test_first.py" --freeze
