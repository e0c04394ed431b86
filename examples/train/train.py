#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains a small diffusion network and exports it as a TorchScript file that says what it is.

    train.py --data cifar10-train.npz --objective edm --out cifar10-edm.pt --pictures 1000000

Objectives:
  edm   Karras et al. 2022: raw network F with the library's EDM preconditioning ("edm_raw")
  eps   Ho et al. 2020: discrete VP, linear betas, 1000 steps, predicts the noise
  flow  Liu et al. 2022: rectified flow, predicts the velocity noise - data

Everything follows from --seed and the step number, so that a resumed run is the same run. Works
with PyTorch 1.13 and 2.x.
"""
import argparse
import copy
import io
import json
import math
import os
import time
import zipfile

import numpy as np
import torch

from network import UNet, Weight
from objectives import OBJECTIVES


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", required=True, help=".npz of data.py: pictures [N,H,W,C], labels [N]")
    p.add_argument("--out", required=True, help="the TorchScript file; OUT.state resumes the run")
    p.add_argument("--objective", choices=sorted(OBJECTIVES), default="edm")
    p.add_argument("--widths", type=int, nargs="+", default=[32, 64, 128, 168])
    p.add_argument("--blocks", type=int, nargs="+", help="for each width; default 1")
    p.add_argument("--labels", action="store_true", help="condition on the labels")
    p.add_argument("--label-dropout", type=float, default=0.15, help="default %(default)s")
    p.add_argument("--guidance", type=float, default=0, help="written into the file; default none")
    p.add_argument("--augment", nargs="*", choices=["flip", "roll", "turn"], default=[])
    p.add_argument("--tile", action="store_true", help="circular padding: pictures that tile")
    p.add_argument("--pictures", type=float, default=1e6, help="to train on; default %(default)g")
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--rate", type=float, default=0.03, help="learning rate; default %(default)s")
    p.add_argument("--ema", type=float, default=0.1,
                   help="width of the average over weights, in runs; default %(default)s")
    p.add_argument("--keep", type=float, nargs="*", default=[],
                   help="export weaker networks too, after these numbers of pictures")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--save-every", type=float, default=300, help="seconds; default %(default)s")
    p.add_argument("--compile", action="store_true", help="torch.compile (PyTorch 2)")
    return p.parse_args()


class Data:
    """Batches of pictures in [-1, 1], [B, C, H, W], and labels [B], drawn by a generator."""

    def __init__(self, path, augment):
        file = np.load(path)
        self.pictures = torch.from_numpy(file["pictures"]).permute(0, 3, 1, 2).contiguous()
        self.labels = torch.from_numpy(file["labels"]).long()
        self.classes = int(self.labels.max()) + 1
        self.augment = augment

    def shape(self):
        return list(self.pictures.shape[1:])

    def batch(self, count, generator):
        at = torch.randint(len(self.pictures), (count,), generator=generator)
        x = self.pictures[at]
        if "roll" in self.augment:
            x = each(x, lambda one, n: one.roll(n, (1, 2)), generator, self.shape()[1:])
        if "turn" in self.augment:
            x = each(x, lambda one, n: one.rot90(n[0], (1, 2)), generator, [4])
        if "flip" in self.augment:
            x = each(x, lambda one, n: one.flip(2) if n[0] else one, generator, [2])
        return x.float() / 127.5 - 1, self.labels[at]


def each(x, change, generator, below):
    """change(picture, numbers) for each picture, with random numbers below `below`."""
    numbers = torch.stack([torch.randint(n, (len(x),), generator=generator) for n in below], 1)
    return torch.stack([change(one, tuple(n)) for one, n in zip(x, numbers.tolist())])


class Average:
    """The weights' average over the run with a power-law profile (Karras et al. 2024, section 3.1):
    its width is a fixed share of the run so far, so that every moment's average is usable."""

    def __init__(self, network, width):
        self.network = copy.deepcopy(network)
        roots = np.roots([1, 7, 16 - width**-2, 12 - width**-2])
        self.power = max(root.real for root in roots)

    def update(self, network, step):
        keep = (1 - 1 / (step + 1)) ** (self.power + 1)
        with torch.no_grad():
            for ours, theirs in zip(self.network.parameters(), network.parameters()):
                ours.lerp_(theirs, 1 - keep)


def rate(share, peak):
    """One percent of the run to warm up, then a cosine to 0."""
    return peak * min(share / 0.01, 1, 0.5 + 0.5 * math.cos(math.pi * share))


def export(average, objective, about, path):
    """TorchScript with half-precision weights; the library converts them back at load. Traced,
    since scripts of PyTorch 2 may call functions that 1.13 does not have."""
    network = copy.deepcopy(average.network).eval()
    for module in network.modules():
        if isinstance(module, Weight):
            module.bake()
    examples = [torch.randn([2] + about["shape"]), torch.tensor([0.3, 0.6])]
    if "classes" in about:
        examples.append(torch.tensor([0, about["label_for_none"]]))
    script = torch.jit.trace(objective.wrap(network).eval(), examples).half()
    buffer = io.BytesIO()
    torch.jit.save(script, buffer, _extra_files={"restart.json": json.dumps(about)})
    pack(buffer, path + ".part")
    os.replace(path + ".part", path)


def pack(buffer, path):
    """Writes the archive compressed, undated, and without the names of the source's lines."""
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if not name.endswith(".debug_pkl"):
                new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED, 9)


def describe(options, objective, data):
    about = {"shape": data.shape(), "dtype": "float32", **objective.about}
    if options.labels:
        about.update(classes=data.classes, label_for_none=data.classes)
        if options.guidance:
            about.update(guidance="doubled", guidance_weight=options.guidance)
    return about


class Run:
    def __init__(self, options):
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.options = options
        self.objective = OBJECTIVES[options.objective]
        self.data = Data(options.data, options.augment)
        self.network = UNet(self.data.shape()[0], options.widths,
                            options.blocks or [1] * len(options.widths),
                            self.data.classes + 1 if options.labels else 0,
                            "circular" if options.tile else "zeros")
        self.average = Average(self.network, options.ema)
        self.optimiser = torch.optim.Adam(self.network.parameters(), betas=(0.9, 0.99))
        self.wrapped = self.objective.wrap(self.network)
        if options.compile:
            self.wrapped = torch.compile(self.wrapped)
        self.step, self.steps = 0, int(options.pictures / options.batch)
        self.about = describe(options, self.objective, self.data)
        self.state = options.out + ".state"
        if os.path.exists(self.state):
            self.load()

    def load(self):
        saved = torch.load(self.state)
        self.network.load_state_dict(saved["network"])
        self.average.network.load_state_dict(saved["average"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.step = saved["step"]
        print(f"resumed at {self.step * self.options.batch} pictures", flush=True)

    def save(self):
        torch.save({"network": self.network.state_dict(), "step": self.step,
                    "average": self.average.network.state_dict(),
                    "optimiser": self.optimiser.state_dict()}, self.state + ".part")
        os.replace(self.state + ".part", self.state)

    def advance(self):
        options = self.options
        generator = torch.Generator().manual_seed(options.seed * 1000003 + self.step)
        x, label = self.data.batch(options.batch, generator)
        drop = torch.rand(len(x), generator=generator) < options.label_dropout
        label = torch.where(drop, torch.full_like(label, self.data.classes), label)
        loss = self.objective.loss(self.wrapped, x, label if options.labels else None, generator)
        for group in self.optimiser.param_groups:
            group["lr"] = rate(self.step / self.steps, options.rate)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        for module in self.network.modules():
            if isinstance(module, Weight):
                module.constrain()
        self.step += 1
        self.average.update(self.network, self.step)
        return float(loss.detach())

    def export(self, path):
        export(self.average, self.objective, self.about, path)
        print(f"{path}: {os.path.getsize(path)} bytes", flush=True)

    def go(self):
        options = self.options
        stem, kind = os.path.splitext(options.out)
        keep = {int(n / options.batch): f"{stem}-{n / 1000:g}k{kind}" for n in options.keep}
        losses, began, saved, first = [], time.time(), time.time(), self.step
        while self.step < self.steps:
            losses.append(self.advance())
            if self.step in keep:
                self.export(keep[self.step])
            if self.step % 500 == 0:
                speed = (self.step - first) * options.batch / (time.time() - began)
                left = (self.steps - self.step) * options.batch / speed / 60
                print(f"{self.step * options.batch} pictures, loss {np.mean(losses[-100:]):.4f}, "
                      f"{speed:.0f} pictures/s, {left:.0f} min left", flush=True)
            if time.time() - saved > options.save_every:
                self.save()
                saved = time.time()
        self.save()
        self.export(options.out)


if __name__ == "__main__":
    Run(arguments()).go()
