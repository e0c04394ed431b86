# SPDX-License-Identifier: MIT
"""The command restart-sampler from outside: test_tool.py PATH_TO_BINARY."""

import fcntl
import os
import pathlib
import pty
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

import numpy

import png

HERE = pathlib.Path(__file__).resolve().parent
MANUAL = HERE.parent.parent / "tools" / "restart-sampler.1"
TOOL = ""
SHORT = ["--steps", "4", "--segments", "[3,2,1,4]", "--sigma-max", "10", "--patch", "5",
         "--threads", "2"]
SHORT_NFE = 2 * 4 - 1 + 2 * 2 * (3 - 1)


def stones(height=12, width=16, channels=3, seed=1):
    """A smooth random texture that wraps around, 0..255."""
    noise = numpy.random.default_rng(seed).normal(size=(height, width, channels))
    for axis in (0, 1):
        noise = sum(numpy.roll(noise, shift, axis) for shift in (-1, 0, 1))
    noise = (noise - noise.min()) / (noise.max() - noise.min())
    return (noise * 255).astype(numpy.uint8)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("in.png", png.encode(stones(), png.RGB))

    def write(self, name, data):
        (self.folder / name).write_bytes(data)

    def read(self, name):
        return png.decode((self.folder / name).read_bytes())

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def run_tool(self, *words, **keywords):
        return subprocess.run([TOOL, *words], cwd=self.folder, capture_output=True, text=True,
                              timeout=120, **keywords)

    def texture(self, *words, name="in.png", **keywords):
        return self.run_tool("texture", name, *SHORT, *words, **keywords)

    def good(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def bad(self, result, status, *parts):
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertTrue(result.stderr.startswith("restart-sampler: "), result.stderr)
        self.assertEqual(result.stdout, "")
        for part in parts:
            self.assertIn(part, result.stderr)


class Errors(Case):
    def bad_input(self, data, *parts):
        self.write("bad.png", data)
        self.bad(self.texture("-o", "out.png", name="bad.png"), 1, "bad.png", *parts)
        self.assertEqual(self.names(), ["bad.png", "in.png"])

    def test_no_such_file(self):
        self.bad(self.texture("-o", "out.png", name="none.png"), 1,
                 "cannot read none.png: No such file or directory")

    def test_directory(self):
        self.bad(self.texture("-o", "out.png", name="."), 1, "cannot read .: Is a directory")

    def test_not_a_png(self):
        self.bad_input(b"GIF89a and so on", "is not a PNG file")
        self.bad_input(b"", "is not a PNG file")
        self.bad_input(b"\x89PNG", "is not a PNG file")

    def test_truncated_at_every_byte(self):
        data = png.encode(stones(4, 4), png.RGB)
        for length in range(8, len(data)):
            self.bad_input(data[:length], "is damaged: the file ends too early")

    def test_damaged(self):
        data = bytearray(png.encode(stones(), png.RGB))
        data[60] ^= 1
        self.bad_input(bytes(data), "is damaged: ")

    def test_too_small(self):
        self.bad_input(png.encode(stones(3, 16), png.RGB), "16 x 3", "too small", "4 to 4096")

    def test_too_large(self):
        self.bad_input(png.encode(numpy.zeros((4, 4097, 1), int), png.GRAY), "4097 x 4",
                       "too large", "4 to 4096")
        head = png.chunk(b"IHDR", bytes([127, 0, 0, 0, 127, 0, 0, 0, 8, 2, 0, 0, 0]))
        self.bad_input(png.SIGNATURE + head + png.chunk(b"IDAT", b""), "too large")

    def test_out_of_memory(self):
        if b"__asan_init" in pathlib.Path(TOOL).read_bytes():
            self.skipTest("AddressSanitizer reserves more memory than the limit")

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))
        self.bad(self.texture("-o", "out.png", "--size", "4096x4096", preexec_fn=limit), 1,
                 "out of memory", "4096 x 4096")
        self.assertEqual(self.names(), ["in.png"])

    def test_unwritable_output(self):
        self.bad(self.texture("-o", "none/out.png"), 1,
                 "cannot write none/out.png: No such file or directory")
        self.bad(self.texture("-o", "."), 1, "cannot write .: it is a directory")
        self.bad(self.texture("-o", "/dev/null"), 1, "cannot write /dev/null: not a regular file")
        (self.folder / "out-2.png").mkdir()
        self.bad(self.texture("-o", "out.png", "-n", "2"), 1, "cannot write out-2.png: ")
        self.bad(self.texture("-o", "in.png/out.png"), 1, "cannot write in.png/out.png: ")
        self.bad(self.texture("-o", ""), 1, "cannot write : it is not the name of a file")
        self.bad(self.texture("-o", "new/"), 1, "cannot write new/: it is not the name of a file")
        self.bad(self.texture("-o", 250 * "n" + ".png"), 1, "its name is too long")

    def test_full_disk_leaves_the_old_file(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        self.write("out.png", b"old")
        result = self.texture("-o", "out.png", "--quiet", preexec_fn=limit)
        self.bad(result, 1, "cannot write out.png: ")
        self.assertEqual((self.folder / "out.png").read_bytes(), b"old")
        self.assertEqual(self.names(), ["in.png", "out.png"])

    def test_part_of_an_output(self):
        """What a killed process left is used; what another writes, or a link, is not touched."""
        part = self.folder / "plan.svg.restart-part"
        words = ["texture", *SHORT, "--plan-svg", "plan.svg"]
        part.write_bytes(b"left behind" * 10000)
        self.good(self.run_tool(*words))
        self.assertEqual(self.names(), ["in.png", "plan.svg"])
        xml.etree.ElementTree.parse(self.folder / "plan.svg")
        with open(part, "wb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            other.write(b"not yet")
            other.flush()
            self.assertIn("cannot write plan.svg: another process is writing it",
                          self.run_tool(*words).stderr)
            self.assertEqual(part.read_bytes(), b"not yet")
        part.unlink()
        self.write("precious", b"mine")
        part.symlink_to("precious")
        self.assertIn("cannot write plan.svg: ", self.run_tool(*words).stderr)
        self.assertEqual((self.folder / "precious").read_bytes(), b"mine")

    def test_full_standard_output(self):
        for words in (["presets"], ["--help"], ["--version"], ["texture", "--help"]):
            with open("/dev/full", "w") as full:
                result = subprocess.run([TOOL, *words], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(result.returncode, 1)
            self.assertIn(b"cannot write to the standard output", result.stderr)

    def test_size_text(self):
        for text in ("", "64", "64x", "x64", "64x64x", "axb", "64 x 64", "3x64", "64x4097", "-8x8"):
            self.bad(self.texture("-o", "out.png", "--size", text), 2, "--size wants", f'"{text}"')

    def test_numbers(self):
        for option, text in (("count", "0"), ("count", "many"), ("seed", "-1"), ("seed", "1.5"),
                             ("seed", "18446744073709551616"), ("steps", "0"), ("rho", "nan"),
                             ("sigma-max", "0"), ("sigma-min", "-1"), ("s-noise", "x"),
                             ("s-churn", "inf"), ("patch", "65"), ("search", "fast"),
                             ("threads", "0"),
                             ("solver", "rk4"), ("restart-solver", ""), ("grid", "even"),
                             ("grid", "sigmas"), ("order", "10"), ("eta", "0"), ("budget", "0"),
                             ("method", "sd"), ("compare", "ode,,sde")):
            with self.subTest(option=option, text=text):
                self.bad(self.texture("-o", "out.png", f"--{option}={text}"), 2,
                         f"--{option} wants")
        self.bad(self.texture("-o", "out.png", "--compare=ode,ode"), 2, "--compare has ode twice")
        both = self.texture("-o", "out.png", "--compare", "--method=ode")
        self.bad(both, 2, "exclude each other")
        self.bad(self.texture("-o", "out.png", "--budget=40"), 2, "exclude each other")
        self.bad(self.texture("-o", "out.png", "--solver=rk4"), 2, "euler, heun, dpm_3, ")
        self.bad(self.texture("-o", "out.png", "--grid=even"), 2, "karras, sigmas, exponential, ")
        self.bad(self.texture("-o", "out.png", "--grid=beta"), 1, "the schedule is impossible: ")
        self.bad(self.texture("-o", "out.png", "--patch=4"), 2, "--patch wants an odd number")

    def test_unknown_preset(self):
        self.bad(self.texture("-o", "out.png", "--preset", "cifar"), 2,
                 'no preset "cifar"', "restart-sampler presets")

    def test_segment_text(self):
        result = self.run_tool("texture", "in.png", "-o", "o.png",
                               "--segments", "[3,2,.06,.3] [3,x")
        self.bad(result, 2, "the segments cannot be read: ")
        lines = result.stderr.splitlines()
        self.assertEqual(lines[1], "  [3,2,.06,.3] [3,x")
        self.assertEqual(lines[2].index("^"), lines[1].index("x"))
        self.assertEqual(len(lines), 3)

    def test_impossible_segments(self):
        self.bad(self.texture("-o", "out.png", "--segments", "[3,2,4,1]"), 1,
                 "the schedule is impossible: ")
        self.bad(self.texture("-o", "out.png", "--segments", "[3,2,1,99]"), 1,
                 "the schedule is impossible: ")

    def test_usage(self):
        for words in ([], ["frobnicate"], ["texture"], ["texture", "in.png"], ["--nonsense"],
                      ["texture", "--nonsense"], ["texture", "in.png", "in.png", "-o", "out.png"],
                      ["texture", "in.png", "-o"], ["presets", "more"], ["samplers", "more"],
                      ["grids", "more"]):
            with self.subTest(words=words):
                result = self.run_tool(*words)
                self.assertEqual(result.returncode, 2)
                self.assertRegex(result.stderr, r"^restart-sampler( \w+)?: .+\nTry .*--help")


class Pictures(Case):
    def test_same_seed_same_bytes(self):
        self.good(self.texture("-o", "a.png", "--seed", "5"))
        self.good(self.texture("-o", "b.png", "--seed", "5", "--threads", "3"))
        self.good(self.texture("-o", "c.png", "--seed", "6"))
        a, b, c = ((self.folder / f"{n}.png").read_bytes() for n in "abc")
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)
        self.assertEqual(self.read("a.png").shape, (12, 16, 3))
        self.assertGreater(self.read("a.png").std(), 5)

    def test_count_and_seeds(self):
        (self.folder / "a.b").mkdir()
        result = self.good(self.texture("-o", "a.b/out.png", "-n", "3", "-s", "7"))
        self.assertEqual(sorted(os.listdir(self.folder / "a.b")),
                         ["out-1.png", "out-2.png", "out-3.png"])
        self.assertEqual(len(result.stdout.splitlines()), 3)
        self.good(self.texture("-o", "single", "-s", "8"))
        self.assertEqual((self.folder / "single").read_bytes(),
                         (self.folder / "a.b" / "out-2.png").read_bytes())

    def test_count_without_an_ending(self):
        self.good(self.texture("-o", "./plain", "-n", "2"))
        self.assertEqual(self.names(), ["in.png", "plain-1", "plain-2"])

    def test_size(self):
        self.good(self.texture("-o", "out.png", "--size", "20x8"))
        self.assertEqual(self.read("out.png").shape, (8, 20, 3))

    def test_options_change_the_picture(self):
        seen = set()
        for words in ([], ["--patch=3"], ["--steps=5"], ["--sigma-max=12"], ["--sigma-min=.1"],
                      ["--rho=5"], ["--solver=euler"], ["--solver=dpm_3"], ["--s-noise=1.1"],
                      ["--segments="], ["--method=ode"], ["--method=sde"],
                      ["--method=sde", "--s-churn=2"], ["--solver=unipc"],
                      ["--solver=unipc", "--order=1"], ["--solver=euler_a"],
                      ["--solver=euler_a", "--eta=.5"], ["--restart-solver=euler"],
                      ["--grid=cosine"], ["--grid=polyexponential"], ["--end=sigma-min"],
                      ["--s-churn=2"], ["--s-churn=2", "--s-min=5"], ["--s-churn=2", "--s-max=1"],
                      ["--meet=insert"], ["--restart-gamma=.3"]):
            self.good(self.texture("-o", "out.png", *words))
            seen.add((self.folder / "out.png").read_bytes())
        self.assertEqual(len(seen), 26)

    def test_search(self):
        """All neighbourhoods are on the list of a small picture, not on that of a larger one."""
        self.write("large.png", png.encode(stones(48, 48), png.RGB))
        for name, same in (("in.png", True), ("large.png", False)):
            pictures = []
            for how in "exact", "shortlist":
                self.good(self.texture("-o", "out.png", "--size=24x24", f"--search={how}",
                                       name=name))
                pictures.append(self.read("out.png").astype(int))
            difference = abs(pictures[0] - pictures[1]).max()
            self.assertEqual(difference <= 1, same, f"{name}: {difference}")

    def test_usual_permissions(self):
        self.good(self.texture("-o", "out.png", preexec_fn=lambda: os.umask(0o027)))
        self.assertEqual((self.folder / "out.png").stat().st_mode & 0o777, 0o640)

    def test_overwrites(self):
        self.write("out.png", b"old")
        self.good(self.texture("-o", "out.png"))
        self.assertEqual(self.read("out.png").shape, (12, 16, 3))
        self.assertEqual(self.names(), ["in.png", "out.png"])


class Inputs(Case):
    """The exemplar's cell of a sheet shows how an input was read."""

    def seen(self, data):
        self.write("kind.png", data)
        self.good(self.texture("-o", "out.png", "--sheet", "--steps", "1", "--segments", "",
                               name="kind.png"))
        return self.read("out.png")[8:20, 8:24]

    def expect(self, data, pixels):
        numpy.testing.assert_array_equal(self.seen(data), pixels)

    def test_rgb(self):
        self.expect(png.encode(stones(), png.RGB), stones())

    def test_gray(self):
        gray = stones(channels=1)
        self.expect(png.encode(gray, png.GRAY), gray)
        self.good(self.texture("-o", "out.png", name="kind.png"))
        self.assertEqual(self.read("out.png").shape, (12, 16, 1))

    def test_low_depths(self):
        for depth in (1, 2, 4):
            levels = stones(channels=1) >> (8 - depth)
            self.expect(png.encode(levels, png.GRAY, depth), levels * (255 // (2 ** depth - 1)))

    def test_palette(self):
        palette = numpy.array([[10, 20, 30], [200, 100, 50], [0, 0, 0], [255, 255, 255]])
        index = stones(channels=1) >> 6
        for depth in (2, 8):
            self.expect(png.encode(index, png.PALETTE, depth, palette), palette[index[:, :, 0]])

    def test_palette_with_transparency(self):
        palette = numpy.array([[10, 20, 30], [200, 100, 50]])
        index = stones(channels=1) >> 7
        expected = (palette * [[1], [0]])[index[:, :, 0]]
        self.expect(png.encode(index, png.PALETTE, 8, palette, [255, 0]), expected)

    def test_alpha_is_composited_on_black(self):
        pixels = stones(channels=4).astype(int)
        pixels[:, :, 3] = numpy.where(pixels[:, :, 3] > 128, 255, 51)
        expected = numpy.rint(pixels[:, :, :3] * pixels[:, :, 3:] / 255)
        self.expect(png.encode(pixels, png.RGBA), expected)
        self.expect(png.encode(pixels[:, :, 2:], png.GRAY_ALPHA), expected[:, :, 2:])

    def test_16_bits(self):
        pixels = stones().astype(int) * 257
        self.expect(png.encode(pixels, png.RGB, 16), stones())
        self.expect(png.encode(pixels[:, :, :1], png.GRAY, 16), stones()[:, :, :1])

    def test_interlaced(self):
        self.expect(png.encode(stones(), png.RGB, interlaced=True), stones())


class Sheets(Case):
    def test_one_input(self):
        self.good(self.texture("-o", "out.png", "--sheet", "-n", "3"))
        page = self.read("out.png")
        self.assertEqual(page.shape, (8 + 24 + 8, 8 + 4 * (32 + 8) + 8, 3))
        cell = page[8:32, 8:40]
        numpy.testing.assert_array_equal(cell, numpy.tile(stones(), (2, 2, 1)))
        self.good(self.texture("-o", "one.png", "-s", "1"))
        numpy.testing.assert_array_equal(page[8:32, 96:128],
                                         numpy.tile(self.read("one.png"), (2, 2, 1)))

    def test_compare(self):
        result = self.good(self.texture("-o", "out.png", "--compare", "-n", "2"))
        self.assertEqual(self.read("out.png").shape, (8 + 3 * 32, 8 + 3 * 40 + 8, 3))
        for method in ("ode", "sde", "restart"):
            self.assertIn(f"{method} {SHORT_NFE} evaluations", result.stdout)

    def test_several_inputs_of_different_kinds(self):
        self.write("gray.png", png.encode(stones(8, 8, 1), png.GRAY))
        self.good(self.run_tool("texture", *SHORT, "in.png", "gray.png", "-o", "out.png",
                                "--compare=ode,restart"))
        page = self.read("out.png")
        self.assertEqual(page.shape, (8 + 2 * 32, 8 + 3 * 40 + 8, 3))
        numpy.testing.assert_array_equal(page[44:60, 16:32],
                                         numpy.tile(stones(8, 8, 1), (2, 2, 3)))


class Plans(Case):
    def plan(self, *words):
        return self.good(self.run_tool("texture", "--plan", *words)).stdout

    def test_runs_nothing(self):
        began = time.monotonic()
        out = self.plan("--steps", "2000", "--segments", "[3,2,1,4]")
        self.assertLess(time.monotonic() - began, 5)
        self.assertIn("4007", out)
        self.assertEqual(self.names(), ["in.png"])

    def test_evaluations_are_those_of_the_run(self):
        for method in ("ode", "sde", "restart"):
            out = self.plan(*SHORT, "--method", method)
            self.assertIn(f"{SHORT_NFE} evaluations", out.splitlines()[-2])
            run = self.good(self.texture("-o", "out.png", "--method", method))
            self.assertIn(f"out.png: 16 x 12, {SHORT_NFE} evaluations, ", run.stdout)

    def test_budget(self):
        out = self.plan("--budget", "40", "--segments", "[3,2,1,4]", "--solver", "dpm++ 2m")
        self.assertIn("40 evaluations in ", out.splitlines()[0])
        self.assertIn("solver dpmpp_2m", out.splitlines()[0])

    def test_schedule_files(self):
        """What the command line does not say is the file's, whatever the file says."""
        self.write("poly", b"grid polyexponential\nrho 2\nsteps 4\n")
        self.assertIn("rho 2", self.plan("--schedule", "poly"))
        self.assertIn("rho 3", self.plan("--schedule", "poly", "--rho", "3"))
        self.write("noisy", b"s_churn 10\ns_min 1\nsteps 4\nrestart_gamma 0.3\n"
                            b"segment [3,1,0.5,5]\n")
        loud = self.plan("--schedule", "noisy")
        self.assertIn("for sigma 1 to", loud)
        self.assertNotEqual(self.plan("--schedule", "noisy", "--s-min", "0"), loud)
        self.assertNotEqual(self.plan("--schedule", "noisy", "--restart-gamma", "0"), loud)
        self.write("empty", b"")
        self.assertEqual(self.plan("--schedule", "empty"), self.plan("--schedule", "/dev/null"))
        for text in (b"start keep\n", b"start picture\n", b"inpaint 1\n", b"steps 5\n\0more"):
            self.write("wrong", text)
            self.bad(self.run_tool("texture", "--plan", "--schedule", "wrong"), 2, "wrong is ")

    def test_grids(self):
        out = self.plan("--grid", "ays_sd15", "--restart-solver", "ddim")
        self.assertIn("solver heun, euler in restarts", out)
        self.assertIn("main grid: ays_sd15, sigma ", out)

    def test_lists(self):
        solvers = self.good(self.run_tool("samplers")).stdout.splitlines()
        self.assertRegex(solvers[0], r"^euler +order 1  ODE  .*DDIM")
        grids = self.good(self.run_tool("grids")).stdout.splitlines()
        self.assertRegex(grids[0], r"^karras +even in ")
        for line in solvers:
            self.plan("--solver", line.split()[0])
        for lines in (solvers, grids):
            self.assertGreater(len(lines), 15)
            self.assertLess(max(map(len, lines)), 80)

    def test_terminal(self):
        def drawing(locale):
            result = self.run_tool("texture", "--plan", *SHORT, env={"LC_ALL": locale},
                                   encoding="utf-8")
            out = self.good(result).stdout
            return out[out.index("   sigma\n"):]

        plain, fancy = drawing("C"), drawing("C.UTF-8")
        self.assertTrue(plain.isascii())
        self.assertLessEqual(max(map(len, plain.splitlines())), 80)
        for marks, text in (("ox:|", plain), ("\u25cf\u25cb\u250a\u2502", fancy)):
            for mark in marks:
                self.assertIn(mark, text)

    def test_svg(self):
        self.plan(*SHORT, "--plan-svg", "plan.svg")
        root = xml.etree.ElementTree.parse(self.folder / "plan.svg").getroot()
        space = "{http://www.w3.org/2000/svg}"
        circles = root.findall(f"{space}circle")
        steps = 4 + 2 * (1 + 2)
        self.assertEqual(len(circles), steps + 1)
        lines = [line.get("class") for line in root.findall(f"{space}line")]
        self.assertEqual(lines.count("main"), 4)
        self.assertEqual(lines.count("restart"), 4)
        self.assertEqual(lines.count("jump"), 2 + 1)
        across = [float(circle.get("cx")) for circle in circles]
        self.assertEqual(across, sorted(across))

    def test_svg_cannot_be_written(self):
        result = self.run_tool("texture", "--plan-svg", "none/plan.svg")
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot write none/plan.svg", result.stderr)


class Progress(Case):
    def test_lines(self):
        result = self.good(self.texture("-o", "out.png"))
        lines = result.stderr.splitlines()
        self.assertRegex(lines[-1], rf"^out.png: {SHORT_NFE}/{SHORT_NFE} evaluations, .*/s, sigma ")
        self.assertNotIn("\r", result.stderr)

    def test_quiet(self):
        result = self.good(self.texture("-o", "out.png", "--quiet"))
        self.assertEqual(result.stdout + result.stderr, "")

    def test_bar_on_a_terminal(self):
        try:
            master, slave = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal to be had here: {error}")
        words = [TOOL, "texture", "in.png", *SHORT, "--steps", "2000", "-o", "out.png", "-n", "2",
                 "--segments", "[3,2000,1,4]"]
        process = subprocess.Popen(words, cwd=self.folder, stderr=slave,
                                   stdout=subprocess.DEVNULL)
        os.close(slave)
        seen = b""
        try:
            while part := os.read(master, 4096):
                seen += part
        except OSError:  # the other end is closed
            pass
        os.close(master)
        self.assertEqual(process.wait(), 0)
        text = seen.decode()
        self.assertRegex(text, r"\rpicture 2/2 \[#* *\] \d+/11999 evaluations, [\d.]+/s, sigma ")
        self.assertRegex(text, r"restart \d+/2000")
        self.assertTrue(text.endswith("\r\x1b[K"))

    def interrupted(self, number):
        process = subprocess.Popen([TOOL, "texture", "in.png", "--steps", "100000", "-o",
                                    "out.png", "--size", "64x64"], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertIn("evaluations", process.stderr.readline())
        process.send_signal(number)
        out, errors = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 128 + number)
        self.assertEqual(out, "")
        self.assertTrue(errors.endswith("restart-sampler: interrupted\n"))

    def test_interrupt_leaves_nothing(self):
        self.interrupted(signal.SIGINT)
        self.assertEqual(self.names(), ["in.png"])

    def test_termination_leaves_the_old_file(self):
        self.write("out.png", b"old")
        self.interrupted(signal.SIGTERM)
        self.assertEqual((self.folder / "out.png").read_bytes(), b"old")
        self.assertEqual(self.names(), ["in.png", "out.png"])


class Help(Case):
    def test_manual_and_help_agree(self):
        told = "".join(self.good(self.run_tool(command, "--help")).stdout
                       for command in ("texture", "sample", "tune"))
        written = MANUAL.read_text()
        long_help = set(re.findall(r"--([a-z][a-z-]+)", told))
        long_manual = set(re.findall(r"Fl Fl ([a-z-]+)", written))
        self.assertEqual(long_help, long_manual)
        self.assertGreater(len(long_help), 20)
        short_help = set(re.findall(r"(?<![\w-])-([a-zA-Z?])\b|-(\?)", told))
        short_manual = set(re.findall(r"Fl ([a-zA-Z])\b|\\&(\?)", written))
        self.assertEqual(short_help, short_manual)

    def test_every_help(self):
        for words in ([], ["texture"], ["sample"], ["tune"], ["presets"], ["samplers"], ["grids"]):
            out = self.good(self.run_tool(*words, "--help")).stdout
            self.assertIn(" ".join(["Usage: restart-sampler", *words]), out)

    def test_version(self):
        self.assertRegex(self.good(self.run_tool("--version")).stdout,
                         r"^restart-sampler \d+\.\d+\.\d+\n$")

    def test_presets(self):
        lines = self.good(self.run_tool("presets")).stdout.splitlines()
        self.assertGreater(len(lines), 10)
        for line in lines:
            name, evaluations = re.match(r"^(\S+) +(\d+) evaluations  ", line).groups()
            plan = self.good(self.run_tool("texture", "--plan", "--preset", name)).stdout
            self.assertIn(f" {evaluations} evaluations", plan)
        self.assertTrue(any(re.match(r"cifar10-vp-43 +43 .*\[3,2,0.06,0.3\]", x) for x in lines))


if __name__ == "__main__":
    TOOL = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
