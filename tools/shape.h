/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SHAPE_H
#define TOOL_SHAPE_H

#include <stddef.h>
#include <stdint.h>

enum { SHAPE_MAX = 8 };

/* The shape of a sample. */
struct shape {
  int count; /* 0: not given */
  int64_t sizes[SHAPE_MAX];
};

/* Numbers of a sample. */
size_t shape_elements(const struct shape *shape);

/* "3 x 32 x 32". */
void shape_text(const struct shape *shape, char *text, size_t capacity);

#endif
