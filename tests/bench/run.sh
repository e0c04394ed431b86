#!/bin/sh
# SPDX-License-Identifier: MIT
# Speed beside what a user would take instead: sh tests/bench/run.sh [FIGURE...]
# PYTHON (default python3) is the Python whose torch, numpy and diffusers are measured; with a torch
# from pip, librestart-torch is built against that one. Builds in build/bench, or in BUILD.
# docs/performance.md says what is measured.
set -eu

cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
build=${BUILD:-build/bench}
OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
export OPENBLAS_NUM_THREADS OMP_NUM_THREADS MKL_NUM_THREADS
# Freed memory stays with the process: torch and numpy take new arrays at every operation, and would
# spend most of their time on fresh pages.
MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=1073741824
export MALLOC_MMAP_THRESHOLD_ MALLOC_TRIM_THRESHOLD_

# A torch from pip brings its libtorch; Debian's has links to where the compiler looks anyway.
torch=$("$python" -c '
import importlib.util, pathlib
spec = importlib.util.find_spec("torch")
library = pathlib.Path(spec.origin).parent / "lib/libtorch_cpu.so" if spec else None
print(library.parents[1] if library and library.is_file() and not library.is_symlink() else "")')
[ -f "$build/build.ninja" ] || meson setup "$build" -Dtests=enabled -Dtorch_path="$torch" >&2
meson configure "$build" -Dtorch_path="$torch" >&2
ninja -C "$build" tests/bench/libspeed.so tools/restart-sampler >&2
exec "$python" tests/bench/speed.py "$build" "$@"
