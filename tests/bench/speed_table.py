#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sh tests/bench/run.sh | python3 speed_table.py: the table of docs/performance.md."""

import re
import sys

UNITS = r" (a step of eps|a step|an evaluation|each|a run of 43 evaluations)(?=$| on )"


def main():
    print("| figure | ours | theirs | ratio | target |\n|---|---|---|---|---|")
    lines = sys.stdin.read().splitlines()
    for at, line in enumerate(lines):
        words = line.split()
        if not words or words[0] != "ratio":
            continue
        _, name, value, target = words
        ours, theirs = (re.sub(UNITS, "", lines[at + k].split(None, 1)[1]) for k in (1, 2))
        missed = "" if float(value) >= float(target) else " **missed**"
        print(f"| `{name}` | {ours} | {theirs} | {value} | {float(target):.3g}{missed} |")


main()
