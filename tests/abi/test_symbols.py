# SPDX-License-Identifier: MIT
"""test_symbols.py LIBRARY MAP HEADER[,HEADER] SONAME NEEDED...: what a library gives and takes.

It gives what its map lists and its headers declare; it takes no library but those named, and of
their functions only those below, which neither print, end the process, open anything, start
threads, nor keep state; and it has no writable data of its own. Of a library in C++, which takes
what its runtime pleases, only the first two are judged.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import check, finish, functions, need, run, skip  # noqa: E402

# A new name belongs here only if the sentence above stays true. Of libm only what rounds exactly,
# so that the results have the same bits everywhere.
TAKES = set("""
    malloc free memchr memcmp memcpy memmove memset strchr strcmp strcspn strlen strncmp strspn
    strtod snprintf vsnprintf
    ceil fabs floor fma fmax fmaxf fmin fminf frexp ldexp nearbyint rint sqrt sqrtf trunc
    __stack_chk_fail __cxa_finalize __gmon_start__ __cpu_model __cpu_indicator_init
    _ITM_deregisterTMCloneTable _ITM_registerTMCloneTable
""".split())
TAKES |= {f"__{name}_chk" for name in ("memcpy", "memmove", "memset", "snprintf", "vsnprintf")}


def differ(left, right, sentence):
    for name in sorted(set(left) ^ set(right)):
        check(False, f"{name} is only {sentence[0] if name in left else sentence[1]}")


def gives(library, script, headers):
    lines = run("nm", "-D", "--defined-only", library).splitlines()
    exported = [line.split()[2].split("@")[0] for line in lines if line.split()[1] != "A"]
    listed = re.findall(r"\b(\w+);", script.read_text().split("local:")[0])
    declared = sorted(name for header in headers for name in functions(header))
    check(len(declared) > 3, "the headers were not understood")
    check(len(listed) == len(set(listed)), f"{script.name} lists a name twice")
    check(listed == sorted(listed), f"{script.name} is not in order")
    differ(exported, listed, (f"exported by {library.name}", f"in {script.name}"))
    differ(listed, declared, (f"in {script.name}", "declared in a header"))
    for name in exported:
        check(name.startswith("rs_"), f"{name} is exported")
    # Another copy of the library in the process could answer a call that goes out by name.
    calls = re.findall(r"_JUMP_SLOT?\s+\w+\s+(\w+)", run("readelf", "-rW", library))
    for name in set(calls) & set(exported):
        check(False, f"{library.name} calls {name} by its public name")
    print(f"{library.name}: {len(exported)} functions")


def takes(library, soname, libraries):
    dynamic = run("readelf", "-dW", library)
    found = re.findall(r"\(SONAME\).*\[(.*)\]", dynamic)
    check(found == [soname], f"the soname is {found}, not {soname}")
    for name in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        check(any(name.startswith(known) for known in libraries), f"needs {name}")
    if "libstdc++.so" in libraries:
        return
    undefined = run("nm", "-D", "--undefined-only", library).splitlines()
    for name in sorted(line.split()[-1].split("@")[0] for line in undefined):
        if not (name.startswith("rs_") and len(libraries) > 2):
            check(name in TAKES, f"{library.name} takes {name}")


def writable(library):
    """Judged by the object files: the linker adds data of the C runtime to the library itself."""
    objects = sorted(library.parent.glob("lib*.p/*.o"))
    check(objects, f"no object files beside {library.name}")
    for path in objects:
        table = run("objdump", "-t", path)
        if "__gnu_lto_slim" in table:
            print("link-time optimisation: the data was not judged")
            return
        for line in table.splitlines():
            # Value, seven columns of flags, section; then a tab, size, name.
            left, _, right = line.partition("\t")
            section = left[25:]
            if section.startswith((".data", ".bss", ".tdata", ".tbss", "*COM*")):
                constant = section.startswith(".data.rel.ro") or left[22] == "d"
                check(constant, f"{path.name} has writable data: {right.split()[-1]}")


def main():
    need("nm", "readelf", "objdump")
    library, script = (pathlib.Path(a).absolute() for a in sys.argv[1:3])
    headers = [pathlib.Path(a).absolute() for a in sys.argv[3].split(",")]
    if library.read_bytes()[:4] != b"\x7fELF":
        skip(f"{library.name} is not an ELF library")
    gives(library, script, headers)
    takes(library, sys.argv[4], sys.argv[5:])
    if "libstdc++.so" not in sys.argv[5:]:
        writable(library)
    finish()


main()
