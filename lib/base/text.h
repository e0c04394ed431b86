/* SPDX-License-Identifier: MIT
 * Text in and out, the same under every locale. */
#ifndef RS_BASE_TEXT_H
#define RS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <restart/restart.h>

#include "base/compiler.h"

/* A number as text, to be used within the same expression: rs__text_real(x, 6).s */
typedef struct rs__real {
  char s[32];
} rs__real;

/* With that many significant digits; 0: as many as reading back the same bits needs. */
rs__real rs__text_real(double value, int digits);

/* Reads a decimal number at the beginning of text; returns the bytes read, 0 if there is none. */
size_t rs__text_number(const char *text, double *value);

/* Text that grows in the caller's buffer and is counted where it does not fit. */
typedef struct rs__text {
  char *buffer;
  size_t capacity;
  size_t length;
} rs__text;

void rs__text_add(rs__text *t, const char *format, ...) RS__PRINTF(2, 3);

/* Hands the length out; RS_ERR_CAPACITY if a buffer was given and the text did not fit. */
rs_status rs__text_end(const rs__text *t, size_t *length);

#endif
