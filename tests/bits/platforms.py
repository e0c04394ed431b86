#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""platforms.py [--only WORD]: test_bits on every machine, compiler and level of
optimisation that is at hand, built by the project's own meson.build and run under qemu-user or
wine; prints a table. What is not installed is said so. Ends with 1 if a platform whose bits are
promised differs. On Debian:

    apt-get install clang musl-tools wine gcc-mingw-w64-x86-64 qemu-user-static \\
      gcc-i686-linux-gnu gcc-aarch64-linux-gnu gcc-riscv64-linux-gnu gcc-s390x-linux-gnu
"""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import ROOT, attempt  # noqa: E402

# Name; compiler; wrapper to run under; machine for meson, None: this one; optimisation; C flags.
PLATFORMS = [
    ("x86-64 gcc -O0", "gcc", [], None, "0", []),
    ("x86-64 gcc -O3", "gcc", [], None, "3", []),
    ("x86-64 gcc -O3 -march=native", "gcc", [], None, "3", ["-march=native"]),
    ("x86-64 gcc -O3 -flto", "gcc", [], None, "3", ["-flto"]),
    ("x86-64 clang -O0", "clang", [], None, "0", []),
    ("x86-64 clang -O3", "clang", [], None, "3", []),
    ("x86-64 without AVX", "gcc", ["qemu-x86_64-static", "-cpu", "Nehalem"], None, "3", []),
    ("x86-64 musl", "musl-gcc", [], ("linux", "x86_64", "little"), "3", []),
    ("x86-64 Windows, wine", "x86_64-w64-mingw32-gcc", ["wine"],
     ("windows", "x86_64", "little"), "3", []),
    ("i386", "i686-linux-gnu-gcc", ["qemu-i386-static"], ("linux", "x86", "little"), "3", []),
    ("aarch64 -O0", "aarch64-linux-gnu-gcc", ["qemu-aarch64-static"],
     ("linux", "aarch64", "little"), "0", []),
    ("aarch64 -O3", "aarch64-linux-gnu-gcc", ["qemu-aarch64-static"],
     ("linux", "aarch64", "little"), "3", []),
    ("riscv64", "riscv64-linux-gnu-gcc", ["qemu-riscv64-static"],
     ("linux", "riscv64", "little"), "3", []),
    ("s390x, big-endian -O0", "s390x-linux-gnu-gcc", ["qemu-s390x-static"],
     ("linux", "s390x", "big"), "0", []),
    ("s390x, big-endian -O3", "s390x-linux-gnu-gcc", ["qemu-s390x-static"],
     ("linux", "s390x", "big"), "3", []),
    # Not promised: floating point in the x87 unit, wider than float and double.
    ("i386, x87", "i686-linux-gnu-gcc", ["qemu-i386-static"], ("linux", "x86", "little"), "3",
     ["-mno-sse", "-mfpmath=387"]),
]
NOT_PROMISED = {"i386, x87"}


def cross_file(folder, compiler, wrapper, machine):
    system, family, endian = machine
    path = folder / "cross.ini"
    triple = compiler.rsplit("-gcc", 1)[0] + "-" if compiler.count("-") > 1 else ""
    path.write_text(f"""[binaries]
c = '{compiler}'
ar = '{triple}ar'
exe_wrapper = {wrapper}
[host_machine]
system = '{system}'
cpu_family = '{family}'
cpu = '{family}'
endian = '{endian}'
""")
    return ["--cross-file", path]


def build(folder, platform):
    """The program, or None with what was said."""
    _, compiler, wrapper, machine, level, flags = platform
    options = cross_file(folder, compiler, wrapper, machine) if machine else []
    environment = dict(os.environ) if machine else dict(os.environ, CC=compiler)
    done = attempt("meson", "setup", folder / "build", ROOT, "-Dtools=disabled",
                   "-Dexamples=disabled", "-Dtorch=disabled", "-Dtests=auto",
                   "-Ddefault_library=static", f"-Doptimization={level}",
                   "-Dc_args=" + " ".join(flags),
                   "-Dc_link_args=" + " ".join(["-static"] * bool(machine) + flags), *options,
                   env=environment)
    if done.returncode == 0:
        done = attempt("ninja", "-C", folder / "build", target(platform))
    program = folder / "build" / target(platform)
    return (program, "") if done.returncode == 0 else (None, done.stdout)


def target(platform):
    windows = platform[3] and platform[3][0] == "windows"
    return "tests/bits/test_bits" + ".exe" * bool(windows)


def distance(folder, keep):
    """The largest difference from this machine's numbers, relative where they are over 1."""
    native = keep / slug(PLATFORMS[0][0]) / "values"
    if not native.exists():
        judge(PLATFORMS[0], keep)
    left, right = ([float(word) for word in pathlib.Path(path).read_text().split()]
                   for path in (native, folder / "values"))
    if len(left) != len(right):
        return "other numbers of numbers"
    return f"farthest {max(abs(a - b) / max(1, abs(a)) for a, b in zip(left, right)):.1e}"


def judge(platform, keep):
    """What is to be said of a platform, and whether that is bad."""
    name, compiler, wrapper, *_ = platform
    missing = [c for c in [compiler] + wrapper[:1] if not shutil.which(c)]
    if missing:
        return "not here: " + ", ".join(missing), False
    folder = keep / slug(name)
    folder.mkdir()
    program, said = build(folder, platform)
    if not program:
        return "not built: " + said, True
    done = attempt(*wrapper, program, "--values", "values", cwd=folder,
                   env=dict(os.environ, WINEDEBUG="-all"))
    lines = done.stdout.splitlines()
    if done.returncode == 0 and lines:
        return lines[-1], False
    if done.returncode != 1 or "equal" not in done.stdout:
        return f"ended with {done.returncode}: {done.stdout}", True
    unequal = [line[:24].strip() for line in lines if "DIFFERS" in line]
    return f"{lines[-1]}; {distance(folder, keep)}; not {', '.join(unequal)}", True


def slug(name):
    return "".join(c if c.isalnum() else "-" for c in name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="platforms with this in their name")
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as keep:
        keep = pathlib.Path(keep)
        for platform in PLATFORMS:
            if arguments.only not in platform[0]:
                continue
            said, bad = judge(platform, keep)
            print(f"{platform[0]:30} {said}", flush=True)
            failed |= bad and platform[0] not in NOT_PROMISED
    sys.exit(failed)


main()
