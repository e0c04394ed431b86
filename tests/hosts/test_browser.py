#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The libraries as restart.wasm, in two parts: test_browser.py node BUILD runs browser.mjs against
samples of the native libraries in BUILD; test_browser.py page BUILD [PICTURE] drives the page of
examples/hosts/browser in a headless Chromium and keeps a screenshot."""

import functools
import http.server
import json
import os
import pathlib
import re
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tool"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "shim/python"))
from check import INCLUDE, ROOT, check, code, finish, functions, need, run, skip  # noqa: E402

try:
    import numpy as np
except ImportError:
    skip("numpy is not installed")

HERE = pathlib.Path(__file__).resolve().parent
ROCK = ROOT / "examples/exemplars/rock.png"
# Fields that JavaScript has no use for.
UNUSED = {
    "rs_sampler_options": {"dtype", "alloc", "executor", "noise", "noise_user", "progress",
                           "progress_user"},
    "rs_model": {"fn", "user", "destroy"},
    "rs_exemplar_options": {"alloc"},
    "rs_eval": {"input_f64", "output_f64", "seeds", "executor"},
    "rs_step_info": {"state", "denoised", "state_f64", "denoised_f64"},
    "rs_counters": {"callback_status"},
}


def build(folder):
    """The folder with the page and restart.wasm."""
    need("emcc", "meson", "ninja")
    if not (folder / "build.ninja").exists():
        run("meson", "setup", folder, ROOT, "--cross-file", ROOT / "shim/web/emscripten.ini")
    run("ninja", "-C", folder)
    return folder / "examples/hosts/browser"


def check_fields():
    """glue.c has every field of the structs that it has at all."""
    text = "".join(code(INCLUDE / "restart" / name) for name in ("restart.h", "exemplar.h"))
    known = re.findall(r"FIELD\((\w+), (\w+)\)", code(ROOT / "shim/web/glue.c"))
    for struct in ("rs_sampler_options", "rs_model", "rs_schedule_options", "rs_exemplar_options",
                   "rs_exemplar_patch", "rs_eval", "rs_step_info", "rs_counters", "rs_entry"):
        body = re.search(r"struct " + struct + r"\s*\{([^}]*)\}", text).group(1)
        there = set(re.findall(r"(\w+)(?:\[\w+\])?;", body)) - {"size", "reserved"}
        have = {field for name, field in known if name == struct}
        check(have == there - UNUSED.get(struct, set()),
              f"glue.c and the header differ in {struct}: {have ^ (there - UNUSED.get(struct, set()))}")


# ---- under Node ----------------------------------------------------------------------------------

def network(x, _time, evaluation):
    """The same sums as in browser.mjs."""
    return x * np.float32(1 / (1 + evaluation.sigma * evaluation.sigma))


SAMPLERS = [
    {"preset": "cifar10-vp-43"},
    {"preset": "a1111", "steps": 30},
    {"steps": 6, "solver": "euler_a", "segments": [[3, 2, 1, 6]], "eta": 0.5},
    {"steps": 5, "restart_solver": "dpmpp_2m", "segments": "[4,2,.5,3] [3,1,2,20]", "s_churn": 9},
    {"process": "discrete", "prediction": "eps", "betas": "scaled_linear", "grid": "time",
     "spacing": "trailing", "solver": "unipc", "steps": 9},
    {"process": "discrete", "alpha_bar": [0.9, 0.5, 0.1, 0.01], "prediction": "v", "steps": 3},
    {"process": "flow", "prediction": "flow", "grid": "time", "shift": 3, "steps": 7,
     "solver": "dpmpp_sde"},
    {"sigmas": [10, 4, 1.5, 0.1, 0], "clip": "static", "meet": "insert",
     "segments": [[3, 2, 1, 5]]},
    {"budget": 50, "segments": [[3, 2, 1, 5]], "end": "sigma_min", "solver": "sa"},
]


def sampler_cases():
    from restart_sampler import Sampler
    for options in SAMPLERS:
        seeds = [3, 2**64 - 1]
        sampler = Sampler(network, shape=7, batch=2, **options)
        x = sampler.sample(seeds=seeds)
        yield {"options": {"elements": 7, "batch": 2, **options}, "seeds": [str(s) for s in seeds],
               "x": x.tobytes().hex(), "nfe": sampler.plan.nfe, "steps": len(sampler.plan)}


def exemplar_cases():
    from restart_sampler import Exemplar
    noise = np.random.default_rng(1).uniform(-1, 1, (3, 14, 16))
    picture = (noise + np.roll(noise, 1, 1) + np.roll(noise, 1, 2)).astype(np.float32) / 3
    runs = []
    for size, patches, options in [
            ((14, 16), None, {}), ((10, 21), [(5, 7), (0, 3)], {"steps": 4, "batch": 2})]:
        exemplar = Exemplar(picture, size=size, patches=patches)
        x = exemplar.sampler(**options).sample(seeds=5)
        sizes = {"output_height": size[0], "output_width": size[1], "patches": patches or []}
        runs.append({"options": options, "sizes": sizes, "seeds": 5, "x": x.tobytes().hex()})
    _, height, width = picture.shape
    return {"pixels": picture.ravel().tolist(), "channels": 3, "height": height, "width": width,
            "runs": runs}


def test_node(folder):
    need("node")
    check_fields()
    page = build(folder)
    import restart_sampler as native
    names = [name for header in ("restart.h", "exemplar.h")
             for name in functions(INCLUDE / "restart" / header)]
    reference = {
        "functions": names, "version": native.version(), "presets": list(native.presets()),
        "solvers": [s.name for s in native.solvers()], "grids": [g.name for g in native.grids()],
        "samplers": list(sampler_cases()), "exemplar": exemplar_cases()}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(reference, file)
        file.flush()
        print(run("node", "--expose-gc", HERE / "browser.mjs", page, file.name))


def main():
    part, native = sys.argv[1], pathlib.Path(sys.argv[2])
    os.environ["RESTART_LIBRARY"] = str(native)
    folder = native / "tests/hosts/browser"
    test_node(folder)
    finish()


main()
