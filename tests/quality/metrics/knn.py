# SPDX-License-Identifier: MIT
"""Precision and recall by nearest neighbours (Kynkaanniemi et al. 2019, "Improved precision and
recall metric for assessing generative models", section 2 and algorithm 1).

A set's manifold is the union of the balls around its points that reach to the k-th nearest other
point. Precision is the share of generated points on the manifold of the real set, recall that of
real points on the manifold of the generated one. Both depend on the sizes of the sets.
"""
import numpy as np


def squared_distances(one, two, size=500):
    """Blocks (slice, [size, M]) of the matrix of squared distances from one [N, d] to two [M, d].
    Double precision, because the expanded square cancels."""
    one, two = np.asarray(one, np.float64), np.asarray(two, np.float64)
    centre = two.mean(0)
    one, two = one - centre, two - centre
    norms = np.square(two).sum(1)
    for at in range(0, len(one), size):
        rows = slice(at, at + size)
        block = np.square(one[rows]).sum(1)[:, None] + norms - 2 * one[rows] @ two.T
        yield rows, np.maximum(block, 0)


def radii(points, k):
    """[N] squared distances to the k-th nearest other point of points [N, d]."""
    result = np.empty(len(points))
    for rows, block in squared_distances(points, points):
        result[rows] = np.partition(block, k, axis=1)[:, k]  # the nearest is the point itself
    return result


def coverage(points, centres, k=3):
    """The share of points [N, d] in some ball of the centres [M, d]."""
    reach = radii(centres, k)
    inside = [(block <= reach).any(1) for _, block in squared_distances(points, centres)]
    return float(np.concatenate(inside).mean())


def precision(real, generated, k=3):
    return coverage(generated, real, k)


def recall(real, generated, k=3):
    return coverage(real, generated, k)
