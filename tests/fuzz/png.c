/* SPDX-License-Identifier: MIT
 * Pictures of the command: read as numbers in [-1, 1], or refused with a sentence. */
#include <stdio.h>
#include <unistd.h>

#include "fuzz.h"
#include "picture.h"
#include "png_file.h"
#include "say.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char path[64];
  struct picture picture;
  if (!path[0]) {
    snprintf(path, sizeof path, "/tmp/fuzz-png-%ld", (long)getpid());
    MUST((say_stream = fopen("/dev/null", "w")) != NULL);
  }
  FILE *file = fopen(path, "wb");
  MUST(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
  if (png_read(path, &picture)) {
    const size_t count = (size_t)picture.channels * picture_plane(&picture);
    for (size_t i = 0; i < count; i++)
      MUST(picture.pixels[i] >= -1 && picture.pixels[i] <= 1);
    picture_free(&picture);
  }
  unlink(path);
  return 0;
}
