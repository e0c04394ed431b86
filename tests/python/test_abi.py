# SPDX-License-Identifier: MIT
"""The ctypes table of the Python package says what the headers say: every function, callback and
struct by its types, every size and offset by the compiler, every constant by its getter."""

import ctypes
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import INCLUDE, check, constants, finish, skip  # noqa: E402
from layout import (compiled, declared_callbacks, declared_functions, fields,  # noqa: E402
                    function_pointer, parts)

try:
    import numpy  # noqa: F401
except ImportError:
    skip("numpy is not installed")
from restart_sampler import _abi, _abi_shims, _abi_tune, _library, lists  # noqa: E402
from restart_sampler import constants as enumerations  # noqa: E402

NUMBERS = {"int32_t": ctypes.c_int32, "int64_t": ctypes.c_int64, "uint32_t": ctypes.c_uint32,
           "uint64_t": ctypes.c_uint64, "size_t": ctypes.c_size_t, "double": ctypes.c_double,
           "float": ctypes.c_float, "rs_status": ctypes.c_int32, "char": ctypes.c_char}
TABLE = {**vars(_abi), **vars(_abi_shims), **vars(_abi_tune)}
FUNCTIONS = {"restart.h": _abi.FUNCTIONS, "exemplar.h": _abi_shims.EXEMPLAR,
             "torch.h": _abi_shims.TORCH, "tune.h": _abi_tune.TUNE}
STRUCTS = {**_abi.STRUCTS, **_abi_shims.STRUCTS, **_abi_tune.STRUCTS}


def accepted(declaration):
    """The ctypes that may stand for a C declaration; its name may be missing."""
    base, stars, _, count = parts(declaration)
    if count:
        size = int(count) if count.isdigit() else TABLE[count]
        return [NUMBERS[base] * size]
    if not stars:
        return [None] if base == "void" else [NUMBERS.get(base) or TABLE[base]]
    if base == "void":
        return [ctypes.c_void_p]
    if base == "char":
        return [ctypes.c_char_p, ctypes.c_void_p]
    kind = NUMBERS.get(base) or TABLE[base]
    if len(stars) == 2:
        return [ctypes.POINTER(ctypes.POINTER(kind))]
    return [ctypes.POINTER(kind)] + [ctypes.c_void_p] * (base in NUMBERS)


def check_signature(name, result, given, types):
    want = [accepted(a) for a in given]
    check(types[0] in accepted(result), f"{name} returns {types[0]}, in C {result}")
    good = len(want) == len(types[1]) and all(t in w for t, w in zip(types[1], want))
    check(good, f"{name} takes {types[1]}, in C {given}")


def check_functions(name):
    found, table = declared_functions(INCLUDE / "restart" / name), FUNCTIONS[name]
    for function, result, given in found:
        if check(function in table, f"{function} is not in the table"):
            check_signature(function, result, given, table[function])
    extra = set(table) - {function for function, _, _ in found}
    check(not extra, f"not in {name}: {extra}")
    return len(found)


def check_callbacks(name):
    found = declared_callbacks(INCLUDE / "restart" / name)
    for callback, result, given in found:
        kind = TABLE[callback]
        check_signature(callback, result, given, (kind._restype_, list(kind._argtypes_)))
    return len(found)


def check_fields(name):
    """Names and types of every struct's fields; returns the structs' names."""
    found = fields(INCLUDE / "restart" / name)
    for struct, theirs in found.items():
        ours = list(STRUCTS[struct]._fields_)
        if not check(len(ours) == len(theirs), f"{struct} has {len(theirs)} fields"):
            continue
        for (field, kind), declaration in zip(ours, theirs):
            pointer = function_pointer(declaration)
            if pointer:
                own, result, given = pointer
                check_signature(f"{struct}.{own}", result, given,
                                (kind._restype_, list(kind._argtypes_)))
            else:
                own = parts(declaration)[2]
                check(kind in accepted(declaration),
                      f"{struct}.{own} is {kind}, in C {declaration}")
            check(field == own, f"{struct}.{own} is called {field}")
    return list(found)


def check_layout(names, truth):
    for name in names:
        struct = STRUCTS[name]
        check(ctypes.sizeof(struct) == truth[name], f"sizeof({name}) is {truth[name]}")
        for field, _ in struct._fields_:
            offset = getattr(struct, field).offset
            want = truth[f"{name}.{field}"]
            check(offset == want, f"{name}.{field} is at {offset}, in C at {want}")


def check_constants(names, truth):
    ours = {prefix + member: int(value) for kind, prefix in enumerations.PREFIXES.items()
            for member, value in kind.__members__.items()}
    ours["RS_TORCH_DIMS_MAX"] = _abi_shims.RS_TORCH_DIMS_MAX
    ours["RS_ABI_VERSION"] = _library.ABI
    value = ctypes.c_int64()
    for name in names:
        check(ours.get(name) == truth[name], f"{name} is {truth[name]}, not {ours.get(name)}")
        if not name.startswith(("RS_EXEMPLAR_", "RS_TORCH_")):
            status = _abi.lib.rs_constant(name.encode(), ctypes.byref(value))
            check(status == 0 and value.value == truth[name], f"rs_constant of {name}")
    check(set(ours) == set(names), f"not in the headers: {set(ours) ^ set(names)}")


def main():
    count = sum(check_functions(h) + check_callbacks(h) for h in FUNCTIONS)
    structs = [name for h in FUNCTIONS for name in check_fields(h)]
    opaque = {"rs_sampler", "rs_exemplar", "rs_torch", "rs_tuner"}
    check(set(STRUCTS) - opaque == set(structs), f"structs {set(STRUCTS) ^ set(structs)}")
    names = [n for h in (*FUNCTIONS, "version.h") for n in constants(INCLUDE / "restart" / h)]
    release = ["RS_VERSION_MAJOR", "RS_VERSION_MINOR", "RS_VERSION_PATCH"]
    truth = compiled({n: [f for f, _ in STRUCTS[n]._fields_] for n in structs}, names)
    check_layout(structs, truth)
    check_constants([n for n in names if n not in release], truth)
    check(lists.version() == ".".join(str(truth[n]) for n in release), "version()")
    check(count > 50 and len(structs) > 15 and len(names) > 100, "the headers were not read")
    print(f"{count} functions and callbacks, {len(structs)} structs, {len(names)} constants")
    finish()


main()
