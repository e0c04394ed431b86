# SPDX-License-Identifier: MIT
"""Compares the binary interface with the one on record (*.abi by libabigail, and constants.txt,
because the numbers of enumeration constants leave no trace in a library).
With --update writes the record anew."""

import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import (CC, HEADERS, INCLUDE, attempt, check, configure, constants,  # noqa: E402
                   finish, need, run, skip)

HERE = pathlib.Path(__file__).resolve().parent
LIBRARIES = {"restart": "lib/librestart.so",
             "restart-exemplar": "shim/exemplar/librestart-exemplar.so"}
COMPATIBLE = "run tests/abi/update.sh and add a CHANGELOG line"
BROKEN = "a program compiled against an older header no longer runs"


def dump(library, target):
    run("abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed",
        "--headers-dir", INCLUDE, "--drop-private-types", "--exported-interfaces-only",
        "--type-id-style", "hash", "--out-file", target, library)
    text = target.read_text()
    target.write_text(re.sub(r" path='[^']*/((?:lib|shim)/[^']*)'", r" path='\1'", text))


def numbers(folder):
    """Every constant with its number, by the compiler."""
    names = [n for h in HEADERS for n in constants(h) if "VERSION_M" not in n and "PATCH" not in n]
    source, program = folder / "numbers.c", folder / "numbers"
    source.write_text("#include <stdio.h>\n"
                      + "".join(f"#include <restart/{h.name}>\n" for h in HEADERS)
                      + "int main(void) {\n"
                      + "".join(f'  printf("{n} %d\\n", (int){n});\n' for n in names)
                      + "  return 0;\n}\n")
    run(*CC, "-std=c11", "-I", INCLUDE, source, "-o", program)
    return run(program)


def judge_dump(name, new):
    old = HERE / f"{name}.abi"
    if not check(old.exists(), f"no {old.name}: {COMPATIBLE}"):
        return
    if "architecture=" in old.read_text() and machine(old) != machine(new):
        skip(f"the record is of another machine: {machine(old)}")
    done = attempt("abidiff", old, new)
    if done.returncode:
        print(done.stdout)
    # Bits of the answer: 1 and 2 errors, 4 a change, 8 a change that breaks.
    check(not done.returncode & 3, "abidiff failed")
    moved = re.search(r"offset changed|deletion", done.stdout)
    check(not done.returncode & 8 and not moved, f"lib{name}: {BROKEN}")
    check(done.returncode & 12 != 4 or moved,
          f"lib{name} changed. If the report above breaks nothing: {COMPATIBLE}")


def machine(path):
    return re.search(r"architecture='([^']*)'", path.read_text()).group(1)


def judge_numbers(new):
    record = HERE / "constants.txt"
    old = record.read_text() if record.exists() else ""
    old, new = (dict(line.split() for line in text.splitlines()) for text in (old, new))
    for name, number in old.items():
        check(new.get(name) == number, f"{name} was {number} and is {new.get(name)}: {BROKEN}")
    for name in sorted(set(new) - set(old)):
        check(False, f"{name} is new: {COMPATIBLE}")


def main():
    need("abidw", "abidiff")
    update = sys.argv[1:] == ["--update"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        build = folder / "build"
        configure(build, "-Dbuildtype=debugoptimized", "-Ddefault_library=shared")
        run("ninja", "-C", build)
        for name, library in LIBRARIES.items():
            new = (HERE if update else folder) / f"{name}.abi"
            dump(build / library, new)
            if not update:
                judge_dump(name, new)
        text = numbers(folder)
        if update:
            (HERE / "constants.txt").write_text(text)
        else:
            judge_numbers(text)
    finish()


main()
