#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains the network of the 20-dimensional problem of the Restart paper (Xu et al. 2023, section
5.1) and exports it as a TorchScript file. Takes half a minute on one core.

    toy.py --out examples/networks/toy20.pt

The network is small on purpose: Restart corrects what a network gets wrong, so the experiment needs
one that does. tests/quality/toy/study.py is the experiment. Everything follows from the seeds.
"""
import argparse
import copy
import json
import math
import os
import time

import numpy as np

COUNT, LATENT, DIMENSIONS = 2000, 4, 20
DATA_SEED = 20


def points(seed=DATA_SEED):
    """The data, float32 [COUNT, DIMENSIONS]: 0.3 N(a, I) + 0.7 N(-a, I) with a = (3, 3, 3, 3) in 4
    dimensions, embedded by a random 20 x 4 matrix, every coordinate scaled to unit variance.

    RandomState's streams are frozen, and the sums below have a fixed order, so that the points are
    the same with every numpy; no file keeps them."""
    random = np.random.RandomState(seed)
    matrix = random.standard_normal((DIMENSIONS, LATENT))
    sign = np.where(random.random_sample(COUNT) < 0.3, 1.0, -1.0)
    latent = random.standard_normal((COUNT, LATENT)) + 3 * sign[:, None]
    x = sum(latent[:, i : i + 1] * matrix[:, i] for i in range(LATENT))
    return (x / x.std(axis=0)).astype(np.float32)


def make_network(width, depth):
    """A scripted module (c_in x [B, 20], ln(sigma) / 4 [B]) -> F [B, 20], F as in Karras et al.
    2022, table 1; torch is imported here, so that `points` needs numpy alone."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            sizes = [DIMENSIONS + 1] + [width] * depth
            layers = []
            for inputs, outputs in zip(sizes, sizes[1:]):
                layers += [nn.Linear(inputs, outputs), nn.SiLU()]
            self.layers = nn.Sequential(*layers, nn.Linear(width, DIMENSIONS))

        def forward(self, x, noise_level):
            return self.layers(torch.cat([x, noise_level[:, None]], 1))

    return Network()


def edm_loss(network, x, options, generator):
    """Loss of Karras et al. 2022, table 1, for data x [B, 20] of unit variance, written for the raw
    network: its weight is then 1."""
    import torch

    sigma = torch.randn(len(x), generator=generator) * options.deviation + options.mean
    sigma = sigma.exp()[:, None]
    noisy = x + sigma * torch.randn(x.shape, generator=generator)
    norm = (sigma**2 + 1).sqrt()
    raw = network(noisy / norm, sigma[:, 0].log() / 4)
    return ((raw - (x - noisy / norm**2) / (sigma / norm)) ** 2).mean()


def rate(share, peak):
    """A cosine to 0."""
    return peak * (0.5 + 0.5 * math.cos(math.pi * share))


class Run:
    """One training run; its state is written to --out with .state added."""

    def __init__(self, options):
        import torch

        torch.set_num_threads(1)
        torch.manual_seed(options.seed)
        self.torch = torch
        self.options = options
        self.data = torch.from_numpy(points())
        self.network = make_network(options.width, options.depth)
        self.average = copy.deepcopy(self.network)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=options.rate)
        self.step = 0
        self.state = options.out + ".state"
        if options.resume:
            self.load()

    def load(self):
        saved = self.torch.load(self.state)
        self.network.load_state_dict(saved["network"])
        self.average.load_state_dict(saved["average"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.step = saved["step"]

    def save(self):
        self.torch.save({"network": self.network.state_dict(), "step": self.step,
                         "average": self.average.state_dict(),
                         "optimiser": self.optimiser.state_dict()}, self.state + ".part")
        os.replace(self.state + ".part", self.state)

    def advance(self):
        torch, options = self.torch, self.options
        generator = torch.Generator().manual_seed(options.seed * 1000003 + self.step)
        at = torch.randint(len(self.data), (options.batch,), generator=generator)
        loss = edm_loss(self.network, self.data[at], options, generator)
        for group in self.optimiser.param_groups:
            group["lr"] = rate(self.step / options.steps, options.rate)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.step += 1
        keep = min(options.ema, self.step / (self.step + 10))
        with torch.no_grad():
            for ours, theirs in zip(self.average.parameters(), self.network.parameters()):
                ours.lerp_(theirs, 1 - keep)
        return float(loss.detach())

    def export(self):
        about = {"shape": [DIMENSIONS], "process": "ve", "prediction": "edm_raw", "sigma_data": 1,
                 "dtype": "float32"}
        script = self.torch.jit.script(self.average.eval())
        path = self.options.out
        self.torch.jit.save(script, path + ".part",
                            _extra_files={"restart.json": json.dumps(about)})
        os.replace(path + ".part", path)
        print(f"{path}: {os.path.getsize(path)} bytes")

    def go(self):
        losses, began, first = [], time.time(), self.step
        while self.step < self.options.steps:
            losses.append(self.advance())
            if self.step % 1000 == 0:
                speed = (self.step - first) / (time.time() - began)
                left = (self.options.steps - self.step) / speed
                print(f"step {self.step}, loss {np.mean(losses[-1000:]):.4f}, {left:.0f} s left",
                      flush=True)
                self.save()
        self.save()
        self.export()


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--out", required=True, help="the TorchScript file; FILE.state: its state")
    p.add_argument("--resume", action="store_true", help="go on from FILE.state")
    p.add_argument("--steps", type=int, default=10000, help="default %(default)s")
    p.add_argument("--batch", type=int, default=256, help="default %(default)s")
    p.add_argument("--rate", type=float, default=0.002, help="learning rate; default %(default)s")
    p.add_argument("--ema", type=float, default=0.999, help="kept each step; default %(default)s")
    p.add_argument("--width", type=int, default=32, help="of a hidden layer; default %(default)s")
    p.add_argument("--depth", type=int, default=3, help="hidden layers; default %(default)s")
    p.add_argument("--mean", type=float, default=-0.5, help="of ln sigma; default %(default)s")
    p.add_argument("--deviation", type=float, default=1.2, help="of it; default %(default)s")
    p.add_argument("--seed", type=int, default=1)
    return p.parse_args()


if __name__ == "__main__":
    Run(arguments()).go()
