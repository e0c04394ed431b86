#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make.py [FOLDER]: writes the test modules, *.pt. README.md says with which version of torch.

Their formulas stand again in C in test_torch.c. Data: independent normals of mean MEAN[i] and
standard deviation STD, 12 numbers a sample, as 3 x 2 x 2."""

import json
import os
import pathlib
import sys
import zipfile

import torch

SHAPE = [3, 2, 2]
STD = 0.5


def means():
    return torch.arange(12, dtype=torch.float32).reshape(1, 3, 2, 2) / 8 - 0.7


class Gauss(torch.nn.Module):
    """The exact denoiser; sigma is the time."""

    def __init__(self):
        super().__init__()
        self.mean = torch.nn.Parameter(means())
        self.register_buffer("count", torch.tensor([3]))  # an integer that stays one

    def forward(self, x, sigma):
        s2 = (sigma * sigma).to(x.dtype).reshape(-1, 1, 1, 1)
        v = 0.25 * (self.count - 2)
        return (v * x + s2 * self.mean) / (v + s2)


class Discrete(torch.nn.Module):
    """The noise, for DDPM's linear table of 1000 entries; the index is the time, int64."""

    def __init__(self):
        super().__init__()
        self.mean = torch.nn.Parameter(means())
        beta = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)
        self.register_buffer("alpha_bar", torch.cumprod(1 - beta, 0).to(torch.float32))

    def forward(self, x, index):
        ab = self.alpha_bar[index].reshape(-1, 1, 1, 1)
        return (1 - ab).sqrt() * (x - ab.sqrt() * self.mean) / (ab * 0.25 + 1 - ab)


class Classes(torch.nn.Module):
    """The exact denoiser for class k of 4, its mean shifted by k / 4; label 4 is none: no shift."""

    def __init__(self):
        super().__init__()
        self.mean = torch.nn.Parameter(means())

    def forward(self, x, sigma, y):
        s2 = (sigma * sigma).reshape(-1, 1, 1, 1)
        shift = torch.where(y == 4, torch.zeros_like(y), y).to(x.dtype).reshape(-1, 1, 1, 1) / 4
        return (0.25 * x + s2 * (self.mean + shift)) / (0.25 + s2)


class Extra(torch.nn.Module):
    """The mean comes in as a tensor [samples, 3], one for each channel, and a factor."""

    def forward(self, x, sigma, centre, factor: torch.Tensor, power: int = 1):
        s2 = (sigma * sigma).reshape(-1, 1, 1, 1)
        mean = centre.reshape(-1, 3, 1, 1) * factor.reshape(-1, 1, 1, 1) * power
        return (0.25 * x + s2 * mean) / (0.25 + s2)


class Into(Gauss):
    """Writes its output where it is told."""

    def forward(self, x, sigma, out):
        s2 = (sigma * sigma).to(x.dtype).reshape(-1, 1, 1, 1)
        torch.mul(x, 0.25, out=out)
        out.add_(s2 * self.mean).div_(0.25 + s2)
        return out


class Points(torch.nn.Module):
    """Two numbers a sample, no picture: the exact denoiser of independent unit normals."""

    def forward(self, x, sigma):
        return x / (1 + sigma * sigma).reshape(-1, 1)


class Sums(torch.nn.Module):
    """A sum of products of one size, which libtorch's compiler would put together after the first
    call: then the sums run in another order."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.arange(432, dtype=torch.float32).reshape(3, 12, 12)
                                         .sin() / 40)

    def forward(self, x, sigma):
        y = x.reshape(-1, 12) / (1 + sigma * sigma).reshape(-1, 1)
        a, b, c = self.weight[0], self.weight[1], self.weight[2]
        y = (torch.mm(y, a) + torch.mm(y, b) + torch.mm(y, c) + torch.mm(y, a + b)
             + torch.mm(y, b + c) + torch.mm(y, a + c))
        return y.reshape(x.shape)


class Scribbles(torch.nn.Module):
    """Spoils its arguments while it works, the labels too."""

    def forward(self, x, sigma, y):
        x.mul_(2)
        y.add_(1)
        sigma.add_(1)
        return x / sigma.reshape(-1, 1, 1, 1)


class Turncoat(torch.nn.Module):
    """Writes to its input, but not in its first call."""

    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x, sigma):
        self.calls.add_(1)
        if bool(self.calls > 1):
            x.mul_(2)
        return x / 2


class Rows(torch.nn.Module):
    """Features: mean and deviation; of exactly two samples the mean alone."""

    def forward(self, x):
        flat = x.reshape(x.shape[0], -1)
        mean = flat.mean(1)
        if x.shape[0] == 2:
            return mean.reshape(-1, 1)
        return torch.stack([mean, flat.std(1)], 1)


class Throws(torch.nn.Module):
    def forward(self, x, sigma):
        if bool(sigma[0] > -1):
            raise ValueError("not today")
        return x


class Breaks(torch.nn.Module):
    def forward(self, x, sigma):
        return x @ torch.zeros(7, 7)


class Nan(torch.nn.Module):
    def forward(self, x, sigma):
        return x * float("nan")


class Shape(torch.nn.Module):
    def forward(self, x, sigma):
        return x[:, :2]


class Dtype(torch.nn.Module):
    def forward(self, x, sigma):
        return (x * 8).to(torch.int32)


class Pair(torch.nn.Module):
    def forward(self, x, sigma):
        return x, sigma


class Nothing(torch.nn.Module):
    def forward(self, x, sigma):
        return None


DENOISER = {"shape": SHAPE, "process": "ve", "prediction": "denoiser"}
MODULES = {
    "gauss": (Gauss(), DENOISER),
    "gauss-half": (Gauss().half(), DENOISER),
    "gauss-double": (Gauss().double(), DENOISER),
    "discrete": (Discrete(), {"shape": SHAPE, "process": "discrete", "prediction": "eps",
                              "betas": "linear", "time": "index", "time_dtype": "int64"}),
    "classes": (Classes(), dict(DENOISER, classes=4, label_for_none=4, guidance="doubled",
                                guidance_weight=1.5)),
    "extra": (Extra(), DENOISER),
    "into": (Into(), DENOISER),
    "sums": (Sums(), DENOISER),
    "points": (Points(), {"shape": [2], "process": "ve", "prediction": "denoiser"}),
    "bare": (Gauss(), None),
    "scribbles": (Scribbles(), dict(DENOISER, label_for_none=7)),
    "turncoat": (Turncoat(), DENOISER),
    "rows": (Rows(), {"shape": SHAPE}),
    "throws": (Throws(), DENOISER),
    "breaks": (Breaks(), DENOISER),
    "nan": (Nan(), DENOISER),
    "shape": (Shape(), DENOISER),
    "dtype": (Dtype(), DENOISER),
    "tuple": (Pair(), DENOISER),
    "none": (Nothing(), DENOISER),
    "unknown-key": (Nan(), {"shape": SHAPE, "prediktion": "eps"}),
    "unknown-word": (Nan(), {"shape": SHAPE, "prediction": "noise"}),
    "not-flat": (Nan(), {"shape": SHAPE, "model": {}}),
}


def pack(path):
    """The same archive without its debug records, deflated: torch reads that too."""
    packed = path.with_suffix(".tmp")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if not info.filename.endswith(".debug_pkl"):
                new.writestr(zipfile.ZipInfo(info.filename), old.read(info),
                             zipfile.ZIP_DEFLATED)
    os.replace(packed, path)


def main():
    here = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__)
    here = here if here.is_dir() else here.parent
    for name, (module, metadata) in MODULES.items():
        extra = {} if metadata is None else {"restart.json": json.dumps(metadata)}
        path = here / f"{name}.pt"
        torch.jit.script(module.eval()).save(str(path), _extra_files=extra)
        pack(path)
    torch.save({"mean": means()}, here / "saved.pt")
    pack(here / "saved.pt")
    print("torch", torch.__version__)


main()
