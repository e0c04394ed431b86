# SPDX-License-Identifier: MIT
"""Prints meson's log of a test run: one line a test, the output of those that failed, the sum."""

import json
import sys

WORDS = {"OK": "ok", "EXPECTEDFAIL": "ok", "SKIP": "skipped"}


def show(test):
    word = WORDS.get(test["result"], "FAILED")
    print(f"{word:8}{test['duration']:7.1f} s  {test['name']}")
    output = (test.get("stdout", "") + test.get("stderr", "")).rstrip()
    if word == "FAILED" and test["result"] != "FAIL":
        output += f"\n({test['result'].lower()})"
    if word == "skipped":
        output = output.splitlines()[-1] if output else ""
    if word != "ok" and output:
        print("\n".join("    " + line for line in output.strip("\n").splitlines()))
    return word


def main():
    with open(sys.argv[1], encoding="utf-8") as log:
        words = [show(test) for test in sorted(map(json.loads, log), key=lambda t: t["name"])]
    count = {word: words.count(word) for word in ("ok", "FAILED", "skipped")}
    print(f"{count['ok']} passed, {count['FAILED']} failed, {count['skipped']} skipped")
    return 1 if count["FAILED"] or not words else 0


sys.exit(main())
