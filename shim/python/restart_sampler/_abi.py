# SPDX-License-Identifier: MIT
"""restart.h, one to one: structs, callbacks and functions under their C names.

The header is the manual. Arrays of numbers are addresses here (`c_void_p`), so that an array's
`.ctypes.data` or a tensor's `.data_ptr()` goes straight in. ctypes releases the interpreter's lock
around every call and takes it again in callbacks. A test compares all of it with the header.
"""

from ctypes import (CDLL, CFUNCTYPE, POINTER, Structure, byref, c_char, c_char_p, c_double,
                    c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p, sizeof)

from . import _library

rs_status = c_int32


class rs_sampler(Structure):
    """Opaque."""


class rs_alloc(Structure):
    _fields_ = [("allocate", CFUNCTYPE(c_void_p, c_size_t, c_void_p)),
                ("release", CFUNCTYPE(None, c_void_p, c_void_p)),
                ("user", c_void_p)]


rs_task_fn = CFUNCTYPE(None, c_size_t, c_void_p)


class rs_executor(Structure):
    _fields_ = [("run", CFUNCTYPE(None, c_size_t, rs_task_fn, c_void_p, c_void_p)),
                ("user", c_void_p)]


class rs_step_info(Structure):
    _fields_ = [("size", c_size_t), ("kind", c_int32), ("flags", c_int32), ("segment", c_int32),
                ("iteration", c_int32), ("step", c_int32), ("order", c_int32), ("index", c_int32),
                ("count", c_int32), ("nfe", c_int32), ("reserved", c_int32),
                ("nfe_done", c_int64), ("nfe_total", c_int64), ("sigma_from", c_double),
                ("sigma_hat", c_double), ("sigma_to", c_double), ("state", c_void_p),
                ("denoised", c_void_p), ("state_f64", c_void_p), ("denoised_f64", c_void_p)]


rs_progress_fn = CFUNCTYPE(c_int32, POINTER(rs_step_info), c_void_p)


class rs_eval(Structure):
    _fields_ = [("size", c_size_t), ("batch", c_size_t), ("elements", c_size_t),
                ("input", c_void_p), ("output", c_void_p), ("input_f64", c_void_p),
                ("output_f64", c_void_p), ("sigma", c_double), ("alpha", c_double),
                ("time", c_double), ("seeds", c_void_p), ("step", POINTER(rs_step_info)),
                ("executor", POINTER(rs_executor)), ("stage", c_int32), ("pass", c_int32)]


rs_model_fn = CFUNCTYPE(c_int32, POINTER(rs_eval), c_void_p)


class rs_model(Structure):
    _fields_ = [("fn", rs_model_fn), ("user", c_void_p), ("destroy", CFUNCTYPE(None, c_void_p)),
                ("prediction", c_int32), ("process", c_int32), ("time", c_int32),
                ("betas", c_int32), ("beta_min", c_double), ("beta_max", c_double),
                ("alpha_bar", c_void_p), ("table_count", c_size_t), ("sigma_data", c_double),
                ("aux_dimensions", c_double), ("guidance", c_int32), ("clip", c_int32),
                ("guidance_weight", c_double), ("guidance_rescale", c_double),
                ("guidance_min", c_double), ("guidance_max", c_double), ("clip_low", c_double),
                ("clip_high", c_double), ("clip_quantile", c_double), ("reserved", c_uint64 * 16)]


class rs_noise_request(Structure):
    _fields_ = [("size", c_size_t), ("batch", c_size_t), ("elements", c_size_t),
                ("seeds", c_void_p), ("output", c_void_p), ("output_f64", c_void_p),
                ("purpose", c_uint32), ("segment", c_uint32), ("iteration", c_uint32),
                ("step", c_uint32)]


rs_noise_fn = CFUNCTYPE(c_int32, POINTER(rs_noise_request), c_void_p)


class rs_sampler_options(Structure):
    _fields_ = [("size", c_size_t), ("model", rs_model), ("batch", c_size_t),
                ("elements", c_size_t), ("dtype", c_int32), ("reserved", c_int32),
                ("alloc", rs_alloc), ("executor", rs_executor), ("noise", rs_noise_fn),
                ("noise_user", c_void_p), ("progress", rs_progress_fn),
                ("progress_user", c_void_p), ("message", c_void_p),
                ("message_capacity", c_size_t)]


class rs_segment(Structure):
    _fields_ = [("points", c_int32), ("iterations", c_int32), ("t_min", c_double),
                ("t_max", c_double)]


class rs_schedule_options(Structure):
    _fields_ = [("size", c_size_t), ("grid", c_int32), ("end", c_int32), ("steps", c_int32),
                ("solver", c_int32), ("restart_solver", c_int32), ("meet", c_int32),
                ("sigma_min", c_double), ("sigma_max", c_double), ("rho", c_double),
                ("sigmas", c_void_p), ("sigma_count", c_size_t),
                ("segments", POINTER(rs_segment)), ("segment_count", c_size_t),
                ("s_noise", c_double), ("s_churn", c_double), ("s_min", c_double),
                ("s_max", c_double), ("restart_gamma", c_double), ("start", c_int32),
                ("solver_order", c_int32), ("eta", c_double), ("strength", c_double),
                ("budget", c_int64), ("inpaint", c_int32), ("reserved", c_int32),
                ("shift", c_double), ("spacing", c_int32), ("snap", c_int32)]


class rs_entry(Structure):
    _fields_ = [("size", c_size_t), ("id", c_int32), ("order", c_int32), ("stochastic", c_int32),
                ("reserved", c_int32), ("name", c_char_p), ("summary", c_char_p)]


class rs_text_error(Structure):
    _fields_ = [("position", c_size_t), ("message", c_char * 120)]


class rs_schedule_room(Structure):
    _fields_ = [("size", c_size_t), ("segments", POINTER(rs_segment)),
                ("segment_capacity", c_size_t), ("sigmas", POINTER(c_double)),
                ("sigma_capacity", c_size_t)]


class rs_segment_info(Structure):
    _fields_ = [("size", c_size_t), ("asked", rs_segment), ("executed", rs_segment),
                ("node", c_int32), ("dropped", c_int32), ("nfe", c_int64), ("ratio", c_double),
                ("main_ratio", c_double)]


class rs_request(Structure):
    _fields_ = [("size", c_size_t), ("eval", POINTER(rs_eval))]


class rs_counters(Structure):
    _fields_ = [("size", c_size_t), ("nfe_done", c_int64), ("nfe_total", c_int64),
                ("steps_done", c_int64), ("steps_total", c_int64), ("calls", c_int64),
                ("memory", c_int64), ("callback_status", c_int32), ("reserved", c_int32)]


class rs_noise_key(Structure):
    _fields_ = [("seed", c_uint64), ("purpose", c_uint32), ("segment", c_uint32),
                ("iteration", c_uint32), ("step", c_uint32)]


_sampler = POINTER(rs_sampler)
_sized = [(name, (None, [POINTER(struct), c_size_t])) for name, struct in (
    ("rs_step_info_init_sized", rs_step_info),
    ("rs_sampler_options_init_sized", rs_sampler_options),
    ("rs_schedule_options_init_sized", rs_schedule_options),
    ("rs_schedule_room_init_sized", rs_schedule_room),
    ("rs_entry_init_sized", rs_entry),
    ("rs_segment_info_init_sized", rs_segment_info),
    ("rs_request_init_sized", rs_request),
    ("rs_counters_init_sized", rs_counters))]

# Name: (result, arguments), in the header's order.
FUNCTIONS = {
    **dict(_sized),
    "rs_version": (c_int32, []),
    "rs_version_string": (c_char_p, []),
    "rs_status_name": (c_char_p, [rs_status]),
    "rs_status_text": (c_char_p, [rs_status]),
    "rs_constant": (rs_status, [c_char_p, POINTER(c_int64)]),
    "rs_sampler_new": (rs_status, [POINTER(rs_sampler_options), POINTER(_sampler)]),
    "rs_sampler_free": (None, [_sampler]),
    "rs_sampler_message": (c_char_p, [_sampler]),
    "rs_schedule": (rs_status, [_sampler, POINTER(rs_schedule_options)]),
    "rs_solver_at": (rs_status, [c_size_t, POINTER(rs_entry)]),
    "rs_solver_named": (rs_status, [c_char_p, POINTER(c_int32)]),
    "rs_grid_at": (rs_status, [c_size_t, POINTER(rs_entry)]),
    "rs_grid_named": (rs_status, [c_char_p, POINTER(c_int32)]),
    "rs_preset": (rs_status, [c_char_p, POINTER(rs_schedule_options)]),
    "rs_preset_name": (c_char_p, [c_size_t]),
    "rs_segments_parse": (rs_status, [c_char_p, POINTER(rs_segment), c_size_t, POINTER(c_size_t),
                                      POINTER(rs_text_error)]),
    "rs_segments_format": (rs_status, [POINTER(rs_segment), c_size_t, c_int32, c_char_p, c_size_t,
                                       POINTER(c_size_t)]),
    "rs_schedule_format": (rs_status, [POINTER(rs_schedule_options), c_char_p, c_size_t,
                                       POINTER(c_size_t)]),
    "rs_schedule_parse": (rs_status, [c_char_p, POINTER(rs_schedule_room),
                                      POINTER(rs_schedule_options), POINTER(rs_text_error)]),
    "rs_plan_count": (c_size_t, [_sampler]),
    "rs_plan_nfe": (c_int64, [_sampler]),
    "rs_plan_step": (rs_status, [_sampler, c_size_t, POINTER(rs_step_info)]),
    "rs_plan_segment": (rs_status, [_sampler, c_size_t, POINTER(rs_segment_info)]),
    "rs_plan_text": (rs_status, [_sampler, c_char_p, c_size_t, POINTER(c_size_t)]),
    "rs_sample": (rs_status, [_sampler, c_void_p, c_void_p]),
    "rs_sample_f64": (rs_status, [_sampler, c_void_p, c_void_p]),
    "rs_sampler_start": (rs_status, [_sampler, c_void_p, c_void_p]),
    "rs_sampler_start_f64": (rs_status, [_sampler, c_void_p, c_void_p]),
    "rs_restart_step": (rs_status, [_sampler]),
    "rs_sampler_inpaint": (rs_status, [_sampler, c_void_p, c_void_p]),
    "rs_sampler_inpaint_f64": (rs_status, [_sampler, c_void_p, c_void_p]),
    "rs_sampler_ask": (rs_status, [_sampler, POINTER(rs_request)]),
    "rs_sampler_tell": (rs_status, [_sampler]),
    "rs_sampler_stop": (None, [_sampler]),
    "rs_sampler_counters": (rs_status, [_sampler, POINTER(rs_counters)]),
    "rs_sampler_save": (rs_status, [_sampler, c_void_p, c_size_t, POINTER(c_size_t)]),
    "rs_sampler_load": (rs_status, [_sampler, c_void_p, c_size_t, c_void_p]),
    "rs_sampler_load_f64": (rs_status, [_sampler, c_void_p, c_size_t, c_void_p]),
    "rs_normals": (rs_status, [POINTER(rs_noise_key), c_uint64, c_size_t, c_void_p]),
}
STRUCTS = {name: struct for name, struct in list(globals().items())
           if isinstance(struct, type) and issubclass(struct, Structure) and name != "Structure"}


def declare(library: CDLL, functions: dict) -> CDLL:
    """Gives the functions of a library their types."""
    for name, (result, arguments) in functions.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def check_fit(library: CDLL) -> None:
    """ImportError when the library cannot take what this table says: another ABI number, or a
    struct that is smaller there. Structs may grow: they carry their size."""
    value = c_int64()
    library.rs_constant(b"RS_ABI_VERSION", byref(value))
    if value.value != _library.ABI:
        raise ImportError(f"librestart has the ABI {value.value}, this package {_library.ABI}")
    for name, struct in STRUCTS.items():
        known = library.rs_constant(b"sizeof " + name.encode(), byref(value)) == 0
        if known and value.value < sizeof(struct):
            raise ImportError(f"librestart {library.rs_version_string().decode()} is too old for "
                              f"this package: its {name} is smaller")


lib = declare(_library.load("restart"), FUNCTIONS)
check_fit(lib)
