# SPDX-License-Identifier: MIT
"""`Shards`: samples in a folder of files, as restart-mpi and `restart_sampler.dask` write them.

FOLDER/manifest.jsonl has a line of JSON for the run, then one for each finished shard, in the order
in which they were finished; the last one of a shard counts (docs/mpi.md). A shard is a numpy file
[samples, shape...].
"""

import hashlib
import json
import os
import pathlib
from typing import Any, Dict, Iterator, List, Mapping, Union

import numpy as np

try:
    import fcntl
except ImportError:  # the folder is then not locked
    fcntl = None  # type: ignore[assignment]

MANIFEST = "manifest.jsonl"
PART = ".restart-part"


def file_name(shard: int) -> str:
    """The file of a shard."""
    return f"shard-{shard:06d}.npy"


def checksum(path: Any) -> str:
    """SHA-256 of a file, in hexadecimal; "" if it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def write(path: pathlib.Path, array: np.ndarray) -> str:
    """Writes a shard, which appears when it is complete. Returns its checksum. OSError."""
    part = path.with_name(f"{path.name}.{os.uname().nodename}.{os.getpid()}{PART}")
    try:
        with open(part, "wb") as file:
            np.save(file, array)
            file.flush()
            os.fsync(file.fileno())
        total = checksum(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return total


def _lines(text: str) -> List[Dict[str, Any]]:
    """The lines that are whole and are of JSON."""
    read = []
    for line in text.split("\n")[:-1]:
        try:
            read.append(json.loads(line))
        except ValueError:
            continue
    return read


class Shards:
    """The samples of a folder.

        shards = Shards("out")
        x = shards.array()                # [samples, shape...]; or, without the memory for it:
        for part in shards: ...           # [samples of one file, shape...], mapped from the disk

    head     what the manifest says of the run: "samples", "shards", "shard_samples", "seed" (that
             of sample 0), "shape", "fingerprint" of the run, "run" in words
    files    the manifest's line for each finished shard, by its number: "shard", "first" (sample),
             "samples", "seed" (of the first), "file", "sha256"
    missing  numbers of the shards that are not finished

    FileNotFoundError; ValueError: there is no such manifest.
    """

    def __init__(self, folder: Union[str, "os.PathLike[str]"]) -> None:
        self.folder = pathlib.Path(folder)
        lines = _lines((self.folder / MANIFEST).read_text(encoding="utf-8"))
        if not lines or lines[0].get("manifest") != 1:
            raise ValueError(f"{self.folder / MANIFEST} is not a manifest of shards")
        self.head: Mapping[str, Any] = lines[0]
        self.files: Dict[int, Mapping[str, Any]] = {line["shard"]: line for line in lines[1:]}
        self.missing = [n for n in range(self.head["shards"]) if n not in self.files]

    def __len__(self) -> int:
        """Of the samples."""
        return int(self.head["samples"])

    def __iter__(self) -> Iterator[np.ndarray]:
        """Each shard in turn, [its samples, shape...], read-only. ValueError: some are missing."""
        if self.missing:
            raise ValueError(f"{len(self.missing)} of {self.head['shards']} shards are missing in "
                             f"{self.folder}: the run that makes them is not finished")
        for number in range(self.head["shards"]):
            yield np.load(self.folder / self.files[number]["file"], mmap_mode="r")

    def array(self) -> np.ndarray:
        """All samples, [samples, shape...], in the order of their seeds. ValueError."""
        return np.concatenate(list(self))

    def damaged(self) -> List[int]:
        """The finished shards whose files are missing or do not have the manifest's checksum."""
        return [number for number, line in sorted(self.files.items())
                if checksum(self.folder / line["file"]) != line["sha256"]]


def _head_line(head: Mapping[str, Any]) -> str:
    return json.dumps({"manifest": 1, **head}) + "\n"


class Manifest:
    """A folder that is being filled, for one process at a time: a context.

    sums  the checksum of each shard that was finished before

    ValueError: the folder has something else in it. BlockingIOError: another process is filling it.
    """

    def __init__(self, folder: Any, head: Mapping[str, Any]) -> None:
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        path = self.folder / MANIFEST
        if not path.exists() and any(self.folder.iterdir()):
            raise ValueError(f"{self.folder} has files but no {MANIFEST}: name a new or an empty "
                             "folder")
        self._file = open(path, "a+", encoding="utf-8")
        try:
            if fcntl:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.sums = self._read(head)
        except BaseException:
            self._file.close()
            raise
        self._sweep()

    def _read(self, head: Mapping[str, Any]) -> Dict[int, str]:
        self._file.seek(0)
        text, ours = self._file.read(), _head_line(head)
        whole = text[:text.rfind("\n") + 1]
        if not whole and ours.startswith(text):
            self._file.truncate(0)
            self._add(ours)
            return {}
        if not whole.startswith(ours):
            raise ValueError(self._other(head))
        self._file.truncate(len(whole.encode()))  # half a line of a process that was killed
        return {line["shard"]: line["sha256"] for line in _lines(whole)[1:]}

    def _other(self, head: Mapping[str, Any]) -> str:
        theirs = Shards(self.folder).head.get("run", [])
        for there, here in zip(theirs, head["run"]):
            if there != here:
                return f"{self.folder} belongs to another run: it has {there!r}, this one {here!r}"
        return f"{self.folder} belongs to another run"

    def _sweep(self) -> None:
        """What processes that were killed have left."""
        for part in self.folder.glob("*" + PART):
            part.unlink(missing_ok=True)

    def _add(self, line: str) -> None:
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())

    def add(self, line: Mapping[str, Any]) -> None:
        """A shard is finished: its line, on the disk when this returns. OSError."""
        self._add(json.dumps(line) + "\n")

    def __enter__(self) -> "Manifest":
        return self

    def __exit__(self, *_: Any) -> None:
        self._sweep()
        self._file.close()
