#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Exports two networks for digits that other people trained, for the study. They are not part of
this repository; clone theirs (both MIT) and say where:

    git clone https://github.com/sofia-dominguezc/MNIST-diffusion             commit 88bc058
    git clone https://github.com/BrianPulfer/PapersReimplementations          commit 9ebf59a
    others.py --vit MNIST-diffusion --ddpm PapersReimplementations --out FOLDER
    study.py --networks FOLDER --network digits-vit digits-ddpm --sampler ...

digits-vit    a transformer of .2 M parameters that predicts the clean picture
digits-ddpm   a U-Net of .6 M parameters, eps on linear betas, without classes

Their pictures are 28 x 28; the modules take 32 x 32, as the study's digits are, and know the black
frame. FOLDER gets copies of the feature networks too.
"""
import argparse
import importlib.util
import json
import pathlib
import pickle
import shutil

import torch
from torch import nn
from torch.nn import functional

NETWORKS = pathlib.Path(__file__).resolve().parents[3] / "examples" / "networks"
FRAME, BLACK = 2, -1.0


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--vit", type=pathlib.Path, help="the first repository")
    p.add_argument("--ddpm", type=pathlib.Path, help="the second")
    p.add_argument("--out", type=pathlib.Path, required=True, help="folder for the files")
    return p.parse_args()


def code(path):
    """The module in a Python file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def inner(x):
    return x[:, :, FRAME:-FRAME, FRAME:-FRAME]


def framed(x, value):
    return functional.pad(x, [FRAME] * 4, value=value)


class Vit(nn.Module):
    """A denoiser. The network's pictures are t x0 + (1 - t) noise with x0 in [0, 1]."""

    about = {"process": "ve", "prediction": "denoiser", "classes": 10, "label_for_none": 10}

    def __init__(self, clone):
        super().__init__()
        stem = clone / "parameters" / "MNIST" / "DiffusionViT"
        sizes = pickle.loads(stem.with_suffix(".pickle").read_bytes())
        self.network = code(clone / "diffusion" / "architecture.py").DiffusionViT(**sizes)
        self.network.load_state_dict(torch.load(stem.with_suffix(".pth"), map_location="cpu"))

    def forward(self, x, sigma, label):
        t = 1 / (1 + sigma / 2)
        seen = (inner(x) + 1) / 2 * t[:, None, None, None]
        return framed(2 * self.network(seen, t[:, None], label) - 1, BLACK)


class Ddpm(nn.Module):
    """The noise; on the frame that which leaves black. A LayerNorm over the whole picture makes the
    network blind to brightness, so its clean pictures need clipping."""

    about = {"process": "discrete", "prediction": "eps", "betas": "linear", "time": "index",
             "time_dtype": "int64", "clip": "static", "clip_low": -1, "clip_high": 1}

    def __init__(self, clone):
        super().__init__()
        theirs = code(clone / "ddpm" / "models.py")
        # A thousand entries, which their constructor would fill in a loop over numbers.
        theirs.sinusoidal_embedding = torch.zeros
        # Traced, it would keep the batch size of the example.
        self.network = torch.jit.script(theirs.MyUNet(1000))
        saved = torch.load(clone / "ddpm" / "ddpm_mnist.pt", map_location="cpu")
        prefix = "network."
        self.network.load_state_dict({name[len(prefix):]: value for name, value in saved.items()
                                      if name.startswith(prefix)})
        alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0)
        self.register_buffer("alpha", alpha_bar.sqrt().float())
        self.register_buffer("noise", (1 - alpha_bar).sqrt().float())

    def forward(self, x, index):
        alpha, noise = (table[index][:, None, None, None] for table in (self.alpha, self.noise))
        frame = torch.ones_like(inner(x))
        black = (x - BLACK * alpha) / noise
        return framed(self.network(inner(x), index), 0.0) + black * (1 - framed(frame, 0.0))


def export(module, arguments, path):
    about = {"shape": [1, 32, 32], "dtype": "float32", **module.about}
    with torch.no_grad():
        script = torch.jit.trace(module.eval(), arguments)
    torch.jit.save(script, str(path), _extra_files={"restart.json": json.dumps(about)})


def main():
    given = options()
    given.out.mkdir(exist_ok=True)
    for path in NETWORKS.glob("features-*.pt"):
        shutil.copy(path, given.out)
    noise, times = torch.randn(2, 1, 32, 32), torch.tensor([0.5, 2.0])
    if given.vit:
        export(Vit(given.vit), (noise, times, torch.tensor([3, 10])), given.out / "digits-vit.pt")
    if given.ddpm:
        export(Ddpm(given.ddpm), (noise, torch.tensor([5, 900])), given.out / "digits-ddpm.pt")


if __name__ == "__main__":
    main()
