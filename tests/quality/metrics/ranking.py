#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The metrics of degraded real pictures against other real pictures: whether they rank, and how far
above the floor.

    ranking.py --data cifar10-test.npz --network features-cifar10.pt
"""
import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from metrics import degrade, knn  # noqa: E402
from metrics.features import Features  # noqa: E402
from metrics.frechet import frechet  # noqa: E402
from metrics.sliced import sliced_wasserstein  # noqa: E402

BLURS = (0.5, 1, 2)
NOISES = (0.05, 0.1, 0.2)
MODES = 3


def variants(pictures, labels, count, seed=1):
    """The reference, count pictures [count, C, H, W], and {name: others of that size} from disjoint
    pictures. Few modes may share pictures with the floor, not with the reference."""
    order = np.random.default_rng(seed).permutation(len(pictures))
    reference, rest = pictures[order[:count]], order[count:]
    fresh = pictures[rest[:count]]
    result = {"floor": fresh}
    result.update({f"blur {s}": degrade.blur(fresh, s) for s in BLURS})
    result.update({f"noise {s}": degrade.noise(fresh, s) for s in NOISES})
    few = degrade.few_modes(pictures[rest], labels[rest], MODES)[:count]
    if len(fresh) < count or len(few) < count:
        raise ValueError(f"{len(pictures)} pictures are too few for sets of {count}")
    return reference, {**result, f"{MODES} modes": few}


def measure(network, reference, pictures):
    """{metric: float} of pictures, rounded to 8 bits first, against reference, [N, C, H, W]."""
    pictures = degrade.eight_bit(pictures)
    real, made = network.features(reference), network.features(pictures)
    return {"frechet": frechet(real, made),
            "precision": knn.precision(real, made), "recall": knn.recall(real, made),
            "sliced features": sliced_wasserstein(real, made),
            "sliced pixels": sliced_wasserstein(reference, pictures)}


def rank(network, pictures, labels, count):
    """{name: {metric: float}} of all variants."""
    reference, others = variants(pictures, labels, count)
    return {name: measure(network, reference, other) for name, other in others.items()}


def show(table):
    keys = list(next(iter(table.values())))
    print("| | " + " | ".join(keys) + " |")
    print("|---" * (len(keys) + 1) + "|")
    for name, row in table.items():
        print(f"| {name} | " + " | ".join(f"{row[key]:.4f}" for key in keys) + " |")


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--data", required=True, help=".npz: pictures uint8 [N,H,W,C], labels [N]")
    p.add_argument("--network", required=True, help="of examples/train/classify.py")
    p.add_argument("--count", type=int, default=2000, help="pictures a set; default %(default)s")
    args = p.parse_args()
    file = np.load(args.data)
    pictures = file["pictures"].transpose(0, 3, 1, 2) / np.float32(127.5) - 1
    show(rank(Features(args.network), pictures, file["labels"], args.count))


if __name__ == "__main__":
    main()
