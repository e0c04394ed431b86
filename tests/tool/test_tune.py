# SPDX-License-Identifier: MIT
"""restart-sampler tune from outside, and --schedule, which reads what it wrote:
test_tune.py PATH_TO_BINARY FOLDER_OF_MODULES."""

import pathlib
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

TOOL, MODULES = "", pathlib.Path()
MEANS = numpy.arange(12) / 8 - 0.7
SEARCH = ["--nfe", "10", "--evaluations", "20000", "--batch", "10", "--threads", "1"]


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        # What gauss.pt denoises: normal numbers of deviation 1/2.
        normal = numpy.random.default_rng(1).standard_normal((200, 12)) / 2 + MEANS
        numpy.save(self.folder / "data.npy", normal.reshape(-1, 3, 2, 2).astype(numpy.float32))

    def words(self, *words, model="gauss"):
        return [TOOL, words[0], str(MODULES / f"{model}.pt"), *words[1:]]

    def run_tool(self, *words, **named):
        return subprocess.run(self.words(*words, **named), cwd=self.folder, capture_output=True,
                              text=True, timeout=120, check=False)

    def tune(self, *words, **named):
        result = self.run_tool("tune", *SEARCH, *words, **named)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def bad(self, status, *parts, words=(), **named):
        result = self.run_tool("tune", *SEARCH, *words, **named)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(result.stdout, "")
        for part in parts:
            self.assertIn(part, result.stderr)


class Searches(Case):
    def test_an_answer(self):
        """On the standard output or in a file; the same for the same seed; it can be sampled."""
        text = self.tune("--reference", "data.npy", "-q")
        self.assertIn("# ODE ", text)
        self.assertIn("# Restart ", text)
        self.assertIn("budget 10\n", text)
        self.assertEqual(self.tune("--reference", "data.npy", "-q", "-o", "answer"), "")
        self.assertEqual((self.folder / "answer").read_text(encoding="ascii"), text)
        result = self.run_tool("sample", "--schedule", "answer", "--npy", "x.npy", "-n", "300")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"300 samples, ([1-9]|10) evaluations")
        off = numpy.load(self.folder / "x.npy").reshape(-1, 12) - MEANS
        self.assertAlmostEqual(off.std(), 0.5, delta=0.2)  # ten evaluations, a short search

    def test_kinds(self):
        text = self.tune("--reference", "data.npy", "--skip", "sde", "--skip", "restart", "-q")
        self.assertNotIn("# SDE", text)
        self.assertNotIn("# Restart", text)
        self.assertIn("there were no references", self.tune("-q"))

    def test_features(self):
        """What is compared decides: elements in their order, the same as features, other ones."""
        def text(*features):
            return self.tune("--reference", "data.npy", "-q", *features)
        # Without noise the denoiser gives back what it is shown.
        elements = ["--features", str(MODULES / "gauss.pt")]
        different = [text(), text(*elements), text("--features", str(MODULES / "rows.pt"))]
        self.assertEqual(len(set(different)), 3)
        self.assertEqual(text(*elements), different[1])

    def test_pictures(self):
        """A folder of PNG files, and bytes in a .npy, are data from -1 to 1."""
        pixels = numpy.random.default_rng(2).integers(0, 256, (64, 3, 4, 4), dtype=numpy.uint8)
        folder = self.folder / "pictures"
        folder.mkdir()
        for i, picture in enumerate(pixels):
            picture = png.encode(picture.transpose(1, 2, 0), png.RGB)
            (folder / f"{i:03}.png").write_bytes(picture)
        numpy.save(self.folder / "bytes.npy", pixels)
        shape = ["--shape", "3x4x4", "-q"]
        text = self.tune("--reference", "pictures", *shape, model="scribbles")
        self.assertEqual(self.tune("--reference", "bytes.npy", *shape, model="scribbles"), text)

    def test_interrupted(self):
        """A search that is killed or interrupted goes on, and says the same in the end."""
        want = self.tune("--reference", "data.npy", "-q")
        words = ["tune", *SEARCH, "--reference", "data.npy", "-q", "--checkpoint", "kept"]
        for number in (signal.SIGINT, signal.SIGKILL):
            process = subprocess.Popen(self.words(*words), cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            before = self.size()
            while self.size() < before + 24 and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(number)
            self.assertEqual(process.wait(), 130 if number == signal.SIGINT else -number)
        self.assertEqual(self.tune(*words[1 + len(SEARCH):]), want)
        self.assertEqual(self.size(), 0)

    def size(self):
        kept = self.folder / "kept"
        return kept.stat().st_size if kept.exists() else 0


class Refusals(Case):
    def test_data(self):
        data = {"short": numpy.zeros((63, 3, 2, 2), numpy.float32),
                "shape": numpy.zeros((64, 4, 3), numpy.float32),
                "flat": numpy.zeros(64, numpy.float32), "wide": numpy.zeros((64, 3, 2, 2)),
                "nan": numpy.full((64, 3, 2, 2), numpy.nan, numpy.float32),
                "fields": numpy.zeros((64, 12), [("x", "<f4"), ("y", "<i4")])}
        for name, array in data.items():
            numpy.save(self.folder / f"{name}.npy", array)
        whole = (self.folder / "data.npy").read_bytes()
        (self.folder / "cut.npy").write_bytes(whole[:-1])
        (self.folder / "head.npy").write_bytes(whole[:20])
        (self.folder / "no.npy").write_bytes(b"no")
        (self.folder / "empty").mkdir()
        for name, sentence in {
                "short": "fewer than 64", "shape": "of shape 4 x 3", "flat": "[count, shape...]",
                "wide": "float32 or uint8", "fields": "float32 or uint8",
                "nan": "not finite", "cut": "not complete",
                "head": "not a .npy", "no": "not a .npy", "missing": "cannot read"}.items():
            self.bad(1, sentence, words=["--reference", f"{name}.npy"])
        self.bad(1, "no .png files", words=["--reference", "empty"])

    def test_words(self):
        for words, sentence in ((["--nfe", "4"], "--nfe"), (["--skip", "ode"], "--skip"),
                                (["--evaluations", "0"], "--evaluations"),
                                (["--evaluations", "0.5"], "--evaluations"),
                                (["--evaluations", "1e15"], "--evaluations")):
            self.bad(2, sentence, words=words)
        self.bad(1, "evaluations is not within", words=["--evaluations", "100"])
        result = self.run_tool("tune")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--nfe N is missing", result.stderr)

    def test_networks_and_checkpoints(self):
        self.bad(1, "the network failed", model="throws")
        self.bad(1, "not finite", model="nan")
        (self.folder / "kept").write_bytes(b"something else")
        self.bad(1, "not a checkpoint", words=["--checkpoint", "kept"])
        self.assertEqual((self.folder / "kept").read_bytes(), b"something else")

    def test_other_searches(self):
        """What an interrupted search has kept is for the same search only, and stays."""
        words = ["--reference", "data.npy", "-q", "--checkpoint", "kept"]
        process = subprocess.Popen(self.words("tune", *SEARCH, *words), cwd=self.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (self.folder / "kept").exists() and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)
        kept = (self.folder / "kept").read_bytes()
        self.bad(1, "belongs to another run", words=words, model="scribbles")
        self.bad(1, "of other options", words=[*words, "--skip", "sde"])
        self.bad(1, "belongs to another run",
                 words=[*words, "--features", str(MODULES / "rows.pt")])
        self.bad(1, "are the same file", words=[*words, "-o", "./kept"])
        with open("/dev/full", "w") as full:
            result = subprocess.run(self.words("tune", *SEARCH, *words), cwd=self.folder,
                                    stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 1)
        self.assertGreaterEqual(len((self.folder / "kept").read_bytes()), len(kept))

    def test_features(self):
        for name, sentence in (("missing", "cannot read"), ("extra", "needs 'centre'"),
                               ("throws", "not today"), ("saved", "torch.jit.save"),
                               ("nan", "NaN or infinity")):
            self.bad(1, sentence, words=["--reference", "data.npy", "--features",
                                         str(MODULES / f"{name}.pt")])

    def test_schedules(self):
        for text, sentence in (("steps 3\nstep 4\n", "line 2: there is no field step"),
                               ("solver quick", "nothing called quick")):
            (self.folder / "bad").write_text(text, encoding="ascii")
            result = self.run_tool("sample", "--schedule", "bad", "--plan")
            self.assertEqual(result.returncode, 2)
            self.assertIn(sentence, result.stderr)
        result = self.run_tool("sample", "--schedule", "missing", "--plan")
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot read missing", result.stderr)
        (self.folder / "good").write_text("steps 7\nsegment [3,2,1,6]\n", encoding="ascii")
        result = self.run_tool("sample", "--schedule", "good", "--plan")
        self.assertIn("21 evaluations", result.stdout)
        result = self.run_tool("sample", "--schedule", "good", "--segments", "", "--plan")
        self.assertIn("13 evaluations", result.stdout)
        result = self.run_tool("sample", "--schedule", "good", "--preset", "comfyui", "--plan")
        self.assertEqual(result.returncode, 2)


class Levels(Case):
    def test_kept_runs_know_their_levels(self):
        """A run on a list of levels goes on with that list only."""
        for name, middle in (("one", 2), ("other", 3)):
            (self.folder / name).write_text(f"grid sigmas\nsigma 9\nsigma {middle}\nsigma 0\n",
                                            encoding="ascii")
        words = ["--checkpoint", "kept", "--npy", "x.npy", "-n", "1000000", "--batch", "2"]
        process = subprocess.Popen(
            self.words("sample", "--schedule", "one", "--checkpoint-every", "0", *words),
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not (self.folder / "kept").exists() and time.monotonic() < end:
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        process.wait()
        result = self.run_tool("sample", "--schedule", "other", *words)
        self.assertEqual(result.returncode, 1)
        self.assertIn("it has \"sigma 2\", this one \"sigma 3\"", result.stderr)


if __name__ == "__main__":
    TOOL, MODULES = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    done = subprocess.run([TOOL, "tune", str(MODULES / "gauss.pt"), *SEARCH, "-q"],
                          capture_output=True, text=True, check=False)
    if "which is not installed" in done.stderr:
        skip("librestart-torch was not built")
    unittest.main(argv=sys.argv[:1])
