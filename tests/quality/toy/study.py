#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The 20-dimensional experiment of the Restart paper (Xu et al. 2023, section 5.1, figure 2): ODE,
SDE and Restart that differ only within an interval [t_min, t_max] of noise levels.

    study.py --build build --out docs/pictures            measures, writes results.tsv, draws
    study.py --out docs/pictures --draw                   draws results.tsv again

Distances are W1 by optimal matching. A row has, means over --seeds runs with their standard errors:
  contracted  between the run's states at t_min and those of a run with the same noise that began
              with true data at t_max. Those begin where the exact flow takes the same starting
              noise, so that equal distributions would have distance 0
  additional  between the latter states and true data at t_min
  total       between the run's states at t_min and true data there
  end         between the samples, sigma 0, and the data
All but `contracted` compare independent sets, which in 20 dimensions are far apart even if their
distributions are equal, and less so if one is too narrow. They are therefore given as excess,
W(A, B) - (W(A, A') + W(B, B')) / 2 with A', B' drawn anew (as in the energy distance of Szekely and
Rizzo 2013); `raw` is W(A, B) of `total` without that. An error of size e adds about e^2 / (2 W) to
a distance W of independent sets, 0.02 for e = 0.45: excess and contracted have different scales.
nfe counts evaluations down to t_min.
"""
import argparse
import pathlib
import sys
import tempfile
import time
from collections import namedtuple

import numpy as np

import runs
from runs import ROOT, SEEDS_APART, churn, karras, main_grid, numbers, restart, truth

COLUMNS = ("part network method setting t_max k nfe contracted contracted_se additional"
           " additional_se total total_se raw end end_se").split()
T_MIN, T_MAX = 1.0, 1.5
STEPS = (12, 3, 8)  # above, in, and below the interval
KS = (1, 2, 3, 5, 8, 12, 20)

# `ks`: how many restarts had been made when it is measured; (0,) for other methods.
Setting = namedtuple("Setting", "part method name steps rho gamma points t_max ks split",
                     defaults=(STEPS, 7, 0, 0, T_MAX, (0,), False))


def settings(full):
    """Everything that is measured with the trained network."""
    yield Setting("figure", "restart", "3 steps", points=4, ks=(0,) + KS, split=True)
    for steps in (3, 6, 12) if full else (3, 12):
        for gamma in (0.1, 0.2, 0.4):
            yield Setting("figure", "sde", f"{steps} steps, gamma {gamma}", (12, steps, 8),
                          gamma=gamma, split=True)
    for above, between in ((6, 2), (9, 3), (18, 5), (30, 9)):
        for rho in (3, 7, 12) if full else (3, 7):
            yield Setting("budget", "ode", f"rho {rho}", (above, between, 8), rho)
    for above, between, gamma in ((6, 4, 0.4), (9, 9, 0.4), (18, 6, 0.4), (18, 18, 0.4)):
        yield Setting("budget", "sde", f"gamma {gamma}", (above, between, 8), gamma=gamma)
    for above, points in ((6, 3), (6, 4), (9, 3)):
        yield Setting("budget", "restart", f"{points - 1} steps", (above, 2, 8), points=points,
                      ks=KS)
    for t_max in (1.1, 1.25, 2.0, 3.0, 5.0, 10.0):
        yield Setting("length", "restart", "3 steps", points=4, t_max=t_max, ks=(1, 3, 8))


def exact_settings():
    """With the exact denoiser: there is no error of a network to correct."""
    yield Setting("exact", "ode", "coarse")
    yield Setting("exact", "ode", "fine", (24, 5, 8))
    yield Setting("exact", "restart", "3 steps", points=4, ks=(1, 3, 5))


def jobs(setting, seed, start=None):
    """The text of a run; with a file of states at t_max, of the run that begins there."""
    grid, at = main_grid(T_MIN, T_MAX, setting.steps, setting.rho)
    text = f"seed={seed} capture={T_MIN!r}" + churn(setting.gamma, T_MIN, T_MAX)
    text += restart(setting.points, max(setting.ks), T_MIN, setting.t_max)
    if start is None:
        return f"{text} sigmas={numbers(grid)}"
    return f"{text} sigmas={numbers(grid[at:])} start={start} offset={at}"


class Distances:
    """The excess over what two sets of one distribution have, for sets [seeds, count, 20]."""

    def __init__(self, distance, seeds, count):
        self.distance = distance
        self.truth = {s: [truth(seed + 1, count, s) for seed in range(seeds)] for s in (0.0, T_MIN)}
        self.floor = {s: self.within(sets) for s, sets in self.truth.items()}

    def within(self, sets):
        pairs = zip(sets, list(sets[1:]) + [sets[0]])
        return np.array([self.distance(a, b) for a, b in pairs])

    def excess(self, sets, sigma):
        """(excess [seeds], distances [seeds]) of sets and true data at sigma."""
        raw = np.array([self.distance(a, b) for a, b in zip(sets, self.truth[sigma])])
        return raw - (self.within(sets) + self.floor[sigma]) / 2, raw

    def paired(self, one, two):
        return np.array([self.distance(a, b) for a, b in zip(one, two)])


def mean(values):
    """Mean and standard error as text; empty without values."""
    if values is None:
        return ["", ""]
    return [f"{np.mean(values):.4f}", f"{np.std(values, ddof=1) / len(values) ** 0.5:.4f}"]


def measure(program, name, setting, starts, distances):
    """Rows of one setting, one for each of its `ks`."""
    seeds = [SEEDS_APART * (i + 1) for i in range(len(starts))]
    todo = [jobs(setting, seed) for seed in seeds]
    todo += [jobs(setting, seed, start) for seed, start in zip(seeds, starts) if setting.split]
    results = program.run(todo)
    whole, half = results[:len(seeds)], results[len(seeds):]
    for k in setting.ks:
        total, raw = distances.excess([states[k] for _, states in whole], T_MIN)
        contracted = additional = end = None
        if setting.split:
            contracted = distances.paired([s[k] for _, s in whole], [s[k] for _, s in half])
            additional, _ = distances.excess([s[k] for _, s in half], T_MIN)
        if k == max(setting.ks):
            end, _ = distances.excess([states[-1] for _, states in whole], 0.0)
        method = setting.method if k or setting.method != "restart" else "ode"
        yield [setting.part, name, method, setting.name, f"{setting.t_max:g}", str(k),
               str(whole[0][0][k]), *mean(contracted), *mean(additional), *mean(total),
               f"{np.mean(raw):.4f}", *mean(end)]


def true_starts(exact, folder, seeds):
    """Files of true data at t_max, on the exact trajectories of each seed's starting noise."""
    grid = numbers(karras(runs.SIGMA_MAX, T_MAX, 14))
    states = exact.run([f"seed={SEEDS_APART * (i + 1)} sigmas={grid}" for i in range(seeds)])
    files = [folder / f"start{i}" for i in range(seeds)]
    for file, (_, x) in zip(files, states):
        x[-1].tofile(file)
    return files


def write(path, rows):
    with open(path, "w", encoding="ascii") as out:
        out.writelines("\t".join(row) + "\n" for row in [COLUMNS, *rows])


def study(args, folder):
    from matching import wasserstein1

    program = pathlib.Path(args.build) / "tests/quality/toy/toy"
    points = folder / "points"
    runs.toy.points().tofile(points)
    exact = runs.Program(program, points, folder, args.count)
    network = runs.Program(program, args.network, folder, args.count)
    distances = Distances(wasserstein1, args.seeds, args.count)
    starts = true_starts(exact, folder, args.seeds)
    todo = [(exact, "exact", s) for s in exact_settings()]
    todo += [(network, "trained", s) for s in settings(args.full)]
    todo.sort(key=lambda t: t[2].part != "figure")
    rows, began = [], time.time()
    for done, (model, name, setting) in enumerate(todo, 1):
        rows += measure(model, name, setting, starts, distances)
        write(args.results, rows)
        left = (time.time() - began) / done * (len(todo) - done)
        print(f"{done}/{len(todo)}, {left:.0f} s left", file=sys.stderr, flush=True)


def read(path):
    with open(path, encoding="ascii") as table:
        lines = [line.rstrip("\n").split("\t") for line in table]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--build", help="meson's folder, with tests/quality/toy/toy built")
    p.add_argument("--out", required=True, help="folder for the pictures")
    p.add_argument("--draw", action="store_true", help="from the results that are there")
    p.add_argument("--full", action="store_true", help="more settings, 2000 points, 8 seeds")
    p.add_argument("--network", default=ROOT / "examples/networks/toy20.pt")
    p.add_argument("--results", default=pathlib.Path(__file__).with_name("results.tsv"))
    p.add_argument("--seeds", type=int, help="default 5")
    p.add_argument("--count", type=int, help="points in a set, at most 2000; default 500")
    args = p.parse_args()
    args.seeds = args.seeds or (8 if args.full else 5)
    args.count = args.count or (2000 if args.full else 500)
    if not args.draw and not args.build:
        p.error("--build or --draw")
    return args


def main():
    args = arguments()
    if not args.draw:
        with tempfile.TemporaryDirectory() as folder:
            study(args, pathlib.Path(folder))
    import draw

    draw.all_figures(read(args.results), pathlib.Path(args.out))


if __name__ == "__main__":
    main()
