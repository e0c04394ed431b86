# SPDX-License-Identifier: MIT
"""Exemplars for speed.py: arrays [3, side, side] in [-1, 1]."""

import pathlib
import sys

try:
    import numpy as np
except ImportError:
    np = None  # then nothing here is called

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/tool"))


def rock(side):
    """The exemplar in examples/exemplars, tiled where more is asked for."""
    from png import decode  # needs numpy
    pixels = decode((ROOT / "examples/exemplars/rock.png").read_bytes())
    picture = pixels.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
    return np.ascontiguousarray(np.tile(picture, (1, side // 64, side // 64)))


def clouds(side):
    """A picture of three colours with the spectrum of natural ones, that wraps around."""
    f = np.fft.fftfreq(side)
    amplitude = 1 / np.maximum(np.hypot(f[:, None], f[None, :]), 1 / side)
    noise = np.random.default_rng(3).standard_normal((3, side, side))
    noise[1:] = noise[1:] / 2 + noise[0]
    picture = np.fft.ifft2(np.fft.fft2(noise) * amplitude).real
    picture -= picture.mean((1, 2), keepdims=True)
    return np.clip(picture * (0.3 / picture.std()), -1, 1).astype(np.float32)


def patchwork(picture, generator):
    """Squares from all over the picture, as a run comes by."""
    made, side, square = np.empty_like(picture), picture.shape[1], 32
    for row in range(0, side, square):
        for column in range(0, side, square):
            moved = np.roll(picture, tuple(generator.integers(0, side, 2)), (1, 2))
            made[:, row:row + square, column:column + square] = moved[:, :square, :square]
    return made
