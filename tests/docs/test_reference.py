# SPDX-License-Identifier: MIT
"""The reference: Doxygen reads the public headers without a warning, and every public function has
words of its own."""

import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import HEADERS, ROOT, attempt, check, finish, functions, need  # noqa: E402


def main():
    need("doxygen")
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        shutil.copytree(ROOT / "include", copy / "include")
        (copy / "docs").mkdir()
        (copy / "build").mkdir()
        for name in "Doxyfile", "reference.py":
            shutil.copy(ROOT / "docs" / name, copy / "docs")
        with (copy / "docs/Doxyfile").open("a") as settings:
            settings.write("GENERATE_HTML = NO\nGENERATE_XML = YES\n")
        done = attempt("doxygen", "docs/Doxyfile", cwd=copy)
        check(done.returncode == 0, done.stdout)
        pages = "".join(path.read_text() for path in copy.glob("build/reference/xml/*.xml"))
        known = set(re.findall(r'kind="function".*?<name>(\w+)</name>', pages, flags=re.S))
        for name in [name for header in HEADERS for name in functions(header)]:
            check(name in known, f"{name} is not in the reference")
    finish()


main()
