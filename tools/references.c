/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "npy_file.h"
#include "png_file.h"
#include "references.h"
#include "say.h"

static bool same_shape(const struct shape *a, const struct shape *b) {
  return a->count == b->count &&
         memcmp(a->sizes, b->sizes, (size_t)a->count * sizeof *a->sizes) == 0;
}

static bool wrong_shape(const char *path, const struct shape *theirs, const struct shape *ours) {
  char has[256], wants[256];
  shape_text(theirs, has, sizeof has);
  shape_text(ours, wants, sizeof wants);
  say("%s is of shape %s, the network's samples are %s", path, has, wants);
  return false;
}

static bool read_npy(struct references *references, const char *path, const struct shape *shape) {
  struct shape found;
  if (!npy_read(path, &references->samples, &references->count, &found))
    return false;
  return same_shape(&found, shape) || wrong_shape(path, &found, shape);
}

static bool read_picture(const char *path, const struct shape *shape, float *to) {
  struct picture picture;
  if (!png_read(path, &picture))
    return false;
  const struct shape found = {.count = 3,
                              .sizes = {picture.channels, picture.height, picture.width}};
  const bool good = same_shape(&found, shape) || wrong_shape(path, &found, shape);
  if (good)
    memcpy(to, picture.pixels, shape_elements(shape) * sizeof *to);
  picture_free(&picture);
  return good;
}

static int is_png(const struct dirent *entry) {
  const size_t length = strlen(entry->d_name);
  return length > 4 && strcmp(entry->d_name + length - 4, ".png") == 0;
}

static bool read_pictures(struct references *references, const char *folder,
                          const struct shape *shape) {
  struct dirent **entries = NULL;
  const int count = scandir(folder, &entries, is_png, alphasort);
  bool good = count > 0;
  if (!good)
    say("there are no .png files in %s", folder);
  references->samples = good ? calloc((size_t)count, shape_elements(shape) * sizeof(float)) : NULL;
  if (good && !references->samples)
    say("out of memory for %d pictures", count);
  good = references->samples != NULL;
  for (int i = 0; i < count; ++i) {
    char *path = NULL;
    good = good && asprintf(&path, "%s/%s", folder, entries[i]->d_name) > 0 &&
           read_picture(path, shape, references->samples + (size_t)i * shape_elements(shape));
    free(path);
    free(entries[i]);
  }
  free(entries);
  references->count = count;
  return good;
}

bool references_read(struct references *references, const char *path, const struct shape *shape) {
  struct stat about;
  *references = (struct references){0};
  const bool folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
  const bool good =
      folder ? read_pictures(references, path, shape) : read_npy(references, path, shape);
  if (!good) {
    free(references->samples);
    references->samples = NULL;
  }
  return good;
}
