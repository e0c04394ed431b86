/* SPDX-License-Identifier: MIT */
#include "kernel.h"

/* RS__EXEMPLAR_AVX2 says that the build has the AVX2 variant. */
static int has_avx2(void) {
#if defined(RS__EXEMPLAR_AVX2)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0;
#else
  return 0;
#endif
}

const rs__kernels *rs__exemplar_kernels_at(size_t index) {
#if defined(RS__EXEMPLAR_AVX2)
  if (has_avx2() && index-- == 0)
    return &rs__exemplar_kernels_avx2;
#else
  (void)has_avx2;
#endif
  return index == 0 ? &rs__exemplar_kernels_c : NULL;
}

const rs__kernels *rs__exemplar_kernels(void) {
  return rs__exemplar_kernels_at(0);
}
