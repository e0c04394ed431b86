# SPDX-License-Identifier: MIT
"""python_overhead.py LIBRARY [ELEMENTS] [torch]: what an evaluation costs in Python over the same
run in C, with a network that only copies. A measurement, not a test; no network is as cheap."""

import ctypes
import pathlib
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "python"), str(TESTS.parent / "shim" / "python")]

from networks import PRESET, np, support  # noqa: E402
from restart_sampler import Native, Sampler  # noqa: E402

RUNS, TIMES = 40, 7


def best(run):
    """Microseconds of the own time of this thread for an evaluation: the best of several."""
    took = []
    for _ in range(TIMES):
        begin = time.thread_time()
        run()
        took.append(time.thread_time() - begin)
    return 1e6 * min(took) / RUNS / 43


def compiled(folder, library):
    source, shared = TESTS / "bench/runs.c", folder / "runs.so"
    support.run(*support.CC, "-O2", "-fPIC", "-shared", "-I", support.INCLUDE, source, library,
                f"-Wl,-rpath,{library.parent}", "-o", shared)
    return ctypes.CDLL(str(shared))


def repeated(function):
    return lambda: [function() for _ in range(RUNS)]


def main():
    library = pathlib.Path(sys.argv[1]).resolve()
    elements = int(sys.argv[2]) if len(sys.argv) > 2 else 64
    with tempfile.TemporaryDirectory() as folder:
        c = compiled(pathlib.Path(folder), library)
        x = np.empty(elements, np.float32)
        rows = [("C", best(lambda: c.runs(ctypes.c_size_t(elements),
                                          ctypes.c_void_p(x.ctypes.data), RUNS)))]
        options = dict(shape=elements, preset=PRESET)
        native = Sampler(Native(c.network), **options)
        rows.append(("Python, network in C", best(repeated(native.sample))))
        called = Sampler(lambda x, sigma: x, **options)
        rows.append(("Python, numpy", best(repeated(called.sample))))
        rows.append(("the same, step by step", best(repeated(lambda: list(called)))))
        if "torch" in sys.argv:
            torch = Sampler(lambda x, sigma: x, framework="torch", **options)
            rows.append(("Python, torch", best(repeated(torch.sample))))
    for name, value in rows:
        print(f"{name:24}{value:8.2f} us an evaluation, {value - rows[0][1]:+6.2f}")


main()
