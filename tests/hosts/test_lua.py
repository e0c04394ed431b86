# SPDX-License-Identifier: MIT
"""test_lua.py BUILD: the LuaJIT binding in plain luajit, with the libraries of a build folder.

Its declarations against the headers: functions, callbacks and fields as text, sizes and offsets and
constants by the compiler. The same bits as C. Where libraries are found. Then lua/units.lua and the
example."""

import os
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from check import (CC, INCLUDE, ROOT, attempt, check, code, constants, finish, need,  # noqa: E402
                   run)
from layout import compiled, fields  # noqa: E402

HEADERS = ("restart.h", "exemplar.h", "torch.h")
PACKAGE = ROOT / "shim/lua"
BUILD = pathlib.Path(sys.argv[1]).resolve()
# Constants that the binding has by name from the library, or does without.
LEFT_OUT = (r"RS_(SOLVER|GRID|NOISE|VERSION|ABI)_\w+|RS_STEP_\w+_(BEGINS|ENDS)"
            r"|RS_TORCH_(INT32|UINT8)")


def environment(package=PACKAGE, **more):
    plain = {k: v for k, v in os.environ.items() if k != "RESTART_LIBRARY"}
    return {**plain, "LUA_PATH": f"{package}/?.lua;{package}/?/init.lua", **more}


def luajit(*words, **more):
    return run("luajit", *words, env=environment(RESTART_LIBRARY=str(BUILD)), **more)


def flat(text):
    """A declaration with blanks in one way."""
    return re.sub(r"\s*([*,(])\s*", r"\1", " ".join(text.split()))


def one_each(body):
    """Fields with a declaration of their own: "int32_t kind, flags" is two."""
    for line in filter(None, map(str.strip, body.split(";"))):
        first = re.fullmatch(r"((?:const )?\w+) (\w+(?:, \w+)+)", " ".join(line.split()))
        if first:
            yield from (f"{first.group(1)} {name}" for name in first.group(2).split(", "))
        else:
            yield " ".join(line.split())


def field_name(declaration):
    found = re.search(r"\(\*(\w+)\)|(\w+)(?:\[\w+\])?$", declaration)
    return found.group(1) or found.group(2)


def check_functions(text, declared):
    known = dict((re.search(r"(rs_\w+)\(", d).group(1), d) for d in declared)
    found = re.findall(r"^(?!typedef)(\S[^;{}]*?\brs_\w+\([^;]*\));", text, flags=re.M)
    for declaration in map(flat, found):
        name = re.search(r"(rs_\w+)\(", declaration).group(1)
        check(known.get(name) == declaration, f"{declaration}; in C: {known.get(name)}")
    return len(found)


def check_declarations():
    """Functions, callbacks and fields say what the headers say. Returns {struct: fields' names}."""
    declared, structs, callbacks = [], {}, set()
    for header in HEADERS:
        path = INCLUDE / "restart" / header
        declared += map(flat, re.findall(r"^RS_API\s+([^;]+);", code(path), flags=re.M))
        callbacks |= set(map(flat, re.findall(r"^typedef \w+ \(\*rs_\w+\)\([^;]*", code(path),
                                              flags=re.M)))
        structs.update(fields(path))
    text = (PACKAGE / "restart/abi.lua").read_text(encoding="utf-8")
    count = check_functions(text, declared)
    check(count > 40, f"only {count} functions were found")
    for found in map(flat, re.findall(r"^typedef \w+ \(\*rs_\w+\)\([^;]*", text, flags=re.M)):
        check(found in callbacks, f"{found} is in no header")
    ours = dict(re.findall(r"\bstruct (rs_\w+) \{(.*?)\}", text, flags=re.S))
    for name, body in ours.items():
        theirs = list(map(flat, structs[name]))
        check(list(map(flat, one_each(body))) == theirs, f"{name}: in C {theirs}")
    check(len(ours) > 14, f"only {len(ours)} structs were found")
    return {name: list(map(field_name, structs[name])) for name in ours}


def check_layout(structs):
    text = (PACKAGE / "restart/abi.lua").read_text(encoding="utf-8")
    ours = re.findall(r"\b(RS_\w+) = ", text)
    theirs = [n for h in (*HEADERS, "version.h") for n in constants(INCLUDE / "restart" / h)]
    for name in set(theirs) - set(ours):
        check(re.fullmatch(LEFT_OUT, name), f"{name} is missing")
    check(len(ours) > 60, f"only {len(ours)} constants were found")
    truth = compiled(structs, ours)
    for line in luajit(HERE / "lua/layout.lua", *truth).splitlines():
        name, value = line.split()
        check(truth.pop(name) == int(value), f"{name} is {value} in Lua")
    check(not truth, f"luajit said nothing of {truth}")


def check_bits(folder):
    program = folder / "bits"
    run(*CC, "-std=c11", "-ffp-contract=off", "-I", INCLUDE, ROOT / "tests/python/bits.c",
        BUILD / "lib/librestart.so.0", "-o", program, f"-Wl,-rpath,{BUILD / 'lib'}")
    for bits in "32", "64":
        same = luajit(HERE / "lua/bits.lua", bits) == run(program, bits)
        check(same, f"float{bits}: other bits than C")


def check_places(folder):
    """Each place where libraries are looked for."""
    library = BUILD / "lib/librestart.so.0"
    exemplar = BUILD / "shim/exemplar/librestart-exemplar.so.0"
    code_of = ("local r = require 'restart' if arg[1] then r.use(arg[1]) end print(r.version()) "
               "print(pcall(r.exemplar, {}))")
    script = folder / "version.lua"
    script.write_text(code_of)

    def version(*words, package=PACKAGE, **more):
        done = attempt("luajit", script, *words, env=environment(package, **more)).stdout
        good = re.match(r"\d+\.\d+\.\d+\n.*a whole number", done)
        check(good, f"{words} {package} {more}: {done}")

    flat_folder = folder / "flat"
    flat_folder.mkdir()
    for path in library, exemplar:
        shutil.copy(path, flat_folder / path.name)
    for place in BUILD, library, flat_folder, flat_folder / library.name:
        version(RESTART_LIBRARY=str(place))
        version(place)
    version(BUILD, RESTART_LIBRARY="/nowhere")
    copied = folder / "game"
    shutil.copytree(PACKAGE / "restart", copied / "restart")
    shutil.copytree(flat_folder, copied / "restart/_lib")
    version(package=copied)
    tree = folder / "tree"
    (tree / "include/restart").mkdir(parents=True)
    shutil.copy(INCLUDE / "restart/version.h", tree / "include/restart")
    shutil.copytree(PACKAGE, tree / "shim/lua")
    (tree / "build").symlink_to(BUILD)
    version(package=tree / "shim/lua")


def check_no_library(folder):
    script = folder / "none.lua"
    script.write_text("local r = require 'restart' print(pcall(r.version)) "
                      "print(pcall(r.sampler, {elements = 1}))")
    done = run("luajit", script, env=environment(RESTART_LIBRARY="/nowhere"))
    check("/nowhere/lib/librestart.so.0: not there" in done and "RESTART_LIBRARY" in done, done)
    broken = folder / "librestart.so.0"
    broken.write_text("no library")
    done = run("luajit", script, env=environment(RESTART_LIBRARY=str(folder)))
    check(f"{broken}: " in done and "was not found" in done, done)
    script.write_text("local r = require 'restart' r.version() r.use(arg[1])")
    done = attempt("luajit", script, "/elsewhere", env=environment(RESTART_LIBRARY=str(BUILD)))
    check("too late" in done.stdout and done.returncode != 0, done.stdout)


def main():
    need("luajit")
    check_layout(check_declarations())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_bits(folder)
        check_places(folder)
        check_no_library(folder)
    torch = BUILD / "shim/torch/librestart-torch.so.0"
    modules = [ROOT / "tests/torch/modules"] if torch.exists() else []
    done = attempt("luajit", HERE / "lua/units.lua", *modules,
                   env=environment(RESTART_LIBRARY=str(BUILD), OMP_NUM_THREADS="1"))
    check(done.returncode == 0, f"units.lua ended with {done.returncode}")
    print(done.stdout)
    luajit(ROOT / "examples/lua/01_sample.lua")
    finish()


main()
