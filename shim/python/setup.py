# SPDX-License-Identifier: MIT
"""Builds librestart and librestart-exemplar with meson and puts them into the package. Away from
the source tree, or without meson, the package uses an installed library."""

import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VERSION_H = ROOT / "include/restart/version.h"
OPTIONS = ["--wrap-mode=nodownload", "-Dtests=disabled", "-Dtools=disabled",
           "-Dexamples=disabled", "-Dtorch=disabled"]


def library_file(name):
    """The file's name, as the package looks for it."""
    sys.path.insert(0, str(HERE / "restart_sampler"))
    try:
        import _library
    finally:
        sys.path.pop(0)
    return _library.file_name(name)


def version():
    """The library's: of the source tree, or of the one that is installed."""
    if VERSION_H.exists():
        numbers = dict(re.findall(r"#define RS_VERSION_(\w+) (\d+)$", VERSION_H.read_text(),
                                  re.M))
        return ".".join(numbers[n] for n in ("MAJOR", "MINOR", "PATCH"))
    installed = ctypes.CDLL(library_file("restart"))
    installed.rs_version_string.restype = ctypes.c_char_p
    return installed.rs_version_string().decode()


def from_source():
    """Whether the library is to be built here."""
    return VERSION_H.exists() and all(map(shutil.which, ("meson", "ninja")))


class BuildLibrary(build_py):
    """The package, and the libraries in its folder _lib."""

    def run(self):
        super().run()
        if not from_source():
            ctypes.CDLL(library_file("restart"))  # fails where there is no library at all
            return
        target = pathlib.Path(self.build_lib) / "restart_sampler/_lib"
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["meson", "setup", folder, str(ROOT), *OPTIONS], check=True)
            subprocess.run(["ninja", "-C", folder], check=True)
            for part, where in (("restart", "lib"), ("restart-exemplar", "shim/exemplar")):
                name = library_file(part)
                built = os.path.realpath(os.path.join(folder, where, name))
                shutil.copy(built, target / name)
        shutil.copy(ROOT / "LICENSE", target)


class PlatformDistribution(Distribution):
    """Holds machine code when the libraries are in it."""

    def has_ext_modules(self):
        return from_source()


class AnyPython(bdist_wheel):
    """For every Python 3 of this platform: ctypes needs no other."""

    def get_tag(self):
        return ("py3", "none", super().get_tag()[2])


setup(version=version(), distclass=PlatformDistribution,
      cmdclass={"build_py": BuildLibrary, "bdist_wheel": AnyPython})
