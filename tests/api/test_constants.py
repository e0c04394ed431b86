# SPDX-License-Identifier: MIT
"""test_constants.py LIBRARY VERSION: the version and rs_constant know what the header says."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import CC, INCLUDE, check, constants, finish, run, structs  # noqa: E402

PROGRAM = r"""
#include <stdio.h>
#include <string.h>
#include <restart/tune.h>

static int failed;

static void fail(const char *sentence, const char *name) {
  printf("FAILED: %s: %s\n", sentence, name);
  failed = 1;
}

static void is(const char *name, int64_t wanted) {
  int64_t value = -123456;
  if (rs_constant(name, &value) != RS_OK)
    fail("rs_constant does not know", name);
  else if (value != wanted)
    fail("rs_constant has another value for", name);
}

static void unknown(const char *name) {
  int64_t value = 7;
  if (rs_constant(name, &value) != RS_ERR_NAME || value != 7)
    fail("rs_constant should not know", name);
}

#if RS_VERSION_AT_LEAST(RS_VERSION_MAJOR, RS_VERSION_MINOR, RS_VERSION_PATCH + 1)
#error "at least the next patch"
#endif
#if RS_VERSION_AT_LEAST(RS_VERSION_MAJOR, RS_VERSION_MINOR + 1, 0)
#error "at least the next minor release"
#endif
#if RS_VERSION_AT_LEAST(RS_VERSION_MAJOR + 1, 0, 0)
#error "at least the next major release"
#endif
#if !RS_VERSION_AT_LEAST(RS_VERSION_MAJOR, RS_VERSION_MINOR, RS_VERSION_PATCH)
#error "not at least itself"
#endif
#if !RS_VERSION_AT_LEAST(0, 0, 0) || RS_VERSION_PATCH > 99 || RS_VERSION_MINOR > 99
#error "the version does not fit its form"
#endif

int main(void) {
  char text[64];
  int64_t value = 0;
  snprintf(text, sizeof text, "%d.%d.%d", RS_VERSION_MAJOR, RS_VERSION_MINOR, RS_VERSION_PATCH);
  if (strcmp(rs_version_string(), text) != 0 || strcmp(text, "@VERSION@") != 0)
    fail("rs_version_string, header and build disagree", rs_version_string());
  if (rs_version() != RS_VERSION)
    fail("rs_version is not the header's", rs_version_string());
  if (rs_constant(NULL, &value) != RS_ERR_ARGUMENT || rs_constant("RS_OK", NULL) != RS_ERR_ARGUMENT)
    fail("rs_constant takes", "NULL");
  unknown("");
  unknown("RS_NOTHING");
  unknown("RS_OK ");
  unknown("rs_ok");
  unknown("sizeof rs_sampler");
  unknown("rs_eval");
@CHECKS@
  return failed;
}
"""


def main():
    library, version = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    headers = [INCLUDE / "restart" / name for name in ("restart.h", "tune.h", "version.h")]
    names = [name for header in headers for name in constants(header)]
    types = [name for header in headers for name in structs(header)]
    # The header is read by patterns: that they find what is known to be there.
    for name in "RS_OK", "RS_ERR_MISMATCH", "RS_FLOAT32", "RS_TEXT_JSON", "RS_VERSION_MAJOR":
        check(names.count(name) == 1, f"{name} was not found in the header, or twice")
    for name in "rs_alloc", "rs_eval", "rs_noise_key":
        check(types.count(name) == 1, f"{name} was not found in the header, or twice")
    lines = [f'  is("{n}", {n});' for n in names]
    lines += [f'  is("sizeof {t}", (int64_t)sizeof({t}));' for t in types]
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder) / "constants.c", pathlib.Path(folder) / "constants"
        source.write_text(PROGRAM.replace("@CHECKS@", "\n".join(lines)).replace("@VERSION@",
                                                                                version))
        run(*CC, "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", INCLUDE, source, library, "-lm",
            f"-Wl,-rpath,{library.parent}", "-o", program)
        print(run(program), end="")
    print(f"{len(names)} constants and {len(types)} sizes")
    finish()


main()
