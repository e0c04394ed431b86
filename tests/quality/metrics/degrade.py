# SPDX-License-Identifier: MIT
"""Real pictures made worse in known ways; a quality metric must rank them. Pictures are float32
[N, C, H, W] in [-1, 1]."""
import numpy as np


def blur(pictures, sigma):
    """Convolved with a Gaussian of `sigma` pixels, borders repeated."""
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * np.square(np.arange(-reach, reach + 1) / sigma))
    kernel = (kernel / kernel.sum()).astype(np.float32)
    for axis in (2, 3):
        pad = [(reach, reach) if a == axis else (0, 0) for a in range(4)]
        padded = np.pad(pictures, pad, mode="edge")
        length = pictures.shape[axis]
        pictures = sum(weight * padded.take(range(at, at + length), axis)
                       for at, weight in enumerate(kernel))
    return pictures


def noise(pictures, sigma, seed=1):
    """With white noise, `sigma` in units of the range [-1, 1]."""
    z = np.random.default_rng(seed).standard_normal(pictures.shape, np.float32)
    return pictures + np.float32(sigma) * z


def few_modes(pictures, labels, count):
    """Only the pictures of the first `count` labels."""
    return pictures[labels < count]


def eight_bit(pictures):
    """Rounded to the 256 values that real pictures have. What is compared goes through this first:
    a network can tell by the rounding alone."""
    return np.rint((np.clip(pictures, -1, 1) + 1) * np.float32(127.5)) / np.float32(127.5) - 1
