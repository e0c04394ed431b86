# SPDX-License-Identifier: MIT
"""A schedule chosen by measurement (tune.h, docs/tuning.md)."""

import ctypes
import math
from typing import Any, Callable, Iterable, List, NamedTuple, Optional, Sequence, Union

import numpy as np

from . import arrays
from . import constants as c
from ._abi import lib, rs_model_fn, rs_sampler_options
from ._abi_tune import (rs_distance_fn, rs_features_fn, rs_tune_options, rs_tune_progress_fn,
                        rs_tuner)
from ._host import InterruptLater
from .errors import RestartError, Stopped
from .network import Evaluation, Native
from .options import Schedule, _text, constant, put
from .plan import Step, step_fields
from .sampler import Sampler


class Measured(NamedTuple):
    """One measurement: `count` samples were drawn by `schedule`, with `nfe` evaluations each, and
    are at this `distance` from the references; `error` is its standard error, 0 where it was not
    estimated. `evaluations` of `evaluations_most` are spent."""
    phase: c.Tune
    kind: c.Tune
    schedule: Schedule
    nfe: int
    count: int
    distance: float
    error: float
    evaluations: int
    evaluations_most: int


class Tuned(NamedTuple):
    """The answer, for `Sampler.schedule`; and the same as text, with the reasons in comments."""
    schedule: Schedule
    text: str


class _Search:
    """One search. What a callable raises is kept, and raised when the library's call returned."""

    def __init__(self, sampler: Sampler, distance: Optional[Callable],
                 features: Optional[Callable], progress: Optional[Callable]) -> None:
        self.sampler, self.distance, self.progress = sampler, distance, progress
        self.features, self.shape = features, sampler.shape
        self.error: Optional[BaseException] = None
        if features:
            one = np.zeros((1, *sampler.shape), sampler.dtype)
            self.shape = np.asarray(features(one)).shape[1:]

    def guarded(self, function: Callable) -> Callable:
        """As a callback of C: 0, or -1 when it raised."""
        def call(*arguments: Any) -> int:
            try:
                function(*arguments)
                return 0
            except BaseException as error:
                self.error = error
                return -1
        return call

    def array(self, pointer: Any, count: int, shape: Sequence[int]) -> np.ndarray:
        return arrays.memory(ctypes.addressof(pointer.contents), (count, *shape),
                             self.sampler.dtype, self)

    def evaluate(self, pointer: Any, _user: Any) -> None:
        sampler, asked, e = self.sampler, pointer.contents, Evaluation()
        view, pass_ = sampler._framework.view, c.Pass(getattr(asked, "pass"))
        shape = (asked.batch, *sampler.shape)
        e.input, e.output = (view(arrays.memory(at, shape, sampler.dtype, self), writeable)
                             for at, writeable in ((asked.input, False), (asked.output, True)))
        e.sigma, e.alpha, e.time, e.stage = asked.sigma, asked.alpha, asked.time, asked.stage
        e.guided, e.step, e.pointer = pass_, Step(*step_fields(asked.step.contents)), pointer
        sampler._network.evaluate(sampler._host, e)

    def measure(self, sets: Any, result: Any, _user: Any) -> None:
        s = sets.contents
        result[0] = float(self.distance(  # type: ignore[misc]
            self.array(s.samples, s.count, self.shape),
            self.array(s.references, s.reference_count, self.shape)))

    def look(self, samples: Any, count: int, rows: Any, _user: Any) -> None:
        seen = self.array(samples, count, self.sampler.shape)
        found, wanted = self.features(seen), (count, *self.shape)  # type: ignore[misc]
        if tuple(np.shape(found)) != wanted:
            raise ValueError(f"features answered {list(np.shape(found))}, not {list(wanted)}")
        self.array(rows, count, self.shape)[:] = found

    def report(self, info: Any, _user: Any) -> None:
        i = info.contents
        self.progress(Measured(  # type: ignore[misc]
            c.Tune(i.phase), c.Tune(i.kind), Schedule.from_struct(i.schedule.contents), i.nfe,
            i.count, i.distance, i.error, i.evaluations, i.evaluations_most))

    def options(self) -> rs_sampler_options:
        options, kept = self.sampler._options()
        network = self.sampler._network
        if isinstance(network, Native):
            options.model.fn = ctypes.cast(network.function, rs_model_fn)
            options.model.user = ctypes.cast(network.user, ctypes.c_void_p)
        else:
            options.model.fn = rs_model_fn(self.guarded(self.evaluate))
        self.kept = kept, options.model.fn
        return options

    def run(self, options: rs_tune_options) -> Tuned:
        why = ctypes.create_string_buffer(256)
        options.message, options.message_capacity = ctypes.addressof(why), len(why)
        tuner = ctypes.POINTER(rs_tuner)()
        try:
            with InterruptLater():
                status = lib.rs_tuner_new(ctypes.byref(self.options()), ctypes.byref(options),
                                          ctypes.byref(tuner))
            self.judge(status, why.value.decode())
            status = c.Status.MORE
            while status == c.Status.MORE:
                with InterruptLater(lambda: lib.rs_tuner_stop(tuner)):
                    status = lib.rs_tuner_step(tuner)
            self.judge(status, lib.rs_tuner_message(tuner).decode())
            text = _text(lib.rs_tuner_text, tuner)
            return Tuned(Schedule.parse(text), text)
        finally:
            lib.rs_tuner_free(tuner)

    def judge(self, status: int, sentence: str) -> None:
        if self.error is not None:
            raise self.error
        if status == c.Status.STOPPED:
            raise Stopped(status, sentence)
        if status < 0:
            raise RestartError(status, sentence)


def tune(sampler: Sampler, budget: int, references: Any = None, *, evaluations: int = 0,
         seed: int = 0, skip: Iterable[Union[c.Tune, str]] = (),
         distance: Optional[Callable[[np.ndarray, np.ndarray], float]] = None,
         features: Optional[Callable[[np.ndarray], Any]] = None,
         progress: Optional[Callable[[Measured], Any]] = None) -> Tuned:
    """The schedule that serves a sampler's network best: an ODE, an SDE, or Restart.

        tuned = tune(sampler, budget=60, references=data)
        sampler.schedule(tuned.schedule)

    sampler      its network, batch and shape are used; float32. Its own run and plan stay
    budget       evaluations that a sample may cost, guidance counted twice
    references   [count, shape...], data distributed as the samples should be, at least 64; None:
                 only the error of the solver is seen, and the answer is an ODE
    evaluations  most to spend, samples times evaluations; default a million
    skip         kinds that are not tried: "sde", "restart"
    distance     (samples, references) -> float, smaller is better, on arrays [count, shape...] that
                 hold during the call; by default the library's own
    features     samples [count, shape...] -> [count, numbers...], what they are compared by instead
                 of their elements; such as `TorchScript("features.pt").features`
    progress     called with each Measured

    RestartError: ERR_OPTION, ERR_NONFINITE, ERR_BUDGET; and what the callables raise.
    """
    if sampler._network is None:
        raise RestartError(c.Status.ERR_STATE, "there is no network to tune for")
    search = _Search(sampler, distance, features, progress)
    options = rs_tune_options()
    lib.rs_tune_options_init_sized(ctypes.byref(options), ctypes.sizeof(options))
    for name, value in ("budget", budget), ("evaluations", evaluations), ("seed", seed):
        put(options, name, value)
    data: List[np.ndarray] = []
    if references is not None:
        count = len(references)
        data.append(arrays.to_numpy(references, (count, *sampler.shape), sampler.dtype))
        options.references, options.reference_count = data[0].ctypes.data, count
    for kind in skip:
        options.skip |= 1 << constant(c.Tune, kind)
    if distance:
        options.distance = rs_distance_fn(search.guarded(search.measure))
    if features:
        options.features = rs_features_fn(search.guarded(search.look))
        options.feature_elements = math.prod(search.shape)
    if progress:
        options.progress = rs_tune_progress_fn(search.guarded(search.report))
    return search.run(options)
