/* SPDX-License-Identifier: MIT
 * The sets for AVX2 and AVX-512. Compilers vectorise all but Philox well by themselves. */
#include <immintrin.h>

#define OWN_PHILOX
#define NAME(x) JOIN(x, SET)

#define SET avx2
#define TARGET RS__AVX2
#define VECTOR __m256i
#define EVEN _mm256_set_epi64x(6, 4, 2, 0)
#define SPREAD(x) _mm256_set1_epi32((int)(x))
#define ADD(a, b) _mm256_add_epi32(a, b)
#define MULTIPLY(a, b) _mm256_mul_epu32(a, b)
#define HIGH(a) _mm256_srli_epi64(a, 32)
#define XOR(a, b, c) _mm256_xor_si256(_mm256_xor_si256(b, c), a)
#define MERGE(even, odd) _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA)
#define STORE(to, a) _mm256_storeu_si256((__m256i *)(void *)(to), a)
#include "kernel/kernels_x86_philox.h"
#undef NAME
#include "kernel/kernels_set.h"
#undef SET
#undef TARGET
#undef VECTOR
#undef EVEN
#undef SPREAD
#undef ADD
#undef MULTIPLY
#undef HIGH
#undef XOR
#undef MERGE
#undef STORE

#define SET avx512
#define TARGET RS__AVX512
#define VECTOR __m512i
#define EVEN _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0)
#define SPREAD(x) _mm512_set1_epi32((int)(x))
#define ADD(a, b) _mm512_add_epi32(a, b)
#define MULTIPLY(a, b) _mm512_mul_epu32(a, b)
#define HIGH(a) _mm512_srli_epi64(a, 32)
#define XOR(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0x96)
#define MERGE(even, odd) _mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32))
#define STORE(to, a) _mm512_storeu_si512(to, a)
#define NAME(x) JOIN(x, SET)
#include "kernel/kernels_x86_philox.h"
#undef NAME
#include "kernel/kernels_set.h"
#undef SET
#undef TARGET
