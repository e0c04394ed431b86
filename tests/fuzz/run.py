#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py SECONDS [TARGET...]: fuzzes each target for so long with libFuzzer, under the address and
undefined-behaviour sanitizers, from its corpus in corpus/TARGET.hex (an input a line); then keeps
the smallest set of inputs that reaches as much. An input that crashes, hangs or leaks is added to
the corpus, where the tests find it, and the answer is 1. Needs clang."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOOLS = [f"tools/{name}.c" for name in ("png_file", "picture", "out_file", "say")]
TARGETS = {"segments": [], "schedule": [], "options": [], "calls": [], "checkpoint": [],
           "tuner": [], "png": TOOLS, "metadata": ["shim/torch/metadata.cpp"]}
LENGTH = {"segments": 400, "schedule": 800, "options": 400, "calls": 600, "checkpoint": 300,
          "tuner": 500, "png": 4096, "metadata": 800}
FLAGS = ["-g", "-O1", "-fsanitize=fuzzer-no-link,address,undefined",
         "-fno-sanitize-recover=undefined", "-ffp-contract=off", "-D_GNU_SOURCE",
         *(f"-I{ROOT / folder}" for folder in ("include", "lib", "tools", "shim/torch"))]


def compile_all(folder, sources):
    """The object files of these sources, two at a time."""
    objects = [folder / (re.sub(r"\W", "-", str(source)) + ".o") for source in sources]
    waiting = [[*(["clang++", "-std=c++17"] if source.suffix == ".cpp" else ["clang", "-std=c11"]),
                *FLAGS, "-c", source, "-o", target] for source, target in zip(sources, objects)]
    while waiting:
        running = [subprocess.Popen(waiting.pop()) for _ in range(min(2, len(waiting)))]
        for process in running:
            if process.wait() != 0:
                sys.exit("run.py: a source does not compile")
    return objects


def build(folder, target, library):
    source = next(HERE.glob(f"{target}.c*"))
    objects = compile_all(folder, [source] + [ROOT / name for name in TARGETS[target]])
    program = folder / target
    subprocess.run(["clang++", "-fsanitize=fuzzer,address,undefined", *objects, *library, "-o",
                    program, "-lm", *(["-lpng"] if target == "png" else [])], check=True)
    return program


def unpack(lines, folder):
    folder.mkdir()
    for number, line in enumerate(lines):
        (folder / f"{number}").write_bytes(bytes.fromhex(line))


def pack(*folders):
    inputs = {path.read_bytes() for folder in folders for path in folder.iterdir()}
    return [data.hex() for data in sorted(inputs, key=lambda d: (len(d), d))]


def fuzz(program, target, seconds, folder):
    """Says how it went; whether nothing was found."""
    record = HERE / "corpus" / f"{target}.hex"
    before = record.read_text().split("\n")[:-1]
    grown, least, found = (folder / name for name in ("grown", "least", "found"))
    unpack(before, grown)
    least.mkdir()
    found.mkdir()
    options = [f"-max_len={LENGTH[target]}", f"-artifact_prefix={found}/", "-timeout=10",
               "-rss_limit_mb=2048"]
    environment = dict(os.environ, ASAN_OPTIONS="allocator_may_return_null=1")
    done = subprocess.run([program, *options, f"-max_total_time={seconds}", "-print_final_stats=1",
                           grown], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          errors="replace", env=environment, check=False)
    runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    subprocess.run([program, *options, "-merge=1", least, grown], stderr=subprocess.DEVNULL,
                   env=environment, check=False)
    crashes = [path for path in found.iterdir() if not path.name.startswith("slow")]
    (folder / "log").write_text(done.stderr)
    keep = pack(least, found) if any(least.iterdir()) else before + pack(found)
    record.write_text("".join(line + "\n" for line in keep))
    print(f"{target:12} {seconds:6} s {int(runs.group(1)) if runs else 0:12} inputs "
          f"{len(keep):5} kept, {len(crashes)} found", flush=True)
    if crashes or done.returncode:
        print(done.stderr[-4000:])
    return not crashes and done.returncode == 0


def main():
    seconds = int(sys.argv[1])
    good = True
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        library = compile_all(folder, sorted(ROOT.glob("lib/*/*.c")))
        for target in sys.argv[2:] or TARGETS:
            (folder / f"{target}.d").mkdir()
            program = build(folder / f"{target}.d", target, library)
            good = fuzz(program, target, seconds, folder / f"{target}.d") and good
    sys.exit(0 if good else 1)


main()
