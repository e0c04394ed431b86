#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""speed.py BUILD [FIGURE...]: how fast the library is beside what a user would take instead.

BUILD is a build directory with tests/bench/libspeed.so; run.sh makes one. Each figure is measured
in turns, ours and theirs, many times, by the thread's own time; the least of each counts. Three
lines a figure:

    ratio NAME VALUE TARGET     how many times faster; larger is better, TARGET is to be reached
      ours     the absolute figure
      theirs   the absolute figure

What cannot be measured here is `skipped NAME`, with the reason. PyTorch, numpy and diffusers are
those of the Python that runs this."""

import ctypes
import importlib.util
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from pictures import clouds, patchwork, rock

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRESET, EULER, HEUN = b"cifar10-vp-43", 1, 2
EPS, DISCRETE = 1, 2
EXACT, SHORTLIST = 0, 1
LARGE, SMALL = (64, 3, 32, 32), (1, 4, 64, 64)
now = time.thread_time


class Shape(ctypes.Structure):
    _fields_ = [("batch", ctypes.c_size_t), ("elements", ctypes.c_size_t),
                ("steps", ctypes.c_int32), ("solver", ctypes.c_int32),
                ("prediction", ctypes.c_int32), ("process", ctypes.c_int32),
                ("threads", ctypes.c_int32), ("churn", ctypes.c_double)]


class Picture(ctypes.Structure):
    _fields_ = [("pixels", ctypes.c_void_p), ("channels", ctypes.c_int32),
                ("exemplar_side", ctypes.c_int32), ("output_side", ctypes.c_int32),
                ("side", ctypes.c_int32), ("search", ctypes.c_int32),
                ("sigma", ctypes.c_double)]


def load(build):
    speed = ctypes.CDLL(str(pathlib.Path(build) / "tests/bench/libspeed.so"))
    seconds = ("now normals normals_std copy step step_wall exemplar gemm script_run").split()
    for name in seconds:
        function = getattr(speed, "speed_" + name, None)
        if function:
            function.restype = ctypes.c_double
    speed.speed_open.restype = speed.speed_memory.restype = ctypes.c_void_p
    speed.speed_plan.restype = ctypes.c_size_t
    for name in ("step", "step_wall", "memory", "close"):
        getattr(speed, "speed_" + name).argtypes = [ctypes.c_void_p]
    return speed


def has(module):
    return importlib.util.find_spec(module) is not None


def text(seconds):
    for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            break
    else:
        unit, scale = "ns", 1e9
    return f"{seconds * scale:.4g} {unit}"


def least(rounds, *calls):
    """The least of each call's seconds, in turns."""
    best = [math.inf] * len(calls)
    for _ in range(rounds):
        for i, call in enumerate(calls):
            took = call()
            assert took > 0, "a measurement failed"
            best[i] = min(best[i], took)
    return best


def report(name, value, target, ours, theirs):
    print(f"ratio {name} {value:.2f} {target:g}\n  ours     {ours}\n  theirs   {theirs}",
          flush=True)


def versus(name, target, rounds, ours, theirs, what=""):
    a, b = least(rounds, ours, theirs)
    report(name, b / a, target, text(a) + what, text(b) + what)


def repeated(function, count):
    """Seconds of one call out of `count`."""
    def measure():
        begin = now()
        for _ in range(count):
            function()
        return (now() - begin) / count
    return measure


class Bench:
    def __init__(self, build):
        self.build = pathlib.Path(build)
        self.c = load(build)

    def run(self, batch, elements, **more):
        shape = Shape(batch=batch, elements=elements, steps=more.pop("steps", 21), solver=HEUN,
                      threads=1)
        for key, value in more.items():
            setattr(shape, key, value)
        run = self.c.speed_open(ctypes.byref(shape))
        assert run
        return run

    # ---- a Heun step

    def heun(self):
        for shape in (SMALL, LARGE):
            name, n = "x".join(map(str, shape)), math.prod(shape[1:])
            run = self.run(shape[0], n)
            rounds = 150 if shape == SMALL else 60
            versus(f"heun-{name}/torch", 5, rounds, lambda: self.c.speed_step(run),
                   heun_torch(shape), " a step")
            versus(f"heun-{name}/numpy", 10, rounds, lambda: self.c.speed_step(run),
                   heun_numpy(shape), " a step")
            self.c.speed_close(run)
            if has("diffusers"):
                run = self.run(shape[0], n, prediction=EPS, process=DISCRETE)
                versus(f"heun-{name}/diffusers", 10, rounds, lambda: self.c.speed_step(run),
                       heun_diffusers(shape), " a step of eps")
                self.c.speed_close(run)
            else:
                print(f"skipped heun-{name}/diffusers: no diffusers")

    def bytes(self):
        """A Heun step reads and writes eight states: as many as four copies."""
        for where, floats in (("in-l2", 1 << 14), ("in-l3", 1 << 18), ("in-memory", 1 << 25)):
            run = self.run(1, floats, steps=4 if floats > 1 << 20 else 21)
            arrays = [(ctypes.c_float * floats)() for _ in range(4)]
            pointers = (ctypes.c_void_p * 4)(*map(ctypes.addressof, arrays))
            copy = lambda: self.c.speed_copy(pointers, ctypes.c_size_t(floats), 4)  # noqa: E731
            rounds = 5 if floats > 1 << 20 else 200
            versus(f"bytes-{where}", 1 / 1.2, rounds, lambda: self.c.speed_step(run), copy,
                   f" for {8 * 4 * floats / 1e6:.4g} MB")
            self.c.speed_close(run)

    # ---- noise

    def normals(self):
        import numpy as np
        n = 1 << 16
        out = np.empty(n, np.float32)
        address = ctypes.c_void_p(out.ctypes.data)
        ours = lambda: self.c.speed_normals(address, ctypes.c_size_t(n)) / n  # noqa: E731
        std = lambda: self.c.speed_normals_std(address, ctypes.c_size_t(n)) / n  # noqa: E731
        generator = np.random.default_rng(1)
        call = repeated(lambda: generator.standard_normal(out=out, dtype=np.float32), 1)
        if has("torch"):
            import torch
            x = torch.empty(n)
            fill = repeated(x.normal_, 1)
            versus("normals/torch", 4, 150, ours, lambda: fill() / n, " each")
        versus("normals/numpy", 10, 60, ours, lambda: call() / n, " each")
        versus("normals/std", 10, 30, ours, std, " each")

    # ---- networks

    def scripts(self):
        for file, batch, rounds in (("toy20.pt", 64, 40), ("cifar10-edm-weak.pt", 1, 12)):
            path = str(ROOT / "examples/networks" / file)
            run = Script(self.c, path, batch)
            target = 1.05 if file.startswith("toy") else 1
            versus(f"run-{file[:-3]}/python", target, rounds, run.ours,
                   restart_loop(path, run.sizes, run.plan), " a run of 43 evaluations")
            report(f"overhead-{file[:-3]}", 0.01 * run.total / run.outside, 1,
                   text(run.outside) + " outside of the network",
                   text(run.total) + " a run, of which 1% is asked for")
            run.close()

    # ---- the exemplar model

    def exemplar(self):
        side = 64
        import numpy as np
        pixels, noisy = rock(side), np.random.default_rng(2)
        for patch, sigma in ((31, 6.0), (21, 1.0)):
            x = (pixels + sigma * noisy.standard_normal(pixels.shape)).astype(np.float32)
            a, b = np.empty_like(x), np.empty_like(x)
            picture = Picture(pixels.ctypes.data, 3, side, side, patch, EXACT, sigma)
            call = lambda f, out: f(ctypes.byref(picture), ctypes.c_void_p(x.ctypes.data),  # noqa
                                    ctypes.c_void_p(out.ctypes.data))
            versus(f"exemplar-64-patch-{patch}/gemm", 5, 3,
                   lambda: call(self.c.speed_exemplar, a), lambda: call(self.c.speed_gemm, b),
                   " an evaluation")
            worst = float(abs(a - b).max())
            print(f"  the two differ by at most {worst:.1e}")
            assert worst < 1e-4

    def shortlist(self):
        """Exact search and short list over the noise levels of rs_exemplar_schedule, of which these
        stand for so many evaluations each."""
        side, sums = 256, [0.0, 0.0]
        import numpy as np
        pixels, noisy = clouds(side), np.random.default_rng(2)
        moved = patchwork(pixels, noisy)
        for patch, sigma, evaluations in ((31, 24, 8), (31, 12, 8), (31, 5.5, 8), (21, 2, 5),
                                          (21, 0.3, 8)):
            x = (moved + sigma * noisy.standard_normal(pixels.shape)).astype(np.float32)
            out = np.empty_like(x)
            took = []
            for search in SHORTLIST, EXACT:
                picture = Picture(pixels.ctypes.data, 3, side, side, patch, search, sigma)
                call = lambda: self.c.speed_exemplar(ctypes.byref(picture),  # noqa: E731
                                                     ctypes.c_void_p(x.ctypes.data),
                                                     ctypes.c_void_p(out.ctypes.data))
                took.append(least(3 if search == SHORTLIST else 1, call)[0])
            print(f"  sigma {sigma}: {text(took[0])}, exact {text(took[1])}", flush=True)
            sums = [s + evaluations * t for s, t in zip(sums, took)]
        report(f"exemplar-{side}", sums[1] / sums[0], 20,
               text(sums[0]) + " a run of 37 evaluations", text(sums[1]) + " by the exact search")

    def first(self):
        """Processor time to the first picture of the quickstart's model, on one thread."""
        tool = self.build / "tools/restart-sampler"
        if not tool.exists():
            print("skipped first-picture: no restart-sampler in the build")
            return
        with tempfile.TemporaryDirectory() as folder:
            picture = pathlib.Path(folder) / "x.png"
            took = []
            for _ in range(3):
                before = os.times()
                subprocess.run([tool, "texture", ROOT / "examples/exemplars/rock.png",
                                "-o", picture, "--threads", "1"], check=True, capture_output=True)
                after = os.times()
                took.append(after.children_user + after.children_system
                            - before.children_user - before.children_system)
        report("first-picture", 1 / min(took), 1, text(min(took)), "1 s asked for")

    # ---- memory and threads

    def memory(self):
        floats = 1 << 20
        for name, solver, most in (("heun", HEUN, 4), ("dpmpp-3m", 7, 6)):
            run = self.run(1, floats, solver=solver)
            states = 1 + (self.c.speed_memory(run) or 0) / (4 * floats)
            report(f"memory-{name}", most / states, 1 / 1.01, f"{states:.3f} states", f"{most}")
            self.c.speed_close(run)

    def threads(self):
        if (os.cpu_count() or 1) < 2:
            print("skipped threads: one processor")
            return
        for name, more in (("noise", dict(churn=5.0)), ("heun", {})):
            one, two = (self.run(16, 1 << 20, threads=t, steps=4, **more) for t in (1, 2))
            a, b = least(5, lambda: self.c.speed_step_wall(two),
                         lambda: self.c.speed_step_wall(one))
            report(f"threads-{name}", b / a, 1.8, text(a) + " a step on two", text(b) + " on one")
            self.c.speed_close(one)
            self.c.speed_close(two)


# ---- the others


def heun_torch(shape):
    """k-diffusion's sample_heun: a step, all but the network."""
    import torch
    x, denoised, second = (torch.randn(shape) for _ in range(3))
    sigmas, ones = torch.tensor([3.0, 2.0]), torch.ones(shape[0])

    def to_d(x, sigma, denoised):
        return (x - denoised) / sigma[(...,) + (None,) * (x.ndim - sigma.ndim)]

    @torch.no_grad()
    def step():
        sigmas[0] * ones
        d = to_d(x, sigmas[0], denoised)
        dt = sigmas[1] - sigmas[0]
        x_2 = x + d * dt
        sigmas[1] * ones
        d_2 = to_d(x_2, sigmas[1], second)
        d_prime = (d + d_2) / 2
        return x + d_prime * dt
    return repeated(step, 10)


def heun_numpy(shape):
    import numpy as np
    generator = np.random.default_rng(1)
    x, denoised, second = (generator.standard_normal(shape, dtype=np.float32) for _ in range(3))
    s, t = np.float32(3), np.float32(2)

    def step():
        d = (x - denoised) / s
        x_2 = x + d * (t - s)
        d_2 = (x_2 - second) / t
        return x + (d + d_2) / np.float32(2) * (t - s)
    return repeated(step, 10)


def heun_diffusers(shape):
    """Both calls of HeunDiscreteScheduler that make a step, and the scaled inputs."""
    import torch
    from diffusers import HeunDiscreteScheduler
    scheduler = HeunDiscreteScheduler()
    x, eps = torch.randn(shape), torch.randn(shape)
    steps = 21

    def measure():
        scheduler.set_timesteps(steps)
        state, times, took = x, scheduler.timesteps[:2 * (steps - 1)], 0.0
        with torch.no_grad():
            for t in times:
                begin = now()
                scheduler.scale_model_input(state, t)
                state = scheduler.step(eps, t, state).prev_sample
                took += now() - begin
        return took / (steps - 1)
    return measure


class Script:
    """A TorchScript file through librestart-torch."""

    def __init__(self, c, path, batch):
        import torch
        self.c = c
        c.speed_script_open.restype = ctypes.c_void_p
        c.speed_script_elements.restype = ctypes.c_size_t
        self.handle = ctypes.c_void_p(c.speed_script_open(path.encode(), PRESET,
                                                          ctypes.c_size_t(batch)))
        assert self.handle
        elements = c.speed_script_elements(self.handle)
        self.sizes = (batch, 3, 32, 32) if elements == 3072 else (batch, elements)
        self.x = torch.empty(self.sizes)
        self.total = self.outside = math.inf
        most = 200
        a, b, j = (ctypes.c_double * most)(), (ctypes.c_double * most)(), (ctypes.c_int32 * most)()
        count = c.speed_plan(PRESET, a, b, j, ctypes.c_size_t(most))
        self.plan = list(zip(a[:count], b[:count], j[:count]))

    def ours(self):
        outside = ctypes.c_double()
        took = self.c.speed_script_run(self.handle, ctypes.c_void_p(self.x.data_ptr()),
                                       ctypes.byref(outside))
        self.total = min(self.total, took)
        self.outside = min(self.outside, outside.value)
        return took

    def close(self):
        self.c.speed_script_close(self.handle)


def restart_loop(path, sizes, plan):
    """The same run in Python: EDM's Heun steps, and jumps."""
    import torch
    torch.set_num_threads(1)
    network = torch.jit.load(path).float().eval()

    def denoise(x, s):
        root = math.sqrt(s * s + 0.25)
        time = torch.full((sizes[0],), math.log(s) / 4)
        return x * (0.25 / (root * root)) + network(x * (1 / root), time) * (s * 0.5 / root)

    @torch.inference_mode()
    def run():
        begin = now()
        x = torch.randn(sizes) * plan[0][0]
        for s, t, jump in plan:
            if jump:
                x = x + torch.randn(sizes) * math.sqrt(t * t - s * s)
                continue
            d = (x - denoise(x, s)) / s
            y = x + d * (t - s)
            if t > 0:
                y = x + (d + (y - denoise(y, t)) / t) * ((t - s) / 2)
            x = y
        return now() - begin
    return run


NEEDS = {"heun": ["torch", "numpy"], "normals": ["numpy"], "scripts": ["torch"],
         "exemplar": ["numpy"], "shortlist": ["numpy"]}
SYMBOLS = {"scripts": "speed_script_open", "exemplar": "speed_gemm"}


def main():
    bench = Bench(sys.argv[1])
    if has("torch"):
        import torch
        torch.set_num_threads(1)
        print("torch", torch.__version__, end="  ")
    if has("numpy"):
        import numpy
        print("numpy", numpy.__version__, end="  ")
    if has("diffusers"):
        import diffusers
        print("diffusers", diffusers.__version__, end="")
    print(flush=True)
    figures = "heun bytes normals scripts exemplar shortlist first memory threads".split()
    for figure in sys.argv[2:] or figures:
        missing = [m for m in NEEDS.get(figure, []) if not has(m)]
        if figure in SYMBOLS and not hasattr(bench.c, SYMBOLS[figure]):
            missing.append("its library in the build")
        if missing:
            print(f"skipped {figure}: no {', '.join(missing)}")
        else:
            getattr(bench, figure)()


if __name__ == "__main__":
    main()
