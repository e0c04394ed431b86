# SPDX-License-Identifier: MIT
"""`Sampler`: a network, a plan, and its runs."""

import ctypes
import dataclasses
import operator
from typing import Any, Callable, Dict, Iterator, NamedTuple, Optional, Tuple, Union

import numpy as np

from . import arrays
from . import constants as c
from ._abi import lib, rs_counters, rs_request, rs_sampler, rs_sampler_options
from ._host import Host
from .errors import RestartError, Stopped, check
from .network import Called, Evaluation, Native
from .options import Model, Schedule, constant
from .plan import Plan, Played, read_plan, step_fields


class Counters(NamedTuple):
    """How far a run is; `calls` of the network and bytes of `memory` of the sampler's plan."""
    nfe_done: int
    nfe_total: int
    steps_done: int
    steps_total: int
    calls: int
    memory: int


class _Handle:
    """An rs_sampler, freed when nothing needs it: the sampler, or an array of its memory."""

    def __init__(self, options: rs_sampler_options) -> None:
        self.pointer = ctypes.POINTER(rs_sampler)()
        message = ctypes.create_string_buffer(300)
        options.message = ctypes.addressof(message)
        options.message_capacity = len(message)
        check(lib.rs_sampler_new(ctypes.byref(options), ctypes.byref(self.pointer)),
              message.value)

    def __del__(self, free: Callable = lib.rs_sampler_free) -> None:
        free(self.pointer)


class Sampler:
    """Draws samples from a network by a plan.

        sampler = Sampler(network, shape=(3, 64, 64), batch=4, preset="cifar10-vp-43")
        x = sampler.sample(seeds=[1, 2, 3, 4])

    network       called as network(x, time, **arguments), x [batch, shape...]; returns the same
                  shape. A Native (an Exemplar). None: pull form only
    shape         of one sample; a Native may know it
    batch         samples drawn together
    dtype         of the state, "float32" or "float64"
    model         how the network was trained; or its fields by name: process="flow"
    schedule      how it is sampled; or `preset`; and its fields by name: steps=18
    arguments     more for the network, by name
    framework     "numpy" (the time is a float) or "torch" (the time is a tensor [batch]); by
                  default torch for a torch.nn.Module or where there is a device
    device        torch: where the network is; network_dtype its type, if not the state's
    vector_time   the time as [batch], or not, whatever the framework
    progress      called with each Played step
    noise         called with a NoiseRequest for each draw, in place of the library's noise
    threads       threads for the library's parallel work: that of a Native

    A sampler is used by one thread at a time, `stop` aside; different samplers run side by side:
    the library works without the interpreter's lock. The same seeds and network outputs give the
    same bits, whatever the batch, in one go, step by step, pulled or continued.

    ValueError, TypeError, RestartError: what is asked for cannot be.
    """

    def __init__(self, network: Union[Callable, Native, None] = None, *, shape: Any = None,
                 batch: int = 1, dtype: Any = "float32", model: Optional[Model] = None,
                 schedule: Optional[Schedule] = None, preset: Optional[str] = None,
                 arguments: Optional[Dict[str, Any]] = None, framework: Optional[str] = None,
                 device: Any = None, network_dtype: Any = None,
                 vector_time: Optional[bool] = None,
                 progress: Optional[Callable[[Played], Any]] = None,
                 noise: Optional[Callable] = None, threads: int = 0, **fields: Any) -> None:
        native = isinstance(network, Native)
        shape = getattr(network, "shape", None) if shape is None and native else shape
        if shape is None:
            raise TypeError("shape is missing")
        self.shape, self.batch = arrays.as_shape(shape), operator.index(batch)
        if self.batch < 1:
            raise ValueError(f"batch is at least 1, not {batch}")
        self.dtype = np.dtype(dtype)
        if self.dtype not in arrays.NUMBER:
            raise ValueError(f"dtype is float32 or float64, not {self.dtype}")
        self._full = (self.batch, *self.shape)
        self._progress, self._noise, self._threads = progress, noise, threads
        self._framework = arrays.choose(framework, network, device, network_dtype)
        self._network: Any = network
        if network is not None and not isinstance(network, Native):
            self._network = Called(network, self._framework, vector_time, arguments)
        own = {n: fields.pop(n) for n in Model.names() if n in fields}
        known = getattr(network, "model", None) if native else None
        self.model = dataclasses.replace(model or known or Model(), **own)
        if preset is not None:
            if schedule is not None:
                raise TypeError("schedule or preset, not both")
            schedule = Schedule.preset(preset)
        elif schedule is None and native:
            schedule = network.schedule  # type: ignore[union-attr]
        self._inpainted: Optional[Tuple[np.ndarray, np.ndarray]] = None
        self._x: Any = None
        self.schedule(schedule, **fields)

    def __repr__(self) -> str:
        return (f"<Sampler {list(self._full)} {self.dtype}, {self.plan.nfe} evaluations in "
                f"{len(self.plan)} steps>")

    # ---- the plan

    def schedule(self, schedule: Optional[Schedule] = None, **fields: Any) -> Plan:
        """Compiles a schedule, or the defaults, with changes by name; ends the run. On failure the
        earlier plan stays, with its run.

        RestartError: ERR_OPTION, ERR_GRID, ERR_SEGMENT_..., ERR_BUDGET.
        """
        new = dataclasses.replace(schedule or Schedule(), **fields)
        self._open(new, watching=self._progress is not None)
        self.options = new
        return self.plan

    def _options(self) -> Tuple[rs_sampler_options, list]:
        """Of a sampler without callbacks, and what they point to."""
        options = rs_sampler_options()
        lib.rs_sampler_options_init_sized(ctypes.byref(options), ctypes.sizeof(options))
        kept = self.model.fill(options.model)
        if self.model.alpha_bar is not None and self.model.betas is None:
            options.model.betas = c.Betas.TABLE
        options.batch, options.elements = self.batch, int(np.prod(self.shape))
        options.dtype = c.Dtype.FLOAT64 if self.dtype == np.float64 else c.Dtype.FLOAT32
        return options, kept

    def _open(self, schedule: Schedule, watching: bool) -> None:
        """A new handle with a plan of its own: arrays of the old one's memory stay good."""
        host = Host(self._noise, self._threads, watching, self._memory)
        options, kept = self._options()
        host.fill(options)
        handle = _Handle(options)
        struct, more = schedule.struct()
        check(lib.rs_schedule(handle.pointer, ctypes.byref(struct)),
              lib.rs_sampler_message(handle.pointer))
        self.plan = read_plan(handle.pointer, struct.segment_count)
        del kept, more
        self._handle, self._host, self._pointer = handle, host, handle.pointer
        self._request = rs_request()
        lib.rs_request_init_sized(ctypes.byref(self._request), ctypes.sizeof(rs_request))
        self._asked = ctypes.pointer(self._request)
        self._running = False

    # ---- a run

    def start(self, seeds: Any = None, x: Any = None) -> None:
        """Begins a run.

        seeds  one for each sample, or one number that counts up; default 0, 1, ...
        x      [batch, shape...], copied: the clean picture (start="picture"), or the state
               x_t / alpha at the grid's first level (start="keep")

        RestartError: ERR_STATE, ERR_NONFINITE. ValueError: a shape.
        """
        given = constant(c.Start, self.options.start or 0) != c.Start.NOISE
        if given != (x is not None):
            raise ValueError("x is needed" if given else "x is for start='keep' or 'picture'")
        state = (np.empty(self._full, self.dtype) if x is None
                 else arrays.to_numpy(x, self._full, self.dtype))
        numbers = arrays.seed_array(seeds, self.batch)
        self._running = False
        self._begin(state, self._wide("rs_sampler_start"), state.ctypes.data,
                    None if numbers is None else numbers.ctypes.data)

    def _begin(self, state: np.ndarray, function: Callable, *arguments: Any) -> None:
        """Starts or loads a run on a state. The library goes on using what is held here."""
        inpainted = self._inpainted if self.options.inpaint else None
        if inpainted:
            self._good(self._wide("rs_sampler_inpaint")(
                self._pointer, *(array.ctypes.data for array in inpainted)))
        self._good(self._host.call(function, self._pointer, *arguments))
        self._x, self._held, self._running = state, inpainted, True
        self._views: Dict[Tuple[int, int, bool], Any] = {}

    def sample(self, seeds: Any = None, x: Any = None) -> Any:
        """A whole run. Returns the samples, [batch, shape...]; arguments as for `start`.

        Stopped; RestartError: ERR_NONFINITE, with the step; what the network raises. Then `resume`
        repeats the evaluation that failed and goes on.
        """
        self.start(seeds, x)
        return self.resume()

    def resume(self) -> Any:
        """Runs to the end. Returns the samples, [batch, shape...]. As `sample`."""
        for step in self._play():
            if self._progress:
                self._progress(step)
        return self.x

    def __iter__(self) -> Iterator[Played]:
        """Plays the rest of the run, or begins one, step by step: leaving the loop pauses it.
        Raises as `sample`."""
        if not self._running:
            self.start()
        self._watch()
        for step in self._play():
            if self._progress:
                self._progress(step)
            yield step

    def evaluations(self) -> Iterator[Evaluation]:
        """The pull form as a loop over the rest of the run, or a new one: fill each one's output,
        however long that takes. Leaving the loop pauses the run at that evaluation."""
        if not self._running:
            self.start()
        evaluation = self.ask()
        while evaluation is not None:
            yield evaluation
            self.tell()
            evaluation = self.ask()

    def ask(self) -> Optional[Evaluation]:
        """The pull form: which evaluation is wanted next; the same until `tell`. None: the run is
        over. Stopped; RestartError: ERR_STATE."""
        while True:
            status = self._host.call(lib.rs_sampler_ask, self._pointer, self._asked)
            step = self._played()
            if step is None:
                break
            if self._progress:
                self._progress(step)
        if self._good(status) == c.Status.MORE:
            return self._evaluation()
        self._running = False
        return None

    def tell(self, output: Any = None) -> None:
        """The output is there: in the evaluation's `output`, or here, [batch, shape...]. Plays on
        to the next evaluation. Stopped; RestartError: ERR_NONFINITE, ERR_STATE."""
        if output is not None:
            if not self._request.eval:
                raise RestartError(c.Status.ERR_STATE)
            self._framework.fill(self._evaluation().output, output)
        status = self._host.call(lib.rs_sampler_tell, self._pointer)
        step = self._played()
        if step is None:
            self._good(status)
        elif self._progress:
            self._progress(step)

    def stop(self) -> None:
        """Asks the run to stop; from any thread, and never lost: exactly one call raises Stopped.
        The run can be continued."""
        lib.rs_sampler_stop(self._pointer)

    @property
    def x(self) -> Any:
        """The state of the run, x_t / alpha, and at its end the samples; [batch, shape...]. The
        run's own array. None before the first."""
        return None if self._x is None else self._framework.result(self._x)

    @property
    def running(self) -> bool:
        """Whether a run was begun and is not over."""
        return self._running

    @property
    def message(self) -> str:
        """The library's sentence about the last call."""
        return lib.rs_sampler_message(self._pointer).decode()

    @property
    def counters(self) -> Counters:
        """How far the run is."""
        counters = rs_counters()
        lib.rs_counters_init_sized(ctypes.byref(counters), ctypes.sizeof(counters))
        self._good(lib.rs_sampler_counters(self._pointer, ctypes.byref(counters)))
        return Counters(*(getattr(counters, n) for n in Counters._fields))

    # ---- checkpoints, inpainting

    def save(self) -> bytes:
        """A checkpoint of the run, at any evaluation or between two. RestartError: ERR_STATE."""
        length = ctypes.c_size_t()
        lib.rs_sampler_save(self._pointer, None, 0, ctypes.byref(length))
        data = ctypes.create_string_buffer(max(length.value, 1))
        self._good(lib.rs_sampler_save(self._pointer, data, length.value, ctypes.byref(length)))
        return data.raw[:length.value]

    def load(self, checkpoint: bytes) -> None:
        """Takes up a saved run, of any process, with the same bits: `resume`, or iterate. Model,
        shape, batch and schedule must be the same.

        RestartError: ERR_CHECKPOINT, ERR_MISMATCH.
        """
        self._load(bytes(checkpoint), np.empty(self._full, self.dtype))

    def _load(self, data: bytes, state: np.ndarray) -> None:
        self._begin(state, self._wide("rs_sampler_load"), data, len(data), state.ctypes.data)

    def inpaint(self, known: Any, mask: Any) -> None:
        """For schedules with inpaint=True, before `start`: where mask is 1 the sample is `known`, a
        clean picture, where it is 0 it is free. Both broadcast to [batch, shape...] and are copied.
        """
        self._inpainted = (arrays.to_numpy(known, self._full, self.dtype),
                           arrays.to_numpy(mask, self._full, self.dtype))

    # ---- inside

    def _wide(self, name: str) -> Callable:
        return getattr(lib, name + "_f64" if self.dtype == np.float64 else name)

    def _good(self, status: int) -> int:
        if status == c.Status.STOPPED:
            raise Stopped(status, self.message)
        return status if status >= 0 else check(status, lib.rs_sampler_message(self._pointer))

    def _play(self) -> Iterator[Played]:
        """Evaluates to the end of the run. Pauses after each step if the host watches them."""
        if self._network is None:
            raise RestartError(c.Status.ERR_STATE, "there is no network: use ask and tell")
        while True:
            status = self._host.call(lib.rs_sampler_ask, self._pointer, self._asked)
            step = self._played()
            if step is None:
                if self._good(status) == c.Status.OK:
                    self._running = False
                    return
                self._network.evaluate(self._host, self._evaluation())
                status = self._host.call(lib.rs_sampler_tell, self._pointer)
                step = self._played()
            if step is not None:
                yield step
            else:
                self._good(status)

    def _watch(self) -> None:
        """From here on steps are seen. A run under way is carried to another handle."""
        if not self._host.watching:
            data = self.save()
            self._open(self.options, watching=True)
            self._load(data, self._x)

    def _played(self) -> Optional[Played]:
        played = self._host.take()
        if played is None:
            return None
        info, denoised = played
        estimate = self._memory(denoised).copy() if denoised else None
        return Played(*step_fields(info), self._framework.result(self._x.copy()),
                      self._framework.result(estimate) if denoised else None)

    def _memory(self, address: int, batch: int = 0) -> np.ndarray:
        shape = (batch or self.batch, *self.shape)
        return arrays.memory(address, shape, self.dtype, (self._handle, self._x))

    def _view(self, address: int, batch: int, writeable: bool) -> Any:
        """Evaluations use few places in memory, the state among them, so their arrays are made
        once a run."""
        key = address, batch, writeable
        if key not in self._views:
            self._views[key] = self._framework.view(self._memory(address, batch), writeable)
        return self._views[key]

    def _evaluation(self) -> Evaluation:
        pointer = self._request.eval
        asked = pointer.contents
        e = Evaluation()
        batch = asked.batch
        e.input = self._view(asked.input or asked.input_f64, batch, False)
        e.output = self._view(asked.output or asked.output_f64, batch, True)
        e.sigma, e.alpha, e.time, e.stage = asked.sigma, asked.alpha, asked.time, asked.stage
        e.guided = c.Pass(getattr(asked, "pass"))
        e.step = self.plan[asked.step.contents.index]
        e.pointer = pointer
        return e
