#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every code block of README.md and docs/*.md is true.

A block's first line says what it is:
    ```c from=FILE      these lines stand in FILE, one after another (or cpp, python)
    ```text plan=NAME   the text of the golden plan NAME
    ```c compile        compiles by itself without a warning
    ```cpp compile      the same in C++17, where there is a compiler
    ```sh run           runs, in a scratch copy of the sources with the library installed
    ```sh top           one of the two commands (or one that needs a screen or an hour): the scripts
                        that it names exist
    ```text             anything
Other kinds are refused, and so are links to files that do not exist."""
import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import CC, CXX, INCLUDE, ROOT, attempt, check, finish, need, run  # noqa: E402


def blocks(page):
    """Line, kind and text of each code block."""
    lines = page.read_text(encoding="utf-8").split("\n")
    start, kind = None, ""
    for number, line in enumerate(lines, 1):
        if not line.startswith("```"):
            continue
        if start is None:
            start, kind = number, line[3:].strip()
        else:
            yield start, kind, "\n".join(lines[start:number - 1])
            start = None
    check(start is None, f"{page}: a block without an end")


def check_links(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        there = "://" in link or (page.parent / link).exists()
        check(there, f"{page}: a link to {link}, which is not there")


class Scratch:
    """A copy of the sources, and the library installed beside it; made when first needed."""

    def __init__(self):
        self.folder = None

    def make(self):
        need("meson", "ninja")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="restart-docs-"))
        copy, prefix = self.folder / "source", self.folder / "installed"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("build*", "out", ".git"))
        run("meson", "setup", self.folder / "build", copy, "--prefix", prefix, "--libdir", "lib",
            "-Dtests=disabled", "-Dtorch=disabled")
        run("meson", "install", "-C", self.folder / "build")
        self.environment = dict(
            os.environ, PKG_CONFIG_PATH=f"{prefix}/lib/pkgconfig", LD_LIBRARY_PATH=f"{prefix}/lib",
            CMAKE_PREFIX_PATH=str(prefix), PATH=f"{prefix}/bin:{os.environ['PATH']}")

    def run(self, commands):
        if not self.folder:
            self.make()
        return attempt("sh", "-euc", commands, cwd=self.folder / "source", env=self.environment)

    def clean(self):
        if self.folder:
            shutil.rmtree(self.folder)


# Language and standard of the blocks to compile.
COMPILERS = {"c compile": (CC, "c", "c11"), "cpp compile": (CXX, "c++", "c++17")}


def check_compiles(place, kind, text):
    compiler, language, standard = COMPILERS[kind]
    if not shutil.which(compiler[0]):
        print(f"{place}: not compiled, for there is no {compiler[0]}")
        return
    done = attempt(*compiler, f"-std={standard}", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                   f"-I{INCLUDE}", f"-x{language}", "-", input=text)
    check(done.returncode == 0, f"{place}: does not compile:\n{done.stdout}")


def check_block(place, kind, text, scratch):
    words = dict((w.split("=", 1) + [""])[:2] for w in kind.split())
    if "from" in words:
        whole = (ROOT / words["from"]).read_text(encoding="utf-8")
        check(text + "\n" in whole, f"{place}: not in {words['from']} any more")
    elif "plan" in words:
        plan = (ROOT / "tests/golden/plans" / words["plan"]).with_suffix(".txt")
        same = plan.read_text(encoding="utf-8").rstrip("\n") == text
        check(same, f"{place}: not the plan {words['plan']} any more")
    elif kind in COMPILERS:
        check_compiles(place, kind, text)
    elif kind == "sh run":
        done = scratch.run(text)
        check(done.returncode == 0, f"{place}: fails:\n{text}\n{done.stdout}")
    elif kind == "sh top":
        for script in re.findall(r"\S+\.(?:sh|py)\b", text):
            check((ROOT / script).exists(), f"{place}: there is no {script}")
    else:
        check(kind == "text", f"{place}: what is a block of kind '{kind}'?")


def main():
    folders = [".", "docs", "lib", "tests/golden", "tests/torch/modules", "examples/exemplars",
               "examples/networks", "examples/train", "shim/python"]
    pages = [page for folder in folders for page in sorted((ROOT / folder).glob("*.md"))]
    scratch, count = Scratch(), 0
    try:
        for page in pages:
            check_links(page)
            for line, kind, text in blocks(page):
                check_block(f"{page.relative_to(ROOT)}:{line}", kind, text, scratch)
                count += 1
    finally:
        scratch.clean()
    check(count >= 10, f"only {count} code blocks were found")
    print(f"{count} code blocks of {len(pages)} pages")
    finish()


main()
