/* SPDX-License-Identifier: MIT */
#include "base/sized.h"

#include <string.h>

void rs__sized_init(void *object, size_t size) {
  if (!object || size < sizeof size)
    return;
  memset(object, 0, size);
  memcpy(object, &size, sizeof size);
}

rs_status rs__sized_read(void *ours, size_t known, size_t oldest, const void *callers) {
  size_t size;
  memcpy(&size, callers, sizeof size);
  if (size < oldest)
    return RS_ERR_VERSION;
  const unsigned char *bytes = callers;
  for (size_t i = known; i < size; i++)
    if (bytes[i])
      return RS_ERR_VERSION;
  memset(ours, 0, known);
  memcpy(ours, callers, size < known ? size : known);
  memcpy(ours, &known, sizeof known);
  return RS_OK;
}

rs_status rs__sized_write(void *callers, const void *ours, size_t known, size_t oldest) {
  size_t size;
  memcpy(&size, callers, sizeof size);
  if (size < oldest)
    return RS_ERR_VERSION;
  const size_t both = size < known ? size : known;
  memset(callers, 0, size);
  memcpy(callers, ours, both);
  memcpy(callers, &size, sizeof size);
  return RS_OK;
}
