# SPDX-License-Identifier: MIT
"""Problems whose exact denoiser is known, with the error of a network put in where it is wanted.

Each has `elements`, `denoise(y [B, n], sigma)` and `data(count, random)`, all float32.
"""
import math
import pathlib
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "examples" / "train"))
import toy  # noqa: E402


class Gaussian:
    """Independent normals with these deviations."""

    def __init__(self, deviations):
        self.deviations = np.asarray(deviations, np.float32)
        self.elements = len(deviations)

    def denoise(self, y, sigma):
        return y * (self.deviations**2 / (self.deviations**2 + np.float32(sigma) ** 2))

    def data(self, count, random):
        drawn = random.standard_normal((count, self.elements), np.float32)
        return drawn * self.deviations


class Mixture:
    """Round Gaussians of deviation `spread` around centres [K, n], with weights [K]. With spread 0
    it is a set of points."""

    def __init__(self, centres, weights, spread):
        self.centres = np.asarray(centres, np.float32)
        self.weights = np.asarray(weights) / np.sum(weights)
        self.bias = np.log(self.weights).astype(np.float32)
        self.squares = np.square(self.centres).sum(1) / 2
        self.spread = spread
        self.elements = self.centres.shape[1]

    def denoise(self, y, sigma):
        variance = np.float32(self.spread**2 + sigma**2)
        share = (y @ self.centres.T - self.squares) / variance + self.bias
        share -= share.max(1, keepdims=True)
        np.exp(share, out=share)
        centre = share @ self.centres / share.sum(1, keepdims=True)
        return (np.float32(self.spread**2) * y + np.float32(sigma**2) * centre) / variance

    def data(self, count, random):
        chosen = random.choice(len(self.centres), size=count, p=self.weights)
        noise = random.standard_normal((count, self.elements), np.float32)
        return self.centres[chosen] + np.float32(self.spread) * noise


class Erring:
    """Another problem's denoiser, pulled in one direction between two noise levels; by `size` at
    high levels, less where there is little noise, as networks err."""

    def __init__(self, problem, low, high, size):
        self.problem, self.low, self.high, self.size = problem, low, high, size
        self.elements, self.data = problem.elements, problem.data
        self.pull = np.random.default_rng(5).standard_normal(self.elements).astype(np.float32)

    def denoise(self, y, sigma):
        exact = self.problem.denoise(y, sigma)
        if not self.low <= sigma < self.high:
            return exact
        return exact + np.float32(self.size * sigma / math.hypot(1, sigma)) * self.pull


def problems():
    """{name: problem}."""
    random = np.random.default_rng(3)
    mixture = Mixture(random.standard_normal((8, 6)), np.arange(1, 9), 0.2)
    points = toy.points()
    return {
        "gaussian": Gaussian(1.5 * 0.5 ** np.arange(8)),
        "mixture": mixture,
        "points": Mixture(points, np.ones(len(points)), 0),
        "mixture, early": Erring(mixture, 2, math.inf, 0.3),
        "mixture, middle": Erring(mixture, 0.3, 2, 0.3),
        "mixture, late": Erring(mixture, 0, 0.3, 0.3),
        "mixture, everywhere": Erring(mixture, 0, math.inf, 0.15),
    }
