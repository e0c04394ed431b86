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

#endif
