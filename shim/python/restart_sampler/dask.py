# SPDX-License-Identifier: MIT
"""`sample_many`: samples drawn by the workers of a Dask cluster (the package distributed).

    from distributed import Client
    from restart_sampler.dask import sample_many

    x = sample_many(Client("scheduler:8786"), make_sampler, range(100000), batch=100)
"""

import dataclasses
import hashlib
import pathlib
import threading
import uuid
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple, Union

import numpy as np

from .lists import version
from .sampler import Sampler
from .shards import Manifest, Shards, checksum, file_name, write

if TYPE_CHECKING:
    from distributed import Client, Future

# Where a checkpoint has the fingerprint of its plan (docs/numerics.md).
_FINGERPRINT = slice(8 + 3 * 8, 8 + 4 * 8)

_thread = threading.local()


@dataclasses.dataclass(frozen=True)
class _Job:
    """What every task of one call shares."""
    make_sampler: Callable[[int], Sampler]
    seeds: range
    batch: int
    samples: int  # of a shard; the last may have fewer
    folder: Optional[pathlib.Path]
    token: str

    def shards(self) -> range:
        return range(-(-len(self.seeds) // self.samples))

    def of(self, shard: int) -> range:
        return self.seeds[shard * self.samples:(shard + 1) * self.samples]


def _same(job: _Job) -> _Job:
    return job


def _sampler(job: _Job, batch: int) -> Sampler:
    """A sampler serves one thread at a time, so each thread of a worker builds its own, once."""
    if getattr(_thread, "token", None) != job.token:
        _thread.token, _thread.samplers = job.token, {}
    if batch not in _thread.samplers:
        _thread.samplers[batch] = job.make_sampler(batch)
    return _thread.samplers[batch]


def _draw(job: _Job, shard: int) -> np.ndarray:
    """The samples of a shard. The batches begin at fixed seeds, whoever draws them."""
    seeds, parts = job.of(shard), []
    for first in range(0, len(seeds), job.batch):
        some = seeds[first:first + job.batch]
        drawn = _sampler(job, len(some)).sample(list(some))
        parts.append(np.array(drawn.cpu() if hasattr(drawn, "cpu") else drawn))
    return np.concatenate(parts)


def _store(job: _Job, shard: int, known: str) -> Tuple[int, str]:
    """A shard's file and its checksum; a file that has the known one stays."""
    assert job.folder
    path = job.folder / file_name(shard)
    if known and checksum(path) == known:
        return shard, known
    return shard, write(path, _draw(job, shard))


def _describe(job: _Job) -> Dict[str, Any]:
    """What the samples depend on, as far as it can be known."""
    sampler = _sampler(job, min(job.batch, len(job.seeds)))
    sampler.start()
    plan = sampler.save()[_FINGERPRINT][::-1].hex()
    return {"shape": list(sampler.shape), "plan": plan, "dtype": str(sampler.dtype)}


def _head(job: _Job, about: Dict[str, Any], name: str) -> Dict[str, Any]:
    run = [f"count {len(job.seeds)}", f"batch {job.batch}", f"seed {job.seeds.start}",
           f"name {name}", f"shape {about['shape']}", f"dtype {about['dtype']}",
           f"librestart {version()}", f"plan {about['plan']}", f"shard {job.samples} samples"]
    return {"samples": len(job.seeds), "shards": len(job.shards()), "shard_samples": job.samples,
            "seed": job.seeds.start, "shape": about["shape"],
            "fingerprint": hashlib.sha256("\n".join(run).encode()).hexdigest()[:16], "run": run}


def _line(job: _Job, shard: int, total: str) -> Dict[str, Any]:
    seeds = job.of(shard)
    return {"shard": shard, "first": shard * job.samples, "samples": len(seeds),
            "seed": seeds.start, "file": file_name(shard), "sha256": total}


def _share(client: "Client", job: _Job) -> "Future":
    """As a task that each worker gets once: it may hold a network, and is made anew if it is lost
    with a worker."""
    return client.submit(_same, job, pure=False)


def _fill(client: "Client", job: _Job, name: str) -> None:
    """Fills the folder; what is finished is in the manifest, whatever happens."""
    from distributed import as_completed
    shared = _share(client, job)
    about = client.submit(_describe, shared, pure=False).result()
    assert job.folder
    with Manifest(job.folder, _head(job, about, name)) as manifest:
        known = [manifest.sums.get(shard, "") for shard in job.shards()]
        futures = client.map(_store, [shared] * len(known), job.shards(), known, pure=False)
        try:
            for future in as_completed(futures):
                shard, total = future.result()
                if manifest.sums.get(shard) != total:
                    manifest.add(_line(job, shard, total))
                future.release()
        finally:
            client.cancel([future for future in futures if not future.done()])


def submit_many(client: "Client", make_sampler: Callable[[int], Sampler], seeds: Union[int, range],
                *, batch: int = 32, shard: int = 10) -> List["Future"]:
    """The futures of the shards of `sample_many`, in the order of the seeds; each becomes an array
    [batch * shard samples or fewer, shape...]."""
    job = _job(make_sampler, seeds, batch, shard, None)
    shards = job.shards()
    return client.map(_draw, [_share(client, job)] * len(shards), shards, pure=False)


def _job(make_sampler: Callable[[int], Sampler], seeds: Union[int, range], batch: int, shard: int,
         folder: Any) -> _Job:
    seeds = range(seeds) if isinstance(seeds, int) else seeds
    if not isinstance(seeds, range) or seeds.step != 1 or not seeds or seeds.start < 0:
        raise ValueError(f"seeds are a number or a range of whole numbers in turn, not {seeds!r}")
    if batch < 1 or shard < 1:
        raise ValueError(f"a batch of {batch} samples, a shard of {shard} batches")
    place = None if folder is None else pathlib.Path(folder).absolute()
    return _Job(make_sampler, seeds, batch, batch * shard, place, uuid.uuid4().hex)


def sample_many(client: "Client", make_sampler: Callable[[int], Sampler], seeds: Union[int, range],
                *, batch: int = 32, shard: int = 10, folder: Any = None,
                name: str = "") -> Union[np.ndarray, Shards]:
    """Draws a sample for each seed on the workers of a cluster. Returns all of them, [len(seeds),
    shape...], or with `folder` the `Shards` there.

    client        of a Dask cluster
    make_sampler  make_sampler(batch) -> a Sampler of that batch; called once in each thread of a
                  worker, and once more if the last batch is smaller. Its `sample(seeds)` is called
                  for each batch: override it in a class of your own to set labels by the seeds
    seeds         range(first, end), or a number: range(number)
    batch         samples drawn together; the batches begin at the same seeds whoever draws them
    shard         batches in one task, and in one file
    folder        where to write shards, on a disk that all workers see. A call that ended early is
                  continued by the same call: shards whose files have their checksums are kept
    name          with `folder`: what stands for the network and all else that the samples depend
                  on and the sampler cannot tell, such as the checksum of a file of weights. The
                  folder of another name is refused

    The samples have the same bits as without a cluster, batch by batch, on one kind of processor.
    A worker that dies is replaced by Dask, which repeats its tasks.

    ValueError: the seeds; the folder has something else in it. BlockingIOError: another process is
    filling it. What a network raises, as it is; KilledWorker of distributed.
    """
    if folder is None:
        futures = submit_many(client, make_sampler, seeds, batch=batch, shard=shard)
        return np.concatenate(client.gather(futures))
    _fill(client, _job(make_sampler, seeds, batch, shard, folder), name)
    return Shards(folder)
