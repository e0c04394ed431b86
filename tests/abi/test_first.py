# SPDX-License-Identifier: MIT
"""test_first.py LIBRESTART LIBRESTART_EXEMPLAR: programs and libraries of different age.

first/ holds the headers of the first release, without their comments, and a program of that time.
Compiled against them it must run, with the same bits, on today's library and on one whose structs
have grown; and compiled against those grown headers, on today's library, which refuses only a
field that it does not know. With --freeze writes first/ anew: never after the first release."""

import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import CC, INCLUDE, ROOT, attempt, check, configure  # noqa: E402
from check import finish, need, run, skip  # noqa: E402

FIRST = pathlib.Path(__file__).resolve().parent / "first"
RECORD = FIRST / "output.txt"
HEADERS = ["exemplar.h", "restart.h", "tune.h", "version.h"]
# Structs that the library reads, writes or hands out by size, at the least.
SIZED = 14


def freeze():
    for header in HEADERS:
        text = re.sub(r"/\*.*?\*/", "", (INCLUDE / "restart" / header).read_text(), flags=re.S)
        lines = [line.rstrip() for line in text.splitlines() if line.strip()]
        (FIRST / "restart" / header).write_text(
            "/* SPDX-License-Identifier: MIT\n * As in the first release. */\n"
            + "\n".join(lines) + "\n")


def grow(source):
    """Gives every struct that carries its size more fields at its end."""
    count = 0
    for header in HEADERS:
        path = source / "include/restart" / header
        text, n = re.subn(r"(typedef struct rs_\w+ \{\s*size_t size;[^}]*)\}",
                          r"\1  int64_t later[5];\n}", path.read_text())
        path.write_text(text)
        count += n
    check(count >= SIZED, f"only {count} structs have a size")


def build_grown(folder):
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".git", "build*", "out", "docs"))
    grow(source)
    configure(folder / "grown", "-Dbuildtype=debugoptimized", "-Ddefault_library=shared",
              "-Dc_args=-Wno-missing-field-initializers", source=source)
    run("ninja", "-C", folder / "grown")
    return [folder / "grown" / path for path in ("lib/librestart.so",
                                                 "shim/exemplar/librestart-exemplar.so")]


def judge(include, libraries, what, *defines, wanted=None):
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "client"
        run(*CC, "-std=c11", *defines, "-I", include, FIRST / "client.c", "-o", program, *libraries)
        folders = ":".join(str(library.parent) for library in libraries)
        done = attempt(program, env=dict(os.environ, LD_LIBRARY_PATH=folders))
    wanted = RECORD.read_text() if wanted is None else wanted
    check(done.returncode == 0 and done.stdout == wanted,
          f"{what}: ended with {done.returncode}\n{done.stdout}")


def main():
    if sys.argv[1:] == ["--freeze"]:
        return freeze()
    need("meson", "ninja")
    today = [pathlib.Path(argument).absolute() for argument in sys.argv[1:]]
    if today[0].read_bytes()[:4] != b"\x7fELF":
        skip(f"{today[0].name} is not an ELF library")
    judge(FIRST, today, "a program of the first release, today's library")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        grown = build_grown(folder)
        later = folder / "source/include"
        judge(FIRST, grown, "a program of the first release, a later library")
        judge(later, grown, "a later program, a later library")
        judge(later, today, "a later program, today's library", "-DOLDER_LIBRARY")
        judge(later, today, "a later program with a field that today's library lacks", "-DUNKNOWN",
              wanted="")
    finish()


main()
