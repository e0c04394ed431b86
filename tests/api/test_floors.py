# SPDX-License-Identifier: MIT
"""The rules of lib/README.md about the source text: who includes whom, sizes, words.
First tried on a copy with one fault of each kind, each of which must be found."""

import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import ROOT, check, finish  # noqa: E402

FLOORS = ["base", "kernel", "math", "part", "plan", "core", "tune"]
FOLDERS = ["include", "lib", "shim", "tools", "tests", "examples"]
SOURCES = {".c", ".h", ".cpp", ".hpp", ".cs", ".py", ".sh", ".in", ".build", ".mjs", ".html",
           ".ini", ".lua"}
STANDARD = {f"{name}.h" for name in """float limits math stdalign stdarg stdatomic stdbool stddef
    stdint stdio stdlib string""".split()}
INTRINSICS = ("lib/kernel/kernels_x86.h", "immintrin.h")
FILE_LINES, FUNCTION_LINES, COLUMNS = 400, 60, 100
HEAP = r"\b(?:malloc|calloc|realloc|aligned_alloc|free|strdup|alloca)\b(?=\s*[(,;)])"
LOUD = (r"\b(?:v?f?printf|f?puts|putchar|f?putc|fwrite|perror|abort|_?exit|_Exit|quick_exit|raise"
        r"|assert)(?=\s*\()|\b(?:stdout|stderr)\b")


STRINGS = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''


def uncommented(text):
    """As many lines as before."""
    return re.sub(rf"({STRINGS})|/\*.*?\*/|//[^\n]*",
                  lambda m: m.group(1) or " " + "\n" * m.group().count("\n"), text, flags=re.S)


def unquoted(text):
    return re.sub(STRINGS, '""', uncommented(text))


def includes(text):
    """(bracket, name) of every #include."""
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]*)', uncommented(text), flags=re.M)


# What functions may stand within.
SCOPE = r"\s*(?:extern\b|(?:[^=(]*\b)?(?:namespace|class|struct|union)\b)[^=(]*"


def without_defaults(text):
    """C++ without templates' and functions' defaults and without operators, which look like a
    variable's initial value."""
    def lines(found):
        return "\n" * found.group().count("\n")
    text = re.sub(r"\boperator\s*[^\w\s(]+", "operator_", text)
    text = re.sub(r"\btemplate\s*<(?:[^<>;{]|<(?:[^<>;{]|<[^<>;{]*>)*>)*>", lines, text)
    return re.sub(r"\s=\s*(?:\{\s*\}|[\w:.]+(?=[,)]))", lines, text)


def functions(text):
    """(name, lines) of every function defined, from its first word to its last brace."""
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group().count("\n"),
                  unquoted(text), flags=re.M)
    text = without_defaults(text)
    depth, begin, head = 0, 0, 0
    for found in re.finditer(r"[{};]", text):
        if found.group() == "{":
            if depth == 0 and re.fullmatch(SCOPE, text[begin:found.start()]):
                begin = found.end()
                continue
            if depth == 0:
                head = found.start()
            depth += 1
        elif found.group() == "}":
            depth = max(depth - 1, 0)
        if depth == 0 and found.group() != "{":
            signature = text[begin:head] if head > begin else ""
            name = re.search(r"(\w+)\s*\(", signature)
            if name and "=" not in signature and found.group() == "}":
                start = begin + len(signature) - len(signature.lstrip())
                yield name.group(1), text.count("\n", start, found.end()) + 1
            begin = found.end()


def own(stem, header):
    """Whether solver.h belongs to solver.c and solver_edm.c, and vector_template.h to vector.c."""
    return (stem + "_").startswith(header + "_") or header.startswith(stem + "_")


def parts(path, header):
    """Whether both are parts of a template, like kernels_set.h and kernels_noise.h."""
    return path.suffix == ".h" and "_" in header and path.stem.split("_")[0] == header.split("_")[0]


def floor_law(root, path, text):
    lib = root / "lib"
    floor = path.relative_to(lib).parts[0]
    if floor not in FLOORS:
        yield f"{floor}/ is no floor"
        return
    known = (lib / "README.md").read_text(encoding="utf-8")
    if f"`{floor}/{path.stem}" not in known and f"`{path.name}`" not in known:
        yield "is not in lib/README.md"
    for bracket, name in includes(text):
        other, _, header = name.partition("/")
        if bracket == "<":
            here = path.relative_to(root).as_posix()
            if (name not in STANDARD and not (root / "include" / name).exists()
                    and (here, name) != INTRINSICS):
                yield f"includes <{name}>"
        elif not (lib / name).exists() or other not in FLOORS:
            yield f'includes "{name}", which is not spelled from lib/'
        elif name != "base/compiler.h" and FLOORS.index(other) >= FLOORS.index(floor):
            if other != floor:
                yield f'includes "{name}", which is upward'
            elif not own(path.stem, header[:-2]) and not parts(path, header[:-2]):
                yield f'includes "{name}", which is sideways'


def guest_law(root, path, text):
    """Shims and tools see the public headers, the system, and their own folder."""
    for bracket, name in includes(text):
        if bracket == '"':
            good = "/" not in name and (path.parent / name).exists()
        else:
            good = ((root / "include" / name).exists() if name.startswith("restart/")
                    else not name.startswith(".") and not (root / "lib" / name).exists())
        if not good:
            yield f"includes {name}, which is not its own"


def words(path, text, floor):
    bare = unquoted(text)
    if path.parts[-2:] != ("base", "memory.c") and floor == "lib":
        for word in re.findall(HEAP, bare):
            yield f"{word}: only lib/base/memory.c touches the heap"
    for word in re.findall(LOUD, bare):
        yield f"{word}: a library does not print or end the process"


def sizes(path, text, floor):
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > COLUMNS and path.suffix != ".build":
            yield f"line {number} has {len(line)} columns"
    if path.suffix not in (".c", ".h", ".cpp", ".hpp", ".cs"):
        return
    if floor not in ("include", "tests") and len(text.splitlines()) > FILE_LINES:
        yield f"{len(text.splitlines())} lines"
    if path.suffix == ".cs":
        return
    for name, lines in functions(text):
        if lines > FUNCTION_LINES:
            yield f"{name} has {lines} lines"


def offences(root):
    """(path, sentence) of everything that breaks a rule."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in SOURCES or not path.is_file():
                continue
            raw = path.read_bytes()
            text = raw.decode("utf-8", "replace")
            found = list(sizes(path, text, folder))
            if not raw.isascii():
                found.append("has characters that are not ASCII")
            if "SPDX-License-Identifier: MIT" not in text[:200]:
                found.append("has no SPDX line")
            if path.suffix in (".c", ".h"):
                if folder == "lib":
                    found += floor_law(root, path, text)
                if folder in ("shim", "tools"):
                    found += guest_law(root, path, text)
                if folder in ("lib", "shim"):
                    found += words(path, text, folder)
            for sentence in found:
                yield str(path.relative_to(root)), sentence


LONG_FUNCTION = "static int f(int a,\n             int b) {\n%s  return a + b;\n}\n"
LONG_MEMBER = """namespace a::b {
template <class T, class = std::enable_if_t<std::is_const_v<T>>> class C : public D<T> {
  bool operator==(C other) const { return x == other.x; }
  bool f(Span<T> s = {}, int n = 3)
      : x(n) {
%s    return f({}, 1);
  }
  int x = 5;
};
}
"""
# File, what is added to its end, what must be said.
FAULTS = [
    ("lib/base/text.c", '#include "part/solver.h"\n', "upward"),
    ("lib/base/text.h", '#  include "core/sampler.h"\n', "upward"),
    ("lib/part/model.c", '#include "part/solver.h"\n', "sideways"),
    ("lib/part/model.c", '#include "../part/model.h"\n', "not spelled"),
    ("lib/part/model.c", '#include "nothing.h"\n', "not spelled"),
    ("lib/part/model.c", "#include <pthread.h>\n", "includes <pthread.h>"),
    ("lib/kernel/kernels.c", "#include <immintrin.h>\n", "includes <immintrin.h>"),
    ("lib/kernel/kernels.c", '#include "math/noise.h"\n', "upward"),
    ("lib/part/model.c", "#include <base/text.h>\n", "includes <base/text.h>"),
    ("lib/attic/new.c", "/* SPDX-License-Identifier: MIT */\n", "no floor"),
    ("lib/base/new.c", "/* SPDX-License-Identifier: MIT */\n", "not in lib/README.md"),
    ("shim/exemplar/denoise.c", '#include "base/text.h"\n', "not its own"),
    ("shim/exemplar/denoise.c", "#include <../lib/base/text.h>\n", "not its own"),
    ("shim/exemplar/denoise.c", "int f(void) { return puts(\"\"); }\n", "puts"),
    ("tools/new.c", '#include "../lib/base/text.h"\n', "not its own"),
    ("tools/new.c", "#include <restart/inside.h>\n", "not its own"),
    ("tools/new.c", "int f;\n", "no SPDX"),
    ("lib/core/sampler.c", "void f(void *p) { free (p); }\n", "heap"),
    ("lib/core/sampler.c", "void *(*f)(size_t) = malloc;\n", "heap"),
    ("lib/core/sampler.c", 'void f(void) { printf("a"); }\n', "printf: "),
    ("lib/core/sampler.c", "void *f(void) { return stderr; }\n", "stderr: "),
    ("lib/core/sampler.c", "void f(void) { abort(); }\n", "abort: "),
    ("lib/core/sampler.c", "/* caf\u00e9 */\n", "ASCII"),
    ("lib/core/sampler.c", "/*" + "-" * 97 + "*/\n", "101 columns"),
    ("lib/core/sampler.c", "\n" * 400, " lines"),
    ("lib/core/sampler.c", LONG_FUNCTION % ("  a++;\n" * 57), "f has 61 lines"),
    ("include/restart/version.h", LONG_FUNCTION % ("\n" * 57), "f has 61 lines"),
    ("include/restart/restart.hpp", LONG_MEMBER % ("\n" * 57), "f has 61 lines"),
    ("shim/torch/file.cpp", LONG_MEMBER % ("\n" * 57), "f has 61 lines"),
    ("shim/torch/file.hpp", "\n" * 400, " lines"),
    ("tests/new.py", "# nothing\n", "no SPDX"),
    ("shim/csharp/Sampler.cs", "\n" * 400, " lines"),
]
FINE = [
    ("lib/core/sampler.c", LONG_FUNCTION % ("  a++;\n" * 56)),
    ("lib/core/sampler.c", '/* free(p), printf("") */ const char *f = "abort() stderr";\n'),
    ("include/restart/restart.hpp", LONG_MEMBER % ("\n" * 56)),
    ("lib/core/sampler.c", "/*" + "-" * 96 + "*/\n"),
    ("lib/core/sampler.c", '/*\n#include "nothing.h"\n*/\n#include "base/compiler.h"\n'),
    ("lib/core/sampler.c", "void f(void) { free_all(); snprintf(0, 0, 0); static_assert(1); }\n"),
    ("lib/base/memory.c", "void f(void *p) { free(p); }\n"),
]


def added(root, name, text, before):
    """What the checker says more when text is added to a file."""
    path = root / name
    old = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((old or b"") + text.encode())
    found = [offence for offence in offences(root) if offence not in before]
    if old is None:
        path.unlink()
    else:
        path.write_bytes(old)
    return found


def try_checker():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for part in FOLDERS:
            shutil.copytree(ROOT / part, root / part)
        before = set(offences(root))
        for name, text, sentence in FAULTS:
            found = added(root, name, text, before)
            check([f for f in found if f[0] == name and sentence in f[1]],
                  f"the checker does not see in {name}: {text[:60]!r}; it says {found}")
        for name, text in FINE:
            found = added(root, name, text, before)
            check(not found, f"the checker is wrong about {name}: {text[:60]!r}: {found}")


def main():
    try_checker()
    for name, sentence in offences(ROOT):
        check(False, f"{name}: {sentence}")
    finish()


main()
