/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "shape.h"

size_t shape_elements(const struct shape *shape) {
  size_t elements = 1;
  for (int i = 0; i < shape->count; ++i)
    elements *= (size_t)shape->sizes[i];
  return elements;
}

void shape_text(const struct shape *shape, char *text, size_t capacity) {
  text[0] = 0;
  for (int i = 0; i < shape->count; ++i)
    snprintf(text + strlen(text), capacity - strlen(text), "%s%lld", i ? " x " : "",
             (long long)shape->sizes[i]);
}
