# SPDX-License-Identifier: MIT
"""The plan of a run: every step and every evaluation, before any is made."""

import ctypes
from dataclasses import dataclass
from typing import Any, Iterator, NamedTuple, Optional, Tuple

import numpy as np

from ._abi import lib, rs_segment_info, rs_step_info
from .constants import StepFlags, StepKind
from .errors import check
from .options import Segment, _segment


@dataclass(frozen=True)
class Step:
    """One step of a plan: down the main grid, up with fresh noise (JUMP), or down a restart's.

    `segment` and `iteration` are -1 in the main pass. `nfe` are the evaluations of this step,
    `nfe_done` those of the run when it is finished. Sigmas are noise levels in units of the data;
    `sigma_hat` is `sigma_from` after churn.
    """
    kind: StepKind
    flags: StepFlags
    segment: int
    iteration: int
    step: int
    order: int
    index: int
    count: int
    nfe: int
    nfe_done: int
    nfe_total: int
    sigma_from: float
    sigma_hat: float
    sigma_to: float


@dataclass(frozen=True)
class Played(Step):
    """A step that was played. The arrays are copies of the caller's own, [batch, shape...]: `state`
    at its end, x0 + sigma_to eps, and `denoised`, the network's latest estimate of the clean data,
    which is what a preview shows; None for a jump."""
    state: Any
    denoised: Optional[Any]


class SegmentInfo(NamedTuple):
    """A segment as asked for and as it will be executed. `node` is its place in the main grid, -1
    if it is dropped. `ratio` is how much sigma falls in each of its steps, `main_ratio` the same of
    the main grid there."""
    asked: Segment
    executed: Segment
    node: int
    dropped: bool
    nfe: int
    ratio: float
    main_ratio: float


_COLUMNS = [("kind", "i4"), ("flags", "i4"), ("segment", "i4"), ("iteration", "i4"),
            ("step", "i4"), ("order", "i4"), ("index", "i4"), ("count", "i4"), ("nfe", "i4"),
            ("nfe_done", "i8"), ("nfe_total", "i8"), ("sigma_from", "f8"), ("sigma_hat", "f8"),
            ("sigma_to", "f8")]


class Plan(Tuple[Step, ...]):
    """The steps, as a tuple. str() is the library's table for people."""

    nfe: int
    text: str
    segments: Tuple[SegmentInfo, ...]

    def __str__(self) -> str:
        return self.text

    def table(self) -> np.ndarray:
        """The steps as a structured array, [len(plan)]: `plan.table()["sigma_to"]`."""
        names = [name for name, _ in _COLUMNS]
        return np.array([tuple(getattr(s, n) for n in names) for s in self], _COLUMNS)


def step_fields(info: rs_step_info) -> Any:
    """The fields of a Step, in their order."""
    return (StepKind(info.kind), StepFlags(info.flags), info.segment, info.iteration, info.step,
            info.order, info.index, info.count, info.nfe, info.nfe_done, info.nfe_total,
            info.sigma_from, info.sigma_hat, info.sigma_to)


def _steps(handle: Any) -> Iterator[Step]:
    info = rs_step_info()
    lib.rs_step_info_init_sized(ctypes.byref(info), ctypes.sizeof(info))
    for index in range(lib.rs_plan_count(handle)):
        check(lib.rs_plan_step(handle, index, ctypes.byref(info)))
        yield Step(*step_fields(info))


def _segments(handle: Any, count: int) -> Iterator[SegmentInfo]:
    info = rs_segment_info()
    lib.rs_segment_info_init_sized(ctypes.byref(info), ctypes.sizeof(info))
    for index in range(count):
        check(lib.rs_plan_segment(handle, index, ctypes.byref(info)))
        yield SegmentInfo(_segment(info.asked), _segment(info.executed), info.node,
                          bool(info.dropped), info.nfe, info.ratio, info.main_ratio)


def _text(handle: Any) -> str:
    length = ctypes.c_size_t()
    lib.rs_plan_text(handle, None, 0, ctypes.byref(length))
    text = ctypes.create_string_buffer(length.value + 1)
    check(lib.rs_plan_text(handle, text, len(text), ctypes.byref(length)))
    return text.value.decode()


def read_plan(handle: Any, segment_count: int) -> Plan:
    """The plan of a sampler's handle."""
    plan = Plan(_steps(handle))
    plan.nfe = lib.rs_plan_nfe(handle)
    plan.text = _text(handle)
    plan.segments = tuple(_segments(handle, segment_count))
    return plan
