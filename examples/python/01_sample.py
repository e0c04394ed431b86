# SPDX-License-Identifier: MIT
"""The whole of it: a network, a plan, samples, and what a progress display shows."""

import sys

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)
from restart_sampler import Sampler, StepKind


def network(x, sigma):
    """Your network goes here. This one is the exact denoiser of data that is -1 or +1."""
    return np.tanh(x / sigma**2)


sampler = Sampler(network, shape=(2, 4), batch=2, preset="cifar10-vp-43")
print(sampler.plan)                       # 43 evaluations, before any is made
x = sampler.sample(seeds=[7, 8])          # [2, 2, 4]
print(x)

sampler.start(seeds=[7, 8])
for step in sampler:                      # leaving the loop pauses the run
    if step.kind == StepKind.JUMP:
        print(f"  restart {step.segment}.{step.iteration}: back up to sigma {step.sigma_to:.2f}")
    else:
        print(f"{step.nfe_done:3} of {step.nfe_total} evaluations, sigma {step.sigma_to:6.3f}, "
              f"x0 about {step.denoised[0, 0, 0]:+.3f}")

right = np.allclose(abs(x), 1, atol=1e-3) and np.array_equal(sampler.x, x)
sys.exit(not right)
