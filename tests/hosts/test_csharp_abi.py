# SPDX-License-Identifier: MIT
"""The table of the C# binding says what the headers say: every function and callback by its types,
every struct's fields with size and offsets, every constant."""

import pathlib
import tempfile

from csharp import HERE, compile_program, mono  # first: it finds tests/support
from check import INCLUDE, check, constants, finish
from layout import (compiled, declared_callbacks, declared_functions, fields, function_pointer,
                    parts, read_values)

NUMBERS = {"int32_t": "Int32", "int64_t": "Int64", "uint32_t": "UInt32", "uint64_t": "UInt64",
           "size_t": "UIntPtr", "double": "Double", "float": "Single", "rs_status": "Status",
           "char": "Byte"}
OPAQUE = {"rs_sampler", "rs_exemplar", "rs_torch"}
LIBRARIES = {INCLUDE / "restart/restart.h": "restart",
             INCLUDE / "restart/exemplar.h": "restart-exemplar",
             INCLUDE / "restart/torch.h": "restart-torch"}
# The enumeration of each prefix; the longest that fits counts.
ENUMERATIONS = {
    "RS_": "Status", "RS_FLOAT": "Dtype", "RS_PROCESS_": "ProcessKind",
    "RS_PREDICT_": "Prediction", "RS_TIME_": "TimeKind", "RS_BETAS_": "Betas",
    "RS_GUIDANCE_": "Guidance", "RS_PASS_": "GuidancePass", "RS_CLIP_": "Clip",
    "RS_GRID_": "GridKind", "RS_SPACING_": "Spacing", "RS_END_": "GridEnd",
    "RS_SOLVER_": "Solver", "RS_MEET_": "Meet", "RS_START_": "StartKind", "RS_STEP_": "StepKind",
    "RS_NOISE_": "NoisePurpose", "RS_TEXT_": "TextForm", "RS_TORCH_": "TorchType",
    "RS_EXEMPLAR_": "ExemplarSearch"}
FLAGS = ("RS_STEP_RESTART_", "RS_STEP_ITERATION_")


def translated(declaration, dims_max):
    """The C# type of a declaration in C."""
    base, stars, _, count = parts(declaration)
    if base.endswith("_fn") or (base == "void" and stars):
        return "IntPtr"
    if base == "void":
        return "Void"
    if base in OPAQUE:
        return "IntPtr" + stars[1:]
    size = f"[{dims_max if count == 'RS_TORCH_DIMS_MAX' else count}]" if count else ""
    return NUMBERS.get(base, base) + stars + size


class Table:
    """What Abi.cs printed."""

    def __init__(self, text):
        self.functions, self.callbacks, self.fields, self.enums, layout = {}, {}, {}, {}, []
        for kind, name, *rest in map(str.split, text.splitlines()):
            if kind == "function":
                self.functions[name] = rest
            elif kind == "callback":
                self.callbacks[name] = rest
            elif kind == "field":
                self.fields.setdefault(name, []).append(tuple(rest))
            elif kind == "enum":
                self.enums[name, rest[0].lower()] = int(rest[1])
            elif kind == "constant":
                self.dims_max = int(rest[0])
            else:
                layout.append(f"{name} {rest[0]}")
        self.layout = read_values("\n".join(layout))

    def signature(self, result, given):
        return [translated(d, self.dims_max) for d in (result, *given)]


def layout_program():
    """C# that measures every struct, field by field, from the names in the headers."""
    lines = []
    for struct, places in structs().items():
        lines += ["    {", f"      var x = default(Native.{struct});",
                  f'      Abi.Print("{struct}", sizeof(Native.{struct}));']
        for field, buffer in places.items():
            place = f"x.{field}" if buffer else f"&x.{field}"
            lines.append(f'      Abi.Print("{struct}.{field}", (byte*){place} - (byte*)&x);')
        lines.append("    }")
    return "\n".join(["using RestartSampler;", "static unsafe class Layout {",
                      "  internal static void Print() {", *lines, "  }", "}", ""])


def structs():
    """{struct: {field: whether it is an array}}, of the headers."""
    def field(declaration):
        pointer = function_pointer(declaration)
        return (pointer[0], False) if pointer else (parts(declaration)[2],
                                                    bool(parts(declaration)[3]))
    return {name: dict(map(field, declarations)) for h in LIBRARIES
            for name, declarations in fields(h).items()}


def printed():
    with tempfile.TemporaryDirectory() as folder:
        layout, program = pathlib.Path(folder) / "Layout.cs", pathlib.Path(folder) / "abi.exe"
        layout.write_text(layout_program())
        compile_program(program, HERE / "abi/Abi.cs", layout)
        done = mono(program)
        check(done.returncode == 0, done.stdout)
        return Table(done.stdout)


def check_functions(table):
    wanted = {f"{LIBRARIES[h]}:{name}": table.signature(result, given) for h in LIBRARIES
              for name, result, given in declared_functions(h)}
    for name, signature in wanted.items():
        check(table.functions.get(name) == signature,
              f"{name} is {table.functions.get(name)}, in C {signature}")
    extra = set(table.functions) - set(wanted)
    check(not extra, f"not in the headers: {extra}")
    return len(wanted)


def check_callbacks(table):
    wanted = {name: table.signature(result, given) for h in LIBRARIES
              for name, result, given in declared_callbacks(h)}
    for h in LIBRARIES:
        for struct, declarations in fields(h).items():
            for name, result, given in filter(None, map(function_pointer, declarations)):
                wanted[f"{struct}_{name}_fn"] = table.signature(result, given)
    check(table.callbacks == wanted, f"callbacks {table.callbacks}, in C {wanted}")
    return len(wanted)


def check_structs(table):
    for h in LIBRARIES:
        for name, declarations in fields(h).items():
            wanted = []
            for declaration in declarations:
                pointer = function_pointer(declaration)
                wanted.append((pointer[0], "IntPtr") if pointer else
                              (parts(declaration)[2], translated(declaration, table.dims_max)))
            check(table.fields.get(name) == wanted,
                  f"{name} is {table.fields.get(name)}, in C {wanted}")
    check(set(table.fields) == set(structs()), f"structs {set(table.fields) ^ set(structs())}")


def member(name):
    """(enumeration, member in small letters) of a constant."""
    prefix = max((p for p in ENUMERATIONS if name.startswith(p)), key=len)
    kind = "StepFlags" if name.startswith(FLAGS) else ENUMERATIONS[prefix]
    rest = name[3:] if kind == "Dtype" else name[len(prefix):]
    return kind, rest.replace("_", "").lower()


def check_constants(table, names, truth):
    wanted = {member(name): truth[name] for name in names}
    check(len(wanted) == len(names), "two constants have one name")
    ours = {key: value for key, value in table.enums.items() if key[0] != "TextureState"}
    check(ours == wanted, f"constants: {sorted(set(ours.items()) ^ set(wanted.items()))}")


def main():
    table = printed()
    names = [n for h in LIBRARIES for n in constants(h)]
    truth = compiled(structs(), names)
    count = check_functions(table) + check_callbacks(table)
    check_structs(table)
    layout = {name: truth[name] for name in truth if name not in names}
    check(table.layout == layout, f"layout: {set(table.layout.items()) ^ set(layout.items())}")
    check(table.dims_max == truth["RS_TORCH_DIMS_MAX"], "RS_TORCH_DIMS_MAX")
    names.remove("RS_TORCH_DIMS_MAX")
    check_constants(table, names, truth)
    check(count > 50 and len(layout) > 150 and len(names) > 100, "the headers were not read")
    print(f"{count} functions and callbacks, {len(layout)} places, {len(names)} constants")
    finish()


main()
