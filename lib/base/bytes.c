/* SPDX-License-Identifier: MIT */
#include "base/bytes.h"

void rs__bytes_put(unsigned char *at, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++)
    at[i] = (unsigned char)(value >> (8 * i));
}

uint64_t rs__bytes_get(const unsigned char *at, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; i++)
    value |= (uint64_t)at[i] << (8 * i);
  return value;
}

uint64_t rs__bytes_checksum(const unsigned char *at, size_t bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < bytes; i++)
    hash = (hash ^ at[i]) * 0x100000001b3u;
  return hash;
}
