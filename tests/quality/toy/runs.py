# SPDX-License-Identifier: MIT
"""The program toy.c as a function, and what is drawn without it. Needs numpy."""
import pathlib
import subprocess
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "examples/train"), str(ROOT / "tests/quality/metrics")]

import toy  # noqa: E402

SIGMA_MAX, SIGMA_MIN = 80, 0.01
SEEDS_APART = 10**6  # between the first samples of two runs


def karras(first, last, points, rho=7):
    """Noise levels [points] from first down to last (Karras et al. 2022, eq. 5)."""
    u = np.linspace(0, 1, points)
    levels = (first ** (1 / rho) + u * (last ** (1 / rho) - first ** (1 / rho))) ** rho
    levels[0], levels[-1] = first, last
    return levels


def main_grid(t_min, t_max, steps, rho=7):
    """Levels with nodes on t_max and t_min and steps = (above, between, below) them, then 0; and
    the index of t_max."""
    parts = [karras(SIGMA_MAX, t_max, steps[0] + 1, rho)[:-1],
             karras(t_max, t_min, steps[1] + 1, rho)[:-1],
             karras(t_min, SIGMA_MIN, steps[2], rho), [0.0]]
    return np.concatenate(parts), steps[0]


def numbers(values):
    return ",".join(repr(float(v)) for v in values)


def churn(gamma, t_min, t_max):
    """Keys for churn from every node within [t_min, t_max] but t_min, which it would leave."""
    return f" gamma={gamma} s_min={t_min * 1.000001!r} s_max={t_max * 1.000001!r}" if gamma else ""


def restart(points, iterations, t_min, t_max):
    return f" segments=[{points},{iterations},{t_min!r},{t_max!r}]" if iterations else ""


class Program:
    """Runs of one network: a TorchScript file, or points whose exact denoiser it is."""

    def __init__(self, program, network, folder, count):
        self.program, self.network = str(program), str(network)
        self.folder, self.count = pathlib.Path(folder), count

    def run(self, jobs):
        """For each job, a string of keys: evaluations [m] and states [m, count, 20]; the captured
        ones, then the samples."""
        outs = [self.folder / f"states{i}" for i in range(len(jobs))]
        lines = [f"{out} count={self.count} {job}\n" for out, job in zip(outs, jobs)]
        text = subprocess.run([self.program, self.network], input="".join(lines), text=True,
                              check=True, stdout=subprocess.PIPE).stdout
        evaluations = [[int(n) for n in line.split()] for line in text.splitlines()]
        shape = (-1, self.count, toy.DIMENSIONS)
        states = [np.fromfile(out, np.float32).reshape(shape) for out in outs]
        for out in outs:
            out.unlink()
        return list(zip(evaluations, states))


def truth(seed, count, sigma):
    """Draws [count, 20] of the data with noise of level sigma."""
    random = np.random.RandomState(seed)
    x = toy.points()[random.randint(toy.COUNT, size=count)]
    return x + sigma * random.standard_normal(x.shape)
