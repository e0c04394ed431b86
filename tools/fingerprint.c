/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fingerprint.h"
#include "say.h"

uint64_t fingerprint(uint64_t hash, const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < length; ++i)
    hash = (hash ^ at[i]) * 0x100000001b3u;
  return hash;
}

bool fingerprint_file(const char *path, uint64_t *hash, uint64_t *length) {
  *hash = FINGERPRINT_BEGIN;
  *length = 0;
  FILE *file = fopen(path, "rb");
  char block[1 << 14];
  size_t count = 1;
  while (file && count > 0) {
    count = fread(block, 1, sizeof block, file);
    *hash = fingerprint(*hash, block, count);
    *length += count;
  }
  bool good = file && !ferror(file);
  if (!good)
    say("cannot read %s: %s", path, strerror(errno));
  if (file)
    fclose(file);
  return good;
}
