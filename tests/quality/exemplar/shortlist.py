#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Pictures of the exemplar model by its short list beside those by its exact search.

    shortlist.py SAMPLER PICTURE... [-- OPTION...]

SAMPLER is the command restart-sampler, a PICTURE a PNG file or the name of an opaque wall of
Debian's `freedoom`; the OPTIONs go to `restart-sampler texture`. For each picture and search the
distances of study.py between picture and exemplar (w3, w7, w15; low is good) and the seconds; at
the end how much larger those of the short list are, as geometric means."""
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

from study import SIDES, distances, make_directions, projections, write_png  # finds wad
from wad import WADS, read_walls

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tool"))
from png import decode  # noqa: E402


def planes(path):
    with open(path, "rb") as file:
        return (decode(file.read()).transpose(2, 0, 1) / np.float32(127.5) - 1).astype(np.float32)


def measure(sampler, folder, source, target, directions, search, options):
    out = os.path.join(folder, "out.png")
    begin = time.time()
    subprocess.run([sampler, "texture", source, "-o", out, "--quiet", f"--search={search}",
                    *options], check=True)
    took = time.time() - begin
    return [*distances(planes(out), target, directions), took]


def main():
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    sampler, names, options = sys.argv[1], sys.argv[2:split], sys.argv[split + 1:]
    directions, logs = make_directions(64), []
    walls = read_walls(WADS) if any(not os.path.exists(n) for n in names) else {}
    print("| picture | search |" + "".join(f" w{side} |" for side in SIDES) + " s |")
    print("|---|---|" + "---|" * len(SIDES) + "---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            source = name
            if name in walls:
                source = os.path.join(folder, name + ".png")
                write_png(source, walls[name])
            target = {p: projections(planes(source), p, directions) for p in SIDES}
            both = []
            for search in "exact", "shortlist":
                both.append(measure(sampler, folder, source, target, directions, search,
                                    options))
                cells = [f"{w:.4f}" for w in both[-1][:-1]] + [f"{both[-1][-1]:.1f}"]
                print(f"| {os.path.basename(name)} | {search} | " + " | ".join(cells) + " |",
                      flush=True)
            logs.append(np.log(np.array(both[1]) / np.array(both[0])))
    ratio = np.exp(np.mean(logs, axis=0))
    print("short list over exact: " + ", ".join(f"w{s} {r:.2f}" for s, r in zip(SIDES, ratio))
          + f", time {ratio[-1]:.3f}")


main()
