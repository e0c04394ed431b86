# SPDX-License-Identifier: MIT
"""test_csharp.py LIBRARY...: the C# binding under Mono, as Unity has it: the language of its
compiler, the program and the libraries in one folder. The programs of tests/hosts/csharp, the bits
of C, and the game loop of examples/hosts/csharp."""

import pathlib
import re
import sys
import tempfile

from csharp import HERE, compile_program, mono, plugins  # first: it finds tests/support
from check import CC, INCLUDE, ROOT, check, finish, run

LIBRARIES = [pathlib.Path(p).resolve() for p in sys.argv[1:]]
EXAMPLES = ROOT / "examples/hosts/csharp"
UNITY = ROOT / "shim/csharp/Unity/RestartTexture.cs"


def test_programs(folder):
    """Everything that can be asked from within C#. Freed memory is given back at once, and filled
    with rubbish, so that leaks and uses of it are seen."""
    tests = folder / "tests.exe"
    compile_program(tests, UNITY, *HERE.glob("*.cs"))
    torch = [ROOT / "examples/networks/digits.pt"] if "torch" in str(LIBRARIES) else []
    done = mono(tests, ROOT / "tests/golden/plans/cifar10-vp-43.txt", *torch,
                MALLOC_MMAP_THRESHOLD_="65536", MALLOC_PERTURB_="165", OMP_NUM_THREADS="1")
    print(done.stdout)
    check(done.returncode == 0 and " 0 failures" in done.stdout, "tests.exe failed")
    return tests


def test_bits_of_c(folder, tests):
    program, library = folder / "bits", LIBRARIES[0]
    run(*CC, "-std=c11", "-ffp-contract=off", "-I", INCLUDE, ROOT / "tests/python/bits.c", library,
        "-o", program, f"-Wl,-rpath,{library.parent}")
    in_c, in_cs = run(program, "32").split(), mono(tests, "bits").stdout.split()
    check(len(in_c) == 21 and in_c == in_cs, f"not the bits of C: {in_c}, {in_cs}")


def test_ends(tests):
    for _ in range(3):
        done = mono(tests, "exit")
        check(done.returncode == 0 and done.stdout == "running\n", f"exit: {done.stdout}")
    done = mono(tests, "reload")
    check(done.returncode == 0 and done.stdout == 3 * "running\n" + "still there\n",
          f"reload: {done.stdout}")


def test_sample(folder):
    sample = folder / "sample.exe"
    compile_program(sample, EXAMPLES / "Sample.cs")
    done = mono(sample)
    check(done.returncode == 0 and "the same three times" in done.stdout, done.stdout)


def exemplar(path):
    """Bricks as a PPM of 24 x 24."""
    pixels = bytearray()
    for i in range(24 * 24):
        y, x = divmod(i, 24)
        mortar = y % 6 == 0 or (x + y // 6 % 2 * 6) % 12 == 0
        grain = i * i % 13
        pixels += bytes([60 + grain] * 3 if mortar else [200 + grain, 90 + grain, 60])
    path.write_bytes(b"P6\n24 24\n255\n" + pixels)
    return path


def test_game(folder):
    """Two runs show the same at the end, nothing in them is blank, and no frame waited for an
    evaluation: those last ten times as long as what a frame may spend here."""
    game, strip = folder / "game.exe", folder / "strip.ppm"
    compile_program(game, *(EXAMPLES / "game").glob("*.cs"))
    views = []
    for _ in range(2):
        done = mono(game, exemplar(folder / "bricks.ppm"), strip, 96)
        print(done.stdout)
        if not check(done.returncode == 0, "game.exe failed"):
            return
        frames = int(re.search(r"(\d+) frames", done.stdout).group(1))
        polls = float(re.search(r"generator: median ([\d.]+) ms", done.stdout).group(1))
        check(frames >= 8 and polls < 1, f"{frames} frames; {polls} ms each for the generator")
        pixels = strip.read_bytes()[len("P6\n960 180\n255\n"):]
        check(len(pixels) == 3 * 960 * 180, "the strip's size")
        rows = [pixels[2880 * r:2880 * (r + 1)] for r in range(180)]
        views.append([b"".join(row[960 * v:960 * (v + 1)] for row in rows) for v in range(3)])
    check(views[0][2] == views[1][2], "the same seed shows another texture")
    for view in views[1]:
        check(len(set(zip(*[iter(view)] * 3))) > 100, "a view is blank")
    check(views[1][0] != views[1][2], "there is no progress to see")
    failed = mono(game, folder / "bricks.ppm", strip, 2)
    check(failed.returncode == 1 and "Failed" in failed.stdout, "a size of 2")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        plugins(folder, LIBRARIES)
        tests = test_programs(folder)
        test_bits_of_c(folder, tests)
        test_ends(tests)
        test_sample(folder)
        test_game(folder)
    finish()


main()
