# SPDX-License-Identifier: MIT
"""Finding the shared libraries, in this order:

1. RESTART_LIBRARY: the path of librestart, or of a folder that has it (a build folder too)
2. `_lib` in this package, where `pip install` puts them
3. a build folder of the source tree that this package stands in, the newest first
4. wherever the system's loader looks
"""

import ctypes
import os
import pathlib
import sys
from typing import Iterator, List

VARIABLE = "RESTART_LIBRARY"
ABI = 0
# Where a build folder has each library.
BUILT = {"restart": "lib", "restart-exemplar": "shim/exemplar", "restart-torch": "shim/torch"}
HERE = pathlib.Path(__file__).resolve().parent


def file_name(name: str) -> str:
    """The file of a library with its ABI number, as this system writes it."""
    if sys.platform == "win32":
        return f"{name}-{ABI}.dll"
    if sys.platform == "darwin":
        return f"lib{name}.{ABI}.dylib"
    return f"lib{name}.so.{ABI}"


def in_folder(folder: pathlib.Path, name: str) -> List[pathlib.Path]:
    """A library in a folder or in a build folder."""
    return [folder / file_name(name), folder / BUILT[name] / file_name(name)]


def build_folders() -> List[pathlib.Path]:
    """Build folders of the source tree around this package, the newest first."""
    root = HERE.parents[2] if len(HERE.parents) > 2 else HERE
    if not (root / "include/restart/version.h").exists():
        return []
    builds = [*root.glob("build*"), *root.glob("build*/*")]
    builds = [b for b in builds if (b / BUILT["restart"] / file_name("restart")).exists()]
    return sorted(builds, key=lambda b: (b / "build.ninja").stat().st_mtime
                  if (b / "build.ninja").exists() else 0, reverse=True)


def candidates(name: str) -> Iterator[str]:
    """Paths and names to try, best first."""
    asked = os.environ.get(VARIABLE)
    if asked:
        path = pathlib.Path(asked)
        if path.is_dir():
            yield from map(str, in_folder(path, name))
        elif name == "restart":
            yield str(path)
        else:
            yield str(path.parent / file_name(name))
            yield from map(str, in_folder(path.parent.parent, name))
        return
    yield str(HERE / "_lib" / file_name(name))
    for build in build_folders():
        yield from map(str, in_folder(build, name))
    yield file_name(name)


def load(name: str) -> ctypes.CDLL:
    """Loads "restart", "restart-exemplar" or "restart-torch".

    ImportError, with what was tried, when there is none.
    """
    tried = []
    for path in candidates(name):
        if os.sep in path and not os.path.exists(path):
            tried.append(f"{path}: not there")
            continue
        try:
            return ctypes.CDLL(path)
        except OSError as error:
            tried.append(f"{path}: {error}")
    raise ImportError(f"lib{name} was not found; {VARIABLE} can name its folder. Tried:\n  "
                      + "\n  ".join(tried))
