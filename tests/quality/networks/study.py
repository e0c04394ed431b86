#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures ODE, SDE and Restart on the networks of examples/networks, each tuned by one search.

    study.py --sampler BUILD/tools/restart-sampler                      everything; a day on 2 cores
    study.py ... --network textures --experiment curves --minutes 60    a part of it
    study.py --figures                                                  pictures and tables only

Rows are appended to results.tsv beside this program, and a row that is there is not measured again,
so the study can be stopped and continued.
"""
import argparse
import math
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor

import torch

import figures
from bench import Bench, Impossible
from families import FAMILIES, GRID, START, affordable, arguments, search
from problems import NETWORKS, make

HERE = pathlib.Path(__file__).resolve().parent
NAMES = ("textures", "digits", "digits-flow", "cifar10-vp", "cifar10-edm",
         "cifar10-vp-weak", "cifar10-edm-weak")
CURVES = ("heun", "dpmpp_2m", "ipndm", "ancestral", "sde", "restart", "restart_2m")
TUNE_SEED, SEED = 9, 1
# Budgets at which parameters are searched; others take those of the nearest. ODEs have levelled off
# by the second.
TUNED = {"ODE": (19, 63), "SDE": (19, 63, 127), "Restart": (19, 63, 127)}
# Budgets that are reported, and samples: three parts of 700, whose spread is the error.
REPORTED = {11: 2100, 19: 2100, 27: 2100, 35: 2100, 63: 2100, 127: 2100, 255: 1200, 511: 600}
# Where a family is of interest: multistep solvers level off, SDEs and Restart need room.
RANGE = {"ddim": (63, 63), "heun": (11, 127), "dpmpp_2m": (11, 63), "ipndm": (11, 63),
         "ancestral": (11, 255), "sde": (19, 511), "restart": (19, 511),
         "restart_2m": (19, 63)}
SWEEP = {"t_min": 0.14, "ratio": 5, "points": 4, "levels": 1}
USHAPE = {
    "iterations": ([1, 2, 4, 8, 16, 32], SWEEP),
    "ratio": ([1.3, 1.6, 2, 3, 5, 8, 13, 30], {**SWEEP, "iterations": 4}),
    "t_min": ([0.02, 0.06, 0.14, 0.2, 0.6, 2, 6], {**SWEEP, "iterations": 4, "ratio": 3}),
}
WEIGHTS = (1, 1.5, 2, 3, 5, 8)
# Samples a point where only the shape of a curve is of interest.
SHAPE = 1050


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--sampler", help="the command restart-sampler")
    p.add_argument("--networks", default=NETWORKS, help="their folder; default examples/networks")
    p.add_argument("--out", default=str(HERE / "results.tsv"), help="default %(default)s")
    p.add_argument("--network", nargs="+", default=NAMES)
    p.add_argument("--experiment", nargs="+", choices=sorted(EXPERIMENTS),
                   default=sorted(EXPERIMENTS))
    p.add_argument("--most", type=int, default=max(REPORTED), help="largest number of evaluations")
    p.add_argument("--minutes", type=float, default=float("inf"), help="begin nothing new then")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--figures", action="store_true", help="draw, measure nothing")
    return p.parse_args()


class Study:
    """The measurements of one network."""

    def __init__(self, given, problem, pool):
        self.problem, self.pool, self.most = problem, pool, given.most
        self.bench = Bench(given.out, given.sampler, time.time() + 60 * given.minutes)
        self.start = {**START, **problem.start}

    def measure(self, experiment, family, budget, arguments, seed, count):
        """The row, or None when there is no such schedule or no time."""
        try:
            return self.bench.measure(self.problem, experiment, family.name, budget, arguments,
                                      seed, count)
        except Impossible:
            return None

    def measure_all(self, wanted):
        """Rows of many calls of `measure`, side by side."""
        for job in [self.pool.submit(self.measure, *call) for call in wanted]:
            job.result()

    def tune(self, family, base=None):
        """{budget: best configuration found}, by the same effort for each family. On the grid of
        `base`, a result of this function, or a grid of its own."""
        best = {}
        for budget in TUNED[family.kind]:
            if budget > self.most or not within(family, budget):
                continue
            grid = {name: nearest(base, budget)[name] for name in GRID} if base else {}

            def distance(candidate, count, budget=budget):
                if not affordable(family, candidate, budget):
                    return None
                row = self.measure("tune", family, budget, arguments(family, candidate, budget),
                                   TUNE_SEED, count)
                return row["frechet"] if row else None

            starts = [{**start, **grid} for start in (self.start, *best.values())]
            best[budget] = search(family.space, starts, distance, budget)
        return best

    def tune_all(self, names):
        """{family: {budget: configuration}}."""
        best = {}
        for wave in (lambda n: not FAMILIES[n].after, lambda n: FAMILIES[n].after):
            jobs = {n: self.pool.submit(self.tune, FAMILIES[n], best.get(FAMILIES[n].after))
                    for n in filter(wave, names)}
            best.update({n: job.result() for n, job in jobs.items()})
        return best


def within(family, budget):
    return RANGE[family.name][0] <= budget <= RANGE[family.name][1]


def nearest(configurations, budget):
    return configurations[min(configurations, key=lambda b: abs(math.log(b / budget)))]


def curves(study):
    """Distance against NFE for every family (the paper's figure 3)."""
    best = study.tune_all(CURVES)
    wanted = []
    for budget, count in REPORTED.items():
        if budget > study.most:
            continue
        for family in (FAMILIES[name] for name in CURVES if within(FAMILIES[name], budget)):
            able = {b: c for b, c in best[family.name].items() if affordable(family, c, budget)}
            if able:
                options = arguments(family, nearest(able, budget), budget)
                wanted.append(("curves", family, budget, options, SEED, count))
    study.measure_all(wanted)


def ushape(study):
    """Restart around 18 steps of Heun over K, and over the length and the place of the interval."""
    base = {**study.start, **nearest(study.tune(FAMILIES["heun"]), 35), "steps": 18}
    wanted = [("heun", base)] + [
        ("restart", {**base, **sweep, name: value})
        for name, (values, sweep) in USHAPE.items() for value in values]
    study.measure_all(("ushape", FAMILIES[name], 0, arguments(FAMILIES[name], c), SEED, SHAPE)
                      for name, c in wanted)


def guidance(study):
    """Distance against accuracy over the weight of guidance (the paper's figure 5). Every sampler
    has the same number of evaluations, two a noise level."""
    if not study.problem.judged:
        return
    best = study.tune_all(("ddim", "ancestral", "heun", "restart"))
    study.measure_all(
        ("guidance", FAMILIES[name], 126,
         [*arguments(FAMILIES[name], nearest(c, 63), 126), f"--guidance={w}"], SEED, SHAPE)
        for w in WEIGHTS for name, c in best.items())


EXPERIMENTS = {"curves": curves, "ushape": ushape, "guidance": guidance}


def main():
    given = options()
    torch.set_num_threads(1)
    if not given.figures:
        with ThreadPoolExecutor(given.jobs) as pool:
            for name in given.network:
                if not (pathlib.Path(given.networks) / f"{name}.pt").exists():
                    print(f"{name}: not trained yet, see examples/train")
                    continue
                problem = make(name, given.networks)
                for experiment in given.experiment:
                    EXPERIMENTS[experiment](Study(given, problem, pool))
    figures.draw(given.out)


if __name__ == "__main__":
    main()
