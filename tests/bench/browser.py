# SPDX-License-Identifier: MIT
"""What an evaluation of the exemplar model costs in restart.wasm, against the native library:
browser.py BUILD FOLDER [SIDE], FOLDER with restart.mjs and restart.wasm. Milliseconds of processor
time on one thread, the least and the median of a run of 37."""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

NODE = """
import { readFileSync } from "node:fs";
const { load } = await import(`file://${process.env.FOLDER}/restart.mjs`);
const restart = await load(readFileSync(`${process.env.FOLDER}/restart.wasm`));
const side = Number(process.env.SIDE), sizes = { channels: 3, height: side, width: side };
const pixels = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i * i));
const exemplar = restart.exemplar({ pixels, ...sizes }), sampler = exemplar.sampler();
sampler.start(7);
for (const e of sampler.evaluations()) {
  const before = process.cpuUsage();
  exemplar.denoise(e);
  console.log("ms", process.cpuUsage(before).user / 1000);
}
"""


def wasm(folder, side):
    done = subprocess.run(["node", "--input-type=module", "-e", NODE], check=True, text=True,
                          stdout=subprocess.PIPE,
                          env={**os.environ, "FOLDER": str(folder), "SIDE": str(side)})
    return [float(ms) for ms in re.findall(r"ms ([\d.]+)", done.stdout)]


def native(build, side):
    os.environ["RESTART_LIBRARY"] = str(build)
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "shim/python"))
    import numpy as np
    from restart_sampler import Exemplar
    pixels = np.sin(np.arange(3 * side * side, dtype=float)**2).reshape(3, side, side)
    exemplar = Exemplar(pixels)
    sampler = exemplar.sampler()
    sampler.start(seeds=7)
    for evaluation in sampler.evaluations():
        before = time.process_time()
        exemplar.function(evaluation.pointer, exemplar.user)
        yield 1000 * (time.process_time() - before)


def main():
    build, folder = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
    side = int(sys.argv[3]) if len(sys.argv) > 3 else 64
    for name, times in (("native", native(build, side)), ("restart.wasm", wasm(folder, side))):
        times = list(times)
        print(f"{name}: {min(times):.1f} least, {statistics.median(times):.1f} median, "
              f"{sum(times) / 1000:.2f} s in {len(times)} evaluations")


main()
