/* SPDX-License-Identifier: MIT */
#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "npy_file.h"
#include "out_file.h"
#include "say.h"

enum { PREFIX = 10, BLOCK = 64, HEAD_MAX = 4 * BLOCK };

/* Version 1.0 of the format: a Python dictionary, padded so that the numbers begin at a multiple
 * of 64. */
static void write_head(FILE *file, int count, const struct shape *shape) {
  char head[HEAD_MAX + 1];
  int length =
      snprintf(head, sizeof head, "{'descr': '%cf4', 'fortran_order': False, 'shape': (%d,",
               __BYTE_ORDER == __LITTLE_ENDIAN ? '<' : '>', count);
  for (int i = 0; i < shape->count; ++i)
    length +=
        snprintf(head + length, sizeof head - (size_t)length, " %lld,", (long long)shape->sizes[i]);
  length += snprintf(head + length, sizeof head - (size_t)length, "), }");
  int padded = (PREFIX + length + 1 + BLOCK - 1) / BLOCK * BLOCK - PREFIX;
  const unsigned char prefix[PREFIX] = {
      0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)padded, (unsigned char)(padded >> 8)};
  fwrite(prefix, 1, sizeof prefix, file);
  fprintf(file, "%-*s\n", padded - 1, head);
}

bool npy_write(const char *path, const float *samples, int count, const struct shape *shape) {
  struct out_file out;
  if (!out_open(&out, path))
    return false;
  write_head(out.file, count, shape);
  fwrite(samples, sizeof *samples, (size_t)count * shape_elements(shape), out.file);
  return out_commit(&out);
}

/* ---- reading ---------------------------------------------------------------------------------*/

enum { NUMBERS_MAX = 1 << 30 };

/* The dictionary, to be freed; NULL if this is not such a file. */
static char *read_head(FILE *file) {
  unsigned char prefix[12];
  if (fread(prefix, 1, PREFIX, file) != PREFIX || memcmp(prefix, "\x93NUMPY", 6) != 0)
    return NULL;
  const bool wide = prefix[6] > 1; /* versions 2 and 3 have four bytes of length */
  if (wide && fread(prefix + PREFIX, 1, 2, file) != 2)
    return NULL;
  size_t length = prefix[8] | (size_t)prefix[9] << 8;
  if (wide)
    length |= (size_t)prefix[10] << 16 | (size_t)prefix[11] << 24;
  char *head = length < 65536 ? calloc(length + 1, 1) : NULL;
  if (head && fread(head, 1, length, file) == length)
    return head;
  free(head);
  return NULL;
}

/* "'shape': (100, 3, 32, 32)" -> 100 and 3x32x32. The number of numbers, 0 if it is not so. */
static size_t read_shape(const char *head, int *count, struct shape *shape) {
  const char *at = strstr(head, "'shape':");
  at = at ? strchr(at, '(') : NULL;
  size_t all = 1;
  *shape = (struct shape){0};
  for (int i = 0; at && i <= SHAPE_MAX; ++i) {
    char *end;
    const long size = strtol(at + 1, &end, 10);
    if (end == at + 1)
      return i > 1 ? all : 0;
    if (size < 1 || size > NUMBERS_MAX || all > NUMBERS_MAX / (size_t)size)
      return 0;
    all *= (size_t)size;
    if (i == 0)
      *count = (int)size;
    else
      shape->sizes[shape->count++] = size;
    at = *end == ',' ? end : NULL;
    if (*end == ')')
      return i > 0 ? all : 0;
  }
  return 0;
}

static bool read_numbers(FILE *file, bool bytes, float *to, size_t count) {
  if (!bytes)
    return fread(to, sizeof *to, count, file) == count;
  for (size_t i = 0; i < count; ++i) {
    const int c = getc(file);
    if (c == EOF)
      return false;
    to[i] = (float)(2.0 * (c / 255.0) - 1.0); /* as PNG files are read */
  }
  return true;
}

static const char *read_array(FILE *file, float **samples, int *count, struct shape *shape) {
  char *head = read_head(file);
  if (!head)
    return "is not a .npy file";
  const size_t numbers = read_shape(head, count, shape);
  const bool bytes = strstr(head, "'descr': '|u1'"), floats = strstr(head, "'descr': '<f4'");
  const bool fortran = strstr(head, "'fortran_order': True");
  free(head);
  if (!numbers)
    return "is not an array [count, shape...]";
  if ((!bytes && !(floats && __BYTE_ORDER == __LITTLE_ENDIAN)) || fortran)
    return "is not of float32 or uint8 in C's order";
  *samples = malloc(numbers * sizeof **samples);
  if (!*samples)
    return "does not fit into memory";
  return read_numbers(file, bytes, *samples, numbers) ? NULL : "is not complete";
}

bool npy_read(const char *path, float **samples, int *count, struct shape *shape) {
  FILE *file = fopen(path, "rb");
  *samples = NULL;
  if (!file) {
    say("cannot read %s: %s", path, strerror(errno));
    return false;
  }
  const char *why = read_array(file, samples, count, shape);
  fclose(file);
  if (!why)
    return true;
  say("%s %s", path, why);
  free(*samples);
  *samples = NULL;
  return false;
}
