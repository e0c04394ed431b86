# SPDX-License-Identifier: MIT
"""Runs a test program under locales that it is to set itself, whose decimal points are a comma and
a letter of two bytes. They are compiled from the C library's sources into a scratch folder."""

import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import attempt, check, finish, need, run, skip  # noqa: E402

LOCALES = ["de_DE", "ps_AF"]

need("localedef")
if not all(os.path.exists(f"/usr/share/i18n/locales/{name}") for name in LOCALES):
    skip("not installed: the sources of locales")
with tempfile.TemporaryDirectory() as folder:
    for name in LOCALES:
        run("localedef", "--no-archive", "-i", name, "-f", "UTF-8", f"{folder}/{name}.UTF-8")
        done = attempt(sys.argv[1], env=dict(os.environ, LOCPATH=folder,
                                             RS_TEST_LOCALE=f"{name}.UTF-8"))
        print(done.stdout)
        check(done.returncode == 0, f"under {name}")
finish()
