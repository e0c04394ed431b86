# SPDX-License-Identifier: MIT
"""The Frechet distance between the Gaussians of two sets of features (Heusel et al. 2017, "GANs
trained by a two time-scale update rule", equation 6; with the features of Inception it is FID).

The estimate is biased upwards: means and covariances of finite samples lie apart even when the
distributions agree. For white features of unit variance the mean of the estimate is then about
d (d + 5) / 4 * (1/N + 1/M): d * (1/N + 1/M) from the means, the rest from the covariances. So only
sets of the same sizes are to be compared, with far fewer features than samples, beside the floor of
two real sets. No estimate from finite samples is unbiased, and the bias depends on the
distribution too (Chong and Forsyth 2020, "Effectively unbiased FID and Inception score"), so that
differences far below the floor say little.
"""
import numpy as np


def gaussian(features):
    """Mean [d] and unbiased covariance [d, d] of features [N, d]."""
    features = np.asarray(features, np.float64)
    mean = features.mean(0)
    centred = features - mean
    return mean, centred.T @ centred / (len(features) - 1)


def root(matrix):
    """The symmetric square root of a positive semidefinite matrix [d, d]."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def between_gaussians(mean1, covariance1, mean2, covariance2):
    """|m1 - m2|^2 + trace(C1 + C2 - 2 (C1 C2)^(1/2)), the squared Wasserstein-2 distance (Dowson
    and Landau 1982). C1 C2 has the eigenvalues of the symmetric C1^(1/2) C2 C1^(1/2)."""
    half = root(covariance1)
    values = np.linalg.eigvalsh(half @ covariance2 @ half)
    overlap = np.sqrt(np.maximum(values, 0)).sum()
    trace = np.trace(covariance1) + np.trace(covariance2) - 2 * overlap
    return float(np.square(np.subtract(mean1, mean2)).sum() + trace)


def frechet(one, two):
    """Of features [N, d] and [M, d]."""
    return between_gaussians(*gaussian(one), *gaussian(two))
