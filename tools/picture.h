/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PICTURE_H
#define TOOL_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

enum { PICTURE_SIDE_MIN = 4, PICTURE_SIDE_MAX = 4096 };

/* Planes of floats in [-1, 1]: one (gray), three (red, green, blue) or four (and alpha). */
struct picture {
  int channels;
  int height;
  int width;
  float *pixels;
};

/* False (and said) when there is no memory. The pixels are 0, mid-gray. */
bool picture_new(struct picture *picture, int channels, int height, int width);
void picture_free(struct picture *picture);

static inline size_t picture_plane(const struct picture *picture) {
  return (size_t)picture->height * (size_t)picture->width;
}

static inline float *picture_row(const struct picture *picture, int channel, int y) {
  return picture->pixels + (size_t)channel * picture_plane(picture) +
         (size_t)y * (size_t)picture->width;
}

#endif
