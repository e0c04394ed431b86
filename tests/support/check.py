# SPDX-License-Identifier: MIT
"""What the Python tests share: checks, commands, and the public headers read as text."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
HEADERS = sorted((INCLUDE / "restart").glob("*.h"))
HEADERS_CPP = sorted((INCLUDE / "restart").glob("*.hpp"))
CC = os.environ.get("CC", "cc").split()
CXX = os.environ.get("CXX", "c++").split()

failures = []


def check(good, sentence):
    """Notes a failure and goes on."""
    if not good:
        failures.append(sentence)
        print("FAILED:", sentence)
    return bool(good)


def skip(sentence):
    print("skipped:", sentence)
    sys.exit(77)


def need(*commands):
    missing = [c for c in commands if not shutil.which(c)]
    if missing:
        skip("not installed: " + ", ".join(missing))


def finish():
    sys.exit(1 if failures else 0)


def attempt(*command, **options):
    """Runs a command; output and errors in one text."""
    return subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False, **options)


def run(*command, **options):
    """The output of a command that must succeed."""
    done = attempt(*command, **options)
    if done.returncode != 0:
        print("$", " ".join(str(c) for c in command))
        print(done.stdout)
        print(f"FAILED: {command[0]} ended with {done.returncode}")
        sys.exit(1)
    return done.stdout


def configure(build, *options, source=ROOT):
    """Sets up a build of the library alone, the way a host would; without librestart-torch, which
    takes longer than all the rest and has its own tests."""
    need("meson", "ninja")
    run("meson", "setup", build, source, "--wrap-mode=nodownload", "-Dtests=disabled",
        "-Dtools=disabled", "-Dexamples=disabled", "-Dtorch=disabled", *options)


def code(path):
    """A header without comments and with its continued lines joined."""
    text = pathlib.Path(path).read_text(encoding="utf-8").replace("\\\n", " ")
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def functions(path):
    """The functions that a header declares."""
    declarations = re.findall(r"^RS_API\s[^;]*?\b(rs_\w+)\(", code(path), flags=re.M)
    return sorted(declarations)


def constants(path):
    """The enumeration constants of a header, and the version numbers."""
    text = code(path)
    names = re.findall(r"\bX\((RS_\w+),", text)
    text = re.sub(r"^\s*#(?!define RS_\w+ \d+$).*$", "", text, flags=re.M)
    names += re.findall(r"^#define (RS_\w+) \d+$", text, flags=re.M)
    for body in re.findall(r"\benum\s*\w*\s*\{([^}]*)\}", text):
        names += re.findall(r"\b(RS_\w+)\s*(?:=|,|$)", re.sub(r"RS_STATUS_LIST\(\w+\)", "", body))
    return [n for n in names if n != "RS_STATUS_FORCE_INT32"]


def structs(path):
    """The structs that a header defines, opaque ones not counted."""
    return re.findall(r"\bstruct\s+(rs_\w+)\s*\{", code(path))
