# SPDX-License-Identifier: MIT
"""A schedule by measurement: the network errs at high noise, which Restart can take back."""
import sys

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)
from restart_sampler import Sampler, Schedule, tune

SPREAD, ELEMENTS = 0.3, 4


def network(x, sigma):
    """The exact denoiser of two clusters around -1 and +1, pulled to one side above sigma 3."""
    v = SPREAD**2 + sigma**2
    centre = np.tanh(x.sum(1, keepdims=True) / v)
    return (SPREAD**2 * x + sigma**2 * centre) / v + (0.6 if sigma > 3 else 0)


def share(samples):
    """Of those on the positive side; a half of the data is."""
    return (samples.mean(1) > 0).mean()


def distance(samples, references):
    """What matters here. By default it is the sliced Wasserstein distance."""
    return abs(share(samples) - share(references))


random = np.random.default_rng(1)
sides = np.repeat([-1.0, 1.0], 2000)[:, None]
data = random.permutation(sides + SPREAD * random.standard_normal((4000, ELEMENTS)))

sampler = Sampler(network, shape=ELEMENTS, batch=100)
tuned = tune(sampler, budget=40, references=data, evaluations=4000000, distance=distance)
print(tuned.text)

shares = {}
for name, schedule in (("usual", Schedule(budget=40)), ("tuned", tuned.schedule)):
    sampler.schedule(schedule)
    shares[name] = share(np.concatenate([sampler.sample(100 * i) for i in range(40)]))
    print(f"{name}: {shares[name]:.3f} of the samples on the positive side")
sys.exit(not abs(shares["tuned"] - 0.5) < 0.5 * abs(shares["usual"] - 0.5))
