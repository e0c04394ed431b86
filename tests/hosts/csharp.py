# SPDX-License-Identifier: MIT
"""What the tests of the C# binding share: its sources, the compiler, and a folder as Unity's
Assets/Plugins is, with the program and the libraries side by side."""

import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import ROOT, attempt, need, run  # noqa: E402

need("mcs", "mono")
BINDING = sorted((ROOT / "shim/csharp").glob("*.cs"))
HERE = pathlib.Path(__file__).resolve().parent / "csharp"


def compile_program(program, *sources):
    """Compiles with the binding; the language is the newest below Unity's that mcs knows."""
    run("mcs", "-langversion:7.2", "-unsafe", "-warn:4", "-warnaserror", f"-out:{program}",
        *BINDING, *sources)


def plugins(folder, libraries):
    """Copies the libraries to the names that the binding asks for."""
    for library in map(pathlib.Path, libraries):
        shutil.copy(library, pathlib.Path(folder) / (library.name.split(".so")[0] + ".so"))


def mono(program, *arguments, **environment):
    """Runs it; what it printed and how it ended."""
    return attempt("mono", "--debug", program, *arguments, env=dict(os.environ, **environment))
