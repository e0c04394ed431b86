# SPDX-License-Identifier: MIT
"""The sliced Wasserstein-2 distance (Rabin et al. 2011; Bonneel et al. 2015, "Sliced and Radon
Wasserstein barycenters of measures"): the root mean square over directions of the distance between
the projections, which in one dimension joins equal quantiles.

It is at most the Wasserstein-2 distance / sqrt(d), so that the number is of the size of an error
per coordinate.
"""
import numpy as np


def directions(elements, count, seed):
    """[elements, count] unit vectors, the same for the same three numbers."""
    matrix = np.random.default_rng(seed).standard_normal((elements, count))
    return matrix / np.linalg.norm(matrix, axis=0)


def line_distance(one, two):
    """The squares of the Wasserstein-2 distances between the columns of one [N, c] and two [M, c],
    exact for any sizes: quantile functions are constant between the multiples of 1/N and 1/M."""
    one, two = np.sort(one, axis=0), np.sort(two, axis=0)
    n, m = len(one), len(two)
    if n == m:
        return np.square(one - two).mean(0)
    # In units of 1/(n m), where the ends of all pieces are whole numbers.
    ends = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)
    widths = np.diff(ends, prepend=0)
    gaps = one[(ends - 1) // m] - two[(ends - 1) // n]
    return widths @ np.square(gaps) / (n * m)


def gaps(one, two):
    """The Wasserstein-1 distances between the sorted columns of one [N, c] and two [M, c], N <= M;
    of two the quantiles in the middle of one's pieces."""
    places = ((np.arange(len(one)) + 0.5) / len(one) * len(two)).astype(int)
    return np.abs(one - two[places]).mean(axis=0)


def sliced_wasserstein(one, two, count=256, seed=1):
    """Of samples [N, ...] and [M, ...], flattened, in `count` directions."""
    one = np.asarray(one, np.float64).reshape(len(one), -1)
    two = np.asarray(two, np.float64).reshape(len(two), -1)
    axes = directions(one.shape[1], count, seed)
    return float(np.sqrt(line_distance(one @ axes, two @ axes).mean()))
