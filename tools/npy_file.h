/* SPDX-License-Identifier: MIT */
#ifndef TOOL_NPY_FILE_H
#define TOOL_NPY_FILE_H

#include <stdbool.h>

#include "shape.h"

/* Writes count samples as a numpy array of float32, [count, shape...]. Failures are said and leave
 * nothing behind. */
bool npy_write(const char *path, const float *samples, int count, const struct shape *shape);

/* Reads an array [count, shape...] of float32 or, as pictures of 0 to 255 that become -1 to 1, of
 * uint8, both in C's order. The samples are to be freed. False (and said) on failure. */
bool npy_read(const char *path, float **samples, int *count, struct shape *shape);

#endif
