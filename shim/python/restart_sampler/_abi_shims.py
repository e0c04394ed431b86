# SPDX-License-Identifier: MIT
"""exemplar.h and torch.h, one to one, as _abi has restart.h. Each library is loaded when its
function here is first called."""

import functools
from ctypes import (CDLL, POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_size_t,
                    c_void_p)

from . import _library
from ._abi import declare, rs_alloc, rs_eval, rs_sampler_options, rs_schedule_options, rs_status


class rs_exemplar(Structure):
    """Opaque."""


class rs_exemplar_patch(Structure):
    _fields_ = [("sigma", c_double), ("side", c_int32), ("reserved", c_int32)]


class rs_exemplar_options(Structure):
    _fields_ = [("size", c_size_t), ("pixels", c_void_p), ("channels", c_int32),
                ("height", c_int32), ("width", c_int32), ("output_height", c_int32),
                ("output_width", c_int32), ("patch_count", c_int32),
                ("patches", POINTER(rs_exemplar_patch)), ("alloc", rs_alloc),
                ("search", c_int32), ("reserved", c_int32)]


_exemplar = POINTER(rs_exemplar)
EXEMPLAR = {
    "rs_exemplar_options_init_sized": (None, [POINTER(rs_exemplar_options), c_size_t]),
    "rs_exemplar_new": (rs_status, [POINTER(rs_exemplar_options), POINTER(_exemplar)]),
    "rs_exemplar_free": (None, [_exemplar]),
    "rs_exemplar_denoise": (c_int32, [POINTER(rs_eval), c_void_p]),
    "rs_exemplar_model": (rs_status, [_exemplar, POINTER(rs_sampler_options)]),
    "rs_exemplar_schedule": (rs_status, [POINTER(rs_schedule_options)]),
    "rs_exemplar_destroy": (None, [c_void_p]),
}

RS_TORCH_DIMS_MAX = 8


class rs_torch(Structure):
    """Opaque."""


class rs_torch_input(Structure):
    _fields_ = [("name", c_char_p), ("data", c_void_p), ("unconditional", c_void_p),
                ("count", c_size_t), ("unconditional_count", c_size_t), ("dtype", c_int32),
                ("dim_count", c_int32), ("dims", c_int64 * RS_TORCH_DIMS_MAX)]


class rs_torch_options(Structure):
    _fields_ = [("size", c_size_t), ("path", c_char_p), ("device", c_char_p),
                ("method", c_char_p), ("dtype", c_int32), ("time_dtype", c_int32),
                ("threads", c_int32), ("shape_count", c_int32), ("shape", c_void_p),
                ("labels", c_void_p), ("label_count", c_size_t), ("label_for_none", c_void_p),
                ("inputs", POINTER(rs_torch_input)), ("input_count", c_size_t),
                ("batch_limit", c_size_t), ("message", c_void_p), ("message_capacity", c_size_t)]


_torch = POINTER(rs_torch)
TORCH = {
    "rs_torch_options_init_sized": (None, [POINTER(rs_torch_options), c_size_t]),
    "rs_torch_new": (rs_status, [POINTER(rs_torch_options), POINTER(_torch)]),
    "rs_torch_free": (None, [_torch]),
    "rs_torch_destroy": (None, [c_void_p]),
    "rs_torch_model": (rs_status, [_torch, POINTER(rs_sampler_options)]),
    "rs_torch_shape": (c_size_t, [_torch, c_void_p, c_size_t]),
    "rs_torch_labels": (rs_status, [_torch, c_void_p, c_size_t]),
    "rs_torch_inputs": (rs_status, [_torch, POINTER(rs_torch_input), c_size_t]),
    "rs_torch_evaluate": (c_int32, [POINTER(rs_eval), c_void_p]),
    "rs_torch_feature_elements": (c_size_t, [_torch]),
    "rs_torch_features": (c_int32, [c_void_p, c_size_t, c_void_p, c_void_p]),
    "rs_torch_message": (c_char_p, [_torch]),
    "rs_torch_version": (c_char_p, []),
}
STRUCTS = {name: struct for name, struct in list(globals().items())
           if name.startswith(("rs_exemplar", "rs_torch"))}


@functools.lru_cache(maxsize=None)
def exemplar() -> CDLL:
    """librestart-exemplar. ImportError when it is not there."""
    return declare(_library.load("restart-exemplar"), EXEMPLAR)


@functools.lru_cache(maxsize=None)
def torch() -> CDLL:
    """librestart-torch. ImportError when it is not there."""
    return declare(_library.load("restart-torch"), TORCH)
