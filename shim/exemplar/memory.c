/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "model.h"

/* Work space that is given up to stay below: fewer tasks at large pictures. */
#define DESKS_BYTES ((size_t)256 << 20)
enum { ALIGNMENT = 64, STEP = ALIGNMENT / sizeof(float) };

/* Walks through the block twice: with base NULL it counts, then it hands out. The largest array has
 * 4096 * 4096 * 63 floats, so 64 bits cannot overflow whatever size_t is. */
typedef struct cursor {
  float *base;
  unsigned long long used;
} cursor;

static float *take(cursor *at, unsigned long long floats) {
  float *here = at->base ? at->base + (size_t)at->used : NULL;
  at->used += (floats + STEP - 1) / STEP * STEP;
  return here;
}

static void lay_desk(const rs_exemplar *ex, cursor *at, rs__desk *desk) {
  unsigned long long row = ex->lanes, matrix = row * ex->width;
  unsigned long long groups = (ex->width + RS__ROWS - 1) / RS__ROWS;
  desk->slots = take(at, matrix * ex->side_max);
  desk->prefix = take(at, matrix);
  desk->window = take(at, matrix + row * (ex->side_max - 1));
  desk->distance = take(at, 2 * matrix);
  desk->line = take(at, row);
  desk->least = take(at, row * groups);
  desk->weight = take(at, row * RS__ROWS);
  desk->state = take(at, (unsigned long long)ex->out_height * rs__state_size(ex));
}

static void lay(rs_exemplar *ex, cursor *at) {
  unsigned long long channels = ex->channels;
  ex->pixels = take(at, channels * ex->height * ex->pixel_stride);
  ex->input = take(at, channels * ex->out_height * ex->input_stride);
  ex->zeros = take(at, ex->lanes);
  for (size_t t = 0; t < ex->tasks; t++)
    lay_desk(ex, at, &ex->desks[t]);
}

static void set_tasks(rs_exemplar *ex) {
  cursor one = {NULL, 0};
  lay_desk(ex, &one, &ex->desks[0]);
  ex->tasks = ex->height < RS__TASKS ? ex->height : RS__TASKS;
  while (ex->tasks > 1 && one.used * sizeof(float) * ex->tasks > DESKS_BYTES)
    ex->tasks /= 2;
}

static float *aligned(void *memory) {
  uintptr_t address = (uintptr_t)memory, past = address % ALIGNMENT;
  return (float *)(void *)((unsigned char *)memory + (past ? ALIGNMENT - past : 0));
}

rs_status rs__exemplar_take_memory(rs_exemplar *ex) {
  ex->lanes = (ex->out_width + RS__LANES - 1) / RS__LANES * RS__LANES;
  ex->pixel_stride = ex->width + ex->side_max + RS__ROWS;
  ex->input_stride = ex->width + ex->lanes;
  set_tasks(ex);
  cursor at = {NULL, 0};
  lay(ex, &at);
  unsigned long long bytes = at.used * sizeof(float) + ALIGNMENT;
  if (bytes > SIZE_MAX / 2)
    return RS_ERR_MEMORY;
  ex->memory = ex->alloc.allocate((size_t)bytes, ex->alloc.user);
  if (!ex->memory)
    return RS_ERR_MEMORY;
  memset(ex->memory, 0, (size_t)bytes);
  at = (cursor){aligned(ex->memory), 0};
  lay(ex, &at);
  return RS_OK;
}
