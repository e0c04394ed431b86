# SPDX-License-Identifier: MIT
"""Restart sampling for diffusion models: the Python face of librestart.

    import numpy as np
    from restart_sampler import Sampler

    def network(x, sigma):                      # the exact denoiser of data that is -1 or +1
        return np.tanh(x / sigma**2)

    sampler = Sampler(network, shape=8, preset="cifar10-vp-43")
    print(sampler.plan)                         # 43 evaluations, before any is made
    print(sampler.sample(seeds=[7]))

The scheduler for pipelines of diffusers is in `restart_sampler.diffusers`, the function for models
of k-diffusion in `restart_sampler.k_diffusion`.
"""

from ._host import NoiseRequest
from .constants import (Betas, Clip, Dtype, End, Grid, Guidance, Meet, Noise, Pass, Prediction,
                        Process, Search, Solver, Spacing, Start, Status, StepFlags, StepKind,
                        TextForm, Time, TorchType, Tune)
from .errors import RestartError, Stopped
from .exemplar import Exemplar
from .lists import Entry, grids, normals, presets, solvers, version
from .network import Evaluation, Native
from .options import Model, Schedule, Segment, format_segments, parse_segments
from .plan import Plan, Played, SegmentInfo, Step
from .sampler import Counters, Sampler
from .torchscript import TorchInput, TorchScript
from .tuning import Measured, Tuned, tune

__version__ = version()
__all__ = [
    "Betas", "Clip", "Counters", "Dtype", "End", "Entry", "Evaluation", "Exemplar", "Grid",
    "Guidance", "Measured", "Meet", "Model", "Native", "Noise", "NoiseRequest", "Pass", "Plan",
    "Played", "Prediction", "Process", "RestartError", "Sampler", "Schedule", "Search",
    "Segment", "SegmentInfo", "Solver", "Spacing", "Start", "Status", "Step", "StepFlags",
    "StepKind", "Stopped", "TextForm", "Time", "TorchInput", "TorchScript", "TorchType", "Tune",
    "Tuned", "format_segments", "grids", "normals", "parse_segments", "presets", "solvers", "tune",
    "version",
]
