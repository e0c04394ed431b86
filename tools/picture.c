/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "picture.h"
#include "say.h"

bool picture_new(struct picture *picture, int channels, int height, int width) {
  *picture = (struct picture){.channels = channels, .height = height, .width = width};
  picture->pixels = calloc((size_t)channels * picture_plane(picture), sizeof(float));
  if (!picture->pixels)
    say("out of memory for a picture of %d x %d", width, height);
  return picture->pixels != NULL;
}

void picture_free(struct picture *picture) {
  free(picture->pixels);
  picture->pixels = NULL;
}
