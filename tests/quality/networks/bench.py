# SPDX-License-Identifier: MIT
"""Draws samples with the command restart-sampler, measures them, and remembers what it measured."""
import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from metrics.degrade import eight_bit  # noqa: E402
from metrics.frechet import between_gaussians, gaussian  # noqa: E402
from metrics.knn import precision, recall  # noqa: E402
from metrics.sliced import sliced_wasserstein  # noqa: E402

COLUMNS = ("network experiment family budget seed count nfe frechet error precision recall sliced "
           "accuracy seconds arguments").split()
NUMBERS = set(COLUMNS) - {"network", "experiment", "family", "arguments"}
PARTS = 3


class Impossible(Exception):
    """A schedule that the command refuses, such as restarts that cost more than the budget."""


class Bench:
    """Rows of the table `path`, one a measurement; each is measured once.

    sampler   the command restart-sampler
    deadline  in seconds of time.time(): later than this nothing new is begun
    """

    def __init__(self, path, sampler, deadline=float("inf")):
        self.path, self.sampler, self.deadline = pathlib.Path(path), str(sampler), deadline
        self.lock = threading.Lock()
        self.rows, self.names = {}, set()
        if self.path.exists():
            for row in read(self.path):
                self.rows[key(row)] = row
                self.names.add(name(row))

    def measure(self, problem, experiment, family, budget, arguments, seed, count):
        """The row for `count` samples with seeds from 1000000 seed on; None after the deadline.
        What another experiment or family has measured is written once more, under these names."""
        wanted = {"network": problem.name, "arguments": " ".join(arguments), "seed": seed,
                  "count": count, "experiment": experiment, "family": family, "budget": budget}
        with self.lock:
            known = self.rows.get(key(wanted))
        if known:
            return self.add({**known, **wanted})
        if time.time() > self.deadline:
            return None
        began = time.time()
        samples, nfe = self.draw(problem, arguments, seed, count)
        return self.add({**wanted, "nfe": nfe, "seconds": round(time.time() - began, 1),
                         **score(problem, samples)})

    def add(self, row):
        with self.lock:
            self.rows[key(row)] = row
            if name(row) not in self.names:
                self.names.add(name(row))
                append(self.path, row)
        return row

    def draw(self, problem, arguments, seed, count):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "samples.npy")
            command = [self.sampler, "sample", str(problem.file), "--npy", path, "--count",
                       str(count), "--seed", str(1000000 * seed), "--batch", "300", "--threads",
                       "1", *problem.arguments, *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Impossible(done.stderr.strip())
            nfe = int(re.search(r"(\d+) evaluations", done.stdout + done.stderr).group(1))
            return np.load(path), nfe


def key(row):
    return row["network"], row["arguments"], int(row["seed"]), int(row["count"])


def name(row):
    return *key(row), row["experiment"], row["family"]


def read(path):
    with open(path, encoding="ascii", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield {name: float(text) if name in NUMBERS and text else text
                   for name, text in row.items()}


def append(path, row):
    new = not path.exists()
    with open(path, "a", encoding="ascii", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow({name: rounded(row[name]) for name in COLUMNS})


def rounded(value):
    return f"{value:.5g}" if isinstance(value, float) else value


def score(problem, samples):
    """Every metric; `error` is the standard error of the Frechet distance, from the distances of
    PARTS parts of the samples, which have seeds of their own."""
    samples = eight_bit(samples)
    features = problem.features.features(samples)
    parts = [between_gaussians(*gaussian(part), *problem.gaussian)
             for part in np.array_split(features, PARTS)]
    real = problem.real[: len(features)]
    return {
        "frechet": between_gaussians(*gaussian(features), *problem.gaussian),
        "error": float(np.std(parts, ddof=1)) / PARTS**0.5,
        "precision": precision(real, features),
        "recall": recall(real, features),
        "sliced": sliced_wasserstein(real, features),
        "accuracy": problem.accuracy(samples),
    }
