#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The training program in small: each objective learns something and exports a network that the
command samples, and a run that was killed and resumed gives the same network. Argument: the command
restart-sampler, or nothing where it was built without libtorch."""
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import ROOT, check, finish, run, skip  # noqa: E402

try:
    import numpy as np
    import torch
except ImportError as missing:
    skip(f"{missing.name} is not installed")

TRAIN = ROOT / "examples" / "train" / "train.py"
SMALL = ["--widths", "8", "16", "--batch", "8", "--seed", "3"]


def make_data(folder):
    """Twenty pictures of one bright bar, of two classes: upright and level."""
    pictures = np.zeros((20, 8, 8, 1), np.uint8)
    for i, picture in enumerate(pictures):
        at = i // 2 % 8
        picture[(slice(None), at) if i % 2 else at] = 255
    path = folder / "bars.npz"
    np.savez(path, pictures=pictures, labels=np.arange(20) % 2)
    return path


def command(data, out, *more):
    return [sys.executable, TRAIN, "--data", data, "--out", out, *SMALL, *more]


def weights(path):
    return torch.cat([p.float().flatten() for p in torch.jit.load(str(path)).parameters()])


def losses(text):
    return [float(line.split("loss ")[1].split(",")[0]) for line in text.splitlines()
            if "loss" in line]


def test_objectives(data, folder, sampler):
    for name, more in (("edm", ["--augment", "flip", "roll", "turn", "--tile"]),
                       ("eps", ["--labels", "--guidance", "2"]), ("flow", [])):
        out = folder / f"{name}.pt"
        said = losses(run(*command(data, out, "--objective", name, "--pictures", "4000",
                                   "--keep", "800", *more)))
        check(len(said) == 1 and said[0] < 0.9, f"{name}: loss {said}")
        early = folder / f"{name}-0.8k.pt"
        check(not torch.equal(weights(early), weights(out)), f"{name}: early and last are the same")
        if sampler:
            sample(sampler, name, out, folder)


def sample(sampler, name, network, folder):
    path = folder / f"{name}.npy"
    run(sampler, "sample", network, "--npy", path, "--count", "6", "--steps", "6", "--threads", "1",
        *(["--labels", "0-1"] if name == "eps" else []))
    x = np.load(path)
    check(x.shape == (6, 1, 8, 8) and np.isfinite(x).all(), f"{name}: samples {x.shape}")
    check(x.mean() < -0.2 and x.std() > 0.2, f"{name}: mean {x.mean()}, deviation {x.std()}")


def test_resume(data, folder):
    straight, broken = folder / "straight.pt", folder / "broken.pt"
    options = ["--pictures", "800", "--save-every", "0"]
    run(*command(data, straight, *options))
    process = subprocess.Popen([str(c) for c in command(data, broken, *options)],
                               stdout=subprocess.DEVNULL)
    state = folder / "broken.pt.state"
    while not state.exists() and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    check(not broken.exists(), "the run was over before it was killed")
    said = run(*command(data, broken, *options))
    check("resumed at" in said, "it did not resume")
    check(torch.equal(weights(straight), weights(broken)), "the resumed run is another")


def main():
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        data = make_data(folder)
        test_objectives(data, folder, sys.argv[1] if len(sys.argv) > 1 else None)
        test_resume(data, folder)
    finish()


if __name__ == "__main__":
    main()
