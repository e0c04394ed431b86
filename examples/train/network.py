# SPDX-License-Identifier: MIT
"""A small U-Net for small pictures, without normalisation layers.

Magnitudes are kept by the weights instead of by the activations (Karras et al. 2024, "Analyzing and
improving the training dynamics of diffusion models"): every filter has unit length, sums are
weighted so that variance stays 1. What is left to run is convolutions, SiLU and additions, which is
what a CPU does fast.
"""
import math
from typing import Optional

import torch
from torch import nn
from torch.nn import functional as F

SILU_GAIN = 1 / 0.596  # SiLU of a unit normal has this standard deviation


def mix(a, b, share: float):
    """The sum of two unit-variance parts with unit variance; b's share is `share`."""
    norm = math.sqrt((1 - share) ** 2 + share**2)
    return torch.add(a * ((1 - share) / norm), b, alpha=share / norm)


def halved(x):
    """Numbers that half precision, in which networks are stored, holds exactly."""
    return x.half().float()


class Weight(nn.Module):
    """A convolution (kernel 1 or 3) or, with kernel 0, a matrix, with filters of unit length."""

    __constants__ = ["kernel", "padding_mode", "baked"]

    def __init__(self, inputs, outputs, kernel, padding_mode="zeros", gain=1.0):
        super().__init__()
        shape = (outputs, inputs) + ((kernel, kernel) if kernel else ())
        self.weight = nn.Parameter(torch.randn(shape))
        self.kernel = kernel
        self.padding_mode = padding_mode
        self.gain = gain
        self.baked = False

    def normalised(self):
        """The weight that is used; written back by `constrain` after each step."""
        rows = self.weight.flatten(1)
        rows = rows / (rows.square().sum(1, keepdim=True) + 1e-8).sqrt()
        return rows.view(self.weight.shape) * self.gain

    def constrain(self):
        with torch.no_grad():
            self.weight.copy_(self.normalised() * math.sqrt(self.weight[0].numel()) / self.gain)

    def bake(self):
        with torch.no_grad():
            self.weight.copy_(self.normalised())
        if self.kernel:
            self.weight.data = self.weight.data.to(memory_format=torch.channels_last)
        self.baked = True

    def forward(self, x):
        weight = self.weight if self.baked else self.normalised()
        if self.kernel == 0:
            return F.linear(x, weight)
        if self.kernel == 3 and self.padding_mode == "circular":
            return F.conv2d(F.pad(x, [1, 1, 1, 1], mode="circular"), weight)
        return F.conv2d(x, weight, padding=self.kernel // 2)


class Block(nn.Module):
    """x + conv(F.silu(conv(F.silu(x)) * (1 + time)))."""

    def __init__(self, width, embedding, padding_mode):
        super().__init__()
        self.first = Weight(width, width, 3, padding_mode, SILU_GAIN)
        self.second = Weight(width, width, 3, padding_mode, SILU_GAIN)
        self.scale = Weight(embedding, width, 0, gain=SILU_GAIN)
        self.gain = nn.Parameter(torch.zeros(1))

    def forward(self, x, embedding):
        y = self.first(F.silu(x))
        scale = self.scale(embedding) * self.gain + 1
        y = self.second(F.silu(y * scale[:, :, None, None]))
        return mix(x, y, 0.4)


class Level(nn.Module):
    """The blocks on one resolution, and between `enter` and `leave` those on all coarser ones."""

    def __init__(self, widths, blocks, embedding, padding_mode):
        super().__init__()
        width = widths[0]
        self.before = nn.ModuleList(
            Block(width, embedding, padding_mode) for _ in range(blocks[0]))
        self.after = nn.ModuleList(
            Block(width, embedding, padding_mode) for _ in range(blocks[0]))
        deeper = len(widths) > 1
        self.enter = Weight(width, widths[1], 1) if deeper else nn.Identity()
        self.leave = Weight(widths[1], width, 1) if deeper else nn.Identity()
        self.inner = Level(widths[1:], blocks[1:], embedding, padding_mode) if deeper else None

    def forward(self, x, embedding):
        for block in self.before:
            x = block(x, embedding)
        if self.inner is not None:
            # A mean of four nearly equal numbers keeps their variance.
            y = self.inner(self.enter(F.avg_pool2d(x, 2)), embedding)
            x = mix(x, F.interpolate(self.leave(y), scale_factor=2.0, mode="nearest"), 0.5)
        for block in self.after:
            x = block(x, embedding)
        return x


class UNet(nn.Module):
    """[B, channels, H, W], noise level [B] (of order 1), label [B] -> [B, channels, H, W].

    Works on 2x2 patches; H and W are multiples of 2 * 2 ** (len(widths) - 1). classes counts the
    label for none, if there is one; 0: unconditional. padding_mode "circular": pictures that tile.
    """

    def __init__(self, channels, widths, blocks, classes=0, padding_mode="zeros", embedding=128):
        super().__init__()
        self.register_buffer("frequency", halved(2 * torch.randn(embedding)))
        self.register_buffer("phase", halved(2 * math.pi * torch.rand(embedding)))
        self.time = Weight(embedding, embedding, 0)
        self.label = Weight(classes, embedding, 0) if classes else None
        self.classes = classes
        self.enter = Weight(4 * channels + 1, widths[0], 3, padding_mode)
        self.level = Level(widths, blocks, embedding, padding_mode)
        self.leave = Weight(widths[0], 4 * channels, 3, padding_mode)
        self.gain = nn.Parameter(torch.zeros(1))

    def forward(self, x, noise_level, label: Optional[torch.Tensor] = None):
        waves = torch.cos(noise_level[:, None] * self.frequency + self.phase) * math.sqrt(2)
        embedding = self.time(waves)
        if self.label is not None and label is not None:
            one_hot = F.one_hot(label, self.classes).to(x.dtype) * math.sqrt(self.classes)
            embedding = mix(embedding, self.label(one_hot), 0.5)
        embedding = F.silu(embedding)
        y = F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last)
        y = torch.cat([y, torch.ones_like(y[:, :1])], 1)  # in place of biases
        y = self.level(self.enter(y), embedding)
        return F.pixel_shuffle(self.leave(y) * self.gain, 2)
