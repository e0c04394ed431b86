# SPDX-License-Identifier: MIT
"""The network's side: one evaluation, and the callables that make it."""

import inspect
from typing import Any, Callable, Dict, Optional, Tuple

from . import constants as c
from .errors import RestartError
from .plan import Step


class Evaluation:
    """One evaluation that the sampler wants: fill `output` from `input`.

    input   [batch, shape...], alpha x0 + alpha sigma eps: the library's memory, not to be written
    output  [batch, shape...], the library's memory, to be filled
    sigma   noise level in units of the data, `alpha` that of the process
    time    what the network is conditioned on: the level, a table's index, ... (Model.time)
    step    the step of the plan it belongs to, `stage` its number within the step
    guided  which part of guidance it is; with BOTH the batch is twice the sampler's

    The arrays hold until the sampler is told; copy what is to be kept.
    """

    __slots__ = ("input", "output", "sigma", "alpha", "time", "stage", "guided", "step", "pointer")

    input: Any
    output: Any
    sigma: float
    alpha: float
    time: float
    stage: int
    guided: c.Pass
    step: Step
    pointer: Any


class Native:
    """A network in C: a function pointer `int32_t f(const rs_eval *, void *)` of ctypes, and its
    user data. `shape` of a sample, the fields of `model`, and a schedule that suits it may be
    known. It runs without the interpreter's lock."""

    shape: Optional[Tuple[int, ...]] = None
    model: Any = None
    schedule: Any = None

    def __init__(self, function: Callable, user: Any = None) -> None:
        self.function, self.user = function, user

    def why(self, answer: int) -> str:
        """The sentence for an answer that is not 0."""
        return f"the network answered {answer}"

    def evaluate(self, host: Any, evaluation: Evaluation) -> None:
        """Fills the output. RestartError: ERR_CALLBACK."""
        answer = host.call(self.function, evaluation.pointer, self.user)
        if answer:
            raise RestartError(c.Status.ERR_CALLBACK, self.why(answer))


class Called:
    """A Python callable, network(x, time, **arguments).

    Where its arguments have these names it also gets `evaluation`, and `out`, the output's own
    memory: one that fills and returns `out` saves a copy.
    """

    def __init__(self, function: Callable, framework: Any, vector_time: Optional[bool],
                 arguments: Optional[Dict[str, Any]]) -> None:
        self.function, self.framework = function, framework
        self.vector = framework.vector_time if vector_time is None else vector_time
        self.named = dict(arguments or {})
        names = parameters(function)
        self.wants = [n for n in ("evaluation", "out") if n in names and n not in self.named]

    def evaluate(self, _host: Any, evaluation: Evaluation) -> None:
        """Fills the output. ValueError: another shape. And what the network raises."""
        named = self.named
        if self.wants:
            given = {"evaluation": evaluation, "out": evaluation.output}
            named = {**named, **{n: given[n] for n in self.wants}}
        time: Any = evaluation.time
        if self.vector:
            time = self.framework.time(time, len(evaluation.output))
        value = self.framework.call(self.function, evaluation.input, time, **named)
        if value is not evaluation.output:
            self.framework.fill(evaluation.output, value)


def parameters(function: Callable) -> Tuple[str, ...]:
    """Names of a callable's arguments; of a module's, those of its method forward."""
    try:
        return tuple(inspect.signature(getattr(function, "forward", function)).parameters)
    except (TypeError, ValueError):
        return ()
