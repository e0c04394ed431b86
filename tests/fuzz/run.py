#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fuzzes each target with libFuzzer, under the address and undefined-behaviour sanitizers, from its
corpus in corpus/TARGET.hex (an input a line); then keeps the smallest set of inputs that reaches as
much. An input that crashes, hangs or leaks is added to the corpus, where the tests find it, and the
answer is 1. Needs clang; with --afl it is AFL++ that fuzzes, and is needed too."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

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


def compile_all(folder, sources, clang="clang"):
    """The object files of these sources, two at a time."""
    folder.mkdir(exist_ok=True)
    objects = [folder / (re.sub(r"\W", "-", str(source)) + ".o") for source in sources]
    waiting = [[*([f"{clang}++", "-std=c++17"] if source.suffix == ".cpp" else [clang, "-std=c11"]),
                *FLAGS, "-c", source, "-o", target] for source, target in zip(sources, objects)]
    while waiting:
        running = [subprocess.Popen(waiting.pop()) for _ in range(min(2, len(waiting)))]
        for process in running:
            if process.wait() != 0:
                sys.exit("run.py: a source does not compile")
    return objects


def build(folder, target, library, clang="clang"):
    source = next(HERE.glob(f"{target}.c*"))
    objects = compile_all(folder, [source] + [ROOT / name for name in TARGETS[target]], clang)
    program = folder / target
    subprocess.run([f"{clang}++", "-fsanitize=fuzzer,address,undefined", *objects, *library, "-o",
                    program, "-lm", *(["-lpng"] if target == "png" else [])], check=True)
    return program


def unpack(lines, folder):
    folder.mkdir()
    for number, line in enumerate(lines):
        (folder / f"{number}").write_bytes(bytes.fromhex(line))


def pack(*folders):
    inputs = {path.read_bytes() for folder in folders for path in folder.iterdir()}
    return [data.hex() for data in sorted(inputs, key=lambda d: (len(d), d))]


def said(command, log, **more):
    """(the status, all that it printed, the seconds of a processor that it took)"""
    with open(log, "wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL,
                                   **more)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return (process.returncode, log.read_text(errors="replace"),
            round(used.ru_utime + used.ru_stime))


def number(pattern, text):
    found = re.search(pattern, text)
    return int(found.group(1)) if found else 0


def by_libfuzzer(program, options, seconds, folder):
    """(whether nothing was found, the inputs tried, all that it printed, seconds of a processor;
    None: not known). grown/ has the new inputs then, found/ those that crashed."""
    environment = dict(os.environ, ASAN_OPTIONS="allocator_may_return_null=1")
    status, text, used = said([program, *options, f"-max_total_time={seconds}",
                               "-print_final_stats=1", folder / "grown"], folder / "log",
                              env=environment)
    return status == 0, number(r"number_of_executed_units: (\d+)", text), text, used


def by_afl(program, options, seconds, folder):
    """The same."""
    environment = dict(os.environ, AFL_NO_UI="1", AFL_SKIP_CPUFREQ="1", AFL_NO_AFFINITY="1",
                       AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES="1",
                       ASAN_OPTIONS="abort_on_error=1:symbolize=0:allocator_may_return_null=1"
                                    ":detect_leaks=0")
    out = folder / "out"
    status, text, _ = said(["afl-fuzz", "-i", folder / "grown", "-o", out, "-V", str(seconds),
                            "-t", "60000", "-m", "none", "-G", options[0].split("=")[1], "--",
                            program], folder / "log", env=environment)
    for kind, where in (("queue", "grown"), ("crashes", "found"), ("hangs", "found")):
        for path in (out / "default" / kind).glob("id*"):
            shutil.copy(path, folder / where / f"{kind}{path.name.split(',')[0]}")
    stats = out / "default" / "fuzzer_stats"
    runs = number(r"execs_done\s*: (\d+)", stats.read_text()) if stats.exists() else 0
    return status == 0 and not any((folder / "found").iterdir()), runs, text, None


def fuzz(target, seconds, folder, way, program, fuzzed):
    """Says how it went; whether nothing was found. `program` is libFuzzer's, `fuzzed` the way's."""
    record = HERE / "corpus" / f"{target}.hex"
    before = record.read_text().split("\n")[:-1]
    grown, least, found = (folder / name for name in ("grown", "least", "found"))
    unpack(before, grown)
    least.mkdir()
    found.mkdir()
    options = [f"-max_len={LENGTH[target]}", f"-artifact_prefix={found}/", "-timeout=60",
               "-rss_limit_mb=2048"]
    good, runs, text, used = way(fuzzed, options, seconds, folder)
    said([program, *options, "-merge=1", least, grown], folder / "merged",
         env=dict(os.environ, ASAN_OPTIONS="allocator_may_return_null=1"))
    for path in found.glob("slow*"):
        path.unlink()
    crashes = pack(found)
    keep = (pack(least) if any(least.iterdir()) else before) + crashes
    record.write_text("".join(line + "\n" for line in dict.fromkeys(keep)))
    share = f", {used} s of a processor" if used is not None else ""
    print(f"{target:12} {seconds:6} s{share}: {runs:12} inputs, {len(keep):5} kept, "
          f"{len(crashes)} found", flush=True)
    if not good:
        print(text[-4000:])
    return good


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--afl", action="store_true")
    p.add_argument("--jobs", type=int, default=1, help="targets at a time; default 1")
    p.add_argument("seconds", type=int, help="on the clock, for each")
    p.add_argument("target", nargs="*", default=list(TARGETS), help="default: all")
    return p.parse_args()


def main():
    given = options()
    way, clang = (by_afl, "afl-clang-fast") if given.afl else (by_libfuzzer, "clang")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(given.jobs) as pool:
        folder = pathlib.Path(folder)
        sources = sorted(ROOT.glob("lib/*/*.c"))
        library = compile_all(folder / "library", sources)
        other = compile_all(folder / "other", sources, clang) if given.afl else library
        running = []
        for target in given.target:
            own = folder / f"{target}.d"
            program = build(own, target, library)
            fuzzed = build(own / "other", target, other, clang) if given.afl else program
            running.append(pool.submit(fuzz, target, given.seconds, own, way, program, fuzzed))
        good = [each.result() for each in running]
    sys.exit(0 if all(good) else 1)


main()
