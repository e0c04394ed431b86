# SPDX-License-Identifier: MIT
"""The call shape of k-diffusion: model, x, sigmas; with tensors where torch is installed."""

import sys

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)
from restart_sampler.k_diffusion import sample_restart

try:
    import torch
except ImportError:
    torch = None


def model(x, sigma):
    """The exact denoiser of data that is -1 or +1; sigma is [batch]."""
    return (torch or np).tanh(x / sigma[:, None]**2)


sigmas = np.append(np.geomspace(14.6, 0.03, 16), 0)
x = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32) * sigmas[0]
if torch:
    torch.manual_seed(1)
    x = torch.from_numpy(x.astype(np.float32))
shown = []
y = sample_restart(model, x, sigmas, restart_list={0.1: [5, 2, 2.0]}, solver="dpmpp_2m",
                   callback=lambda d: shown.append(float(d["sigma"])), disable=True)
print(y)
print(f"{len(shown)} steps")
sys.exit(not (np.allclose(abs(y), 1, atol=1e-3) and len(shown) == 16 + 2 * 4))
