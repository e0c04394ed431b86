# SPDX-License-Identifier: MIT
"""The samplers that are compared, the parameters that each may tune, and the one search for all.

A family has parameters with ordered values. A configuration is a dictionary from parameter to
value; `arguments` turns it into options of restart-sampler sample.
"""
import math
import random

# Configurations tried, for each family and budget, with so many samples; then the best of them.
TRIES, FEW = 16, 100
KEPT, MANY = 3, 300
LEAST = 5

GRID = {
    "rho": [1.5, 2, 3, 5, 7, 10, 15],
    "sigma_min": [0.002, 0.005, 0.01, 0.02, 0.04, 0.07, 0.1],
    "sigma_max": [10, 20, 40, 80],
}
CHURN = {
    "s_churn": [2, 5, 10, 20, 40, 80, 160],
    "s_min": [0.001, 0.01, 0.05, 0.2, 0.5],
    "s_max": [0.5, 1, 3, 10, 50, 1000],
    "s_noise": [1.0, 1.003, 1.007, 1.015],
}
RESTART = {
    "t_min": [0.02, 0.04, 0.06, 0.1, 0.14, 0.2, 0.3, 0.5, 1.0],
    "ratio": [1.3, 1.6, 2, 3, 5, 8, 13],
    "iterations": [1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
    "points": [3, 4, 5, 7, 10],
    "levels": [1, 2, 3],
    "s_noise": [1.0, 1.003, 1.007, 1.015],
}
START = {
    "rho": 7, "sigma_min": 0.002, "sigma_max": 80,
    "s_churn": 10, "s_min": 0.05, "s_max": 50, "s_noise": 1.0,
    "t_min": 0.06, "ratio": 5, "iterations": 2, "points": 3, "levels": 1,
}


class Family:
    """title: its kind, then its solver. space: the parameters that are searched. after: the family
    whose best grid is taken."""

    def __init__(self, name, solver, title, space, after=None):
        self.name, self.solver, self.title = name, solver, title
        self.space, self.after = space, after
        self.kind = title.split(",")[0]
        self.restarts = space is RESTART
        self.cost = 2 if solver == "heun" else 1  # evaluations of a step


FAMILIES = {family.name: family for family in (
    Family("heun", "heun", "ODE, Heun", GRID),
    Family("dpmpp_2m", "dpmpp_2m", "ODE, DPM-Solver++ 2M", GRID),
    Family("ipndm", "ipndm", "ODE, iPNDM", GRID),
    Family("ancestral", "euler_ancestral", "SDE, ancestral (DDPM)", GRID),
    Family("ddim", "euler", "ODE, Euler (DDIM)", GRID),
    Family("sde", "heun", "SDE, EDM churn", CHURN, after="heun"),
    Family("restart", "heun", "Restart, Heun", RESTART, after="heun"),
    Family("restart_2m", "dpmpp_2m", "Restart, DPM-Solver++ 2M", RESTART, after="dpmpp_2m"),
)}


def segments(configuration):
    """Levels that lie end to end, the noisiest first."""
    c = configuration
    ends = [c["t_min"] * c["ratio"] ** level for level in range(c["levels"] + 1)]
    return ", ".join(f"[{c['points']},{c['iterations']},{low:.4g},{high:.4g}]"
                     for low, high in reversed(list(zip(ends, ends[1:]))))


def affordable(family, configuration, budget):
    """Whether restarts leave LEAST steps to the main pass, whose last costs one evaluation."""
    c = configuration
    steps = LEAST - 1 + c["levels"] * c["iterations"] * (c["points"] - 1)
    return not family.restarts or family.cost * steps + 1 <= budget


def arguments(family, configuration, budget=None):
    """Options of restart-sampler; without a budget the configuration says the steps."""
    c = configuration
    options = {"budget": budget} if budget else {"steps": c["steps"]}
    options.update({"solver": family.solver, "rho": c["rho"], "sigma-min": c["sigma_min"],
                    "sigma-max": c["sigma_max"]})
    if family.restarts:
        options.update({"segments": segments(c), "s-noise": c["s_noise"]})
    if family.name == "sde":
        options.update({name.replace("_", "-"): c[name] for name in CHURN})
    return [f"--{name}={value}" for name, value in options.items()]


def search(space, starts, distance, seed):
    """The best of TRIES configurations: the `starts`, then by turns one drawn at random and the
    best so far with one parameter a place up or down; the KEPT best of them are tried again.
    distance(configuration, count) returns a number, or None where there is no such schedule; that
    costs nothing and another one is drawn."""
    generator = random.Random(seed)
    tried, found = [], []
    while len(found) < TRIES and len(tried) < 50 * TRIES:
        if len(tried) < len(starts):
            candidate = starts[len(tried)]
        elif found and len(tried) % 2:
            candidate = neighbour(min(found, key=first)[1], space, generator)
        else:
            drawn = {name: generator.choice(values) for name, values in space.items()}
            candidate = {**starts[0], **drawn}
        tried.append(candidate)
        value = distance(candidate, FEW) if candidate not in tried[:-1] else None
        if value is not None:
            found.append((value, candidate))
    best = sorted(found, key=first)[:KEPT]
    if not best:
        return starts[0]
    return min(best, key=lambda pair: distance(pair[1], MANY) or math.inf)[1]


def first(pair):
    return pair[0]


def neighbour(configuration, space, generator):
    """The configuration with one of its parameters on the next value of the space, up or down."""
    name = generator.choice(sorted(space))
    values = space[name]
    at = min(range(len(values)), key=lambda i: abs(values[i] - configuration[name]))
    at = min(max(at + generator.choice((-1, 1)), 0), len(values) - 1)
    return {**configuration, name: values[at]}
