/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "model.h"

/* Work space that is given up to stay below: fewer tasks at large pictures. */
#define DESKS_BYTES ((size_t)256 << 20)
enum { ALIGNMENT = 64, STEP = ALIGNMENT / sizeof(float) };
/* Rows of cells for a task at least: it also goes over those that a window has beyond them. */
enum { BAND = 16 };

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

typedef unsigned long long wide;

static void lay_desk(const rs__grid *g, cursor *at, rs__desk *desk) {
  wide row = g->lanes, matrix = row * g->width;
  desk->slots = take(at, matrix * g->side_max);
  desk->prefix = take(at, matrix);
  desk->window = take(at, matrix + row * (g->side_max - 1));
  desk->distance = take(at, 2 * matrix);
  desk->line = take(at, row);
}

static void lay_tally(const rs__grid *g, cursor *at, rs__tally *tally) {
  tally->least = take(at, (wide)g->lanes * ((g->width + RS__ROWS - 1) / RS__ROWS));
  tally->weight = take(at, (wide)g->lanes * RS__ROWS);
  tally->state = take(at, (wide)g->out_height * rs__state_size(g));
}

static void lay_grid(rs__grid *g, cursor *at, size_t copies) {
  g->pixels = take(at, (wide)g->channels * g->height * g->pixel_stride * copies);
  g->input = take(at, (wide)g->channels * g->out_height * g->input_stride);
  g->zeros = take(at, g->lanes);
  for (size_t t = 0; t < g->tasks; t++)
    lay_desk(g, at, &g->desks[t]);
}

static void lay_bench(const rs__shortlist *s, cursor *at, rs__bench *bench, size_t side_max) {
  const wide block = RS__BLOCK * RS__BLOCK, pitch = rs__bench_pitch(side_max);
  const wide rows = RS__BLOCK * pitch;
  bench->list = (uint32_t *)(void *)take(at, RS__LIST_MAX);
  bench->near = take(at, RS__CELLS * RS__BEST);
  bench->where = (uint32_t *)(void *)take(at, RS__CELLS * RS__BEST);
  bench->squares = take(at, rs__bench_rows(side_max) * pitch);
  bench->sums = take(at, rows + RS__TAIL);
  bench->spare = take(at, rows + RS__TAIL);
  bench->windows = take(at, rows);
  bench->distance = take(at, block * RS__ROWS);
  bench->old = take(at, block);
  bench->weight = take(at, block);
  bench->state = take(at, block * (2 + s->picture.channels));
}

static void lay_shortlist(rs__shortlist *s, cursor *at, size_t side_max) {
  rs__coarse *c = &s->coarse;
  wide cells = (wide)c->grid.out_height * c->grid.out_width;
  s->picture.all = take(at, (wide)s->picture.channels * s->picture.plane);
  s->input.all = take(at, (wide)s->input.channels * s->input.plane);
  lay_grid(&c->grid, at, RS__PHASES);
  c->near = take(at, cells * RS__KEEP);
  c->where = (uint32_t *)(void *)take(at, cells * RS__KEEP);
  c->bound = take(at, (wide)c->grid.out_height * c->grid.lanes);
  for (size_t t = 0; t < s->tasks; t++)
    lay_bench(s, at, &s->benches[t], side_max);
}

static void lay(rs_exemplar *ex, cursor *at) {
  if (ex->search == RS_EXEMPLAR_SHORTLIST) {
    lay_shortlist(&ex->shortlist, at, ex->side_max);
    return;
  }
  lay_grid(&ex->grid, at, 1);
  for (size_t t = 0; t < ex->grid.tasks; t++)
    lay_tally(&ex->grid, at, &ex->tallies[t]);
}

/* The number of tasks of so much work space each, of `most`. */
static size_t tasks_of(size_t most, wide floats) {
  size_t tasks = most < 1 ? 1 : most < RS__TASKS ? most : RS__TASKS;
  while (tasks > 1 && floats * sizeof(float) * tasks > DESKS_BYTES)
    tasks /= 2;
  return tasks;
}

static void set_exact(rs_exemplar *ex) {
  cursor one = {NULL, 0};
  rs__grid_set(&ex->grid);
  lay_desk(&ex->grid, &one, &ex->grid.desks[0]);
  lay_tally(&ex->grid, &one, &ex->tallies[0]);
  ex->grid.tasks = tasks_of(ex->grid.height, one.used);
}

static void set_shortlist(rs_exemplar *ex) {
  cursor one = {NULL, 0};
  rs__grid *g = &ex->shortlist.coarse.grid;
  rs__shortlist_set(&ex->shortlist, ex->side_max);
  lay_desk(g, &one, &g->desks[0]);
  g->tasks = tasks_of(g->out_height / BAND, one.used);
  ex->shortlist.tasks = RS__TASKS;
}

static float *aligned(void *memory) {
  uintptr_t address = (uintptr_t)memory, past = address % ALIGNMENT;
  return (float *)(void *)((unsigned char *)memory + (past ? ALIGNMENT - past : 0));
}

rs_status rs__exemplar_take_memory(rs_exemplar *ex) {
  if (ex->search == RS_EXEMPLAR_SHORTLIST)
    set_shortlist(ex);
  else
    set_exact(ex);
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
