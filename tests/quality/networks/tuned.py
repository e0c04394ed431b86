#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The library's search for a schedule on the networks of the study, measured as the study measures.

    RESTART_LIBRARY=BUILD tuned.py --sampler BUILD/tools/restart-sampler --network digits \\
        --data digits-test.npz [--features]

`--data` is what examples/train/data.py makes, of pictures that the report does not compare with;
the first 2,000, class by class in turn, are the references. The search compares pixels, with
--features those of the problem's feature network, by its own distance: another metric than the
Frechet distance that is reported.

Every answer is kept as schedules/NETWORK-BUDGET-SEED.schedule and not searched again, and what
random search with as many evaluations answers as NETWORK-BUDGET-random-SEED.schedule; rows go to
results.tsv as the experiments "tuned" and "random", and those of settings by hand as "hands".
"""
import argparse
import pathlib
import sys
import time

import numpy as np
import torch

from bench import Bench, Impossible
from problems import NETWORKS, make

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[2] / "shim" / "python"), str(HERE.parent / "tuning")]
from restart_sampler import Sampler, TorchScript, tune  # noqa: E402
from ways import TRIES, at_random, by_hand  # noqa: E402

BUDGETS = (19, 27, 35, 63, 127)  # those of the study
REFERENCES, COUNT, SEED = 2000, 2100, 1
SHARES = 168  # a batch may have up to this part of the samples that a search pays for


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--sampler", required=True, help="the command restart-sampler")
    p.add_argument("--networks", default=NETWORKS, help="their folder; default examples/networks")
    p.add_argument("--network", required=True)
    p.add_argument("--data", required=True, help=".npz of pictures and labels")
    p.add_argument("--features", action="store_true")
    p.add_argument("--budget", type=int, nargs="+", default=BUDGETS)
    p.add_argument("--seed", type=int, nargs="*", default=[1, 2, 3])
    p.add_argument("--random", type=int, nargs="*", default=[1], help="seeds of random search")
    p.add_argument("--evaluations", type=float, default=1e6, help="of a search")
    p.add_argument("--label", default="tuned", help="the experiment's name; another one\n"
                   "with another number of evaluations")
    p.add_argument("--out", default=str(HERE / "results.tsv"), help="default %(default)s")
    p.add_argument("--schedules", default=str(HERE / "schedules"), help="default %(default)s")
    return p.parse_args()


def references(path):
    """[REFERENCES, C, H, W] in [-1, 1], one of each class in turn: the files are in classes."""
    file = np.load(path)
    labels = file["labels"]
    each = [np.flatnonzero(labels == k) for k in range(labels.max() + 1)]
    order = np.stack([at[: min(map(len, each))] for at in each], 1).reshape(-1)
    pictures = file["pictures"][order[:REFERENCES]].transpose(0, 3, 1, 2)
    return np.ascontiguousarray(pictures, np.float32) / 127.5 - 1


def sampler(problem, batch):
    """With a batch of about so many, of a conditional network as many of each class."""
    turn = problem.classes or 1
    batch = max(int(batch) // turn, 1) * turn
    labels = np.arange(batch) % problem.classes if problem.classes else None
    return Sampler(TorchScript(problem.file, labels=labels, threads=1), batch=batch)


def search(given, problem, budget, seed):
    """The answer as text."""
    one = sampler(problem, min(100, given.evaluations / budget / SHARES))
    look = problem.features.features if given.features else None
    began = time.time()
    found = tune(one, budget, references(given.data), evaluations=int(given.evaluations),
                 seed=10**7 * seed, features=look)
    print(f"{problem.name}, {budget}, seed {seed}: {time.time() - began:.0f} s", flush=True)
    return found.text


def random_search(given, problem, budget, seed):
    """The same, of random search."""
    one = sampler(problem, given.evaluations / budget / TRIES)
    look = {"look": problem.features.features} if given.features else {}
    return at_random(one, references(given.data), budget, seed, given.evaluations,
                     **look).format()


def arguments(text):
    """A schedule as options of the command."""
    pairs = [line.split(" ", 1) for line in text.splitlines() if line and line[0] != "#"]
    segments = ", ".join(value for key, value in pairs if key == "segment")
    found = [f"--{key.replace('_', '-')}={value}" for key, value in pairs if key != "segment"]
    return found + ([f"--segments={segments}"] if segments else [])


def main():
    given = options()
    torch.set_num_threads(1)
    problem = make(given.network, given.networks)
    bench = Bench(given.out, given.sampler)
    folder = pathlib.Path(given.schedules)
    folder.mkdir(exist_ok=True)

    def report(experiment, family, budget, listed):
        row = bench.measure(problem, experiment, family, budget, listed, SEED, COUNT)
        print(f"{problem.name}, {budget}, {family}: {row['frechet']:.2f} +- {row['error']:.2f}",
              flush=True)

    def kept(name, find, budget, seed):
        """Options of the command for what was found, now or earlier."""
        path = folder / f"{given.network}-{budget}-{name}.schedule"
        if not path.exists():
            path.write_text(find(given, problem, budget, seed), encoding="ascii")
        return arguments(path.read_text(encoding="ascii"))

    for budget in given.budget:
        for name, text in by_hand(budget).items():
            segments = [f"--segments={text}"] if text else []
            try:
                report("hands", name, budget, [f"--budget={budget}", "--solver=heun", *segments])
            except Impossible:
                pass
        label = "" if given.label == "tuned" else f"{given.label}-"
        for seed in given.seed:
            report(given.label, f"seed {seed}", budget,
                   kept(f"{label}{seed}", search, budget, seed))
        for seed in given.random:
            report("random", f"seed {seed}", budget,
                   kept(f"random-{seed}", random_search, budget, seed))


if __name__ == "__main__":
    main()
