# SPDX-License-Identifier: MIT
"""restart-sampler sample from outside: test_sample.py PATH_TO_BINARY FOLDER_OF_MODULES."""

import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy

import png

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import skip  # noqa: E402

TOOL, PLAN = "", None
MODULES = pathlib.Path()
SHORT = ["--steps", "4", "--sigma-max", "10", "--threads", "1"]
LONG = ["--steps", "600", "--sigma-max", "10", "--threads", "1", "-n", "5", "--batch", "2",
        "--segments", "[3,300,1,6]"]
SONAME = b"librestart-torch.so."


def small_disk(size):
    """For preexec_fn: a file that becomes larger than that cannot be written."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def words(self, model, *words):
        return [TOOL, "sample", str(MODULES / f"{model}.pt"), *words]

    def sample(self, model, *words, **keywords):
        return subprocess.run(self.words(model, *words), cwd=self.folder, capture_output=True,
                              text=True, timeout=120, **keywords)

    def numbers(self, model, *words, schedule=SHORT):
        """Every run costs libtorch's start, so what all runs have in common is judged here."""
        result = self.good(self.sample(model, "--npy", "out.npy", "-q", *schedule, *words))
        self.assertEqual(result.stdout + result.stderr, "")
        return numpy.load(self.folder / "out.npy")

    def good(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def bad(self, result, status, *parts):
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertTrue(result.stderr.startswith("restart-sampler: "), result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())


class Samples(Case):
    def test_labels_and_guidance(self):
        """Class k has the mean w k / 4 above that of no class; a short schedule falls short."""
        base = (numpy.arange(12) / 8 - 0.7).mean()
        for words, weight in (([], 1.5), (["--guidance", "1"], 1), (["--guidance", "3"], 3)):
            got = self.numbers("classes", "--labels", "0-1,3", "-n", "120", *words)
            for first, label in enumerate((0, 1, 3)):
                shift = weight * label / 4
                self.assertAlmostEqual(got[first::3].mean(), base + shift, delta=0.1 + 0.1 * shift)

    def test_sheet_and_numbers(self):
        """And that batches, and a shape from elsewhere, change nothing; and what is said."""
        result = self.good(self.sample("gauss", "-n", "3", "--npy", "out.npy", "-o", "out.png",
                                       "--columns", "2", "--range=-2,1", "--batch=2", "-s", "5",
                                       *SHORT))
        self.assertRegex(result.stdout,
                         r"^out.png: 3 samples, 7 evaluations each, [\d.]+ s, seed 5$")
        self.assertRegex(result.stderr.splitlines()[-1],
                         r"^batch 2/2 out.png: 7/7 evaluations, [\d.]+/s, sigma ")
        raw = numpy.load(self.folder / "out.npy")
        self.assertEqual((raw.shape, raw.dtype), ((3, 3, 2, 2), numpy.float32))
        more = self.numbers("bare", "-n", "5", "--batch", "5", "-s", "3", "--shape", "3x2x2")
        numpy.testing.assert_array_equal(raw, more[2:])
        page = png.decode((self.folder / "out.png").read_bytes())
        self.assertEqual(page.shape, (2 + 2 * 4, 2 + 2 * 4, 3))
        expected = numpy.clip(numpy.rint((raw[2] + 2) / 3 * 255), 0, 255).transpose(1, 2, 0)
        numpy.testing.assert_allclose(page[6:8, 2:4], expected, atol=1)

    def test_no_picture(self):
        self.bad(self.sample("points", "-o", "out.png", *SHORT), 1, "no picture", "--npy")
        self.assertEqual(self.numbers("points", "-n", "7").shape, (7, 2))
        self.assertEqual(self.names(), ["out.npy"])

    def test_plan(self):
        """Of main's run, which looks whether there is librestart-torch."""
        self.assertIn("9 evaluations in 5 steps", self.good(PLAN).stdout)


class Errors(Case):
    def test_usage(self):
        model = str(MODULES / "gauss.pt")
        for words in ([], [model], [model, "x.pt", "-o", "a"], [model, "-o", "a", "--guidance=2"],
                      [model, "-o", "a", "--labels=2-1"],
                      [model, "-o", "a", "--labels=x"], [model, "-o", "a", "--range=1,0"],
                      [model, "-o", "a", "--shape=3,4"], [model, "-o", "a", "--dtype=int8"],
                      [model, "-o", "a", "--batch=0"], [model, "-o", "a", "--end=never"],
                      [model, "-o", "a", "--steps=3", "--budget=9"]):
            with self.subTest(words=words):
                result = subprocess.run([TOOL, "sample", *words], cwd=self.folder,
                                        capture_output=True, text=True)
                self.bad(result, 2, "Try ")

    def test_models(self):
        """What the shim says of files and labels is tested with the shim."""
        for model, part in (("none-there", "cannot read"), ("bare", "the shape of a sample"),
                            ("nan", "not finite"), ("throws", "not today")):
            with self.subTest(model=model):
                self.bad(self.sample(model, "--npy", "o.npy", "-q", *SHORT), 1, part)
        self.assertEqual(self.names(), [])

    def test_labels(self):
        self.bad(self.sample("classes", "--npy", "o.npy", "--labels=9"), 1, "label 9 is not one")

    def test_outputs(self):
        self.bad(self.sample("gauss", "-o", "no/o.png"), 1, "cannot write no/o.png")
        for words in (["-o", "a", "--npy", "./a"], ["--npy", "a", "--checkpoint", "a"],
                      ["-o", "a", "--checkpoint", str(self.folder / "a")]):
            self.bad(self.sample("gauss", *words), 1, "are the same file")
        (self.folder / "o.npy").write_bytes(b"old")
        self.bad(self.sample("gauss", "--npy", "o.npy", "-q", *SHORT, preexec_fn=small_disk(100)),
                 1, "cannot write o.npy: File too large")
        self.assertEqual((self.folder / "o.npy").read_bytes(), b"old")
        self.assertEqual(self.names(), ["o.npy"])

    def test_no_library(self):
        """A copy, in the same place for the other libraries, that wants one of another name."""
        data = pathlib.Path(TOOL).read_bytes()
        self.assertEqual(data.count(SONAME), 1)
        with tempfile.TemporaryDirectory(dir=pathlib.Path(TOOL).parent.parent) as folder:
            copy = pathlib.Path(folder) / "copy"
            copy.write_bytes(data.replace(SONAME, SONAME.replace(b"torch", b"t0rch")))
            copy.chmod(0o700)
            result = subprocess.run([copy, *self.words("gauss", "--plan")[1:]], text=True,
                                    capture_output=True)
            self.bad(result, 1, "a MODEL.pt needs librestart-torch, which is not installed or "
                     "cannot be loaded", "librestart-t0rch.so")
            self.assertEqual(len(result.stderr.splitlines()), 1)
            help_result = subprocess.run([copy, "--help"], capture_output=True)
            self.assertEqual(help_result.returncode, 0)


class Checkpoints(Case):
    KEEP = ["--checkpoint", "run", "--checkpoint-every", "0", "--npy", "out.npy", "-q"]

    def saved(self):
        """When the state was saved last."""
        try:
            return (self.folder / "run").stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def begin(self, model, *words):
        """A run that has saved its state at least once."""
        before = self.saved()
        process = subprocess.Popen(self.words(model, *LONG, *self.KEEP, *words), cwd=self.folder,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        while self.saved() == before and process.poll() is None:
            time.sleep(0.005)
        return process

    def refused(self, model, *words, parts=()):
        data = (self.folder / "run").read_bytes()
        self.bad(self.sample(model, *LONG, *self.KEEP, *words), 1, "the checkpoint run ", *parts)
        self.assertEqual((self.folder / "run").read_bytes(), data)

    def kill(self):
        """Whether it came in time."""
        process = self.begin("sums")
        time.sleep(random.random() * 0.1)
        process.kill()
        return process.wait() == -signal.SIGKILL

    def interrupt(self, number):
        process = self.begin("sums")
        process.send_signal(number)
        errors = process.communicate(timeout=120)[1]
        self.assertEqual(process.returncode, 128 + number)
        self.assertIn("interrupted; the run is kept in run", errors)

    def test_one_run_through_everything(self):
        """Killed at random moments, interrupted, refused to others, continued on a full disk: the
        bits are those of a straight run. sums.pt is what libtorch's compiler would rewrite after
        the first call."""
        self.numbers("sums", schedule=LONG)
        straight = (self.folder / "out.npy").read_bytes()
        (self.folder / "out.npy").unlink()
        self.assertGreater(self.kill() + self.kill(), 0)
        (self.folder / "run.restart-part").write_bytes(b"killed while it was saved" * 1000)
        for number in (signal.SIGINT, signal.SIGTERM):
            self.interrupt(number)
        self.assertEqual(self.names(), ["run"])
        data = (self.folder / "run").read_bytes()
        self.refused("sums", "-s", "1", parts=("another run", '"seed 0"', '"seed 1"'))
        self.refused("into", parts=("another run", "model"))
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:]
        for spoilt, part in ((data[:-1], "damaged"), (flipped, "damaged"),
                             (b"something else", "is not a checkpoint")):
            (self.folder / "run").write_bytes(spoilt)
            self.refused("sums", parts=[part])
        self.assertEqual(self.names(), ["run"])
        (self.folder / "run").write_bytes(data)
        # The checkpoint is larger than that, the output is not.
        result = self.sample("sums", *LONG, *self.KEEP, preexec_fn=small_disk(len(straight)))
        self.assertIn("cannot write run: File too large", self.good(result).stderr)
        self.assertEqual((self.folder / "out.npy").read_bytes(), straight)
        self.assertEqual(self.names(), ["out.npy"])


if __name__ == "__main__":
    MODULES = pathlib.Path(sys.argv.pop(2)).resolve()
    TOOL = os.path.abspath(sys.argv.pop(1))
    PLAN = subprocess.run([TOOL, "sample", str(MODULES / "discrete.pt"), "--plan", "--grid=time",
                           "--steps=5"], capture_output=True, text=True)
    if "needs librestart-torch" in PLAN.stderr:
        skip("librestart-torch was not built: no libtorch")
    unittest.main(verbosity=2)
