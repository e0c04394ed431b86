/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define ALIGN 64

/* Stands right before the aligned memory. */
typedef struct {
  void *raw;
  size_t total;
} block;

static void *heap_allocate(size_t bytes, void *user) {
  (void)user;
  return malloc(bytes);
}

static void heap_release(void *memory, void *user) {
  (void)user;
  free(memory);
}

void rs__memory_init(rs__memory *m, const rs_alloc *alloc) {
  static const rs_alloc heap = {heap_allocate, heap_release, NULL};
  m->alloc = alloc->allocate ? *alloc : heap;
  m->bytes = 0;
}

void *rs__memory_take(rs__memory *m, size_t count, size_t size) {
  const size_t extra = ALIGN + sizeof(block);
  if (count > (SIZE_MAX / 2 - extra) / size)
    return NULL;
  const size_t total = count * size + extra;
  void *raw = m->alloc.allocate(total, m->alloc.user);
  if (!raw)
    return NULL;
  const uintptr_t first = (uintptr_t)raw + sizeof(block);
  const size_t shift = (ALIGN - first % ALIGN) % ALIGN;
  char *memory = (char *)raw + sizeof(block) + shift;
  memset(memory, 0, count * size);
  const block b = {raw, total};
  memcpy(memory - sizeof b, &b, sizeof b);
  m->bytes += (int64_t)total;
  return memory;
}

void rs__memory_give(rs__memory *m, void *memory) {
  if (!memory)
    return;
  block b;
  memcpy(&b, (char *)memory - sizeof b, sizeof b);
  m->bytes -= (int64_t)b.total;
  m->alloc.release(b.raw, m->alloc.user);
}
