# SPDX-License-Identifier: MIT
"""Every public header compiles alone, in every language and with every compiler that is here, and
every branch of the export macro compiles and says what it should."""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import CC, CXX, HEADERS, HEADERS_CPP, INCLUDE, check, finish, run  # noqa: E402

STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-Wundef", "-Wshadow"]
C = ["-Wstrict-prototypes", "-Wmissing-prototypes"]
LANGUAGES = [("c", "c99", C), ("c", "c11", C), ("c++", "c++11", ["-Wold-style-cast"]),
             ("c++", "c++17", ["-Wold-style-cast"])]
CPP = ["-Wold-style-cast", "-Wconversion", "-Wnon-virtual-dtor"]
LANGUAGES_CPP = [("c++", "c++17", CPP), ("c++", "c++20", CPP)]
DLL = ["-D_WIN32", "-DRS_SHARED"]
# Definitions for the preprocessor, and what stands in front of a declaration then.
EXPORTS = [
    ([], '__attribute__((visibility("default")))'),
    (["-DRS_BUILD"], '__attribute__((visibility("default")))'),
    (["-DRS_SHARED"], '__attribute__((visibility("default")))'),
    (["-D_WIN32"], '__attribute__((visibility("default")))'),
    (DLL, "__declspec(dllimport)"),
    (DLL + ["-DRS_BUILD"], "__declspec(dllexport)"),
    (["-U__GNUC__"], ""),
]


def compilers():
    """{language: {path: command}}, each compiler once."""
    found = {}
    for language, names in ("c", [CC, ["gcc"], ["clang"]]), ("c++", [CXX, ["g++"], ["clang++"]]):
        found[language] = {os.path.realpath(shutil.which(n[0])): n for n in names
                           if shutil.which(n[0])}
        print(f"{language}: {' '.join(n[0] for n in found[language].values()) or 'none here'}")
    return found


def compiles(command, language, text, what):
    done = subprocess.run([*command, f"-x{language}", "-fsyntax-only", "-I", INCLUDE, "-"],
                          input=text, text=True, capture_output=True, check=False)
    check(done.returncode == 0, f"{what}\n{done.stderr}")


def alone(found, headers, languages):
    for header in headers:
        once = f"#include <restart/{header.name}>\n"
        for language, standard, more in languages:
            for compiler in found[language].values():
                for build in [], ["-DRS_BUILD"]:
                    compiles([*compiler, f"-std={standard}", *STRICT, *more, *build], language,
                             once + once + "int main(void);\nint main(void) { return 0; }\n",
                             f"{header.name} {standard} {compiler[0]} {build}")


def exports(found):
    for header in HEADERS:
        if header.name == "version.h":
            continue
        text = f"#include <restart/{header.name}>\n"
        for defines, wanted in EXPORTS:
            plain = run(*CC, "-E", "-P", "-x", "c", "-I", INCLUDE, *defines,
                        INCLUDE / "restart" / header.name)
            ours = [line.strip() for line in plain.splitlines() if " rs_version(void)" in line]
            check(ours == [f"{wanted} int32_t rs_version(void);".strip()],
                  f"{header.name} with {defines} declares {ours}, not {wanted}")
        for compiler in found["c"].values():
            for build in [], ["-DRS_BUILD"]:
                compiles([*compiler, "-std=c11", *STRICT, "-U_WIN32", *DLL, "-D__declspec(x)=",
                          *build], "c", text, f"{header.name} as a DLL {build}")


def main():
    found = compilers()
    check(len(HEADERS_CPP) > 3, "the headers for C++ were not found")
    alone(found, HEADERS, LANGUAGES)
    alone(found, HEADERS_CPP, LANGUAGES_CPP)
    exports(found)
    finish()


main()
