#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains a small classifier of small pictures and exports it as a TorchScript file, whose features
the quality metrics compare.

    classify.py --data cifar10-train.npz --test cifar10-test.npz --flip --out features-cifar10.pt
    classify.py --data digits-train.npz --test digits-test.npz --out features-digits.pt \\
        --widths 16 32 64 --features 32

The file has two methods, both for x float32 [B, C, H, W] in [-1, 1]:
  forward(x)    features [B, d], the layer before the last, d = --features
  classify(x)   logits [B, classes], linear in the features
Weights are in half precision: call .float() after loading. Works with PyTorch 1.13 and 2.x.
"""
import argparse
import copy
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", required=True, help=".npz: pictures uint8 [N,H,W,C], labels [N]")
    p.add_argument("--test", help=".npz to measure the accuracy of the exported file on")
    p.add_argument("--out", required=True, help="the TorchScript file")
    p.add_argument("--widths", type=int, nargs=3, default=[32, 64, 128],
                   help="of layers at 1/2, 1/4 and 1/8 of the resolution; default 32 64 128")
    p.add_argument("--features", type=int, default=64, help="default %(default)s")
    p.add_argument("--flip", action="store_true", help="half of the pictures left to right")
    p.add_argument("--epochs", type=int, default=10, help="default %(default)s")
    p.add_argument("--batch", type=int, default=125, help="default %(default)s")
    p.add_argument("--rate", type=float, default=0.1, help="learning rate; default %(default)s")
    p.add_argument("--decay", type=float, default=5e-4, help="of weights; default %(default)s")
    p.add_argument("--resume", metavar="STATE", help="file to go on from, rewritten every epoch")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    return p.parse_args()


def layer(inputs, outputs, kernel=3, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, 1, bias=False),
                         nn.BatchNorm2d(outputs), nn.ReLU())


class Classifier(nn.Module):
    """Six convolutions. The first has stride 2: layers at full resolution would take half the time.
    """

    def __init__(self, channels, widths, features, classes):
        super().__init__()
        a, b, c = widths
        self.body = nn.Sequential(
            layer(channels, a, 4, 2), layer(a, a), nn.MaxPool2d(2),
            layer(a, b), layer(b, b), nn.MaxPool2d(2),
            layer(b, c), layer(c, features), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(features, classes)

    def forward(self, x):
        return self.body(x)

    @torch.jit.export
    def classify(self, x):
        return self.head(self.body(x))


class Data:
    """Pictures [N, C, H, W] and labels [N] in an order that follows from seed and epoch."""

    def __init__(self, path, flip=False):
        file = np.load(path)
        self.pictures = torch.from_numpy(file["pictures"]).permute(0, 3, 1, 2).contiguous()
        self.labels = torch.from_numpy(file["labels"].astype(np.int64))
        self.flip = flip

    def batches(self, size, seed):
        """Batches of float pictures in [-1, 1] and labels; the rest of a division is left out."""
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(self.labels), generator=generator)
        for at in order[:len(order) // size * size].split(size):
            x = self.pictures[at].float() / 127.5 - 1
            if self.flip:
                mirrored = torch.rand(size, generator=generator) < 0.5
                x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
            yield x.contiguous(memory_format=torch.channels_last), self.labels[at]


def folded(network):
    """A copy whose normalisations have become part of the convolutions."""
    network = copy.deepcopy(network).eval()
    for part in network.body:
        if isinstance(part, nn.Sequential):
            part[0], part[1] = fuse_conv_bn_eval(part[0], part[1]), nn.Identity()
    return network


def export(network, path):
    script = torch.jit.script(folded(network).half())
    torch.jit.save(script, path + ".part")
    os.replace(path + ".part", path)


def accuracy(path, data, size=500):
    """The share of pictures that the file's classify() gets right, and its pictures a second."""
    network, right, began = torch.jit.load(path).float(), 0, time.time()
    with torch.no_grad():
        for x, label in zip(data.pictures.split(size), data.labels.split(size)):
            right += int((network.classify(x.float() / 127.5 - 1).argmax(1) == label).sum())
    return right / len(data.labels), len(data.labels) / (time.time() - began)


class Run:
    def __init__(self, options):
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.options = options
        self.data = Data(options.data, options.flip)
        channels, classes = self.data.pictures.shape[1], int(self.data.labels.max()) + 1
        self.network = Classifier(channels, options.widths, options.features, classes)
        self.network.to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.SGD(self.network.parameters(), options.rate, momentum=0.9,
                                         nesterov=True, weight_decay=options.decay)
        steps = len(self.data.labels) // options.batch * options.epochs
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, options.rate, steps,
                                                            pct_start=0.2)
        self.epoch = 0
        if options.resume and os.path.exists(options.resume):
            self.load()

    def parts(self):
        return {"network": self.network, "optimiser": self.optimiser, "schedule": self.schedule}

    def load(self):
        saved = torch.load(self.options.resume)
        for name, part in self.parts().items():
            part.load_state_dict(saved[name])
        self.epoch = saved["epoch"]
        print(f"resumed after epoch {self.epoch}", flush=True)

    def save(self):
        state = {name: part.state_dict() for name, part in self.parts().items()}
        torch.save({"epoch": self.epoch, **state}, self.options.resume + ".part")
        os.replace(self.options.resume + ".part", self.options.resume)

    def train(self):
        """One epoch; says how many pictures were right while training on them."""
        right, done, began, options = 0, 0, time.time(), self.options
        self.network.train()
        for x, label in self.data.batches(options.batch, options.seed * 1000003 + self.epoch):
            logits = self.network.classify(x)
            self.optimiser.zero_grad()
            F.cross_entropy(logits, label).backward()
            self.optimiser.step()
            self.schedule.step()
            right += int((logits.argmax(1) == label).sum())
            done += len(label)
        self.epoch += 1
        print(f"epoch {self.epoch} of {options.epochs}: accuracy {right / done:.4f}, "
              f"{done / (time.time() - began):.0f} pictures/s", flush=True)

    def go(self):
        while self.epoch < self.options.epochs:
            self.train()
            if self.options.resume:
                self.save()
        export(self.network, self.options.out)
        print(f"{self.options.out}: {os.path.getsize(self.options.out)} bytes", flush=True)
        if self.options.test:
            share, speed = accuracy(self.options.out, Data(self.options.test))
            print(f"accuracy {share:.4f} on {self.options.test}, {speed:.0f} pictures/s")


if __name__ == "__main__":
    Run(arguments()).go()
