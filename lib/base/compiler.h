/* SPDX-License-Identifier: MIT
 * What the compiler can do beyond C11, and a plain form for those that cannot. */
#ifndef RS_BASE_COMPILER_H
#define RS_BASE_COMPILER_H

/* The compiler checks the arguments against the format. */
#if defined(__GNUC__)
#define RS__PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define RS__PRINTF(text, first)
#endif

/* Into the caller, so that its constants become the function's. */
#if defined(__GNUC__)
#define RS__INLINE static inline __attribute__((always_inline))
#else
#define RS__INLINE static inline
#endif

/* Before a loop over arrays that are the same or do not overlap: turns may go side by side. */
#if defined(__clang__)
#define RS__SIDE_BY_SIDE _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define RS__SIDE_BY_SIDE _Pragma("GCC ivdep")
#else
#define RS__SIDE_BY_SIDE
#endif

/* RS__X86: functions can be compiled for AVX2 and AVX-512 beside those for the baseline, and the
 * processor can be asked. Not on Windows, where gcc misaligns such functions' stacks. */
#if defined(__GNUC__) && defined(__x86_64__) && !defined(_WIN32)
#define RS__X86 1
#define RS__AVX2 __attribute__((target("avx2")))
#if defined(__clang__)
#define RS__AVX512 __attribute__((target("avx512f"), min_vector_width(512)))
#else
#define RS__AVX512 __attribute__((target("avx512f,prefer-vector-width=512")))
#endif
#endif

#endif
