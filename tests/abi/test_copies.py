# SPDX-License-Identifier: MIT
"""test_copies.py LIBRARY: the library beside others in one process (copies.c): another copy of
itself, a program that has functions of the same names, and librsync, whose names begin with rs_
too."""

import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import CC, HEADERS, INCLUDE, attempt, check, code, constants  # noqa: E402
from check import finish, need, run, skip  # noqa: E402

RSYNC = pathlib.Path("/usr/include/librsync.h")


def compile_and_run(library, folder, *arguments):
    program = folder / "copies"
    run(*CC, "-std=c11", "-I", INCLUDE, *arguments, pathlib.Path(__file__).parent / "copies.c",
        "-o", program, "-rdynamic", "-ldl", *(["-lrsync"] if arguments else []))
    copies = [folder / f"copy{i}.so" for i in range(2)]
    for copy in copies:
        shutil.copy(os.path.realpath(library), copy)
    done = attempt(program, *copies)
    check(done.returncode == 0, f"copies {arguments}: {done.stdout}")
    print(done.stdout, end="")


def names(library):
    lines = run("nm", "-D", "--defined-only", library).splitlines()
    return {line.split()[2].split("@")[0] for line in lines}


def judge_librsync(library, folder):
    if not RSYNC.exists():
        print("without librsync, which is not installed")
        return
    compile_and_run(library, folder, "-DWITH_LIBRSYNC")
    rsync = run(*CC, "-print-file-name=librsync.so").strip()
    check(not names(library) & names(rsync), f"both have {names(library) & names(rsync)}")
    words = set(re.findall(r"\bRS_\w+|\brs_\w+", code(RSYNC)))
    ours = {name for header in HEADERS for name in constants(header)}
    check(len(words) > 40 and not words & ours, f"both headers have {words & ours}")


def main():
    need("nm", "readelf")
    library = pathlib.Path(sys.argv[1]).absolute()
    if library.read_bytes()[:4] != b"\x7fELF":
        skip(f"{library.name} is not an ELF library")
    with tempfile.TemporaryDirectory() as folder:
        compile_and_run(library, pathlib.Path(folder))
        judge_librsync(library, pathlib.Path(folder))
    finish()


main()
