# SPDX-License-Identifier: MIT
"""The networks of the study and what their samples are compared with."""
import pathlib

import numpy as np

from metrics.features import Features

HERE = pathlib.Path(__file__).resolve().parent
NETWORKS = HERE.parents[2] / "examples" / "networks"


class Problem:
    """A network file and the features of its data.

    reference  the name of a file of reference.py
    features   the file of the feature network
    classes    samples are drawn for these in turn; 0: the network has none
    judged     the feature network is a classifier of the same classes
    start      where searches begin, if not at the usual place
    """

    def __init__(self, name, file, reference, features, classes=0, judged=False, start=None):
        self.name, self.file, self.start = name, pathlib.Path(file), start or {}
        self.features = Features(features)
        self.classes, self.judged = classes, judged
        self.arguments = [f"--labels=0-{classes - 1}"] if classes else []
        known = np.load(HERE / "reference" / f"{reference}.npz")
        self.gaussian = known["mean"], known["covariance"]
        self.real = known["features"].astype(np.float64)

    def accuracy(self, samples):
        """The share of samples in which the classifier sees the class that was asked for; empty
        where it cannot know."""
        if not self.judged:
            return ""
        seen = self.features.logits(samples).argmax(1)
        return float((seen == np.arange(len(samples)) % self.classes).mean())


# The smallest level of the discrete networks' tables.
DISCRETE = {"sigma_min": 0.01}
KINDS = {
    "cifar10-vp": ("cifar10", {"start": DISCRETE}),
    "cifar10-edm": ("cifar10", {}),
    "textures": ("textures", {"classes": 11}),
    "digits-ddpm": ("digits", {"start": DISCRETE}),
    "digits": ("digits", {"classes": 10, "judged": True, "start": DISCRETE}),
}


def make(name, networks=NETWORKS):
    """The problem of a file NAME.pt; what follows the kind in a name tells variants apart."""
    networks = pathlib.Path(networks)
    kind = next(kind for kind in KINDS if name.startswith(kind))
    reference, options = KINDS[kind]
    features = "features-digits.pt" if reference == "digits" else "features-cifar10.pt"
    return Problem(name, networks / f"{name}.pt", reference, networks / features, **options)
