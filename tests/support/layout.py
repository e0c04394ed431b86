# SPDX-License-Identifier: MIT
"""The public headers as declarations, and what the C compiler makes of them: what the tests of
bindings in other languages compare with."""

import pathlib
import re
import tempfile

from check import CC, INCLUDE, code, run


def declared_functions(path):
    """(name, result, arguments) of every function of a header."""
    found = re.findall(r"^RS_API\s+([^;()]+?)(\brs_\w+)\(([^)]*)\);", code(path), flags=re.M)
    return [(name, result.strip(), arguments(given)) for result, name, given in found]


def declared_callbacks(path):
    """The same of every type of callback that has a name."""
    found = re.findall(r"^typedef (\w+) \(\*(rs_\w+)\)\(([^)]*)\);", code(path), flags=re.M)
    return [(name, result, arguments(given)) for result, name, given in found]


def fields(path):
    """{"rs_eval": ["size_t size", ...]}: the declarations in every struct of a header."""
    found = re.findall(r"\bstruct\s+(rs_\w+)\s*\{(.*?)\}", code(path), flags=re.S)
    return {name: [" ".join(line.split()) for line in body.split(";") if line.strip()]
            for name, body in found}


def arguments(text):
    """The declarations in a list of arguments."""
    return [] if text.strip() == "void" else [" ".join(a.split()) for a in text.split(",")]


def parts(declaration):
    """(base type, stars, name, count) of a plain declaration; name and count may be ""."""
    text = re.sub(r"\bconst\b", " ", declaration).strip()
    found = re.fullmatch(r"(\w+)\s*(\**)\s*(\w*)\s*(?:\[(\w+)\])?", text)
    assert found, declaration
    return tuple(part or "" for part in found.groups())


def function_pointer(declaration):
    """(name, result, arguments) of a field that is a pointer to a function; None if it is not."""
    found = re.fullmatch(r"(.*?)\(\*(\w+)\)\((.*)\)", declaration)
    return found and (found.group(2), found.group(1).strip(), arguments(found.group(3)))


def compiled(structs, numbers):
    """What the compiler says: {"rs_eval": size, "rs_eval.batch": offset, "RS_OK": value}. structs
    is {name: names of fields}."""
    lines = [f'  P("{n}", sizeof({n}));' for n in structs]
    lines += [f'  P("{n}.{f}", offsetof({n}, {f}));' for n in structs for f in structs[n]]
    lines += [f'  P("{n}", {n});' for n in numbers]
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder) / "sizes.c", pathlib.Path(folder) / "sizes"
        source.write_text("#include <stdio.h>\n#include <restart/exemplar.h>\n"
                          "#include <restart/torch.h>\n#include <restart/tune.h>\n"
                          '#define P(name, value) printf("%s %lld\\n", name, (long long)(value))\n'
                          "int main(void) {\n" + "\n".join(lines) + "\n  return 0;\n}\n")
        run(*CC, "-std=c11", "-I", INCLUDE, source, "-o", program)
        return read_values(run(program))


def read_values(text):
    """Lines of a name and a number."""
    return {k: int(v) for k, v in map(str.split, text.splitlines())}
