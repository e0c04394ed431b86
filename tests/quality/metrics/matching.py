# SPDX-License-Identifier: MIT
"""The Wasserstein-1 distance of two point clouds of equal size: the mean distance under the best
one-to-one matching (Peyre and Cuturi 2019, "Computational optimal transport", section 2.2). Needs
SciPy. N points take 8 N^2 bytes and a time that grows like N^3: seconds for 2,000."""
import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist


def wasserstein1(one, two):
    """Of points [N, ...] and [N, ...], flattened, with Euclidean distances."""
    if len(one) != len(two):
        raise ValueError(f"a matching of {len(one)} with {len(two)} points")
    cost = cdist(np.reshape(one, (len(one), -1)), np.reshape(two, (len(two), -1)))
    return float(cost[linear_sum_assignment(cost)].mean())
