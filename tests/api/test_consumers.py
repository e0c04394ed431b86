# SPDX-License-Identifier: MIT
"""test_consumers.py WAY: a program of a host, through the ways in which hosts find the library:
pkgconfig and cmake (installed in a folder of their own), subproject (of meson)."""

import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import CC, CXX, HEADERS, HEADERS_CPP, ROOT  # noqa: E402
from check import attempt, check, configure, finish, need, run  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent / "consumer"
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror"]


def install(folder):
    """Builds, installs, and moves what was installed: nothing may point at the place before.
    Returns the prefix."""
    before, after = folder / "before", folder / "after"
    # meson's own choice can be lib64, where CMake does not look on Debian
    configure(folder / "build", f"--prefix={before}", "--libdir=lib", "-Ddefault_library=both")
    run("meson", "install", "-C", folder / "build", "--quiet")
    for header in (h for h in HEADERS + HEADERS_CPP if h.stem != "torch"):
        check((before / "include/restart" / header.name).exists(), f"{header.name} not installed")
    os.rename(before, after)
    return after


def environment(prefix):
    """That of a host which finds the libraries under prefix."""
    packages = next(prefix.glob("**/pkgconfig"))
    return dict(os.environ, PKG_CONFIG_PATH=str(packages), LD_LIBRARY_PATH=str(packages.parent))


def pkgconfig(folder):
    need("pkg-config", CXX[0])
    prefix = install(folder)
    env = environment(prefix)

    def flags(*arguments):
        return run("pkg-config", f"--define-variable=prefix={prefix}", *arguments,
                   env=env).split()

    release = flags("--modversion", "restart")[0]
    ways = [("c", CC, ["-std=c99"], "consumer.c", "restart"),
            ("c++", CXX, ["-std=c++11"], "consumer.c", "restart"),
            ("c", CC, ["-std=c11"], "exemplar.c", "restart-exemplar"),
            ("c++", CXX, ["-std=c++17"], "texture.cpp", "restart-exemplar")]
    for language, compiler, standard, source, package in ways:
        program = folder / f"{source}-{len(language)}"
        run(*compiler, *standard, *STRICT, "-x", language, HERE / source, "-x", "none", "-o",
            program, *flags("--cflags", "--libs", package))
        output = run(program, "version", env=env).strip()
        check(output == release or package != "restart", f"restart.pc is not {output}")
    # Statically: the shared libraries are gone when the program is linked and when it runs.
    for shared in prefix.glob("**/*.so*"):
        shared.unlink()
    for source, package in ("consumer.c", "restart"), ("exemplar.c", "restart-exemplar"):
        run(*CC, *STRICT, HERE / source, "-o", folder / "static",
            *flags("--static", "--cflags", "--libs", package))
        run(folder / "static")


def cmake(folder):
    need("cmake", "ninja", CXX[0])
    prefix = install(folder)
    env = environment(prefix)
    release = (folder / "build/meson-info/intro-projectinfo.json").read_text()
    release = release.split('"version": "')[1].split('"')[0]
    major, minor, patch = map(int, release.split("."))

    def find(name, wanted, parts=""):
        return attempt("cmake", "-S", HERE, "-B", folder / name, f"-DCMAKE_PREFIX_PATH={prefix}",
                       "-DCMAKE_C_FLAGS=" + " ".join(STRICT), "-GNinja", f"-DWANTED={wanted}",
                       f"-DPARTS={parts}")

    for name, wanted in (("plain", ""), ("same", release), ("older", f"{major}.0")):
        done = find(name, wanted, "exemplar")
        check(done.returncode == 0, f"find_package(restart {wanted}): {done.stdout}")
    for name, wanted in (("patch", f"{major}.{minor}.{patch + 1}"), ("next", f"{major + 1}.0"),
                         ("minor", f"{major}.{minor + 1}")):
        check(find(name, wanted).returncode != 0, f"find_package(restart {wanted}) found {release}")
    check(find("part", "", "nothing").returncode != 0, "found a component that is none")
    run("cmake", "--build", folder / "plain")
    for program in "consumer", "consumer-cpp":
        output = run(folder / "plain" / program, "version", env=env).strip()
        check(output == release, f"{program} is not {release}")
    run(folder / "plain/exemplar", env=env)
    run(folder / "plain/texture", env=env)


def subproject(folder):
    need("meson", "ninja")
    shutil.copytree(HERE, folder / "host")
    (folder / "host/subprojects").mkdir()
    copy = folder / "host/subprojects/librestart"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", "build*", "out"))
    run("meson", "setup", folder / "build", folder / "host", "--wrap-mode=nodownload")
    run("meson", "test", "-C", folder / "build")
    for part in "tests", "tools", "examples":
        built = [*(folder / "build/subprojects/librestart").glob(f"{part}/*")]
        check(not built, f"a subproject builds {part}: {built}")
    run("meson", "test", "-C", folder / "build", "consumer", "exemplar")


def main():
    with tempfile.TemporaryDirectory() as folder:
        {"pkgconfig": pkgconfig, "cmake": cmake, "subproject": subproject}[sys.argv[1]](
            pathlib.Path(folder))
    finish()


main()
