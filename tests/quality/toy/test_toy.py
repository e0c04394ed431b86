# SPDX-License-Identifier: MIT
"""The experiment of study.py, made small: what Restart must do to a set of samples, whatever the
network. test_toy.py PROGRAM, the program being toy.c."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from check import ROOT, check, finish, skip  # noqa: E402

try:
    import numpy as np
    import scipy  # noqa: F401
except ImportError as error:
    skip(f"{error.name} is not installed (Debian: python3-numpy, python3-scipy)")

from runs import Program, karras, main_grid, numbers, restart, toy, truth  # noqa: E402
from matching import wasserstein1  # noqa: E402

T_MIN, T_MAX, ITERATIONS, COUNT = 1.0, 1.5, 8, 300
STEPS = (10, 3, 6)


def across(x):
    """Projections [count, 16] on the directions in which the data has no extent."""
    data = toy.points().astype(np.float64)
    _, _, axes = np.linalg.svd(data, full_matrices=True)
    return x @ axes[toy.LATENT:].T


def run(program, start=None):
    """States at t_min after 0, 1, ... restarts, then the samples: [ITERATIONS + 2, count, 20]."""
    grid, at = main_grid(T_MIN, T_MAX, STEPS)
    job = f"seed=1000000 capture={T_MIN!r}" + restart(4, ITERATIONS, T_MIN, T_MAX)
    job += f" sigmas={numbers(grid[at:] if start else grid)}" + (f" start={start}" if start else "")
    (evaluations, states), = program.run([job])
    first = 2 * (STEPS[1] if start else STEPS[0] + STEPS[1])
    expected = [first + 6 * k for k in range(ITERATIONS + 1)]
    if not check(evaluations[:-1] == expected, f"evaluations {evaluations}, not {expected} first"):
        finish()
    return states


def check_noise(states):
    """With the exact denoiser every restart keeps the distribution (Xu et al. 2023, section 3). In
    16 directions that is a normal of standard deviation t_min, which noise that is missing, too
    much, or the same again turns into another one."""
    for k in range(ITERATIONS + 1):
        deviation = np.sqrt(np.mean(across(states[k]) ** 2)) / T_MIN
        check(abs(deviation - 1) < 0.035, f"restart {k}: standard deviation {deviation:.3f}, not 1")
    drift = np.abs(np.mean(across(states[ITERATIONS]), axis=0)).max()
    check(drift < 4.5 * T_MIN / COUNT**0.5, f"a mean of {drift:.3f} after the restarts, not 0")


def check_fresh(states):
    """Noise is drawn anew in each restart: of a deviation in these directions t_min / t_max is
    left, as the regression of what comes after on what was before."""
    for k in range(ITERATIONS):
        before, after = across(states[k]), across(states[k + 1])
        kept = np.sum(before * after) / np.sum(before**2)
        check(abs(kept - T_MIN / T_MAX) < 0.06,
              f"restart {k} keeps {kept:.3f} of a deviation, not {T_MIN / T_MAX:.3f}")


def check_contraction(states, reference):
    """The error that was made above t_max shrinks, with the trained network, by each restart."""
    w = [wasserstein1(a, b) for a, b in zip(states[:-1], reference[:-1])]
    print("contracted error after 0, 1, ... restarts:", " ".join(f"{v:.3f}" for v in w))
    check(w[0] > 0.4, f"the network makes no error to contract: {w[0]:.3f}")
    check(all(b < a for a, b in zip(w, w[1:4])), "the first restarts do not each contract")
    check(w[-1] < 0.6 * w[0], f"{ITERATIONS} restarts leave {w[-1] / w[0]:.2f} of the error")


def check_distance(states):
    """Restarted states are not farther from true data than those of the ODE alone."""
    true = truth(1, COUNT, T_MIN)
    before, after = (wasserstein1(states[k], true) for k in (0, ITERATIONS))
    print(f"distance from true data at t_min: {before:.3f}, restarted {after:.3f}")
    check(after < before + 0.05, f"restarts lead away from the data: {before:.3f} to {after:.3f}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        toy.points().tofile(folder / "points")
        exact = Program(sys.argv[1], folder / "points", folder, COUNT)
        network = Program(sys.argv[1], ROOT / "examples/networks/toy20.pt", folder, COUNT)
        states = run(exact)
        check_noise(states)
        check_fresh(states)
        (_, start), = exact.run([f"seed=1000000 sigmas={numbers(karras(80, T_MAX, 11))}"])
        start[-1].tofile(folder / "start")
        states = run(network)
        check_contraction(states, run(network, folder / "start"))
        check_distance(states)
    finish()


main()
