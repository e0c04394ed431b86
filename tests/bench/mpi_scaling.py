#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mpi_scaling.py BUILD NETWORK.pt TINY.pt [FOLDER]: restart-mpi on 1, 2 and 4 ranks of a machine.

BUILD is a build directory, FOLDER where the shards go (default: a temporary one). Each number of
ranks draws the same samples, in turns. It prints, for each, the best of the rounds:

    samples/s   of the clock, from the first task to the last report
    ms          of processor time for a sample, of all ranks together, the start not counted: the
                same command again, which finds all shards finished, costs the start
    dealing     ms of rank 0's time for a shard: messages and the manifest

then the same dealing with 1000 shards of one sample of TINY.pt, which cost next to nothing to draw.
"""

import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

ROUNDS, RANKS = 3, (1, 2, 4)
WORK = ["--count=512", "--batch=32", "--shard=2", "--labels=0-9"]
TINY = ["--count=1000", "--batch=1", "--shard=1", "--steps=1"]
MPIRUN = ["mpirun", "--oversubscribe", *(["--allow-run-as-root"] if os.getuid() == 0 else [])]


def job(tool, ranks, network, folder, words):
    """Seconds, processor seconds, milliseconds of dealing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run([*MPIRUN, "-n", str(ranks), tool, network, "--npy", folder, *words],
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, dealing = map(float, re.search(r", ([\d.]+) s, .* ([\d.]+) ms a shard",
                                            said.stdout).groups())
    return seconds, sum(after[:2]) - sum(before[:2]), dealing


def measure(tool, ranks, network, place, words):
    """The same of a fresh folder, without the processor seconds of the start."""
    with tempfile.TemporaryDirectory(dir=place) as folder:
        seconds, processor, dealing = job(tool, ranks, network, folder, words)
        start = job(tool, ranks, network, folder, words)[1]
        return seconds, processor - start, dealing


def main():
    build, network, tiny, *place = sys.argv[1:]
    tool, place = pathlib.Path(build) / "tools/restart-mpi", place[0] if place else None
    found = {ranks: [] for ranks in RANKS}
    for _ in range(ROUNDS):
        for ranks in RANKS:
            found[ranks].append(measure(tool, ranks, network, place, WORK))
    print("ranks  samples/s  ms a sample  dealing, ms a shard")
    for ranks in RANKS:
        seconds, processor, dealing = map(min, zip(*found[ranks]))
        print(f"{ranks:5}  {512 / seconds:9.1f}  {1e3 * processor / 512:11.2f}  {dealing:.3f}")
    for ranks in RANKS:
        dealing = min(measure(tool, ranks, tiny, place, TINY)[2] for _ in range(ROUNDS))
        print(f"{ranks:5}  1000 shards of one sample: dealing {dealing:.3f} ms a shard")


main()
