#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""linear.py BUILD PICTURE.svg: what a run costs without its network, against batch, elements and
NFE. BUILD is as for speed.py. A measurement; the picture is in docs/performance.md."""

import math
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "librestart"
from matplotlib import pyplot as plt  # noqa: E402

from speed import Bench  # noqa: E402

ELEMENTS, BATCH, STEPS = 3072, 4, 18
CHURN = {"Heun": 0.0, "with fresh noise at every step": 8.0}
AXES = (("batch (3072 elements, NFE 34)", [1, 2, 4, 8, 16, 32, 64]),
        ("elements (batch 4, NFE 34)", [48 * 4 ** k for k in range(7)]),
        ("NFE (batch 4, 3072 elements)", [4, 8, 16, 32, 64, 128, 256]))


def seconds(bench, batch, elements, nfe, churn):
    """A run of Heun steps, two evaluations each."""
    steps = nfe // 2
    run = bench.run(batch, elements, steps=steps + 1, churn=churn)
    best = min(bench.c.speed_step(run) for _ in range(max(5, min(200, 2000000 // elements // nfe))))
    bench.c.speed_close(run)
    return best * steps


def main():
    bench = Bench(sys.argv[1])
    figure, panels = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True, layout="constrained")
    for panel, (axis, values) in zip(panels, AXES):
        for colour, (name, churn) in zip(("#1f4e79", "#c55a11"), CHURN.items()):
            took = []
            for value in values:
                shape = {"batch": BATCH, "elements": ELEMENTS, "nfe": 2 * (STEPS - 1)}
                shape[axis.split()[0].lower()] = value
                took.append(seconds(bench, churn=churn, **shape))
            panel.loglog(values, [1e6 * t for t in took], "o-", color=colour, label=name, ms=4)
            slope = math.log(took[-1] / took[-3]) / math.log(values[-1] / values[-3])
            print(f"{axis}, {name}: exponent {slope:.2f} at the end, "
                  + " ".join(f"{v}:{1e6 * t:.1f}us" for v, t in zip(values, took)))
        panel.set_xlabel(axis)
        panel.grid(True, which="major", color="#dddddd")
        panel.set_axisbelow(True)
    panels[0].set_ylabel("microseconds of a run\nwithout its network")
    panels[0].legend(frameon=False, fontsize=8)
    figure.savefig(sys.argv[2], metadata={"Date": None})


if __name__ == "__main__":
    main()
