#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Is a restart's worth better predicted from the errors of its parts, or measured as a whole?

    RESTART_LIBRARY=BUILD model.py     some minutes; rows go to model.tsv, the table to the terminal

The model. All errors are distances from references with noise of the same level, after Heun's
method. E(a): of what the main pass leaves at level a. eta(a, b, n): of references at b, solved down
to a with n points. E1(a, b, n): of the main pass's samples at a after one restart. A restart makes
rho E + eta of an error E, so that rho = (E1 - eta) / E, and K of them make

    E_K = rho^K E + eta (1 - rho^K) / (1 - rho).

What is left at 0 lies between what references at a, solved down to 0, come to and what the main
pass by itself comes to, by E_K / E. Segments follow one another in the same way.

It is asked to rank 40 restarts of its own levels, ratios and points, which differ in K and in how
many segments there are; so is a measurement of each of them with equal shares of as many
evaluations. A prediction costs nothing more, so the model also chooses one of 2,000.
"""
import argparse
import csv
import math
import pathlib
import random
import sys
from collections import defaultdict

import numpy as np

from exact import problems
from ways import Judge, Schedule, sampler

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "toy"))
from metrics.sliced import directions, gaps  # noqa: E402
from runs import karras  # noqa: E402

PROBLEMS = [f"mixture, {where}" for where in ("early", "middle", "late", "everywhere")]
COLUMNS = ("problem", "way", "evaluations", "seed", "ranks", "chosen", "free", "best")
BUDGET, SEEDS, SAMPLES = 48, (1, 2, 3), (300, 2400)
LEVELS = (0.06, 0.12, 0.25, 0.5, 1, 2)  # in units of the data's spread
RATIOS, POINTS, ITERATIONS = (2, 5, 13), (3, 6), (1, 2, 3, 4, 6, 8)
MAIN = (47, 23, 13)  # evaluations of main passes
RANGE, REFERENCES, TAIL = (80, 0.002), 4000, 6
CANDIDATES, MORE, JUDGED = 40, 2000, 10000


def shift(one, two):
    """Distances of sorted projections, in units of the second's spread, over all directions."""
    return math.sqrt(np.square(gaps(one, two) / two.std(0)).mean())


def without(distance, floor):
    return math.sqrt(max(distance**2 - floor**2, 1e-6))


class Model:
    def __init__(self, problem, seed, count):
        self.problem, self.count, self.evaluations = problem, count, 0
        self.random = np.random.default_rng(seed)
        self.axes = directions(problem.elements, 128, seed + 5).astype(np.float32)
        self.data = problem.data(REFERENCES, self.random)
        self.spread = float(self.data.std())
        self.passes = {nfe: self.main_pass(nfe) for nfe in MAIN}
        self.left, self.tail, self.eta, self.once = {}, {}, {}, {}
        self.measure_passes(0, self.off(problem.data(count, self.random), 0))
        for level in LEVELS:
            self.measure(level)

    def heun(self, x, grid):
        for high, low in zip(grid, grid[1:]):
            slope = (x - self.denoise(x, high)) / high
            there = x + np.float32(low - high) * slope
            if low > 0:
                slope = (slope + (there - self.denoise(there, low)) / low) / 2
            x = x + np.float32(low - high) * slope
        return x

    def denoise(self, x, sigma):
        self.evaluations += len(x)
        return self.problem.denoise(x, sigma)

    def noised(self, x, sigma):
        noise = self.random.standard_normal(x.shape, np.float32)
        return x + np.float32(sigma) * noise

    def projected(self, x):
        return np.sort(x @ self.axes, axis=0)

    def off(self, x, sigma):
        return shift(self.projected(x), self.projected(self.noised(self.data, sigma)))

    def off_own(self, x, own, sigma):
        """The distance of what was made of the references `own` from these, not from all: which
        were taken does not count."""
        there = self.projected(self.noised(own, sigma))
        floor = shift(self.projected(self.noised(own, sigma)), there) if sigma else 0
        return without(shift(self.projected(x), there), floor)

    def main_pass(self, nfe):
        """States at every level, and at 0."""
        grid = [*karras(*RANGE, (nfe + 1) // 2), 0]
        x = self.noised(np.zeros((self.count, self.problem.elements), np.float32), RANGE[0])
        states = {}
        for high, low in zip(grid, grid[1:]):
            for level in LEVELS:
                if low < level * self.spread <= high:
                    states[level] = self.heun(x, [high, level * self.spread])
            x = self.heun(x, [high, low])
        return {**states, 0: x}

    def measure_passes(self, level, floor):
        for nfe, states in self.passes.items():
            off = self.off(states[level], level * self.spread)
            self.left[level, nfe] = without(off, floor)

    def measure(self, level):
        sigma = level * self.spread
        floor = self.off(self.noised(self.problem.data(self.count, self.random), sigma), sigma)
        self.measure_passes(level, floor)
        own = self.data[self.random.choice(REFERENCES, self.count, replace=False)]
        down = [*karras(sigma, RANGE[1], TAIL), 0]
        self.tail[level] = self.off_own(self.heun(self.noised(own, sigma), down), own, 0)
        for ratio in RATIOS:
            top = sigma * ratio
            up = self.noised(self.passes[MAIN[0]][level], math.sqrt(top**2 - sigma**2))
            for points in POINTS:
                grid = karras(top, sigma, points)
                key = level, ratio, points
                self.eta[key] = self.off_own(self.heun(self.noised(own, top), grid), own, sigma)
                self.once[key] = without(self.off(self.heun(up, grid), sigma), floor)

    def predict(self, segments):
        nfe = min(MAIN, key=lambda main: abs(main - (BUDGET - cost(segments))))
        share = 1
        for level, ratio, points, iterations in segments:
            key = level, ratio, points
            rho = (self.once[key] - self.eta[key]) / self.left[level, MAIN[0]]
            rho = min(max(rho, 0), 1 - 1e-6)
            error = rho**iterations * share * self.left[level, nfe]
            error += self.eta[key] * (1 - rho**iterations) / (1 - rho)
            share = error / self.left[level, nfe]
        alone = self.left[0, nfe]
        return self.tail[level] + (alone - self.tail[level]) * share


def cost(segments):
    return sum(2 * (points - 1) * iterations for _, _, points, iterations in segments)


def drawn(generator):
    """Segments from above to below, (level, ratio, points, iterations), that leave a main pass."""
    while True:
        same = [generator.choice(values) for values in (RATIOS, POINTS, ITERATIONS)]
        levels = sorted(generator.sample(LEVELS, generator.choice((1, 1, 2))), reverse=True)
        segments = [(level, *same) for level in levels]
        if cost(segments) <= BUDGET - MAIN[-1]:
            return segments


def schedule(segments, spread):
    listed = ", ".join(f"[{points},{iterations},{level * spread},{level * spread * ratio}]"
                       for level, ratio, points, iterations in segments)
    return Schedule(budget=BUDGET, segments=listed)


def measured(problem, model, candidates):
    """Distances of whole schedules, with as many evaluations as the model had."""
    one = sampler(problem, model.evaluations // BUDGET // len(candidates))
    for segments in candidates:
        one.schedule(schedule(segments, model.spread))
        yield model.off(one.sample(model.random.integers(1 << 40)), 0)


def study(name, problem):
    from scipy.stats import spearmanr

    judge, generator = Judge(problem), random.Random(3)
    spread = float(problem.data(REFERENCES, np.random.default_rng(1)).std())
    candidates = [drawn(generator) for _ in range(CANDIDATES)]
    true = [judge(schedule(segments, spread), 1, JUDGED) for segments in candidates]
    for count in SAMPLES:
        for seed in SEEDS:
            model = Model(problem, seed, count)
            free = min((drawn(generator) for _ in range(MORE)), key=model.predict)
            ways = (("model", [model.predict(segments) for segments in candidates],
                     f"{judge(schedule(free, spread), 1, JUDGED):.4f}"),
                    ("measured", list(measured(problem, model, candidates)), ""))
            for way, found, chosen_freely in ways:
                yield (name, way, model.evaluations, seed, f"{spearmanr(found, true)[0]:.3f}",
                       f"{true[int(np.argmin(found))]:.4f}", chosen_freely, f"{min(true):.4f}")


def table(rows):
    groups = defaultdict(list)
    for row in rows:
        groups[row["problem"], row["evaluations"], row["way"]].append(row)

    def mean(one, column, form):
        return format(np.mean([float(row[column]) for row in one]), form).lstrip("0")

    yield ("| error | evaluations | ranks, model | ranks, measured | choice, model "
           "| of 2,000, model | choice, measured | best |")
    yield "|---|---|---|---|---|---|---|---|"
    for (name, evaluations, way), model in groups.items():
        if way == "model":
            whole = groups[name, evaluations, "measured"]
            yield " | ".join(["| " + name.split()[-1], f"{int(evaluations):,}",
                              mean(model, "ranks", ".2f"), mean(whole, "ranks", ".2f"),
                              mean(model, "chosen", ".3f"), mean(model, "free", ".3f"),
                              mean(whole, "chosen", ".3f"), mean(whole, "best", ".3f") + " |"])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--table", action="store_true", help="measure nothing")
    path = HERE / "model.tsv"
    if not p.parse_args().table:
        with open(path, "w", encoding="ascii", newline="") as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerow(COLUMNS)
            for name in PROBLEMS:
                writer.writerows(study(name, problems()[name]))
    with open(path, encoding="ascii", newline="") as file:
        print("\n".join(table(list(csv.DictReader(file, delimiter="\t")))))


if __name__ == "__main__":
    main()
