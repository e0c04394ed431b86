# SPDX-License-Identifier: MIT
"""restart_sampler.dask on clusters of processes on this machine, and restart_sampler.shards."""

import contextlib
import fcntl
import importlib.util
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import ROOT, skip  # noqa: E402

for MODULE in "numpy", "distributed":
    if not importlib.util.find_spec(MODULE):
        skip(f"Python has no {MODULE}")

import distributed  # noqa: E402
import numpy as np  # noqa: E402
from restart_sampler import RestartError, Sampler  # noqa: E402
from restart_sampler.dask import sample_many, submit_many  # noqa: E402
from restart_sampler.shards import Shards  # noqa: E402

SEEDS = range(7, 30)
CUT = {"batch": 2, "shard": 3}


class Sums(Sampler):
    """Its network depends on the batch, so the batches must not; and on the seeds, as labels do."""

    def __init__(self, batch, pause=0.0):
        self.labels, self.pause = np.zeros((batch, 1), np.float32), pause
        super().__init__(self.network, shape=3, batch=batch, steps=5)

    def network(self, x, sigma):
        time.sleep(self.pause)
        return np.tanh((x + x.sum() / 1000 + self.labels) / (1 + sigma**2))

    def sample(self, seeds=None, x=None):
        self.labels[:, 0] = [seed % 10 / 10 for seed in seeds]
        return super().sample(seeds)


def slow(batch):
    return Sums(batch, pause=0.05)


def failing(batch):
    def network(x, sigma):
        raise OSError("no more of this")
    return Sampler(network, shape=3, batch=batch)


def not_finite(batch):
    return Sampler(lambda x, sigma: x / 0 if sigma < 1 else x, shape=3, batch=batch)


def serial(seeds=SEEDS):
    """Without a cluster."""
    batches = [seeds[first:first + 2] for first in range(0, len(seeds), 2)]
    return np.concatenate([Sums(len(some)).sample(list(some)) for some in batches])


@contextlib.contextmanager
def cluster(workers, threads=1):
    with tempfile.TemporaryDirectory() as folder, distributed.LocalCluster(
            workers, threads_per_worker=threads, processes=True, host="127.0.0.1",
            dashboard_address=None, silence_logs=50, local_directory=folder
    ) as local, distributed.Client(local) as client:
        yield client


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "out"

    def files(self):
        return {path.name: path.read_bytes() for path in self.out.iterdir()
                if path.name != "manifest.jsonl"}


class Samples(Case):
    def test_any_number_of_workers(self):
        right, files = serial(), None
        for workers, threads in (1, 1), (2, 1), (1, 3):
            with cluster(workers, threads) as client:
                np.testing.assert_array_equal(sample_many(client, Sums, SEEDS, **CUT), right)
                out = self.folder / f"{workers}-{threads}"
                shards = sample_many(client, Sums, SEEDS, folder=out, name="sums", **CUT)
            np.testing.assert_array_equal(shards.array(), right)
            self.assertEqual((len(shards), shards.missing, shards.damaged()), (23, [], []))
            self.assertEqual(shards.head["shape"], [3])
            data = {path.name: path.read_bytes() for path in out.glob("*.npy")}
            self.assertIn(files, (None, data))
            files = data
            self.assertEqual(sorted(path.name for path in out.iterdir()),
                             ["manifest.jsonl", *(f"shard-{n:06d}.npy" for n in range(4))])

    def test_one_cluster(self):
        """What can be said of one cluster, which takes seconds to begin."""
        with cluster(2) as client:
            self.futures(client)
            self.refused(client)
            self.damage(client)
            self.errors(client)
            self.built_once(client)

    def futures(self, client):
        futures = submit_many(client, Sums, SEEDS, **CUT)
        self.assertEqual(len(futures), 4)
        np.testing.assert_array_equal(futures[1].result(), serial()[6:12])

    def refused(self, client):
        def fill(seeds=SEEDS, make=Sums, name="sums", **more):
            return sample_many(client, make, seeds, folder=self.out, name=name, **{**CUT, **more})

        fill()
        manifest = (self.out / "manifest.jsonl").read_bytes()
        for words, part in (({"seeds": range(8, 31)}, "'seed 7', this one 'seed 8'"),
                            ({"seeds": range(7, 31)}, "'count 23', this one 'count 24'"),
                            ({"name": "other"}, "'name sums', this one 'name other'"),
                            ({"make": lambda n: Sampler(abs, shape=3, batch=n, steps=6)}, "'plan "),
                            ({"shard": 4}, "'shard 6 samples'")):
            with self.assertRaisesRegex(ValueError, "belongs to another run: it has .*" + part):
                fill(**words)
        with open(self.out / "manifest.jsonl") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with self.assertRaises(BlockingIOError):
                fill()
        self.assertEqual((self.out / "manifest.jsonl").read_bytes(), manifest)
        with self.assertRaisesRegex(ValueError, "files but no manifest.jsonl"):
            sample_many(client, Sums, 3, folder=self.folder)

    def damage(self, client):
        right, manifest = self.files(), (self.out / "manifest.jsonl").read_bytes()
        (self.out / "shard-000001.npy").write_bytes(right["shard-000001.npy"][:-1] + b"!")
        (self.out / "shard-000002.npy").unlink()
        (self.out / "shard-000003.npy.restart-part").write_bytes(b"killed")
        with open(self.out / "manifest.jsonl", "a") as file:
            file.write('{"shard": 0, "sha')
        self.assertEqual(Shards(self.out).damaged(), [1, 2])
        old = (self.out / "shard-000000.npy").stat().st_mtime_ns
        sample_many(client, Sums, SEEDS, folder=self.out, name="sums", **CUT)
        self.assertEqual(self.files(), right)
        self.assertEqual((self.out / "manifest.jsonl").read_bytes(), manifest)
        self.assertEqual((self.out / "shard-000000.npy").stat().st_mtime_ns, old)

    def errors(self, client):
        with self.assertRaisesRegex(OSError, "no more of this"):
            sample_many(client, failing, 4)
        with self.assertRaises(RestartError):
            sample_many(client, not_finite, 4, folder=self.folder / "failed")
        self.assertEqual([p.name for p in (self.folder / "failed").iterdir()], ["manifest.jsonl"])
        with self.assertRaisesRegex(ValueError, "1 of 1 shards are missing"):
            Shards(self.folder / "failed").array()
        for seeds, words in (([1, 2], {}), (range(0, 9, 2), {}), (range(3, 3), {}), (0, {}),
                             (range(-1, 3), {}), (3, {"batch": 0}), (3, {"shard": 0})):
            with self.assertRaises(ValueError):
                sample_many(client, Sums, seeds, **words)

    def built_once(self, client):
        """In each worker, and once more for the last batch."""
        log = self.folder / "log"

        def make(batch):
            with open(log, "a") as file:
                file.write(f"{os.getpid()} {batch}\n")
            return Sums(batch)

        sample_many(client, make, SEEDS, **CUT)
        built = log.read_text().splitlines()
        self.assertEqual(len(built), len(set(built)))
        self.assertEqual({line.split()[1] for line in built}, {"2", "1"})


class Killed(Case):
    def test_workers(self):
        """Two workers are killed in mid-run; Dask begins others."""
        with cluster(2) as client:
            pids = list(client.run(os.getpid).values())

            def kill():
                for pid in pids:
                    while not list(self.out.glob("*.npy")):
                        time.sleep(0.01)
                    os.kill(pid, signal.SIGKILL)
                    time.sleep(1)

            killer = threading.Thread(target=kill)
            killer.start()
            shards = sample_many(client, slow, SEEDS, folder=self.out, name="sums", **CUT)
            killer.join()
            left = list(client.run(os.getpid).values())
        self.assertFalse(set(pids) & set(left), "they live")
        np.testing.assert_array_equal(shards.array(), serial())
        self.assertEqual(sorted(self.files()), [f"shard-{n:06d}.npy" for n in range(4)])

    def test_everything(self):
        """The process that asks for the samples, with its cluster; then the same call again."""
        program = ("import sys, test_dask as t\n"
                   "if __name__ == '__main__':\n"
                   "    with t.cluster(1) as client:\n"
                   "        t.sample_many(client, t.slow, t.SEEDS, folder=sys.argv[1],"
                   " name='sums', **t.CUT)\n")
        here = str(pathlib.Path(__file__).parent)
        path = os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])
        (self.folder / "program.py").write_text(program)
        process = subprocess.Popen([sys.executable, self.folder / "program.py", self.out],
                                   env={**os.environ, "PYTHONPATH": path}, start_new_session=True)
        manifest = self.out / "manifest.jsonl"
        while process.poll() is None and not (
                manifest.exists() and manifest.read_text().count("\n") > 1):
            time.sleep(0.01)
        self.assertIsNone(process.poll())
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done = Shards(self.out)
        self.assertTrue(done.missing)
        old = {n: (self.out / line["file"]).stat().st_mtime_ns for n, line in done.files.items()}
        with cluster(2) as client:
            shards = sample_many(client, slow, SEEDS, folder=self.out, name="sums", **CUT)
        np.testing.assert_array_equal(shards.array(), serial())
        for number, when in old.items():
            self.assertEqual((self.out / shards.files[number]["file"]).stat().st_mtime_ns, when)


class Pages(Case):
    def test_reading(self):
        """The lines of docs/mpi.md that read a folder with numpy alone, and those with maps."""
        with cluster(1) as client:
            sample_many(client, Sums, SEEDS, folder=self.out, **CUT)
        page = (ROOT / "docs/mpi.md").read_text()
        blocks = re.findall(r"```text\n((?:import json|from restart_sampler.shards).*?)```", page,
                            re.S)
        self.assertEqual(len(blocks), 2)
        for block in blocks:
            scope = {"folder": str(self.out)}
            exec(block, scope)
            np.testing.assert_array_equal(scope["x"], serial())

    def test_not_a_manifest(self):
        self.out.mkdir()
        with self.assertRaises(FileNotFoundError):
            Shards(self.out)
        for text in "", "{", json.dumps({"manifest": 2}) + "\n":
            (self.out / "manifest.jsonl").write_text(text)
            with self.assertRaisesRegex(ValueError, "is not a manifest"):
                Shards(self.out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
