# SPDX-License-Identifier: MIT
"""`pip install ./shim/python`, without a network, brings the libraries along; and what is said
where there is no library."""

import importlib.util
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import ROOT, attempt, check, finish, need, run, skip  # noqa: E402

USE = """
import restart_sampler, numpy as np
from restart_sampler import _abi, Exemplar, Sampler
x = Sampler(lambda x, s: np.tanh(x / s**2), shape=4, steps=9).sample()
assert np.allclose(abs(x), 1, atol=1e-3), x
Exemplar(np.zeros((1, 4, 4)))
print(restart_sampler.__version__, _abi.lib._name)
"""


def tree(folder):
    """The sources, all but the package by links: a build writes beside it."""
    def link(origin, target, left_out):
        target.mkdir()
        for path in origin.iterdir():
            if path.name not in left_out and not path.name.startswith((".git", "build")):
                (target / path.name).symlink_to(path)
    link(ROOT, folder / "tree", ["shim", "out"])
    link(ROOT / "shim", folder / "tree/shim", ["python"])
    shutil.copytree(ROOT / "shim/python", folder / "tree/shim/python")
    return folder / "tree/shim/python"


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if k not in ("RESTART_LIBRARY", "PYTHONPATH")}
    return {**kept, **{k: str(v) for k, v in more.items()}}


def main():
    need("meson", "ninja")
    missing = [m for m in ("numpy", "pip", "setuptools", "wheel")
               if not importlib.util.find_spec(m)]
    if missing:
        skip("Python has no " + ", ".join(missing))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        target = folder / "installed"
        run(sys.executable, "-m", "pip", "install", "--no-build-isolation", "--no-deps",
            "--no-index", "--disable-pip-version-check", "--root-user-action=ignore", "--target",
            target, tree(folder), env=environment())
        said = run(sys.executable, "-c", USE, env=environment(PYTHONPATH=target), cwd=folder)
        release, library = said.split()
        check(library.startswith(str(target)), f"used {library}, not its own")
        wheel = next(target.glob("restart_sampler-*.dist-info"))
        check(release in wheel.name, f"{wheel.name} is not {release}")
        check("Tag: py3-none-" in (wheel / "WHEEL").read_text(), "the wheel's tag")
        check((target / "restart_sampler/_lib/LICENSE").exists(), "no licence beside the libraries")
        done = attempt(sys.executable, "-c", "import restart_sampler", cwd=folder,
                       env=environment(PYTHONPATH=target, RESTART_LIBRARY=folder / "nowhere.so"))
        check("ImportError: librestart was not found" in done.stdout, f"no library: {done.stdout}")
    finish()


main()
