# SPDX-License-Identifier: MIT
"""Ways of choosing a schedule for a problem of exact.py, and how good a schedule really is."""
import pathlib
import random
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[2] / "shim" / "python"), str(HERE.parent / "networks"),
                str(HERE.parent)]
from restart_sampler import RestartError, Sampler, Schedule, tune  # noqa: E402

from families import CHURN, GRID, RESTART, segments  # noqa: E402
from metrics.sliced import directions, gaps  # noqa: E402

BATCH = 50  # of a search, as many networks would have it
MANY = 500  # of the judge
REFERENCES = 10000
TRIES = 72  # of random search
# Of the oracle: schedules of a kind and samples for each, round after round.
ROUNDS = ((120, 500), (30, 2000), (6, 20000))
SPACES = {
    "ode": ("heun dpmpp_2m unipc ipndm".split(), GRID),
    "sde": ("heun euler_ancestral dpmpp_2m_sde".split(), {**GRID, **CHURN}),
    "restart": ("heun dpmpp_2m euler".split(), {**GRID, **RESTART}),
}
CHURNING = ("heun",)


def by_hand(budget):
    """What people set by hand: the paper's segment for CIFAR-10, and what two programs do. The rule
    of the first goes by the steps of Heun's method that the budget pays for: none below 20."""
    steps = (budget + 1) // 2
    a1111 = f"[{steps // 4 + 1},2,.1,2]" if steps >= 36 else "[10,1,.1,2]"
    hands = {"usual": "", "paper": "[3,2,.06,.3]", "a1111": a1111,
             "comfyui": "[3,2,.06,.3], [3,1,.3,.59]"}
    return {way: text for way, text in hands.items() if way != "a1111" or steps >= 20}


class Judge:
    """The true distance of a schedule: sliced Wasserstein-1, 20,000 samples against as many new
    data. The library's search measures with another distance, in other directions."""

    def __init__(self, problem, count=20000):
        self.problem, self.count = problem, count
        self.axes = directions(problem.elements, 256, 77).astype(np.float32)
        self.data = self.project(problem.data(count, np.random.default_rng(123)))
        self.sampler = sampler(problem, MANY)

    def project(self, x):
        return np.sort(x @ self.axes, axis=0)

    def __call__(self, schedule, seed, count=None):
        count = count or self.count
        self.sampler.schedule(schedule)
        x = np.concatenate([self.sampler.sample(10**8 * seed + i).copy()
                            for i in range(0, count, MANY)])
        data = self.data[self.count // count // 2::self.count // count]
        return float(np.abs(self.project(x) - data).mean())


def sampler(problem, batch):
    return Sampler(problem.denoise, shape=problem.elements, batch=batch)


def draw(kind, budget, generator):
    """A schedule at random from the spaces of the study of networks."""
    solvers, space = SPACES[kind]
    solver = generator.choice(solvers)
    c = {name: generator.choice(values) for name, values in space.items()}
    options = {name: c[name] for name in GRID}
    if kind == "sde" and solver in CHURNING:
        options.update({name: c[name] for name in CHURN})
    if kind == "restart":
        options.update(segments=segments(c), s_noise=c["s_noise"],
                       restart_solver="dpmpp_2m" if solver == "dpmpp_2m" else "heun")
    return Schedule(budget=budget, solver=solver, **options)


def drawn(kind, budget, generator, able):
    """The same, until there is such a schedule: able(schedule) is not None."""
    while True:
        schedule = draw(kind, budget, generator)
        try:
            return able(schedule), schedule
        except RestartError:
            continue


def oracle(judge, budget, seed=1):
    """{kind: the best schedule of many}, with far more evaluations than a search has. The winners
    of each round are measured again with new seeds."""
    generator, best = random.Random(seed), {}
    for kind in SPACES:
        (tries, count), *rounds = ROUNDS
        found = [drawn(kind, budget, generator, lambda s: judge(s, 50, count))
                 for _ in range(tries)]
        for number, (kept, count) in enumerate(rounds):
            found.sort(key=lambda pair: pair[0])
            found = [(judge(s, 51 + number, count), s) for _, s in found[:kept]]
        best[kind] = min(found, key=lambda pair: pair[0])[1]
    return best


def data_of_search(problem, seed, count=REFERENCES):
    return problem.data(count, np.random.default_rng(1000 + seed))


class Search:
    """The library's search; keeps what it saw."""

    def __init__(self, problem, budget, seed, evaluations, references=REFERENCES):
        self.seen = []
        data = data_of_search(problem, seed, references) if references else None
        self.result = tune(sampler(problem, BATCH), budget, data, evaluations=int(evaluations),
                           seed=10**6 * seed, progress=self.seen.append)

    def spent(self):
        return self.seen[-1].evaluations

    def without_race(self):
        """The schedule that the search alone would have chosen, were there no final."""
        most = max(m.count for m in self.seen if m.phase != m.phase.FINAL)
        again = [m for m in self.seen if m.phase != m.phase.FINAL and m.count == most]
        return min(again, key=lambda m: m.distance).schedule

    def finals(self):
        return [m for m in self.seen if m.phase == m.phase.FINAL]


def at_random(one, data, budget, seed, evaluations, look=lambda x: x):
    """Random search: 72 schedules of the same kinds, each with an equal share of the samples that
    so many evaluations buy; the nearest to data by the sliced Wasserstein-1 distance. `one` is the
    sampler; `look` says what is compared."""
    def flat(x):
        return np.asarray(look(x)).reshape(len(x), -1)

    data = flat(data)
    axes = directions(data.shape[1], 256, 11).astype(np.float32)
    sorted_data = np.sort(data @ axes, axis=0)
    count, generator = share(evaluations, budget, one.batch), random.Random(seed)

    def distance(schedule):
        one.schedule(schedule)
        x = np.concatenate([one.sample(10**6 * seed + i).copy()
                            for i in range(0, count, one.batch)])
        return float(np.square(gaps(np.sort(flat(x) @ axes, axis=0), sorted_data)).mean())

    found = [drawn(kind, budget, generator, distance)
             for kind in SPACES for _ in range(TRIES // len(SPACES))]
    return min(found, key=lambda pair: pair[0])[1]


def share(evaluations, budget, batch):
    """Samples that each schedule of at_random has: whole batches."""
    return int(evaluations / budget / TRIES) // batch * batch
