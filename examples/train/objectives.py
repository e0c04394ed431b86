# SPDX-License-Identifier: MIT
"""What a network is trained to predict, and from which noise levels.

An objective has
  about              the keys of restart.json that say what the exported network is
  wrap(network)      the module that is exported: (input, time, label) -> prediction
  loss(module, x, label, generator)   for clean pictures x [B, C, H, W]; a scalar tensor
"""
from typing import Optional

import torch
from torch import nn

SIGMA_DATA = 0.5


def column(numbers):
    return numbers[:, None, None, None]


class Edm:
    """Loss of Karras et al. 2022, table 1, written for the raw network: its weight is then 1. The
    noise levels reach further than theirs: in an hour's training the ends must be seen too."""

    about = {"process": "ve", "prediction": "edm_raw", "sigma_data": SIGMA_DATA}
    mean, deviation = -0.8, 1.6  # of ln sigma

    @staticmethod
    def wrap(network):
        return network

    @classmethod
    def loss(cls, module, x, label, generator):
        sigma = (torch.randn(len(x), generator=generator) * cls.deviation + cls.mean).exp()
        noisy = x + column(sigma) * torch.randn(x.shape, generator=generator)
        norm = (sigma**2 + SIGMA_DATA**2).sqrt()
        raw = module(noisy / column(norm), sigma.log() / 4, label)
        skip, out = SIGMA_DATA**2 / norm**2, sigma * SIGMA_DATA / norm
        return ((raw - (x - column(skip) * noisy) / column(out)) ** 2).mean()


class EpsModule(nn.Module):
    """Takes the index of the time step, a whole number or between two; the U-Net sees ln(sigma)."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x, index, label: Optional[torch.Tensor] = None):
        u = (index + 1) / 1000
        log_alpha_bar = -(9.95 * u * u + 0.1 * u)
        log_sigma = torch.log(torch.expm1(-log_alpha_bar)) / 2
        return self.network(x, log_sigma / 4, label)


class Eps:
    """The simple loss of Ho et al. 2020 with linear betas from 1e-4 to 0.02."""

    about = {"process": "discrete", "prediction": "eps", "betas": "linear", "time": "index_real"}
    alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0).float()
    wrap = EpsModule

    @classmethod
    def loss(cls, module, x, label, generator):
        index = torch.randint(1000, (len(x),), generator=generator)
        alpha_bar = column(cls.alpha_bar[index])
        noise = torch.randn(x.shape, generator=generator)
        noisy = alpha_bar.sqrt() * x + (1 - alpha_bar).sqrt() * noise
        return ((module(noisy, index.float(), label) - noise) ** 2).mean()


class FlowModule(nn.Module):
    """Takes t in (0, 1); scales its input to unit variance and shows the U-Net ln(sigma)."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.variance = SIGMA_DATA**2

    def forward(self, x, t, label: Optional[torch.Tensor] = None):
        t = t.clamp(1e-4, 1 - 1e-4)
        norm = ((1 - t) ** 2 * self.variance + t**2).sqrt()
        return self.network(x / norm[:, None, None, None], torch.log(t / (1 - t)) / 4, label)


class Flow:
    """Rectified flow with logit-normal t (Esser et al. 2024), as widely spread."""

    about = {"process": "flow", "prediction": "flow", "time": "t"}
    mean, deviation = -0.8, 1.6  # of ln(t / (1 - t)) = ln sigma
    wrap = FlowModule

    @classmethod
    def loss(cls, module, x, label, generator):
        t = torch.randn(len(x), generator=generator) * cls.deviation + cls.mean
        t = torch.sigmoid(t)
        noise = torch.randn(x.shape, generator=generator)
        noisy = x + column(t) * (noise - x)
        return ((module(noisy, t, label) - (noise - x)) ** 2).mean()


OBJECTIVES = {"edm": Edm, "eps": Eps, "flow": Flow}
