/* SPDX-License-Identifier: MIT */
#ifndef TOOL_REFERENCES_H
#define TOOL_REFERENCES_H

#include <stdbool.h>

#include "shape.h"

/* Data to compare samples with. */
struct references {
  float *samples; /* count x shape; to be freed */
  int count;
};

/* Reads samples of that shape from a .npy file, or from the PNG files of a folder in the order of
 * their names. False (and said) on failure. */
bool references_read(struct references *references, const char *path, const struct shape *shape);

#endif
