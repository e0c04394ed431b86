# SPDX-License-Identifier: MIT
"""What the tests of the Python package share: networks, and a way to run test_... functions."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import check as support  # noqa: E402

try:
    import numpy as np
except ImportError:
    support.skip("numpy is not installed")

PRESET = "cifar10-vp-43"


def gauss(x, sigma):
    """The denoiser of unit Gauss data, by operations that round the same way everywhere."""
    return x.dtype.type(1 / (1 + sigma * sigma)) * x


def points(x, sigma):
    """The denoiser of data that is -1 or +1."""
    return np.tanh(x / sigma**2)


def same(a, b):
    return np.asarray(a).tobytes() == np.asarray(b).tobytes()


def golden(name):
    """A file of tests/golden: its texts, and its arrays by "@name"."""
    texts, lines = {}, iter((support.ROOT / "tests/golden" / f"{name}.txt").read_text().split("\n"))
    for line in lines:
        key, _, value = line.partition(" ")
        if key.startswith("@"):
            shape = [int(n) for n in value.split()]
            rows = 1 if len(shape) == 1 else int(np.prod(shape[:-1]))
            array = np.array([next(lines).split() for _ in range(rows)], float)
            texts[key] = array.reshape(shape)
        elif key:
            texts[key] = value
    return texts


def mixture(run):
    """The denoiser of a golden run: an isotropic Gaussian mixture (tests/golden/README.md)."""
    w, m, s = run["@mixture_weight"], run["@mixture_mean"], run["@mixture_std"]

    def denoise(x, sigma):
        x = np.asarray(x, float)
        v = s**2 + np.reshape(sigma, (-1, 1))**2
        away = x[:, None, :] - m
        log = np.log(w) - (away**2).sum(2) / (2 * v) - m.shape[1] / 2 * np.log(v)
        r = np.exp(log - log.max(1, keepdims=True))
        r /= r.sum(1, keepdims=True)
        return (r[:, :, None] * (m + (s**2 / v)[:, :, None] * away)).sum(1)
    return denoise


def run_tests(names):
    """Runs what is called test_..."""
    tests = [(name, f) for name, f in names.items() if name.startswith("test_")]
    for name, test in tests:
        before = len(support.failures)
        test()
        print("ok" if len(support.failures) == before else "FAILED", name[5:].replace("_", " "))
    support.finish()
