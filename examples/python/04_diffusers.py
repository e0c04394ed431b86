# SPDX-License-Identifier: MIT
"""The call shape of diffusers: what a pipeline's loop does with its scheduler, with a toy network.
In a program of yours:

    pipe.scheduler = RestartScheduler.from_config(pipe.scheduler.config)
"""

import sys

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)
from restart_sampler.diffusers import RestartScheduler

config = {"_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085,
          "beta_end": 0.012, "prediction_type": "epsilon"}
scheduler = RestartScheduler.from_config(config, segments="[5,2,0.1,2]", use_karras_sigmas=True)
scheduler.set_timesteps(12)
scheduler.seeds = [1, 2]
betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000)**2
alphas = np.sqrt(np.cumprod(1 - betas))


def unet(x, t):
    """The exact eps of data that is -1 or +1, from x_t and the table's index."""
    alpha = np.interp(t, np.arange(1000), alphas)
    sigma = np.sqrt(1 - alpha**2)
    return (x - alpha * np.tanh(alpha * x / sigma**2)) / sigma


latents = np.random.default_rng(0).standard_normal((2, 4)) * scheduler.init_noise_sigma
for t in scheduler.timesteps:             # every evaluation, those of restarts too
    noise = unet(scheduler.scale_model_input(latents, t), t)
    latents = scheduler.step(noise, t, latents).prev_sample
print(f"{len(scheduler.timesteps)} evaluations")
print(latents)
sys.exit(not np.allclose(abs(latents), 1, atol=0.02))
