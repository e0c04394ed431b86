# SPDX-License-Identifier: MIT
"""The library's memory as arrays of numpy and tensors of torch, without a copy. torch is imported
only where a network wants it."""

import ctypes
import sys
from typing import Any, Optional, Sequence, Tuple

import numpy as np

NUMBER = {np.dtype(np.float32): ctypes.c_float, np.dtype(np.float64): ctypes.c_double}


def memory(address: int, shape: Tuple[int, ...], dtype: np.dtype, owner: Any) -> np.ndarray:
    """Memory of the library as an array, [shape]. `owner` lives as long as the array."""
    block: Any = (NUMBER[dtype] * int(np.prod(shape))).from_address(address)
    block.owner = owner
    return np.frombuffer(block, dtype).reshape(shape)


def to_numpy(values: Any, shape: Tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """A contiguous copy of an array or a tensor on any device, broadcast to shape. ValueError."""
    if hasattr(values, "detach"):
        values = values.detach().to("cpu").numpy()
    return np.array(np.broadcast_to(np.asarray(values), shape), dtype, order="C")


def seed_array(seeds: Any, batch: int) -> Optional[np.ndarray]:
    """[batch], uint64. One number counts up from sample to sample. ValueError."""
    if seeds is None:
        return None
    if np.ndim(seeds) == 0:
        seeds = range(int(seeds), int(seeds) + batch)
    array = np.array([int(s) for s in seeds], np.uint64)
    if len(array) != batch:
        raise ValueError(f"{len(array)} seeds for {batch} samples")
    return array


class NumpyFramework:
    """Networks get and return numpy arrays. Their input is the library's own and read-only."""

    vector_time = False

    def view(self, array: np.ndarray, writeable: bool) -> np.ndarray:
        """The library's memory as the network gets it."""
        array = array.view()
        array.flags.writeable = writeable
        return array

    def result(self, array: np.ndarray) -> np.ndarray:
        """The state as the caller gets it."""
        return array

    def time(self, value: float, batch: int) -> np.ndarray:
        """[batch], float64."""
        return np.full(batch, value)

    def call(self, network: Any, x: np.ndarray, *arguments: Any, **named: Any) -> Any:
        """Calls a network."""
        return network(x, *arguments, **named)

    def fill(self, output: np.ndarray, value: Any) -> None:
        """Takes what a network returned. ValueError."""
        if np.shape(value) != output.shape:
            raise ValueError(f"the network returned {list(np.shape(value))}, "
                             f"not {list(output.shape)}")
        output[...] = value


class TorchFramework:
    """Networks get and return tensors, on `device` and of `dtype` where these are given. On the CPU
    and of the state's own type the input is the library's memory, not a copy."""

    vector_time = True

    def __init__(self, device: Any = None, dtype: Any = None) -> None:
        import torch
        self.torch = torch
        self.device = torch.device(device or "cpu")
        self.dtype = dtype
        self.copies = True   # the first call tells whether the network writes to its input
        self.first = True

    def view(self, array: np.ndarray, _writeable: bool) -> Any:
        """The library's memory as a tensor."""
        return self.torch.from_numpy(array)

    def result(self, array: np.ndarray) -> Any:
        """The state as the caller gets it."""
        return self.torch.from_numpy(array).to(self.device)

    def time(self, value: float, batch: int) -> Any:
        """[batch], of the state's type: half types have too few bits for it."""
        wide = self.torch.float64 if self.dtype == self.torch.float64 else self.torch.float32
        return self.torch.full((batch,), value, device=self.device, dtype=wide)

    def call(self, network: Any, x: Any, *arguments: Any, **named: Any) -> Any:
        """Calls a network without gradients. A network that writes to its input gets copies."""
        moved = x.to(device=self.device, dtype=self.dtype or x.dtype)
        own = moved is x
        if own and self.copies:
            moved = x.clone()
        version = moved._version
        with self.torch.no_grad():
            value = network(moved, *arguments, **named)
        written = moved._version != version
        if own and self.first:
            self.first, self.copies = False, written
        elif own and written and not self.copies:
            raise ValueError("the network wrote to its input, but its first call did not")
        return value

    def fill(self, output: Any, value: Any) -> None:
        """Takes what a network returned. ValueError."""
        if tuple(value.shape) != tuple(output.shape):
            raise ValueError(f"the network returned {list(value.shape)}, "
                             f"not {list(output.shape)}")
        output.copy_(value.detach())


def choose(framework: Optional[str], network: Any, device: Any, dtype: Any) -> Any:
    """The framework by its name, or by the network: torch for a torch.nn.Module. ValueError."""
    torch = sys.modules.get("torch")
    if framework is None:
        module = torch is not None and isinstance(network, torch.nn.Module)
        framework = "torch" if module or device is not None else "numpy"
    if framework not in ("numpy", "torch"):
        raise ValueError(f"there is no framework {framework!r}; there are numpy, torch")
    return TorchFramework(device, dtype) if framework == "torch" else NumpyFramework()


def as_shape(shape: Any) -> Tuple[int, ...]:
    """(8,) for 8."""
    return tuple(int(n) for n in shape) if isinstance(shape, Sequence) else (int(shape),)
