# SPDX-License-Identifier: MIT
"""The pull form: the sampler says which evaluation it wants, and waits. Here three runs share one
network that takes its time, as a server would."""

import asyncio
import sys

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)
from restart_sampler import Sampler

turns = []


async def network(x, sigma, who):
    await asyncio.sleep(0.001)
    turns.append(who)
    return np.tanh(x / sigma**2)


async def draw(seed):
    sampler = Sampler(shape=4, preset="cifar10-vp-43")
    sampler.start(seed)
    for e in sampler.evaluations():
        e.output[...] = await network(e.input, e.sigma, seed)
    return sampler.x


async def main():
    return np.concatenate(await asyncio.gather(*(draw(seed) for seed in range(3))))


x = asyncio.run(main())
print(x)
print("turns:", *turns[:9], "...")
alone = Sampler(lambda x, sigma: np.tanh(x / sigma**2), shape=4, batch=3, preset="cifar10-vp-43")
right = np.array_equal(x, alone.sample()) and len(turns) == 3 * 43 and len(set(turns[:3])) == 3
sys.exit(not right)
