# SPDX-License-Identifier: MIT
"""Features and classes of pictures by a network of examples/train/classify.py. Needs PyTorch."""
import numpy as np
import torch


class Features:
    """A TorchScript file with forward (features) and classify (logits)."""

    def __init__(self, path, batch=100):
        # The file is in half precision, in which a CPU does not compute.
        self.network = torch.jit.load(str(path), map_location="cpu").float().eval()
        self.network.to(memory_format=torch.channels_last)
        self.batch = batch

    def run(self, method, pictures):
        pictures = torch.from_numpy(np.ascontiguousarray(pictures, np.float32))
        with torch.no_grad():
            parts = [method(part.contiguous(memory_format=torch.channels_last))
                     for part in pictures.split(self.batch)]
        return torch.cat(parts).numpy()

    def features(self, pictures):
        """[N, d] of pictures [N, C, H, W] in [-1, 1]."""
        return self.run(self.network, pictures)

    def logits(self, pictures):
        """[N, classes] of pictures [N, C, H, W] in [-1, 1]."""
        return self.run(self.network.classify, pictures)
