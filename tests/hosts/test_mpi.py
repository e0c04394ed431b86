# SPDX-License-Identifier: MIT
"""restart-mpi from outside: test_mpi.py RESTART_MPI RESTART_SAMPLER FOLDER_OF_MODULES, or nothing
where it was not built."""

import fcntl
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import ROOT, need, skip  # noqa: E402

MPI, SAMPLER = "", ""
MODULES = pathlib.Path()
MPIRUN = ["mpirun", "--oversubscribe", *(["--allow-run-as-root"] if os.getuid() == 0 else [])]
SHORT = ["--steps=4", "--sigma-max=10", "--count=25", "--batch=2", "--seed=7"]
CUT = ["--shard=3", "-q"]
# Some hundredths of a second for each of 60 shards: time enough to be killed.
LONG = ["--steps=1500", "--sigma-max=10", "--segments=[3,750,1,6]", "--count=120", "--batch=2"]
LONG_CUT = ["--shard=1", "-q"]


def ranks_of(process):
    """The process of each rank of a running mpirun."""
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == process.pid:
                environment = (entry / "environ").read_bytes()
                rank = re.search(rb"OMPI_COMM_WORLD_RANK=(\d+)", environment)
                if rank:
                    found[int(rank.group(1))] = int(entry.name)
        except (OSError, ValueError):
            continue
    return found


def lives(pid):
    """A process that nobody has waited for yet does not."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "out"

    def call(self, *words):
        return subprocess.run([str(w) for w in words], cwd=self.folder, capture_output=True,
                              text=True, timeout=500)

    def words(self, model, *words, out="out"):
        return [MPI, MODULES / f"{model}.pt", "--npy", out, *words]

    def job(self, ranks, model, *words, out="out"):
        return self.call(*MPIRUN, "-n", ranks, *self.words(model, *words, out=out))

    def good(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def bad(self, result, status, *parts):
        self.assertEqual(result.returncode, status, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        return result

    def straight(self, model, *words):
        """What restart-sampler draws."""
        self.good(self.call(SAMPLER, "sample", MODULES / f"{model}.pt", "--npy", "straight.npy",
                            "--threads=1", "-q", *words))
        return numpy.load(self.folder / "straight.npy")

    def files(self, out="out"):
        """All files but the manifest, whose lines come in any order."""
        return {path.name: path.read_bytes() for path in sorted((self.folder / out).iterdir())
                if path.name != "manifest.jsonl"}

    def lines(self):
        """The manifest, as far as its lines are whole."""
        manifest = self.out / "manifest.jsonl"
        text = manifest.read_text() if manifest.exists() else ""
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def array(self):
        """The samples, as docs/mpi.md reads them."""
        scope = {"folder": str(self.out)}
        page = (ROOT / "docs/mpi.md").read_text()
        exec(re.search(r"```text\n(import json.*?)```", page, re.S).group(1), scope)
        return scope["x"]


class Bits(Case):
    def test_any_number_of_ranks(self):
        straight = self.straight("sums", *SHORT)
        for ranks in 1, 2, 4:
            result = self.good(self.job(ranks, "sums", *SHORT, *CUT, out=f"out{ranks}"))
            self.assertEqual(result.stdout + result.stderr, "")
            self.assertEqual(self.files(f"out{ranks}"), self.files("out1"))
        shutil.copytree(self.folder / "out4", self.out)
        numpy.testing.assert_array_equal(self.array(), straight)
        self.manifest_is_true()

    def manifest_is_true(self):
        head, *shards = self.lines()
        self.assertEqual([head[name] for name in ("manifest", "samples", "shards", "seed")],
                         [1, 25, 5, 7])
        self.assertEqual(head["shape"], [3, 2, 2])
        self.assertEqual(sorted(line["shard"] for line in shards), list(range(5)))
        for line in shards:
            data = (self.out / line["file"]).read_bytes()
            self.assertEqual(line["sha256"], hashlib.sha256(data).hexdigest())
            self.assertEqual(line["seed"], 7 + line["first"])
            self.assertEqual(len(numpy.load(self.out / line["file"])), line["samples"])

    def test_digits(self):
        """A network whose sums depend on the batch and on OpenBLAS's threads, by labels, whatever
        the ranks are bound to. And what is said."""
        network = ROOT / "examples/networks/digits.pt"
        words = ["--steps=3", "--count=5", "--batch=2", "--labels=0-9"]
        self.good(self.call(SAMPLER, "sample", network, "--npy", "straight.npy", "--threads=1",
                            *words))
        for binding in "none", "core":
            result = self.good(self.call(*MPIRUN, "-n", 1, "--bind-to", binding, MPI, network,
                                         "--npy", binding, "--shard=1", *words))
            self.assertRegex(result.stdout, rf"^{binding}: 5 samples in 3 shards, 0 of them from "
                                            r"before, [\d.]+ s, 1 ranks, seed 0; dealing took ")
            self.assertRegex(result.stderr, rf"shard 3/3 {binding}: [\d.e+]+ samples/s\n")
            shutil.rmtree(self.out, ignore_errors=True)
            shutil.copytree(self.folder / binding, self.out)
            numpy.testing.assert_array_equal(self.array(),
                                             numpy.load(self.folder / "straight.npy"))


class Resumed(Case):
    def begin(self, ranks):
        """A job that has finished two more shards."""
        enough = len(self.lines()) + 2
        process = subprocess.Popen([*MPIRUN, "-n", str(ranks),
                                    *map(str, self.words("sums", *LONG, *LONG_CUT))],
                                   cwd=self.folder, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        end = time.monotonic() + 120
        while len(self.lines()) < enough and process.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        self.assertIsNone(process.poll(), "the job was over before it could be killed")
        return process, ranks_of(process)

    def end(self, process, pids):
        """Waits for the job and for what is left of it."""
        errors = process.communicate(timeout=120)[1]
        self.assertNotEqual(process.returncode, 0)
        end = time.monotonic() + 60
        while any(map(lives, pids.values())) and time.monotonic() < end:
            time.sleep(0.01)
        self.assertFalse(any(map(lives, pids.values())))
        self.no_half()
        return errors

    def no_half(self):
        """What the manifest has is finished, and no file under a shard's name is cut off."""
        for line in self.lines()[1:]:
            data = (self.out / line["file"]).read_bytes()
            self.assertEqual(line["sha256"], hashlib.sha256(data).hexdigest())
        for path in self.out.glob("*.npy"):
            numpy.load(path)

    def test_killed(self):
        """Each rank, all of it, an interrupt: the bits are those of a straight run."""
        straight = self.straight("sums", *LONG)
        for rank in 1, 0:
            process, pids = self.begin(2)
            os.kill(pids[rank], signal.SIGKILL)
            self.end(process, pids)
            self.assertLess(len(self.lines()) - 1, 60)
        process, pids = self.begin(2)
        process.kill()
        self.end(process, pids)
        process, pids = self.begin(2)
        os.kill(pids[1], signal.SIGTERM)
        self.assertIn("interrupted: ", self.end(process, pids))
        process, pids = self.begin(2)
        process.send_signal(signal.SIGINT)
        self.end(process, pids)
        kept = {path.name: path.stat().st_mtime_ns for path in self.out.glob("*.npy")
                if path.name in [line["file"] for line in self.lines()[1:]]}
        self.good(self.job(3, "sums", *LONG, *LONG_CUT))
        for name, when in kept.items():
            self.assertEqual((self.out / name).stat().st_mtime_ns, when, f"{name} was drawn again")
        numpy.testing.assert_array_equal(self.array(), straight)
        self.assertEqual(len(self.files()), 60)


class Folders(Case):
    def test_damage(self):
        self.good(self.job(2, "sums", *SHORT, *CUT))
        right = self.files()
        manifest = (self.out / "manifest.jsonl").read_text()
        data = bytearray(right["shard-000001.npy"])
        data[-1] ^= 1
        (self.out / "shard-000001.npy").write_bytes(data)
        (self.out / "shard-000003.npy").unlink()
        (self.out / "shard-000002.npy.restart-part").write_bytes(b"killed")
        lines = manifest.splitlines(keepends=True)
        first = next(n for n, line in enumerate(lines) if '"shard": 0' in line)
        lines[first] = lines[first].replace('"samples": 6', '"samples": 7')
        (self.out / "manifest.jsonl").write_text("".join(lines) + '{"shard": 2, "fir')
        result = self.good(self.job(2, "sums", *SHORT, *CUT))
        self.assertIn("out/shard-000001.npy (it is damaged): its samples are drawn again",
                      result.stderr)
        self.assertIn("out/shard-000003.npy (No such file or directory): its", result.stderr)
        self.assertIn("a line of out/manifest.jsonl cannot be read", result.stderr)
        files = self.files()
        files.pop("shard-000002.npy.restart-part")
        self.assertEqual(files, right)
        self.assertEqual(len(self.array()), 25)

    def test_refused(self):
        self.good(self.job(1, "sums", *SHORT, *CUT))
        right, manifest = self.files(), (self.out / "manifest.jsonl").read_bytes()
        for model, word, parts in (("sums", "--seed=8", ('"seed 7"', '"seed 8"')),
                                   ("into", "-q", ('"model ',)),
                                   ("sums", "--steps=5", ('"steps 4"', '"steps 5"')),
                                   ("sums", "--shard=4", ('"shard 3 batches"',))):
            result = self.job(1, model, *SHORT, *CUT, word)
            self.bad(result, 1, "out belongs to another run: it has ", *parts)
        with open(self.out / "manifest.jsonl", "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.bad(self.job(1, "sums", *SHORT, *CUT), 1, "another job is writing into out")
        self.assertEqual((self.out / "manifest.jsonl").read_bytes(), manifest)
        self.assertEqual(self.files(), right)
        for text in b"something else\n", b"something else":
            (self.out / "manifest.jsonl").write_bytes(text)
            self.bad(self.job(1, "sums", *SHORT, *CUT), 1, "is not a manifest")
            self.assertEqual((self.out / "manifest.jsonl").read_bytes(), text)
        (self.out / "manifest.jsonl").unlink()
        self.bad(self.job(1, "sums", *SHORT, *CUT), 1, "out has files but no manifest.jsonl")
        self.bad(self.job(1, "sums", *SHORT, *CUT, out="no/out"), 1, "cannot make no/out: ")

    def test_half_a_first_line(self):
        """A job that was killed at once."""
        self.good(self.job(1, "sums", *SHORT, *CUT))
        head = (self.out / "manifest.jsonl").read_bytes().split(b"\n")[0]
        for text in b"", head[:100]:
            (self.out / "manifest.jsonl").write_bytes(text)
            self.good(self.job(1, "sums", *SHORT, *CUT))
            self.assertEqual(len(self.lines()), 6)


class Errors(Case):
    def test_full_disk(self):
        """Of one rank: the other ends too, and what is finished stays finished. Without MPI's own
        shared memory, which is a file as well."""
        words = [str(w) for w in self.words("sums", *SHORT, *CUT)]
        limited = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *words]
        result = self.call(*MPIRUN, "--mca", "btl", "self,tcp", "-n", 1, *words, ":", "-n", 1,
                           *limited)
        self.bad(result, 1, "rank 1 on ", "cannot write out/shard-00000", ": File too large",
                 "rank 0 on ", "the job has failed: ", "the same command continues")
        self.assertLess(len(self.lines()), 6)
        self.good(self.job(2, "sums", *SHORT, *CUT))
        self.assertEqual(len(self.lines()), 6)

    def test_full_disk_of_the_manifest(self):
        words = [str(w) for w in self.words("sums", *SHORT, *CUT)]
        result = self.call(*MPIRUN, "-n", 1, "sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *words)
        self.bad(result, 1, "cannot write out/manifest.jsonl: File too large")
        self.good(self.job(1, "sums", *SHORT, *CUT))

    def test_networks(self):
        for model, part in (("throws", "not today"), ("nan", "not finite")):
            self.bad(self.job(2, model, *SHORT, *CUT, out=model), 1, part, "the job has failed: 0")
            self.assertEqual(self.files(model), {})

    def test_once(self):
        """What all ranks find is said once."""
        for status, words, part in ((1, self.words("none-there", *SHORT), "cannot read"),
                                    (1, self.words("bare", *SHORT), "the shape of a sample"),
                                    (2, [MPI], "a MODEL.pt is missing"),
                                    (2, [MPI, "x.pt"], "the output is missing: --npy FOLDER"),
                                    (2, self.words("sums", "--shard=0"), "--shard wants"),
                                    (2, self.words("sums", "-o", "x.png"), "-- 'o'"),
                                    (2, self.words("sums", "--guidance=2"), "wants --labels")):
            with self.subTest(part=part):
                result = self.call(*MPIRUN, "-n", 2, *words)
                self.bad(result, status)
                self.assertEqual(result.stderr.count(part), 1, result.stderr)

    def test_other_options(self):
        """On some rank."""
        result = self.call(*MPIRUN, "-n", 1, *self.words("sums", *SHORT), ":", "-n", 1,
                           *self.words("sums", *SHORT, "--seed=8"))
        self.bad(result, 1, "rank 1 on ", 'it has "seed 8", the first rank "seed 7"')
        self.assertFalse(self.out.exists())


class Help(Case):
    def test_manual_and_help_agree(self):
        told = self.good(self.call(*MPIRUN, "-n", 2, MPI, "--help")).stdout
        self.assertEqual(told.count("Usage: "), 1)
        own = {"--npy", "--shard", "--threads"}
        common = self.good(self.call(SAMPLER, "sample", "--help")).stdout
        names = set(re.findall(r"--[a-z][a-z-]+", told))
        self.assertLessEqual(names - set(re.findall(r"--[a-z][a-z-]+", common)), own)
        manual = (ROOT / "tools/restart-mpi.1").read_text()
        for name in own:
            self.assertIn(f".It Fl Fl {name[2:]} Ns = Ns Ar ", manual)

    def test_plan(self):
        plan = self.good(self.call(*MPIRUN, "-n", 2, MPI, MODULES / "gauss.pt", "--plan",
                                   "--steps=5")).stdout
        self.assertEqual(plan.count("9 evaluations in 5 steps"), 1)
        version = self.good(self.call(MPI, "--version")).stdout
        self.assertRegex(version, r"^restart-mpi \d+\.\d+\.\d+$")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        skip("restart-mpi was not built: no Open MPI, libmd, or libpng for restart-sampler")
    need("mpirun")
    MODULES = pathlib.Path(sys.argv.pop(3)).resolve()
    SAMPLER, MPI = os.path.abspath(sys.argv.pop(2)), os.path.abspath(sys.argv.pop(1))
    TRIED = subprocess.run([SAMPLER, "sample", str(MODULES / "gauss.pt"), "--plan"],
                           capture_output=True, text=True)
    if "needs librestart-torch" in TRIED.stderr:
        skip("librestart-torch was not built: no libtorch")
    unittest.main(verbosity=2)
