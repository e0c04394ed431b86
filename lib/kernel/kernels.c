/* SPDX-License-Identifier: MIT */
#include "kernel/kernels.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/compiler.h"
#include "kernel/kernels_philox.h"

/* Blocks of four normals that are made together, and what their number is a multiple of. */
enum { LANES = 64, GROUP = 16 };
#define WHOLE(lanes) ((lanes) / GROUP * GROUP)

typedef struct {
  uint32_t word[4][LANES];
} blocks;

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)

/* RS__SIDE_BY_SIDE is a wish: builds with sanitizers do not fulfil it. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

#define SET c
#define TARGET
#include "kernel/kernels_set.h"
#undef SET
#undef TARGET

#if defined(RS__X86)
#include "kernel/kernels_x86.h"
#endif

const rs__kernels *rs__kernels_at(size_t index) {
#if defined(RS__X86)
  if (__builtin_cpu_supports("avx512f") && index-- == 0)
    return &kernels_avx512;
  if (__builtin_cpu_supports("avx2") && index-- == 0)
    return &kernels_avx2;
#endif
  return index == 0 ? &kernels_c : NULL;
}

const rs__kernels *rs__kernels_best(void) {
  return rs__kernels_at(0);
}
