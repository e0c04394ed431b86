# SPDX-License-Identifier: MIT
"""`TorchScript`: a TorchScript file as the network, in C++ over libtorch (librestart-torch). It
needs no torch in Python."""

import ctypes
import os
from typing import Any, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from . import constants as c
from ._abi import lib, rs_sampler_options
from ._abi_shims import RS_TORCH_DIMS_MAX, rs_torch, rs_torch_input, rs_torch_options
from ._abi_shims import torch as library
from .errors import check
from .network import Native
from .options import Model, constant, put

TYPES = {"float32": c.TorchType.FLOAT32, "float64": c.TorchType.FLOAT64,
         "int64": c.TorchType.INT64, "int32": c.TorchType.INT32, "uint8": c.TorchType.UINT8,
         "float16": c.TorchType.FLOAT16}


class TorchInput(NamedTuple):
    """One more tensor for the method: `data` [samples or 1, dims...], and the rows of evaluations
    without the condition."""
    data: Any
    unconditional: Any = None


class TorchScript(Native):
    """The method of a TorchScript file. What the file does not say (its restart.json) is said here.

        sampler = Sampler(TorchScript("network.pt", labels=[0, 1]), batch=2, guidance_weight=2.0)

    shape   of one sample; labels one for each sample, or one for all; inputs by the names of the
            method's arguments: arrays [samples or 1, dims...], or TorchInput

    The rest as in rs_torch_options (torch.h). A TorchScript file is a program: load only files that
    you would run. It serves one sampler at a time. RestartError: ERR_NAME, ERR_SYNTAX, ERR_OPTION.
    """

    def __init__(self, path: Any, *, device: Optional[str] = None, method: Optional[str] = None,
                 dtype: Any = None, time_dtype: Any = None, threads: int = 0,
                 shape: Optional[Sequence[int]] = None, labels: Any = None,
                 label_for_none: Optional[int] = None, inputs: Optional[Mapping] = None,
                 batch_limit: int = 0) -> None:
        self._library = library()
        options = rs_torch_options()
        self._library.rs_torch_options_init_sized(ctypes.byref(options), ctypes.sizeof(options))
        options.path = os.fsencode(path)
        options.device = device and device.encode()
        options.method = method and method.encode()
        options.dtype = constant(c.TorchType, dtype or 0)
        options.time_dtype = constant(c.TorchType, time_dtype or 0)
        put(options, "threads", threads)
        put(options, "batch_limit", batch_limit)
        sizes, given = _integers(shape), _integers(labels)
        none = _integers(label_for_none)
        tensors, kept = _inputs(inputs or {})
        options.shape, options.shape_count = _address(sizes), len(sizes)
        options.labels, options.label_count = _address(given), len(given)
        options.label_for_none = _address(none)
        options.inputs, options.input_count = tensors, len(inputs or ())
        message = ctypes.create_string_buffer(500)
        options.message = ctypes.addressof(message)
        options.message_capacity = len(message)
        self._torch = ctypes.POINTER(rs_torch)()
        check(self._library.rs_torch_new(ctypes.byref(options), ctypes.byref(self._torch)),
              message.value)
        del kept
        super().__init__(self._library.rs_torch_evaluate, self._torch)
        sizes = np.zeros(RS_TORCH_DIMS_MAX, np.int64)
        count = self._library.rs_torch_shape(self._torch, sizes.ctypes.data, len(sizes))
        self.shape = tuple(sizes[:count].tolist())
        about = rs_sampler_options()
        lib.rs_sampler_options_init_sized(ctypes.byref(about), ctypes.sizeof(about))
        check(self._library.rs_torch_model(self._torch, ctypes.byref(about)))
        self.model = Model.from_struct(about.model)

    def __del__(self) -> None:
        if getattr(self, "_torch", None):
            self._library.rs_torch_free(self._torch)

    def why(self, answer: int) -> str:
        """The sentence of librestart-torch."""
        return self._library.rs_torch_message(self._torch).decode()

    def features(self, samples: Any) -> np.ndarray:
        """What the method computes of samples [count, shape...], without noise and without labels:
        [count, numbers], for `tune`. RestartError: ERR_OPTION, ERR_CALLBACK."""
        given = np.ascontiguousarray(samples, np.float32).reshape(-1, *self.shape)
        count = self._library.rs_torch_feature_elements(self._torch)
        found = np.empty((len(given), count), np.float32)
        torch = ctypes.cast(self._torch, ctypes.c_void_p)
        check(self._library.rs_torch_features(given.ctypes.data, len(given), found.ctypes.data,
                                              torch), self.why(0).encode())
        return found

    def labels(self, labels: Any) -> None:
        """Other labels from here on; None: none. RestartError: ERR_OPTION."""
        given = _integers(labels)
        check(self._library.rs_torch_labels(self._torch, _address(given), len(given)),
              self.why(0).encode())

    def inputs(self, inputs: Mapping) -> None:
        """Other tensors from here on. RestartError: ERR_OPTION, ERR_NAME."""
        tensors, kept = _inputs(inputs)
        check(self._library.rs_torch_inputs(self._torch, tensors, len(inputs)),
              self.why(0).encode())
        del kept


def _integers(values: Any) -> np.ndarray:
    return np.ascontiguousarray([] if values is None else values, np.int64).reshape(-1)


def _address(values: np.ndarray) -> Optional[int]:
    return values.ctypes.data if values.size else None


def _inputs(inputs: Mapping) -> Tuple[Any, list]:
    """The array of C, None for none, and what it points to. ValueError."""
    if not inputs:
        return None, []
    array, kept = (rs_torch_input * len(inputs))(), []
    for entry, (name, value) in zip(array, inputs.items()):
        pair = value if isinstance(value, TorchInput) else TorchInput(value)
        data = np.ascontiguousarray(pair.data)
        if str(data.dtype) not in TYPES or data.ndim - 1 > RS_TORCH_DIMS_MAX or not data.size:
            raise ValueError(f"input {name!r}: {data.dtype} {list(data.shape)}")
        entry.name, entry.data, entry.count = name.encode(), data.ctypes.data, len(data)
        entry.dtype, entry.dim_count = TYPES[str(data.dtype)], data.ndim - 1
        entry.dims[:data.ndim - 1] = data.shape[1:]
        kept.append(data)
        if pair.unconditional is not None:
            kept.append(np.ascontiguousarray(pair.unconditional, data.dtype))
            if kept[-1].shape[1:] != data.shape[1:] or not kept[-1].size:
                raise ValueError(f"input {name!r}: unconditional is {list(kept[-1].shape)}, "
                                 f"data {list(data.shape)}")
            entry.unconditional = kept[-1].ctypes.data
            entry.unconditional_count = len(kept[-1])
    return array, kept
