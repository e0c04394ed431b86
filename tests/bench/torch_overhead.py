#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""torch_overhead.py BENCH FILE.pt BATCH [DIM...]: the cost of an evaluation through the shim.

BENCH is the program torch_overhead, built beside this script's meson.build, or a build directory.
The module is called in a Python loop, in a C++ loop, and through the shim, in turns: many short
rounds of the thread's own time, so that all meet the same weather on a machine that does other
things too. Run it with a Python whose torch is the libtorch that BENCH was built against. It prints
the medians of the rounds in microseconds, and `ratio NAME VALUE`, medians of the rounds' ratios:

    shim/plain     over the same method in C++
    shim/written   over the same in C++ without libtorch's compiler, which the shim does without too
    shim/python    over the module called from Python
    again          the second half of Python's rounds over the first half: how far to trust the rest
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import torch

ROUNDS, SECONDS, WARM = 20, 0.03, 3


class Bench:
    def __init__(self, program, words):
        program = pathlib.Path(program)
        if program.is_dir():
            program = program / "tests/bench/torch_overhead"
        self.process = subprocess.Popen([program, *words], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        words = self.line()
        self.version, self.labels = words[1], words[3] == "1"
        self.sizes = [int(n) for n in words[5:]]

    def line(self):
        words = self.process.stdout.readline().split()
        if not words:
            sys.exit("torch_overhead ended")
        return words

    def round(self, calls):
        """Microseconds of plain, written, shim."""
        self.process.stdin.write(f"{calls}\n")
        self.process.stdin.flush()
        return [float(number) for number in self.line()[1::2]]


def in_float32(path, folder):
    """A copy for all three: files may keep their numbers as float16, which the shim converts."""
    extra = {"restart.json": ""}
    module = torch.jit.load(path, _extra_files=extra).float()
    copy = str(pathlib.Path(folder) / pathlib.Path(path).name)
    torch.jit.save(module, copy, _extra_files={k: v for k, v in extra.items() if v})
    return copy


def python_loop(path, bench):
    torch.set_num_threads(1)
    module = torch.jit.load(path).eval()
    tensors = [torch.full(bench.sizes, 0.5), torch.ones(bench.sizes[0])]
    if bench.labels:
        tensors.append(torch.zeros(bench.sizes[0], dtype=torch.int64))

    def microseconds(calls):
        with torch.inference_mode():
            begin = time.thread_time()
            for _ in range(calls):
                module(*tensors)
            return 1e6 * (time.thread_time() - begin) / calls
    return microseconds


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = in_float32(sys.argv[2], folder)
        bench = Bench(sys.argv[1], [path, *sys.argv[3:]])
        python = python_loop(path, bench)
    for _ in range(WARM):
        python(4)
        took = max(bench.round(4))
    calls = max(1, int(1e6 * SECONDS / took))
    rounds = [[python(calls), *bench.round(calls)] for _ in range(ROUNDS)]
    medians = [statistics.median(column) for column in zip(*rounds)]
    print(f"libtorch {bench.version}, torch {torch.__version__}, {pathlib.Path(path).name}, "
          f"batch x shape {bench.sizes}, {ROUNDS} rounds of {calls} calls")
    print("microseconds python {:.1f} plain {:.1f} written {:.1f} shim {:.1f}".format(*medians))
    for name, other in (("plain", 1), ("written", 2), ("python", 0)):
        print(f"ratio shim/{name} {statistics.median(r[3] / r[other] for r in rounds):.4f}")
    first, second = rounds[:ROUNDS // 2], rounds[ROUNDS // 2:]
    print("ratio again {:.4f}".format(statistics.median(b[0] / a[0]
                                                        for a, b in zip(first, second))))


main()
