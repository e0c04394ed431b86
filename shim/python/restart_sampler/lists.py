# SPDX-License-Identifier: MIT
"""What the library knows by name, its version, and its noise."""

import ctypes
from typing import Any, Iterator, List, NamedTuple, Tuple, Union

import numpy as np

from . import constants as c
from ._abi import lib, rs_entry, rs_noise_key
from .errors import check
from .options import constant


class Entry(NamedTuple):
    """A solver or a grid. `order` is a solver's highest order of accuracy, 0 for a grid;
    `stochastic`: it draws noise in its steps."""
    id: int
    name: str
    summary: str
    order: int
    stochastic: bool


def version() -> str:
    """The release of the library that is running, "1.2.3"."""
    return lib.rs_version_string().decode()


def presets() -> Tuple[str, ...]:
    """Names of published settings, for `Schedule.preset` (docs/presets.md)."""
    names: List[str] = []
    while lib.rs_preset_name(len(names)):
        names.append(lib.rs_preset_name(len(names)).decode())
    return tuple(names)


def _entries(at: Any, kind: type) -> Iterator[Entry]:
    entry, index = rs_entry(), 0
    lib.rs_entry_init_sized(ctypes.byref(entry), ctypes.sizeof(entry))
    while at(index, ctypes.byref(entry)) == c.Status.OK:
        yield Entry(kind(entry.id), entry.name.decode(), entry.summary.decode(), entry.order,
                    bool(entry.stochastic))
        index += 1


def solvers() -> Tuple[Entry, ...]:
    """Every solver."""
    return tuple(_entries(lib.rs_solver_at, c.Solver))


def grids() -> Tuple[Entry, ...]:
    """Every grid."""
    return tuple(_entries(lib.rs_grid_at, c.Grid))


def normals(seed: int, count: int, first: int = 0, purpose: Union[c.Noise, str] = "start",
            segment: int = 0, iteration: int = 0, step: int = 0) -> np.ndarray:
    """The library's own unit normals number first .. first + count - 1 of one stream.

    Returns [count], float32. `segment` is 1 + a segment's index in a restart, 0 outside. The same
    bits on every machine. RestartError: ERR_ARGUMENT.
    """
    key = rs_noise_key(seed, constant(c.Noise, purpose), segment, iteration, step)
    output = np.empty(count, np.float32)
    check(lib.rs_normals(ctypes.byref(key), first, count, output.ctypes.data))
    return output
