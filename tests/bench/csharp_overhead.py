# SPDX-License-Identifier: MIT
"""csharp_overhead.py LIBRARY [ELEMENTS]: what an evaluation costs in C# under Mono over the same
run in C. A measurement, not a test; no network is as cheap."""

import pathlib
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "hosts")]

from csharp import compile_program, mono, plugins  # noqa: E402
from check import CC, INCLUDE, run  # noqa: E402


def main():
    library = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        plugins(folder, [library])
        run(*CC, "-O2", "-fPIC", "-shared", "-I", INCLUDE, TESTS / "bench/runs.c", library,
            f"-Wl,-rpath,{library.parent}", "-o", folder / "libruns.so")
        compile_program(folder / "overhead.exe", TESTS / "bench/csharp_overhead.cs")
        print(mono(folder / "overhead.exe", *sys.argv[2:] or ["64"]).stdout, end="")


main()
