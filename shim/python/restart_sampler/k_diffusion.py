# SPDX-License-Identifier: MIT
"""`sample_restart`: Restart with the call shape of the samplers of k-diffusion."""

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

import numpy as np

from . import constants as c
from ._host import NoiseRequest
from .network import Evaluation
from .options import Segment, Segments
from .plan import Plan, Step
from .sampler import Sampler

# The paper's for Stable Diffusion (preset "sd15-w8").
SEGMENTS = "[10,2,0.1,2]"


def from_restart_list(restart_list: Mapping[float, Sequence[float]]) -> Segments:
    """Segments from {t_min: [points, iterations, t_max]}, as web interfaces write them."""
    return [Segment(int(points), int(iterations), float(t_min), float(t_max))
            for t_min, (points, iterations, t_max) in restart_list.items()]


def random_seeds(x: Any, generator: Any = None) -> Sequence[int]:
    """A seed for each sample from the random numbers of the tensor's or array's own package, so
    that `torch.manual_seed` or `numpy.random.seed` repeats a run; from a generator of torch, or a
    list of one for each sample, where given."""
    count = len(x)
    if not hasattr(x, "detach"):
        return np.random.randint(0, 2**63 - 1, count, dtype=np.int64).tolist()
    import torch
    one_each = generator if isinstance(generator, (list, tuple)) else None
    if one_each:
        return [random_seeds(x[:1], g)[0] for g in one_each]
    device = generator.device if generator is not None else "cpu"
    return torch.randint(0, 2**63 - 1, (count,), generator=generator, device=device).tolist()


def _noise(sampler_of_noise: Callable, plan: Callable[[], Plan], x: Any) -> Callable:
    """The library's draws by a noise_sampler(sigma, sigma_next) of k-diffusion."""
    def draw(request: NoiseRequest) -> None:
        jump = request.purpose == c.Noise.JUMP
        place = request.segment - 1, request.iteration, request.step
        step = next(s for s in plan() if (s.kind == c.StepKind.JUMP) == jump and place == (
            s.segment, max(s.iteration, 0), s.step))
        churn = request.purpose == c.Noise.CHURN
        levels = step.sigma_from, step.sigma_hat if churn else step.sigma_to
        if hasattr(x, "detach"):
            request.output[...] = sampler_of_noise(*map(x.new_tensor, levels)).cpu().numpy()
        else:
            request.output[...] = sampler_of_noise(*levels)
    return draw


def _bar(total: int, disable: Optional[bool]) -> Any:
    """tqdm's, where that is installed."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(total=total, disable=disable)


def sample_restart(model: Callable, x: Any, sigmas: Any,
                   extra_args: Optional[Dict[str, Any]] = None,
                   callback: Optional[Callable[[dict], Any]] = None,
                   disable: Optional[bool] = None, s_noise: float = 1.0,
                   restart_list: Optional[Mapping[float, Sequence[float]]] = None, *,
                   segments: Optional[Segments] = None, solver: Any = "heun",
                   restart_solver: Any = None, eta: float = 1.0, s_churn: float = 0.0,
                   s_tmin: float = 0.0, s_tmax: float = float("inf"),
                   noise_sampler: Optional[Callable] = None, seeds: Any = None,
                   **schedule: Any) -> Any:
    """Samples from a model of k-diffusion. Returns the samples, like x.

    model         model(x, sigma, **extra_args), sigma [batch]; returns the denoised x
    x             [batch, ...], tensor on any device or array: noise of level sigmas[0]
    sigmas        noise levels, decreasing, the last 0 or above; the main grid
    callback      called in each step after its first evaluation, with x, i, sigma, sigma_hat,
                  denoised
    disable       no progress bar (which needs tqdm)
    s_noise       factor on the noise of restarts and of churn
    restart_list  {t_min: [points, iterations, t_max]}; or `segments`, "[n,K,t_min,t_max], ...".
                  Default "[10,2,0.1,2]"; "" is none
    solver        any name of `solvers()`; restart_solver that inside restarts
    noise_sampler noise_sampler(sigma, sigma_next) -> like x, for every draw; default the library's
                  noise, by `seeds`, one a sample; default drawn from torch's or numpy's own
    schedule      more fields of Schedule

    RestartError: what cannot be planned, an output that is not finite.
    """
    if restart_list is not None and segments is not None:
        raise TypeError("restart_list or segments, not both")
    if segments is None:
        segments = SEGMENTS if restart_list is None else from_restart_list(restart_list)
    torch_like = hasattr(x, "detach")
    played: List[Step] = []

    def network(state: Any, sigma: Any, evaluation: Evaluation) -> Any:
        denoised = model(state, sigma, **(extra_args or {}))
        if evaluation.stage == 0:
            step = evaluation.step
            level, hat = step.sigma_from, step.sigma_hat
            if callback is not None:
                if torch_like:
                    level, hat = x.new_tensor(level), x.new_tensor(hat)
                callback({"x": state, "i": len(played), "sigma": level, "sigma_hat": hat,
                          "denoised": denoised})
            played.append(step)
            if bar is not None:
                bar.update()
        return denoised

    sampler = Sampler(
        network, shape=tuple(x.shape[1:]), batch=len(x), vector_time=True,
        dtype="float64" if str(x.dtype).endswith("float64") else "float32",
        framework="torch" if torch_like else "numpy", device=x.device if torch_like else None,
        network_dtype=x.dtype if torch_like else None,
        noise=noise_sampler and _noise(noise_sampler, lambda: sampler.plan, x),
        sigmas=sigmas, segments=segments, solver=solver, restart_solver=restart_solver,
        s_noise=s_noise, eta=eta, s_churn=s_churn, s_min=s_tmin,
        s_max=None if s_tmax == float("inf") else s_tmax, start="keep", **schedule)
    bar = _bar(sum(s.kind != c.StepKind.JUMP for s in sampler.plan), disable)
    try:
        result = sampler.sample(random_seeds(x) if seeds is None else seeds, x)
    finally:
        if bar is not None:
            bar.close()
    return result.to(x.dtype) if torch_like else result.astype(x.dtype, copy=False)
