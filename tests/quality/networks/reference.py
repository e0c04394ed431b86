#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes what the study must know of the real data, so that it needs no data sets:
reference/NAME.npz with the mean [d] and covariance [d, d] of the features of all pictures, and the
features [2000, d] of some.

    reference.py --data DIR       the folder with the .npz files of examples/train/data.py
"""
import argparse
import pathlib
import sys

import numpy as np
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from metrics.features import Features  # noqa: E402
from metrics.frechet import gaussian  # noqa: E402

NETWORKS = HERE.parents[2] / "examples" / "networks"
SETS = {"cifar10": "features-cifar10.pt", "digits": "features-digits.pt",
        "textures": "features-cifar10.pt"}
COUNT, SOME = 10000, 2000


def pictures(name, data):
    """[N, C, H, W] in [-1, 1]: all, or where networks are drawn from class by class COUNT with as
    many of each, in turn. Textures are on a torus, and are rolled and mirrored."""
    generator = np.random.default_rng(1)
    order = generator.permutation(len(data["pictures"]))
    if name != "cifar10":
        labels = data["labels"][order]
        each = [order[labels == label] for label in range(labels.max() + 1)]
        order = np.stack([np.resize(one, COUNT // len(each)) for one in each], 1).ravel()
    chosen = data["pictures"][order]
    if name == "textures":
        chosen = np.stack([rolled(one, generator) for one in chosen])
    return chosen.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1


def rolled(picture, generator):
    shift = generator.integers(0, picture.shape[0], 2)
    return np.roll(picture, tuple(shift), (0, 1))[:, :: generator.choice([1, -1])]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", required=True)
    folder = pathlib.Path(p.parse_args().data)
    torch.set_num_threads(1)
    for name, network in SETS.items():
        real = pictures(name, np.load(folder / f"{name}-train.npz"))
        features = Features(NETWORKS / network).features(real)
        mean, covariance = gaussian(features)
        np.savez_compressed(HERE / "reference" / f"{name}.npz", mean=mean, covariance=covariance,
                            features=features[:SOME].astype(np.float16))


if __name__ == "__main__":
    main()
