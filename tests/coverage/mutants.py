#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mutants.py [--count N] [--seed S] [--only WORD]: changes one operator, number or condition of
lib/part or lib/core at a time and sees whether a test notices. Of all possible changes N (default
200) are drawn. Prints each that survives, and the share that was killed; ends with 1 below 90%.

A mutant is compiled by itself and linked with the other objects into the tests below, run in turn
until one fails. One that does not compile does not count."""

import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ["-std=c11", "-O1", "-ffp-contract=off", "-fexcess-precision=fast", "-fno-math-errno",
         "-D_GNU_SOURCE", "-DRS_BUILD", f'-DTEST_SOURCE_DIR="{ROOT}/tests"', f"-I{ROOT}/include",
         f"-I{ROOT}/lib", f"-I{ROOT}/tests", "-w"]
# In the order in which they are fast and kill much.
TESTS = ["unit/test_plan.c", "unit/test_segments.c", "unit/test_faults.c", "unit/test_run.c",
         "unit/test_guidance.c", "unit/test_start.c", "unit/test_checkpoint.c",
         "unit/test_schedule_text.c", "unit/test_levels.c", "unit/test_levels_table.c",
         "unit/test_lists.c", "unit/test_solver.c", "unit/test_solver_sde.c",
         "unit/test_solver_run.c", "unit/test_process.c", "golden/test_golden.c",
         "oom/test_oom.c", "unit/test_sizes.c"]
SUPPORT = ["support/test.c", "support/golden.c", "support/levels.c", "support/grids.c"]
CHANGES = [(r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "),
           (r" == ", " != "), (r" != ", " == "), (r" && ", " || "), (r" \|\| ", " && "),
           (r" \+ ", " - "), (r" - ", " + "), (r" \* (?=[\w(])", " / "), (r" / ", " * "),
           (r"\+\+", "--"), (r"(?<![\w.])0(?![\w.])", "1"), (r"(?<![\w.])1(?![\w.])", "2"),
           (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"return RS_OK;", "return RS_MORE;"),
           (r"(?<=\()!(?=\w)", "")]


def blank(found):
    return re.sub(r"[^\n]", "~", found.group())


def candidates(only):
    """(file, begin, end, new text) of every change."""
    for path in sorted([*ROOT.glob("lib/part/*.c"), *ROOT.glob("lib/core/*.c")]):
        if only not in str(path):
            continue
        text = path.read_text()
        # Neither comments, nor texts, nor the preprocessor.
        bare = re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)
        bare = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, bare, flags=re.M)
        for pattern, new in CHANGES:
            for found in re.finditer(pattern, bare):
                yield path, found.start(), found.end(), new


def call(*command, seconds=None):
    """Whether it ended well in time."""
    try:
        return subprocess.run([str(word) for word in command], timeout=seconds, check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except subprocess.TimeoutExpired:
        return False


class Bench:
    """All objects, and the tests that are linked anew with a mutant in the place of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.library = {path: self.compile(path) for path in sorted(ROOT.glob("lib/*/*.c"))}
        self.exemplar = [self.compile(path) for path in sorted(ROOT.glob("shim/exemplar/*.c"))]
        self.support = [self.compile(ROOT / "tests" / name) for name in SUPPORT]
        self.tests = [self.compile(ROOT / "tests" / name) for name in TESTS]
        good = [test for test in self.tests if self.passes(test, {})]
        if len(good) < len(self.tests):
            sys.exit("mutants.py: a test fails without a mutant")

    def compile(self, path, source=None):
        target = self.folder / (re.sub(r"\W", "-", str(path.relative_to(ROOT))) + ".o")
        if source:
            target = self.folder / "mutant.o"
        good = call("gcc", *FLAGS, "-c", source or path, "-o", target)
        if not good and not source:
            sys.exit(f"mutants.py: {path} does not compile")
        return target if good else None

    def passes(self, test, changed):
        program = self.folder / "program"
        objects = [changed.get(path, built) for path, built in self.library.items()]
        exemplar = self.exemplar if "sizes" in test.name else []
        return (call("gcc", test, *self.support, *exemplar, *objects, "-o", program, "-lcmocka",
                     "-lm", "-lpthread") and call(program, seconds=60))

    def kills(self, path, text):
        """None: does not compile."""
        source = self.folder / "mutant.c"
        source.write_text(text)
        mutant = self.compile(path, source)
        if mutant is None:
            return None
        return any(not self.passes(test, {path: mutant}) for test in self.tests)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    every = list(candidates(arguments.only))
    drawn = random.Random(arguments.seed).sample(every, min(arguments.count, len(every)))
    killed = alive = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(pathlib.Path(folder))
        for path, begin, end, new in drawn:
            text = path.read_text()
            result = bench.kills(path, text[:begin] + new + text[end:])
            killed += result is True
            alive += result is False
            if result is False:
                line = text.count("\n", 0, begin)
                print(f"{path.relative_to(ROOT)}:{line + 1}: {text[begin:end].strip()} -> "
                      f"{new.strip()}: {text.splitlines()[line].strip()}", flush=True)
            if (killed + alive) % 20 == 0:
                print(f"... {killed} of {killed + alive}", flush=True)
    share = killed / max(1, killed + alive)
    print(f"{len(every)} possible, {len(drawn)} drawn, {killed} of {killed + alive} killed "
          f"({100 * share:.1f}%)")
    sys.exit(share < 0.9)


main()
