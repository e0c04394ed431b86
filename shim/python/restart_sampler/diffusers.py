# SPDX-License-Identifier: MIT
"""`RestartScheduler`: Restart with the call shape of the schedulers of diffusers. diffusers itself
is not needed."""

import dataclasses
import inspect
import sys
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

import numpy as np

from . import constants as c
from .k_diffusion import SEGMENTS, random_seeds
from .options import Schedule, Segments, parse_segments
from .plan import Step
from .sampler import Sampler

PREDICTIONS = {"epsilon": "eps", "v_prediction": "v", "sample": "denoiser",
               "flow_prediction": "flow"}


class Config(Dict[str, Any]):
    """Settings, as a dict and as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class StepOutput(NamedTuple):
    """What `step` answers."""
    prev_sample: Any


class _Asked(NamedTuple):
    """One evaluation of the plan: what the network is conditioned on, and its level."""
    time: float
    sigma: float
    alpha: float
    stage: int
    step: Step


def alpha_bars(config: Mapping[str, Any]) -> np.ndarray:
    """The table of alpha-bar, [num_train_timesteps], decreasing. ValueError."""
    count, kind = config["num_train_timesteps"], config["beta_schedule"]
    first, last = config["beta_start"], config["beta_end"]
    if config["trained_betas"] is not None:
        betas = np.asarray(config["trained_betas"], float)
    elif kind == "linear":
        betas = np.linspace(first, last, count)
    elif kind == "scaled_linear":
        betas = np.linspace(first ** 0.5, last ** 0.5, count) ** 2
    elif kind == "squaredcos_cap_v2":
        bar = np.cos((np.arange(count + 1) / count + 0.008) / 1.008 * np.pi / 2) ** 2
        betas = np.minimum(1 - bar[1:] / bar[:-1], 0.999)
    else:
        raise ValueError(f"beta_schedule {kind!r}")
    table = np.cumprod(1 - betas)
    if config["rescale_betas_zero_snr"]:
        roots = np.sqrt(table)
        table = ((roots - roots[-1]) * roots[0] / (roots[0] - roots[-1])) ** 2
    return table


class RestartScheduler:
    """A scheduler that runs Restart.

        pipe.scheduler = RestartScheduler.from_config(pipe.scheduler.config)

    `timesteps` lists the time of every evaluation, those of restarts too, so a pipeline's loop
    makes them all; `step` is called once for each. A sample is the network's own input x_t, so
    `scale_model_input` has nothing to do. The state lives in the library, in single precision; what
    happens to a sample between two steps would be lost, and is refused.

    Settings of diffusers: num_train_timesteps, beta_start, beta_end, beta_schedule, trained_betas,
    rescale_betas_zero_snr, prediction_type ("epsilon", "v_prediction", "sample",
    "flow_prediction"), timestep_spacing, use_karras_sigmas, use_exponential_sigmas, sigma_min,
    sigma_max, shift. Ours: segments (default "[10,2,0.1,2]", the paper's for Stable Diffusion, with
    a higher t_min where the grid does not come so low; "" is none), solver, restart_solver,
    s_noise, eta, and budget (True: the steps asked for are evaluations, restarts included).
    """

    order = 1
    _compatibles: List[str] = []

    def __init__(self, num_train_timesteps: int = 1000, beta_start: float = 0.0001,
                 beta_end: float = 0.02, beta_schedule: str = "linear",
                 trained_betas: Any = None, prediction_type: str = "epsilon",
                 rescale_betas_zero_snr: bool = False, timestep_spacing: str = "linspace",
                 steps_offset: int = 1, use_karras_sigmas: bool = False,
                 use_exponential_sigmas: bool = False, sigma_min: Optional[float] = None,
                 sigma_max: Optional[float] = None, shift: float = 1.0,
                 segments: Any = None, solver: Any = "euler", restart_solver: Any = "heun",
                 s_noise: float = 1.0, eta: float = 1.0, budget: bool = False) -> None:
        settings = dict(locals())
        self.config = Config({n: settings[n] for n in _settings(type(self))})
        if prediction_type not in PREDICTIONS:
            raise ValueError(f"prediction_type {prediction_type!r}; there are "
                             + ", ".join(PREDICTIONS))
        self.flow = prediction_type == "flow_prediction"
        self._table: Any = None if self.flow else alpha_bars(self.config)
        self.timesteps = _array(np.arange(num_train_timesteps)[::-1].copy())
        self.sigmas = _array([])
        self.num_inference_steps: Optional[int] = None
        self.seeds: Any = None
        self._asked: List[_Asked] = []
        self._sampler: Optional[Sampler] = None
        self._begin: Optional[int] = None

    @classmethod
    def from_config(cls, config: Mapping[str, Any], **changes: Any) -> "RestartScheduler":
        """From the config of any scheduler of diffusers; what is not known here is left out."""
        known = _settings(cls)
        settings = {n: v for n, v in {**config, **changes}.items() if n in known}
        if "shift" in config and "beta_schedule" not in config:  # FlowMatch... say no type
            settings.setdefault("prediction_type", "flow_prediction")
        if "flow_shift" in config:
            settings.setdefault("shift", config["flow_shift"])
        return cls(**settings)

    def __len__(self) -> int:
        return self.config.num_train_timesteps

    # ---- the plan

    def set_timesteps(self, num_inference_steps: Optional[int] = None, device: Any = None,
                      timesteps: Any = None, sigmas: Any = None,
                      mu: Optional[float] = None) -> None:
        """Plans a run of that many steps of the main grid. Sets `timesteps`, one an evaluation, and
        `sigmas`, their noise levels in units of the data, and 0.

        sigmas  levels of the main grid instead, decreasing; of a flow model, its times in (0, 1]
        mu      ln of a flow model's shift, for this run

        RestartError: what cannot be planned.
        """
        if timesteps is not None:
            raise ValueError("timesteps cannot be given, sigmas can")
        if (num_inference_steps is None) == (sigmas is None):
            raise ValueError("num_inference_steps or sigmas, one of them")
        self._schedule = self._schedule_of(num_inference_steps, sigmas, mu)
        self._asked = self._rehearse(self._schedule)
        self.num_inference_steps = num_inference_steps or len(sigmas)
        self.timesteps = _array([a.time for a in self._asked], device)
        self.sigmas = _array([a.sigma for a in self._asked] + [0.0])
        self._sampler = self._begin = None

    def _schedule_of(self, steps: Optional[int], sigmas: Any, mu: Optional[float]) -> Schedule:
        f = self.config
        common = {"solver": f.solver, "restart_solver": f.restart_solver, "s_noise": f.s_noise,
                  "eta": f.eta, "start": "keep", "steps": steps}
        if self.flow:
            shift = f.shift if mu is None else float(np.exp(mu))
            plain = sigmas is None or np.allclose(
                sigmas, 1 - np.arange(len(sigmas)) / len(sigmas), atol=1e-6)
            if plain:
                common["steps"] = steps or len(sigmas)
                grid = {"grid": "time", "spacing": "trailing", "shift": shift}
            else:
                grid = {"sigmas": _levels(sigmas, shift)}
        elif sigmas is not None:
            grid = {"sigmas": sigmas}
        elif f.use_karras_sigmas or f.use_exponential_sigmas:
            grid = {"grid": "karras" if f.use_karras_sigmas else "exponential",
                    "sigma_min": f.sigma_min, "sigma_max": f.sigma_max}
        else:
            grid = {"grid": "time", "spacing": f.timestep_spacing}
        whole = Schedule(**{**common, **grid})
        budget = steps if f.budget and sigmas is None else None
        if budget:
            whole = dataclasses.replace(whole, steps=None, budget=budget)
        segments = self._fitting(whole) if f.segments is None else f.segments
        return dataclasses.replace(whole, segments=segments)

    def _fitting(self, schedule: Schedule) -> Segments:
        """The segments by default, within a grid: where that ends above t_min, from its last level
        but one. None where it has no room for them."""
        segment, = parse_segments(SEGMENTS)
        if schedule.budget:
            cost = 2 * segment.iterations * (segment.points - 1)
            left = max(schedule.budget - cost, 2)
            schedule = dataclasses.replace(schedule, steps=left, budget=None)
        levels = [s.sigma_from for s in Sampler(shape=1, schedule=schedule, **self._model()).plan]
        low = segment.t_min if levels[-1] <= segment.t_min else levels[-2:][0]
        fits = low < segment.t_max <= levels[0]
        return [segment._replace(t_min=low)] if fits else []

    def _model(self) -> Dict[str, Any]:
        model: Dict[str, Any] = {"prediction": PREDICTIONS[self.config.prediction_type]}
        if self.flow:
            return {**model, "process": "flow", "time": "t_1000"}
        return {**model, "process": "discrete", "alpha_bar": self._table, "time": "index_real"}

    def _rehearse(self, schedule: Schedule) -> List[_Asked]:
        """Every evaluation of a run, from a run of one number and no network."""
        sampler = Sampler(shape=1, schedule=schedule, **self._model())
        sampler.start(x=np.zeros((1, 1)))
        asked = []
        for e in sampler.evaluations():
            asked.append(_Asked(e.time, e.sigma, e.alpha, e.stage, e.step))
            e.output[...] = 0
        return asked

    def set_begin_index(self, begin_index: int = 0) -> None:
        """The first evaluation, for a run that begins in the middle (image to image)."""
        self._begin = begin_index

    def _tail(self, begin: int) -> Schedule:
        """What is left of the schedule from an evaluation in the main pass on. ValueError."""
        first = self._asked[begin]
        main = [a.step for a in self._asked[begin:]
                if a.stage == 0 and a.step.kind == c.StepKind.MAIN]
        if first.stage or first.step.kind != c.StepKind.MAIN:
            raise ValueError(f"a run cannot begin at timesteps[{begin}], within a step or a "
                             "restart")
        plan = Sampler(shape=1, schedule=self._schedule, **self._model()).plan
        left = [s.executed for s in plan.segments if s.executed.t_min < first.step.sigma_from]
        tail = Schedule(sigmas=[s.sigma_from for s in main] + [main[-1].sigma_to], segments=left,
                        meet="snap", start="keep", solver=self.config.solver,
                        restart_solver=self.config.restart_solver, s_noise=self.config.s_noise,
                        eta=self.config.eta)
        times = [a.time for a in self._rehearse(tail)]
        if not np.allclose(times, [a.time for a in self._asked[begin:]], atol=1e-3):
            raise ValueError(f"the solver cannot begin at timesteps[{begin}]")
        return tail

    # ---- the run

    def scale_model_input(self, sample: Any, timestep: Any = None) -> Any:
        """The sample: it is what the network wants."""
        return sample

    @property
    def init_noise_sigma(self) -> float:
        """The standard deviation of the sample that a run begins with, x_t of pure noise."""
        return self._noise_of(self._asked[0].alpha) if self._asked else 1.0

    def _noise_of(self, alpha: float) -> float:
        """sigma_t."""
        return 1 - alpha if self.flow else float(np.sqrt(1 - alpha * alpha))

    def step(self, model_output: Any, timestep: Any, sample: Any, generator: Any = None,
             return_dict: bool = True) -> Any:
        """One evaluation is made. Returns the next one's input as `prev_sample`, at the end the
        samples, like `sample`.

        model_output  [batch, ...], of prediction_type
        timestep      of this evaluation; the run's first says where it begins
        sample        [batch, ...], what the last step returned
        generator     of torch, one or one a sample: draws the seeds of a run; else `self.seeds`

        RestartError: ERR_NONFINITE. ValueError: the sample is another one.
        """
        if not self._asked:
            raise ValueError("step before set_timesteps")
        if self._sampler is None or not self._sampler.running:
            self._start(timestep, sample, generator)
        sampler = self._sampler
        assert sampler is not None
        evaluation = sampler.ask()
        if evaluation is None or not _equal(_like(evaluation.input, sample), sample):
            raise ValueError("the sample was changed since the last step, which would be lost")
        sampler.tell(model_output)
        after = sampler.ask()
        latest = _like(sampler.x if after is None else after.input, sample)
        return StepOutput(latest) if return_dict else (latest,)

    def _start(self, timestep: Any, sample: Any, generator: Any) -> None:
        begin = self._begin
        if begin is None:
            times = [a.time for a in self._asked]
            begin = int(np.argmin(np.abs(np.array(times) - float(timestep))))
        first = self._asked[begin]
        self._sampler = Sampler(
            shape=tuple(sample.shape[1:]), batch=len(sample),
            framework="torch" if hasattr(sample, "detach") else "numpy",
            schedule=self._tail(begin) if begin else self._schedule, **self._model())
        seeds = self.seeds
        if seeds is None:
            seeds = random_seeds(sample, generator)
        state = sample if not hasattr(sample, "detach") else sample.detach().float().cpu()
        self._sampler.start(seeds, state / (first.alpha or 1))

    def add_noise(self, original_samples: Any, noise: Any, timesteps: Any) -> Any:
        """x_t = alpha x0 + sigma_t eps at the given times, [batch] or one. Like the samples."""
        times = np.asarray(timesteps.detach().cpu() if hasattr(timesteps, "detach")
                           else timesteps, float).reshape(-1)
        alpha = self._alpha(times)
        shape = (-1,) + (1,) * (original_samples.ndim - 1)
        noisy = np.array([self._noise_of(a) for a in alpha])
        alpha, noisy = alpha.reshape(shape), noisy.reshape(shape)
        if hasattr(original_samples, "detach"):
            alpha = original_samples.new_tensor(alpha)
            noisy = original_samples.new_tensor(noisy)
        return alpha * original_samples + noisy * noise

    def scale_noise(self, sample: Any, timestep: Any, noise: Any) -> Any:
        """`add_noise`, as schedulers of flow models call it."""
        return self.add_noise(sample, noise, timestep)

    def _alpha(self, times: np.ndarray) -> np.ndarray:
        """The process's alpha at model times; between two entries linear in ln sigma."""
        if self.flow:
            return 1 - times / 1000
        table = np.maximum(self._table, 1e-30)
        log_sigma = np.interp(times, np.arange(len(table)), 0.5 * np.log(1 / table - 1))
        return 1 / np.sqrt(1 + np.exp(2 * log_sigma))


def _settings(scheduler: type) -> Tuple[str, ...]:
    return tuple(inspect.signature(scheduler).parameters)


def _levels(times: Any, shift: float) -> np.ndarray:
    """Noise levels t / (1 - t) of a flow model's shifted times; the top as the library's own."""
    t = np.asarray(times, float)
    t = np.minimum(shift * t / (1 + (shift - 1) * t), 0.999)
    return np.append(t / (1 - t), 0.0) if t[-1] > 0 else t / (1 - t)


def _array(values: Any, device: Any = None) -> Any:
    """A tensor where torch is in use, otherwise an array; float32."""
    array = np.asarray(values, np.float32)
    torch = sys.modules.get("torch")
    return array if torch is None else torch.from_numpy(array).to(device or "cpu")


def _like(values: Any, sample: Any) -> Any:
    """A copy of the library's array in the sample's type and place."""
    if hasattr(sample, "detach"):
        return values.clone().to(device=sample.device, dtype=sample.dtype)
    return np.array(values, sample.dtype)


def _equal(a: Any, b: Any) -> bool:
    """At the first step the state came through a division by alpha."""
    if hasattr(a, "detach"):
        a, b = a.float().cpu().numpy(), b.detach().float().cpu().numpy()
    return bool(np.allclose(a, b, rtol=1e-5, atol=1e-5))
