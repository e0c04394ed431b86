#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mutants.py [--count N] [--seed S] [--only WORD] [--build FOLDER]: changes one operator, number
or condition of lib/part or lib/core at a time and sees whether a test notices. Of all possible
changes N (default 200) are drawn. Prints each that survives, and the share that was killed; ends
with 1 below 90%.

A mutant is compiled by itself and linked into the tests of a build (build/tests), which are run
in turn until one fails. One that does not compile does not count."""

import argparse
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ["-std=c11", "-O1", "-ffp-contract=off", "-fexcess-precision=fast", "-fno-math-errno",
         "-DRS_BUILD", f"-I{ROOT}/include", f"-I{ROOT}/lib", "-w"]
# In the order in which they are fast and kill much.
TESTS = ["unit/test_plan", "unit/test_segments", "unit/test_run", "unit/test_guidance",
         "unit/test_start", "unit/test_checkpoint", "unit/test_schedule_text", "unit/test_levels",
         "unit/test_levels_table", "unit/test_lists", "unit/test_solver", "unit/test_process",
         "oom/test_oom", "unit/test_faults", "unit/test_solver_sde", "unit/test_solver_run",
         "golden/test_golden"]
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


def limit():
    """A mutant may turn for ever; time on the clock says nothing on a busy machine."""
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))


def call(*command):
    """Whether it ended well."""
    return subprocess.run([str(word) for word in command], check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, preexec_fn=limit).returncode == 0


class Bench:
    """The tests of a build, linked anew with a mutant before the library that has its original."""

    def __init__(self, folder, build):
        self.folder, self.build = folder, build
        good = [name for name in TESTS if self.passes(name, [])]
        if len(good) < len(TESTS):
            sys.exit(f"mutants.py: fail without a mutant: {set(TESTS) - set(good)}")

    def passes(self, test, mutant):
        program, stem = self.folder / "program", test.replace("/", "_")
        objects = self.build / f"tests/{stem}.p/{stem}.c.o"
        return (call("gcc", *mutant, objects, self.build / "tests/libtest-support.a",
                     self.build / "lib/librestart-inside.a", "-o", program, "-lcmocka", "-lm",
                     "-lpthread") and call(program))

    def kills(self, text):
        """The test that does; False: none; None: the mutant does not compile."""
        source, mutant = self.folder / "mutant.c", self.folder / "mutant.o"
        source.write_text(text)
        if not call("gcc", *FLAGS, "-c", source, "-o", mutant):
            return None
        return next((test for test in TESTS if not self.passes(test, [mutant])), False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--build", default=ROOT / "build/tests", type=pathlib.Path)
    arguments = parser.parse_args()
    every = list(candidates(arguments.only))
    drawn = random.Random(arguments.seed).sample(every, min(arguments.count, len(every)))
    killed = alive = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(pathlib.Path(folder), arguments.build.absolute())
        for path, begin, end, new in drawn:
            text = path.read_text()
            result = bench.kills(text[:begin] + new + text[end:])
            killed += bool(result)
            alive += result is False
            if result is False:
                line = text.count("\n", 0, begin)
                print(f"{path.relative_to(ROOT)}:{line + 1}: {text[begin:end].strip()} -> "
                      f"{new.strip()}: {text.splitlines()[line].strip()}", flush=True)
    share = killed / max(1, killed + alive)
    print(f"{len(every)} possible, {len(drawn)} drawn, {killed} of {killed + alive} killed "
          f"({100 * share:.1f}%)")
    sys.exit(share < 0.9)


main()
