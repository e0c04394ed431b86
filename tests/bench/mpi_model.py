#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mpi_model.py [PICTURE.svg]: how restart-mpi would scale, on paper (docs/mpi.md has the model).

Prints the share of the ranks' time that goes into drawing, for a million samples, by ranks and
samples in a shard; and draws it."""

import sys

SAMPLES = 1000000
SAMPLE = 9.7e-3     # seconds of one rank for a sample of digits.pt, 35 evaluations
BATCH, CALLS = 100, 35
DEALING = 6.6e-3    # seconds of rank 0 for a shard, nearly all of it the disk's
RANKS = [4**n for n in range(1, 7)]
SHARDS = [100, 1000, 10000]


def share(ranks, shard):
    """Of the ranks' time: 1 is perfect."""
    count, work = SAMPLES / shard, SAMPLES * SAMPLE
    one = shard * SAMPLE
    waits = BATCH * SAMPLE / CALLS / 2
    dealt = count * DEALING
    spread = (work + dealt + count * waits) / ranks
    return work / ranks / (max(spread, dealt) + one)


def draw(path):
    import matplotlib
    matplotlib.use("svg")
    from matplotlib import pyplot
    matplotlib.rcParams["svg.hashsalt"] = "restart"
    _, axes = pyplot.subplots(figsize=(6.4, 3.2), constrained_layout=True)
    many = [2 ** (n / 8) for n in range(8 * 12 + 1)]
    for shard, style in zip(SHARDS, ("-", "--", ":")):
        axes.plot(many, [100 * share(r, shard) for r in many], style, color="#204a87",
                  label=f"{shard} samples in a shard")
    axes.set_xscale("log", base=2)
    axes.set_xticks([1, *RANKS], [str(r) for r in (1, *RANKS)])
    axes.set_ylim(0, 100)
    axes.set_xlabel("ranks")
    axes.set_ylabel("% of the time is drawing")
    axes.legend(frameon=False, loc="lower left")
    axes.spines[["top", "right"]].set_visible(False)
    pyplot.savefig(path, metadata={"Date": None})


print("ranks  " + "  ".join(f"{shard:>6}" for shard in SHARDS))
for number in RANKS:
    print(f"{number:5}  " + "  ".join(f"{100 * share(number, shard):5.1f}%" for shard in SHARDS))
if len(sys.argv) > 1:
    draw(sys.argv[1])
