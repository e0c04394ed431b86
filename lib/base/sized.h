/* SPDX-License-Identifier: MIT
 * Structs that carry their size first, between callers and libraries of different age. */
#ifndef RS_BASE_SIZED_H
#define RS_BASE_SIZED_H

#include <stddef.h>

#include <restart/restart.h>

/* Zeroes size bytes and writes the size into the first field. */
void rs__sized_init(void *object, size_t size);

/* Reads a caller's struct into ours of `known` bytes. Fields that the caller does not have become
 * zero. RS_ERR_VERSION when the caller's is smaller than `oldest`, the size in the first release,
 * or has bytes beyond ours that are not zero. */
rs_status rs__sized_read(void *ours, size_t known, size_t oldest, const void *callers);

/* Writes ours of `known` bytes into the caller's initialised struct, as much as it has room for. */
rs_status rs__sized_write(void *callers, const void *ours, size_t known, size_t oldest);

#endif
