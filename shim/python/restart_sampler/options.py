# SPDX-License-Identifier: MIT
"""What a network is and how it is sampled: `Model` and `Schedule`, the fields of rs_model and
rs_schedule_options. None is the library's default, written at the field in restart.h."""

import ctypes
import dataclasses
import numbers
from dataclasses import dataclass
from typing import Any, Dict, NamedTuple, Optional, Sequence, Tuple, Type, Union

import numpy as np

from . import constants as c
from ._abi import (lib, rs_model, rs_schedule_options, rs_schedule_room, rs_segment,
                   rs_text_error)
from .errors import RestartError, check

# 0 is a value of these, but the library reads 0 as "the default, 1". This is its smallest: it
# rounds away in either type of state.
TINY = 1e-30
MAY_BE_ZERO = ("s_noise", "eta", "guidance_weight")
# Fields of which 0 means a default that is not 0, so that it cannot be asked for.
NEVER_ZERO = ("steps", "sigma_min", "sigma_max", "rho", "s_max", "solver_order", "strength",
              "shift", "beta_min", "beta_max", "table_count", "sigma_data", "aux_dimensions",
              "guidance_max", "clip_quantile")


class Segment(NamedTuple):
    """A restart, [n, K, t_min, t_max] in the paper's notation: on arriving at noise level `t_min`,
    `iterations` times up to `t_max` with fresh noise and down again over `points` levels."""
    points: int
    iterations: int
    t_min: float
    t_max: float


Segments = Union[str, Sequence[Union[Segment, Sequence[float]]]]


def parse_segments(text: str) -> Tuple[Segment, ...]:
    """Segments from "[n,K,t_min,t_max], ..." or from the JSON of the paper's program.

    RestartError: ERR_SYNTAX, with the position, ERR_SEGMENT_COUNTS.
    """
    count, why = ctypes.c_size_t(), rs_text_error()
    data = text.encode()
    room = (rs_segment * (data.count(b"[") + 1))()
    status = lib.rs_segments_parse(data, room, len(room), ctypes.byref(count), ctypes.byref(why))
    _check_text(status, why)
    return tuple(_segment(s) for s in room[:count.value])


def format_segments(segments: Segments, form: Union[c.TextForm, str] = "list") -> str:
    """The text of segments, "list" or "json"; read again it gives the same bits."""
    array = _segment_array(segments)
    return _text(lib.rs_segments_format, array, len(array), constant(c.TextForm, form))


def _check_text(status: int, why: rs_text_error) -> None:
    if status < 0:
        raise RestartError(status, f"{why.message.decode()} (at position {why.position})")


def _text(function: Any, *arguments: Any) -> str:
    """What a function writes that ends in buffer, capacity, length."""
    length = ctypes.c_size_t()
    check(function(*arguments, None, 0, ctypes.byref(length)))
    text = ctypes.create_string_buffer(length.value + 1)
    check(function(*arguments, text, len(text), ctypes.byref(length)))
    return text.value.decode()


def _segment(s: rs_segment) -> Segment:
    return Segment(s.points, s.iterations, s.t_min, s.t_max)


def _segment_array(segments: Segments) -> "ctypes.Array[rs_segment]":
    listed = parse_segments(segments) if isinstance(segments, str) else segments
    array = (rs_segment * len(listed))()
    for entry, given in zip(array, listed):
        for name, value in zip(Segment._fields, Segment(*given)):
            put(entry, name, value)
    return array


def put(struct: ctypes.Structure, name: str, value: Any) -> None:
    """Sets a field. ValueError: a whole number that it does not hold, which ctypes would cut."""
    setattr(struct, name, value)
    if isinstance(value, numbers.Integral) and getattr(struct, name) != value:
        raise ValueError(f"{name} cannot be {value}")


def _named(function: Any, kind: Type, name: str) -> int:
    number = ctypes.c_int32()
    if function(name.encode(), ctypes.byref(number)) < 0:
        raise ValueError(f"there is no {kind.__name__.lower()} {name!r}")
    return number.value


def constant(kind: Type, value: Any) -> int:
    """A member of an enumeration from itself, its number, or its name; solvers and grids by any
    name that the library knows. ValueError."""
    if not isinstance(value, str):
        return kind(value)
    if kind is c.Solver and value.lower() != "default":
        return kind(_named(lib.rs_solver_named, kind, value.lower()))
    if kind is c.Grid:
        return kind(_named(lib.rs_grid_named, kind, value.lower()))
    name = value.upper().replace("-", "_")
    if name not in kind.__members__:
        raise ValueError(f"there is no {kind.__name__.lower()} {value!r}; there are "
                         + ", ".join(n.lower() for n in kind.__members__))
    return kind[name]


def _array(values: Any) -> np.ndarray:
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    return np.ascontiguousarray(values, dtype=np.float64).reshape(-1)


class _Options:
    """Dataclasses whose fields go to the fields of the same names in a struct."""

    _enums: Dict[str, Type] = {}
    _arrays: Dict[str, str] = {}

    @classmethod
    def names(cls) -> Tuple[str, ...]:
        """The fields."""
        return tuple(f.name for f in dataclasses.fields(cls))  # type: ignore[arg-type]

    def fill(self, struct: ctypes.Structure) -> list:
        """Writes what is set to the struct. Returns what must live as long as that is read.

        ValueError, TypeError: a field that cannot be.
        """
        kept: list = []
        for name in self.names():
            value = getattr(self, name)
            if value is None:
                continue
            if name in self._enums:
                value = constant(self._enums[name], value)
            elif name in self._arrays:
                kept.append(_array(value))
                setattr(struct, self._arrays[name], kept[-1].size)
                value = kept[-1].ctypes.data
            elif name == "segments":
                kept.append(_segment_array(value))
                struct.segment_count = len(kept[-1])
                value = kept[-1]
            elif value == 0 and name in MAY_BE_ZERO:
                value = TINY
            elif value == 0 and name in NEVER_ZERO:
                raise ValueError(f"{name} cannot be 0; None is its default")
            put(struct, name, value)
        return kept


@dataclass(frozen=True)
class Model(_Options):
    """How the network was trained: the fields of rs_model (restart.h, docs/networks.md).

    `alpha_bar` is the table of betas "table", [table_count], decreasing. Levels are standard
    deviations of the noise in units of the data.
    """
    prediction: Union[c.Prediction, str, None] = None
    process: Union[c.Process, str, None] = None
    time: Union[c.Time, str, None] = None
    betas: Union[c.Betas, str, None] = None
    beta_min: Optional[float] = None
    beta_max: Optional[float] = None
    table_count: Optional[int] = None
    alpha_bar: Optional[Sequence[float]] = None
    sigma_data: Optional[float] = None
    aux_dimensions: Optional[float] = None
    guidance: Union[c.Guidance, str, None] = None
    guidance_weight: Optional[float] = None
    guidance_rescale: Optional[float] = None
    guidance_min: Optional[float] = None
    guidance_max: Optional[float] = None
    clip: Union[c.Clip, str, None] = None
    clip_low: Optional[float] = None
    clip_high: Optional[float] = None
    clip_quantile: Optional[float] = None

    _enums = {"prediction": c.Prediction, "process": c.Process, "time": c.Time, "betas": c.Betas,
              "guidance": c.Guidance, "clip": c.Clip}
    _arrays = {"alpha_bar": "table_count"}

    @classmethod
    def from_struct(cls, struct: rs_model) -> "Model":
        """What is set in the struct, arrays aside."""
        return cls(**_read(cls, struct))


@dataclass(frozen=True)
class Schedule(_Options):
    """A schedule: the fields of rs_schedule_options (restart.h, docs/solvers.md, docs/presets.md).

    `segments` is a text, "[3,2,.06,.3]", or a list of Segment or of four numbers each; `sigmas` the
    levels of the grid "sigmas", which it implies. Levels are standard deviations of the noise in
    units of the data. Change one with `dataclasses.replace`.
    """
    grid: Union[c.Grid, str, None] = None
    end: Union[c.End, str, None] = None
    steps: Optional[int] = None
    solver: Union[c.Solver, str, None] = None
    restart_solver: Union[c.Solver, str, None] = None
    meet: Union[c.Meet, str, None] = None
    sigma_min: Optional[float] = None
    sigma_max: Optional[float] = None
    rho: Optional[float] = None
    sigmas: Optional[Sequence[float]] = None
    segments: Optional[Segments] = None
    s_noise: Optional[float] = None
    s_churn: Optional[float] = None
    s_min: Optional[float] = None
    s_max: Optional[float] = None
    restart_gamma: Optional[float] = None
    start: Union[c.Start, str, None] = None
    solver_order: Optional[int] = None
    eta: Optional[float] = None
    strength: Optional[float] = None
    budget: Optional[int] = None
    inpaint: Optional[bool] = None
    shift: Optional[float] = None
    spacing: Union[c.Spacing, str, None] = None
    snap: Optional[bool] = None

    _enums = {"grid": c.Grid, "end": c.End, "solver": c.Solver, "restart_solver": c.Solver,
              "meet": c.Meet, "start": c.Start, "spacing": c.Spacing}
    _arrays = {"sigmas": "sigma_count"}

    @classmethod
    def preset(cls, name: str, budget: Optional[int] = None, **changes: Any) -> "Schedule":
        """A published setting (`presets()`), with changes. `budget` is of the preset "a1111", in
        evaluations.

        RestartError: ERR_NAME, ERR_OPTION.
        """
        struct = rs_schedule_options()
        lib.rs_schedule_options_init_sized(ctypes.byref(struct), ctypes.sizeof(struct))
        struct.steps = budget or 0
        status = lib.rs_preset(name.encode(), ctypes.byref(struct))
        check(status, f"preset {name!r}: {lib.rs_status_text(status).decode()}".encode())
        return dataclasses.replace(cls.from_struct(struct), **changes)

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """From the text that `format` makes, or a person writes: a line "field value" for each
        field, "#" for comments (rs_schedule_parse).

        RestartError: ERR_SYNTAX, ERR_NAME, ERR_OPTION, ERR_SEGMENT_COUNTS, with the position.
        """
        data, why = text.encode(), rs_text_error()
        lines = data.count(b"\n") + 1
        segments, sigmas = (rs_segment * lines)(), (ctypes.c_double * lines)()
        room = rs_schedule_room(ctypes.sizeof(rs_schedule_room), segments, lines, sigmas, lines)
        struct = rs_schedule_options()
        lib.rs_schedule_options_init_sized(ctypes.byref(struct), ctypes.sizeof(struct))
        _check_text(lib.rs_schedule_parse(data, ctypes.byref(room), ctypes.byref(struct),
                                          ctypes.byref(why)), why)
        return cls.from_struct(struct)

    def format(self) -> str:
        """The schedule as text, a line for each field that is not 0; read again it gives the same
        bits. ValueError, TypeError; RestartError: ERR_OPTION."""
        struct, _kept = self.struct()
        return _text(lib.rs_schedule_format, ctypes.byref(struct))

    @classmethod
    def from_struct(cls, struct: rs_schedule_options) -> "Schedule":
        """What is set in the struct."""
        fields = _read(cls, struct)
        if struct.sigma_count:
            levels = ctypes.cast(struct.sigmas, ctypes.POINTER(ctypes.c_double))
            fields["sigmas"] = tuple(levels[:struct.sigma_count])
        if struct.segment_count:
            fields["segments"] = tuple(map(_segment, struct.segments[:struct.segment_count]))
        return cls(**fields)

    def struct(self) -> Tuple[rs_schedule_options, list]:
        """The struct of C, and what it points to. ValueError, TypeError."""
        struct = rs_schedule_options()
        lib.rs_schedule_options_init_sized(ctypes.byref(struct), ctypes.sizeof(struct))
        kept = self.fill(struct)
        if self.sigmas is not None and self.grid is None:
            struct.grid = c.Grid.SIGMAS
        return struct, kept


def _read(cls: Type[_Options], struct: ctypes.Structure) -> Dict[str, Any]:
    """Fields that are not 0, numbers of enumerations as their members."""
    plain = [n for n in cls.names() if n not in cls._arrays and n != "segments"]
    return {n: cls._enums.get(n, lambda v: v)(getattr(struct, n)) for n in plain
            if getattr(struct, n)}
