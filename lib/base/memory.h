/* SPDX-License-Identifier: MIT
 * The only file of the library that touches the heap. */
#ifndef RS_BASE_MEMORY_H
#define RS_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include <restart/restart.h>

typedef struct rs__memory {
  rs_alloc alloc; /* complete: both functions are set */
  int64_t bytes;  /* taken and not yet given back */
} rs__memory;

/* Takes the host's allocator, or malloc and free where it has none. */
void rs__memory_init(rs__memory *m, const rs_alloc *alloc);

/* count * size zeroed bytes (size is not 0), aligned to 64; NULL when there are none or the product
 * overflows. */
void *rs__memory_take(rs__memory *m, size_t count, size_t size);

/* Accepts NULL. */
void rs__memory_give(rs__memory *m, void *memory);

#endif
