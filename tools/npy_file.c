/* SPDX-License-Identifier: MIT */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "npy_file.h"
#include "out_file.h"

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
