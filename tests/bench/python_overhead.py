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

C = r"""
#include <string.h>
#include <restart/restart.h>

int32_t network(const rs_eval *e, void *user) {
  (void)user;
  memcpy(e->output, e->input, e->batch * e->elements * sizeof(float));
  return 0;
}

int32_t runs(size_t elements, float *x, int count) {
  rs_sampler *s = NULL;
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  so.model.fn = network;
  so.elements = elements;
  rs_preset("cifar10-vp-43", &sc);
  int32_t st = rs_sampler_new(&so, &s);
  if (st == 0)
    st = rs_schedule(s, &sc);
  for (int i = 0; st == 0 && i < count; i++)
    st = rs_sample(s, x, NULL);
  rs_sampler_free(s);
  return st;
}
"""
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
    source, shared = folder / "runs.c", folder / "runs.so"
    source.write_text(C)
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
