# SPDX-License-Identifier: MIT
"""tune.h, one to one, as _abi has restart.h."""

from ctypes import (CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_float, c_int32, c_int64,
                    c_size_t, c_uint64, c_void_p)

from ._abi import declare, lib, rs_sampler_options, rs_schedule_options, rs_status


class rs_tuner(Structure):
    """Opaque."""


class rs_tune_sets(Structure):
    _fields_ = [("size", c_size_t), ("elements", c_size_t), ("samples", POINTER(c_float)),
                ("count", c_size_t), ("references", POINTER(c_float)),
                ("reference_count", c_size_t)]


class rs_tune_info(Structure):
    _fields_ = [("size", c_size_t), ("phase", c_int32), ("kind", c_int32),
                ("schedule", POINTER(rs_schedule_options)), ("nfe", c_int64), ("count", c_size_t),
                ("distance", c_double), ("error", c_double), ("evaluations", c_int64),
                ("evaluations_most", c_int64)]


rs_distance_fn = CFUNCTYPE(c_int32, POINTER(rs_tune_sets), POINTER(c_double), c_void_p)
rs_features_fn = CFUNCTYPE(c_int32, POINTER(c_float), c_size_t, POINTER(c_float), c_void_p)
rs_tune_progress_fn = CFUNCTYPE(c_int32, POINTER(rs_tune_info), c_void_p)


class rs_tune_options(Structure):
    _fields_ = [("size", c_size_t), ("budget", c_int64), ("references", c_void_p),
                ("reference_count", c_size_t), ("evaluations", c_int64), ("seed", c_uint64),
                ("skip", c_int32), ("reserved", c_int32), ("distance", rs_distance_fn),
                ("distance_user", c_void_p), ("progress", rs_tune_progress_fn),
                ("progress_user", c_void_p), ("message", c_void_p), ("message_capacity", c_size_t),
                ("features", rs_features_fn), ("features_user", c_void_p),
                ("feature_elements", c_size_t)]


_tuner = POINTER(rs_tuner)
_both = [POINTER(rs_sampler_options), POINTER(rs_tune_options), POINTER(_tuner)]
TUNE = {
    "rs_tune_options_init_sized": (None, [POINTER(rs_tune_options), c_size_t]),
    "rs_tuner_new": (rs_status, _both),
    "rs_tuner_free": (None, [_tuner]),
    "rs_tuner_step": (rs_status, [_tuner]),
    "rs_tune": (rs_status, _both),
    "rs_tuner_stop": (None, [_tuner]),
    "rs_tuner_message": (c_char_p, [_tuner]),
    "rs_tuner_schedule": (rs_status, [_tuner, POINTER(rs_schedule_options)]),
    "rs_tuner_text": (rs_status, [_tuner, c_char_p, c_size_t, POINTER(c_size_t)]),
    "rs_tuner_save": (rs_status, [_tuner, c_void_p, c_size_t, POINTER(c_size_t)]),
    "rs_tuner_load": (rs_status, [_tuner, c_void_p, c_size_t]),
}
STRUCTS = {name: struct for name, struct in list(globals().items()) if name.startswith("rs_tune")
           and isinstance(struct, type) and issubclass(struct, Structure)}
declare(lib, TUNE)
