/* SPDX-License-Identifier: MIT */
#ifndef RESTART_SHIM_EXEMPLAR_PADDED_H
#define RESTART_SHIM_EXEMPLAR_PADDED_H

#include <stddef.h>

enum { RS__CHANNELS_MAX = 16 };

/* A picture in planes that goes on periodically for `before` pixels before its rows and columns and
 * for `after` behind them, so that windows need no wrapping. */
typedef struct rs__padded {
  size_t channels, height, width;
  size_t before, after;
  size_t stride, plane; /* between rows, between channels */
  float *all;
} rs__padded;

static inline void rs__padded_set(rs__padded *p) {
  p->stride = p->before + p->width + p->after;
  p->plane = p->stride * (p->before + p->height + p->after);
}

/* A pixel of the first channel; row and column count from `before` before the picture. */
static inline float *rs__padded_at(const rs__padded *p, size_t row, size_t column) {
  return p->all + row * p->stride + column;
}

static inline void rs__padded_fill(rs__padded *p, const float *planes) {
  size_t height = p->before + p->height + p->after;
  size_t down = p->before * (p->height - 1), right = p->before * (p->width - 1);
  for (size_t c = 0; c < p->channels; c++)
    for (size_t row = 0; row < height; row++) {
      const float *from = planes + (c * p->height + (row + down) % p->height) * p->width;
      float *to = p->all + c * p->plane + row * p->stride;
      for (size_t x = 0; x < p->stride; x++)
        to[x] = from[(x + right) % p->width];
    }
}

#endif
