#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The study in small, on the digits: what it found must still be found. Argument: the command
restart-sampler.

The digits' network leaves an error that no step of the ODE's takes away; Restart and the SDE do, at
the same cost. Margins are half of what the study measured.
"""
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "support"), str(HERE.parent)]
from check import check, finish, skip  # noqa: E402

try:
    import torch

    from bench import Bench, read
    from families import FAMILIES, START, arguments
    from problems import make
except ImportError as missing:
    skip(f"{missing.name} is not installed")

COUNT = 400
RESTART = {"t_min": 0.2, "ratio": 5, "iterations": 2, "points": 4, "levels": 2}
SDE = {"s_churn": 20, "s_min": 0.05, "s_max": 50}


def main():
    torch.set_num_threads(1)
    problem = make("digits")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(pathlib.Path(folder) / "results.tsv", sys.argv[1])

        def measure(name, budget, **changes):
            family = FAMILIES[name]
            options = arguments(family, {**START, **problem.start, **changes}, budget)
            row = bench.measure(problem, "test", name, budget, options, 1, COUNT)
            print(f"{name} {row['nfe']}: {row['frechet']:.2f} +- {row['error']:.2f}, "
                  f"accuracy {row['accuracy']:.2f}", flush=True)
            check(row["nfe"] == budget, f"{name}: {row['nfe']} evaluations, not {budget}")
            return row

        few, many = measure("heun", 27), measure("heun", 63)
        same = bench.measure(problem, "again", "heun", 63, many["arguments"].split(), 1, COUNT)
        check(same["frechet"] == many["frechet"], "what is known was measured again")
        check([row["experiment"] for row in read(bench.path)] == ["test", "test", "again"],
              "a row for each name that a measurement has")
        restart, sde = measure("restart", 63, **RESTART), measure("sde", 63, **SDE)
    check(abs(few["frechet"] / many["frechet"] - 1) < 0.1, "the ODE has not levelled off")
    check(restart["frechet"] < 0.8 * many["frechet"], "Restart is not better than the ODE")
    check(restart["recall"] > many["recall"], "Restart covers less of the data than the ODE")
    check(restart["accuracy"] > many["accuracy"], "Restart follows the labels less than the ODE")
    check(sde["frechet"] < 0.85 * many["frechet"], "the SDE is not better than the ODE")
    finish()


if __name__ == "__main__":
    main()
