# SPDX-License-Identifier: MIT
"""What the library calls back in this process: noise, finished steps, parallel work.

The network is not among them. It is evaluated between two calls of the library (the pull form), so
that what it raises needs no way through C.
"""

import ctypes
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Optional, Tuple

from . import constants as c
from ._abi import (rs_executor, rs_noise_fn, rs_noise_request, rs_progress_fn,
                   rs_sampler_options, rs_step_info)

_FIELDS: Any = rs_executor._fields_
RUN = dict(_FIELDS)["run"]


class NoiseRequest:
    """One draw of unit normals. `purpose`, `segment`, `iteration` and `step` are as in `normals`;
    `output` is to be filled, [batch, shape...]."""

    def __init__(self, request: rs_noise_request, output: Any) -> None:
        self.purpose = c.Noise(request.purpose)
        self.segment, self.iteration = request.segment, request.iteration
        self.step, self.output = request.step, output


class InterruptLater:
    """Keeps Ctrl-C until the block is left, and calls `stop`. Python would raise KeyboardInterrupt
    at the first line of a callback, where ctypes drops it."""

    def __init__(self, stop: Callable[[], Any] = lambda: None) -> None:
        self.stop = stop

    def __enter__(self) -> None:
        self.caught: Optional[Tuple] = None
        self.before = None
        handler = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and callable(handler):
            signal.signal(signal.SIGINT, self._catch)
            self.before = handler

    def _catch(self, *arguments: Any) -> None:
        self.caught = arguments
        self.stop()

    def __exit__(self, *_error: Any) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
            if self.caught:
                self.before(*self.caught)


class Host:
    """The callbacks of one sampler. What they raise is kept, and raised when the library's call has
    returned."""

    def __init__(self, noise: Optional[Callable], threads: int, watching: bool,
                 array: Callable[[int], Any]) -> None:
        self.watching = watching
        self.error: Optional[BaseException] = None
        self.played: Optional[Tuple[rs_step_info, int]] = None
        self._noise, self._array = noise, array
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self._functions: list = []
        self.present = bool(noise or watching or self._pool)

    def fill(self, options: rs_sampler_options) -> None:
        """Sets the callbacks in a sampler's options."""
        if self._noise:
            options.noise = rs_noise_fn(self._draw)
        if self.watching:
            options.progress = rs_progress_fn(self._step)
        if self._pool:
            options.executor.run = RUN(self._run)
        self._functions = [options.noise, options.progress, options.executor.run]

    def _draw(self, request: Any, _user: Any) -> int:
        try:
            r = request.contents
            self._noise(NoiseRequest(r, self._array(r.output or r.output_f64)))  # type: ignore
            return 0
        except BaseException as error:
            self.error = error
            return -1

    def _step(self, info: Any, _user: Any) -> int:
        """Keeps the step and stops, so that it is seen before the run goes on."""
        copy = rs_step_info()
        ctypes.pointer(copy)[0] = info.contents
        self.played = copy, copy.denoised or copy.denoised_f64
        return 1

    def _run(self, count: int, task: Any, context: Any, _user: Any) -> None:
        try:
            list(self._pool.map(lambda i: task(i, context), range(count)))  # type: ignore
        except BaseException as error:
            self.error = error

    def call(self, function: Callable, *arguments: Any) -> int:
        """Calls the library. Raises what a callback raised."""
        if not self.present:
            return function(*arguments)
        with InterruptLater():
            status = function(*arguments)
        error, self.error = self.error, None
        if error is not None:
            raise error
        return status

    def take(self) -> Optional[Tuple[rs_step_info, int]]:
        """The step that was just finished, once."""
        played, self.played = self.played, None
        return played
