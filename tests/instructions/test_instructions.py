# SPDX-License-Identifier: MIT
"""test_instructions.py RUNS: instructions of a Heun step, counted by callgrind, which gives the
same number every time. Between two runs that differ in one thing only, the difference is what that
thing costs. The limits are a tenth above what was counted, gcc 12; a compiler that does worse is
worth a look too."""

import os
import platform
import re
import shutil
import subprocess
import sys

# By set of kernels: instructions for an element of a step, the same for an element of a step with
# churn (one normal), and for a step of a single element, with its plan.
LIMITS = {"avx2": (4.4, 17.3, 8700), "c": (10.2, 48.5, 8700)}
N = 1 << 15
# Meson has malloc fill what it gives and takes, which counts too.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}


def count(*words):
    """Instructions of a run; None where the processor lacks what it needs."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           sys.argv[1], *map(str, words)], capture_output=True, text=True,
                          env=ENVIRONMENT)
    if done.returncode == 3:
        return None
    if done.returncode:
        sys.exit(done.stderr)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def step(kernels, batch, elements, churn=0):
    long, short = (count(kernels, steps, batch, elements, churn) for steps in (11, 3))
    return (long - short) / 8


def judge(kernels):
    """How many figures are not as they should be."""
    small, wrong = step(kernels, 1, 1), 0
    costs = ((step(kernels, 1, N) - small) / N,
             (step(kernels, 1, N, 8) - step(kernels, 1, 1, 8)) / N, small)
    print("{}: {:.3f} an element, {:.3f} with noise, {:.0f} a step".format(kernels, *costs))
    for cost, limit in zip(costs, LIMITS[kernels]):
        if cost > limit:
            wrong += 1
            print(f"FAILED: {cost:.3f} instructions, above {limit}")
    for name, other in (("twice the elements", step(kernels, 1, 2 * N)),
                        ("a batch of as many", step(kernels, 32, N // 16))):
        ratio = (other - small) / 2 / (costs[0] * N)
        print(f"{name}: {ratio:.4f} of twice the cost")
        if not 0.99 < ratio < 1.01:
            wrong += 1
            print("FAILED: not linear")
    return wrong


def main():
    if not shutil.which("valgrind"):
        print("SKIP: no valgrind")
        sys.exit(77)
    if platform.machine() != "x86_64":
        print("SKIP: limits are for x86-64 only")
        sys.exit(77)
    sys.exit(sum(judge(kernels) for kernels in LIMITS if count(kernels, 3, 1, 1, 0)) > 0)


main()
