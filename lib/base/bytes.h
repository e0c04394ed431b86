/* SPDX-License-Identifier: MIT
 * Numbers as bytes in little-endian order, whatever the machine's. */
#ifndef RS_BASE_BYTES_H
#define RS_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

void rs__bytes_put(unsigned char *at, uint64_t value, size_t bytes);
uint64_t rs__bytes_get(const unsigned char *at, size_t bytes);

/* FNV-1a. */
uint64_t rs__bytes_checksum(const unsigned char *at, size_t bytes);

#endif
