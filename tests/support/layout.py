# SPDX-License-Identifier: MIT
"""What the compiler says of the public headers: sizes, offsets and constants, for the tests of
bindings."""

import pathlib
import re
import tempfile

from check import CC, INCLUDE, code, run


def fields(path):
    """{"rs_eval": ["size_t size", ...]}: the declarations in every struct of a header."""
    found = re.findall(r"\bstruct\s+(rs_\w+)\s*\{(.*?)\}", code(path), flags=re.S)
    return {name: [" ".join(line.split()) for line in body.split(";") if line.strip()]
            for name, body in found}


def compiled(structs, numbers):
    """{"rs_eval": size, "rs_eval.batch": offset, "RS_OK": value} of structs {name: its fields'
    names} and constants."""
    lines = [f'  P("{n}", sizeof({n}));' for n in structs]
    lines += [f'  P("{n}.{f}", offsetof({n}, {f}));' for n in structs for f in structs[n]]
    lines += [f'  P("{n}", {n});' for n in numbers]
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder) / "sizes.c", pathlib.Path(folder) / "sizes"
        source.write_text("#include <stdio.h>\n#include <restart/exemplar.h>\n"
                          "#include <restart/torch.h>\n"
                          '#define P(name, value) printf("%s %lld\\n", name, (long long)(value))\n'
                          "int main(void) {\n" + "\n".join(lines) + "\n  return 0;\n}\n")
        run(*CC, "-std=c11", "-I", INCLUDE, source, "-o", program)
        return {k: int(v) for k, v in map(str.split, run(program).splitlines())}
