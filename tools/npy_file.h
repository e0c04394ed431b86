/* SPDX-License-Identifier: MIT */
#ifndef TOOL_NPY_FILE_H
#define TOOL_NPY_FILE_H

#include <stdbool.h>

#include "shape.h"

/* Writes count samples as a numpy array of float32, [count, shape...]. Failures are said and leave
 * nothing behind. */
bool npy_write(const char *path, const float *samples, int count, const struct shape *shape);

#endif
