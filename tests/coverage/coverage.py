#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""coverage.py: which lines and branches of lib/ the C tests run, by gcovr, in build/coverage.
Prints the shares and what is left; ends with 1 if fewer than 95% of the branches are run, or a
line is not that left.txt does not give a reason for (a file, a tab, the text of the line, a tab,
why)."""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/coverage"
LEFT = pathlib.Path(__file__).with_name("left.txt")


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, cwd=ROOT,
                          stdout=subprocess.PIPE, text=True).stdout


def measure():
    if not (BUILD / "build.ninja").exists():
        run("meson", "setup", BUILD, "-Db_coverage=true", "-Dbuildtype=debug", "-Dtests=enabled",
            "-Dtorch=disabled", "-Dtools=disabled", "-Dexamples=disabled")
    # The programs in C; hosts of other languages, the soak and the exemplar model's test bring
    # nothing that these do not.
    tests = [test for test in json.loads(run("meson", "introspect", "--tests", BUILD))
             if pathlib.Path(test["cmd"][0]).is_relative_to(BUILD)
             and "hosts" not in str(test["suite"]) and test["name"] not in ("soak", "exemplar")]
    run("ninja", "-C", BUILD, *{str(pathlib.Path(test["cmd"][0]).relative_to(BUILD))
                                for test in tests})
    for path in BUILD.rglob("*.gcda"):
        path.unlink()
    run("meson", "test", "-C", BUILD, "--no-rebuild", "--timeout-multiplier", "0",
        *(test["name"] for test in tests))
    return json.loads(run("gcovr", "--root", ROOT, "--filter", "lib/", "--json", "-", BUILD / "lib",
                          "--gcov-ignore-parse-errors"))


def main():
    os.chdir(ROOT)
    data = measure()
    known = [line.split("\t")[:2] for line in LEFT.read_text().splitlines() if "\t" in line]
    lines = hit = branches = taken = unknown = 0
    for file in data["files"]:
        text = (ROOT / file["file"]).read_text().splitlines()
        for line in file["lines"]:
            if line.get("gcovr/noncode"):
                continue
            lines += 1
            hit += line["count"] > 0
            branches += len(line["branches"])
            taken += sum(branch["count"] > 0 for branch in line["branches"])
            shown = text[line["line_number"] - 1].strip()
            if not line["count"]:
                listed = [file["file"], shown] in known
                unknown += not listed
                print(f"{file['file']}:{line['line_number']}: {shown}",
                      "" if listed else "  NOT LISTED")
            elif "--branches" in sys.argv and any(not b["count"] for b in line["branches"]):
                print(f"{file['file']}:{line['line_number']}: branch: {shown}")
    print(f"lines {hit} of {lines} ({100 * hit / lines:.2f}%), "
          f"branches {taken} of {branches} ({100 * taken / branches:.2f}%)")
    sys.exit(unknown > 0 or taken < 0.95 * branches)


main()
