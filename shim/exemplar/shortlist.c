/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "shortlist.h"

#define FARTHEST 3e38f

/* ---- how many ------------------------------------------------------------------------------- */

/* Where a patch's variance over sigma^2 is below `ratio`, weights are nearly even, and `spread`
 * offsets all over the exemplar stand for all. Above, each cell of a block has RS__KEEP places by
 * the coarse pictures, and what is beside the RS__BEST of these is tried as well. Chosen by
 * measurement: docs/exemplar.md. */
typedef struct rule {
  double ratio;
  size_t spread;
} rule;

static const rule rules[] = {{0.7, 256}, {1.4, 512}, {2.1, 1024}, {2.8, RS__LIST_MAX}};
enum { RULES = sizeof rules / sizeof *rules };

/* Blocks of this many pixels a side: larger ones cost less a pixel, but more places are near some
 * pixel of it. */
enum { SPREAD_BLOCK = 32, SEARCH_BLOCK = 16 };

/* How many offsets all over the exemplar, 0 for a search. */
static size_t spread_of(const rs__brief *job) {
  const rs__padded *picture = &job->shortlist->picture;
  size_t count = picture->height * picture->width;
  if (count <= RS__LIST_MAX)
    return count;
  double side = (double)job->side;
  double ratio = side * side * job->shortlist->variance / job->sigma / job->sigma;
  for (size_t i = 0; i < RULES; i++)
    if (ratio < rules[i].ratio)
      return rules[i].spread;
  return 0;
}

/* ---- lists of offsets ----------------------------------------------------------------------- */

static uint32_t scrambled(uint32_t x) {
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  return x ^ x >> 16;
}

/* One offset somewhere in each of `wanted` equal parts. */
static void list_spread(uint64_t count, size_t wanted, uint32_t *list) {
  for (uint64_t k = 0; k < wanted; k++) {
    uint64_t low = count * k / wanted, high = count * (k + 1) / wanted;
    list[k] = (uint32_t)(low + ((high - low) * scrambled((uint32_t)k) >> 32));
  }
}

static void sort(uint32_t *list, size_t count) {
  for (size_t gap = 1023; gap > 0; gap /= 2)
    for (size_t i = gap; i < count; i++) {
      uint32_t moved = list[i];
      size_t at = i;
      for (; at >= gap && list[at - gap] > moved; at -= gap)
        list[at] = list[at - gap];
      list[at] = moved;
    }
}

static size_t sorted_once(uint32_t *list, size_t count) {
  size_t kept = 0;
  sort(list, count);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || list[i] != list[i - 1])
      list[kept++] = list[i];
  return kept;
}

/* Adds a cell's places, as offsets from it. */
static size_t list_cell(const rs__shortlist *s, size_t row, size_t column, uint32_t *list,
                        size_t count) {
  const rs__padded *p = &s->picture;
  const rs__grid *g = &s->coarse.grid;
  const uint32_t *where = s->coarse.where + (row * g->out_width + column) * RS__KEEP;
  size_t up = p->height - RS__CELL * row % p->height;
  size_t left = p->width - RS__CELL * column % p->width;
  for (size_t k = 0; k < RS__KEEP; k++)
    if (where[k] != RS__NOWHERE)
      list[count++] = (uint32_t)((where[k] / p->width + up) % p->height * p->width +
                                 (where[k] % p->width + left) % p->width);
  return count;
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static size_t list_near(const rs__shortlist *s, size_t top, size_t left, uint32_t *list) {
  const rs__grid *g = &s->coarse.grid;
  const size_t span = SEARCH_BLOCK / RS__CELL;
  size_t count = 0;
  size_t row = smaller(top / RS__CELL, g->out_height - 1);
  size_t column = smaller(left / RS__CELL, g->out_width - 1);
  for (size_t i = row; i < smaller(row + span, g->out_height); i++)
    for (size_t k = column; k < smaller(column + span, g->out_width); k++)
      count = list_cell(s, i, k, list, count);
  return sorted_once(list, count);
}

static int is_listed(const uint32_t *list, size_t count, uint32_t offset) {
  size_t low = 0;
  for (size_t high = count; low < high;) {
    size_t middle = (low + high) / 2;
    if (list[middle] < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && list[low] == offset;
}

/* What is beside the best offsets and not yet among the first `count` of the list: behind them. */
static size_t list_beside(const rs__shortlist *s, const rs__bench *bench, size_t count) {
  const rs__padded *p = &s->picture;
  const size_t down[] = {0, 2, 1, 1}, right[] = {1, 1, 0, 2}; /* and 1, 1 is the offset itself */
  size_t more = 0;
  for (size_t i = 0; i < RS__CELLS * RS__BEST; i++)
    for (size_t n = 0; n < 4 && bench->where[i] != RS__NOWHERE; n++) {
      size_t row = (bench->where[i] / p->width + p->height - 1 + down[n]) % p->height;
      size_t column = (bench->where[i] % p->width + p->width - 1 + right[n]) % p->width;
      uint32_t offset = (uint32_t)(row * p->width + column);
      if (!is_listed(bench->list, count, offset))
        bench->list[count + more++] = offset;
    }
  return sorted_once(bench->list + count, more);
}

/* ---- a block -------------------------------------------------------------------------------- */

typedef struct block {
  const rs__brief *job;
  const rs__bench *bench;
  size_t top, left, rows, columns; /* columns: what is computed, a multiple of RS__LANES */
} block;

static const float *place(const block *b, uint32_t offset, size_t margin) {
  const rs__padded *p = &b->job->shortlist->picture;
  size_t row = (b->top + offset / p->width) % p->height;
  size_t column = (b->left + offset % p->width) % p->width;
  return rs__padded_at(p, row + p->before - margin, column + p->before - margin);
}

static void compare(const block *b, uint32_t offset, float *distance) {
  const rs__shortlist *s = b->job->shortlist;
  size_t side = b->job->side, half = side / 2;
  const rs__compare c = {
      .channels = s->picture.channels,
      .rows = b->rows,
      .columns = b->columns,
      .side = side,
      .pitch = (b->columns + side - 1 + RS__LANES - 1) / RS__LANES * RS__LANES,
      .y = rs__padded_at(&s->input, b->top + s->input.before - half,
                         b->left + s->input.before - half),
      .y_stride = s->input.stride,
      .y_plane = s->input.plane,
      .e = place(b, offset, half),
      .e_stride = s->picture.stride,
      .e_plane = s->picture.plane,
      .squares = b->bench->squares,
      .sums = b->bench->sums,
      .spare = b->bench->spare,
      .windows = b->bench->windows,
      .distance = distance,
  };
  b->job->kernels->compare(&c);
}

static void blend(const block *b, const uint32_t *list, size_t count) {
  const rs__shortlist *s = b->job->shortlist;
  const size_t room = RS__BLOCK * RS__BLOCK;
  const float *e[RS__ROWS];
  for (size_t k = 0; k < count; k++) {
    compare(b, list[k], b->bench->distance + k * room);
    e[k] = place(b, list[k], 0);
  }
  const rs__blend job = {
      .channels = s->picture.channels,
      .rows = b->rows,
      .columns = b->columns,
      .room = room,
      .rate = b->job->rate,
      .count = count,
      .distance = b->bench->distance,
      .e = e,
      .e_stride = s->picture.stride,
      .e_plane = s->picture.plane,
      .lowest = b->bench->state,
      .old = b->bench->old,
      .weight = b->bench->weight,
  };
  b->job->kernels->blend(&job);
}

/* Notes which offsets are the best for the middle of each cell. */
static void note(const block *b, const uint32_t *list, size_t count) {
  const size_t room = RS__BLOCK * RS__BLOCK, span = SEARCH_BLOCK / RS__CELL;
  for (size_t k = 0; k < count; k++)
    for (size_t cell = 0; cell < span * span; cell++) {
      size_t row = smaller(cell / span * RS__CELL + RS__CELL / 2, b->rows - 1);
      size_t column = cell % span * RS__CELL + RS__CELL / 2;
      rs__nearest(b->bench->near + cell * RS__BEST, b->bench->where + cell * RS__BEST, RS__BEST,
                  b->bench->distance[k * room + row * b->columns + column], list[k]);
    }
}

static void start(const block *b) {
  const size_t room = RS__BLOCK * RS__BLOCK;
  rs__nearest_clear(b->bench->near, b->bench->where, RS__CELLS * RS__BEST);
  memset(b->bench->state, 0,
         (2 + b->job->shortlist->picture.channels) * room * sizeof *b->bench->state);
  for (size_t i = 0; i < room; i++)
    b->bench->state[i] = FARTHEST;
}

static void store(const block *b, float *output) {
  const rs__padded *in = &b->job->shortlist->input;
  const size_t room = RS__BLOCK * RS__BLOCK;
  const float *total = b->bench->state + room;
  size_t columns = smaller(b->columns, in->width - b->left);
  for (size_t c = 0; c < in->channels; c++)
    for (size_t row = 0; row < b->rows; row++) {
      const float *sum = total + (1 + c) * room + row * b->columns;
      float *to = output + (c * in->height + b->top + row) * in->width + b->left;
      for (size_t x = 0; x < columns; x++)
        to[x] = sum[x] / total[row * b->columns + x];
    }
}

/* ---- an evaluation -------------------------------------------------------------------------- */

typedef struct work {
  const rs__brief *job;
  size_t spread;               /* offsets all over the exemplar; 0: those that are near */
  size_t side, across, blocks; /* of blocks: pixels a side, number in a row, in all */
  float *output;
} work;

static void absorb(const block *b, const uint32_t *list, size_t count, int notes) {
  for (size_t k = 0; k < count; k += RS__ROWS) {
    size_t some = smaller(RS__ROWS, count - k);
    blend(b, list + k, some);
    if (notes)
      note(b, list + k, some);
  }
}

static void block_at(const work *w, const rs__bench *bench, size_t index) {
  const rs__shortlist *s = w->job->shortlist;
  block b = {w->job, bench, index / w->across * w->side, index % w->across * w->side, 0, 0};
  b.rows = smaller(w->side, s->input.height - b.top);
  b.columns = w->side;
  start(&b);
  if (w->spread) {
    absorb(&b, bench->list, w->spread, 0);
  } else {
    size_t count = list_near(s, b.top, b.left, bench->list);
    absorb(&b, bench->list, count, 1);
    absorb(&b, bench->list + count, list_beside(s, bench, count), 0);
  }
  store(&b, w->output);
}

static void task(size_t index, void *context) {
  const work *w = context;
  const rs__shortlist *s = w->job->shortlist;
  const rs__bench *bench = &s->benches[index];
  list_spread(s->picture.height * s->picture.width, w->spread, bench->list);
  size_t end = (index + 1) * w->blocks / s->tasks;
  for (size_t i = index * w->blocks / s->tasks; i < end; i++)
    block_at(w, bench, i);
}

void rs__shortlist_denoise(const rs__brief *job, const float *input, float *output) {
  rs__shortlist *s = job->shortlist;
  work w = {job, spread_of(job), 0, 0, 0, output};
  w.side = w.spread ? SPREAD_BLOCK : SEARCH_BLOCK;
  w.across = (s->input.width + w.side - 1) / w.side;
  w.blocks = w.across * ((s->input.height + w.side - 1) / w.side);
  rs__padded_fill(&s->input, input);
  if (!w.spread) {
    rs__search search = {&s->coarse, job->kernels, job->side};
    rs__coarse_input(&s->coarse, &s->input);
    rs__run(job->executor, s->coarse.grid.tasks, rs__coarse_task, &search);
  }
  rs__run(job->executor, s->tasks, task, &w);
}

void rs__shortlist_set(rs__shortlist *s, size_t side_max) {
  s->picture.before = s->input.before = side_max / 2;
  s->picture.after = s->input.after = side_max / 2 + RS__BLOCK + RS__LANES;
  rs__padded_set(&s->picture);
  rs__padded_set(&s->input);
  rs__coarse_set(&s->coarse, &s->picture, &s->input, side_max);
}

void rs__shortlist_picture(rs__shortlist *s, const float *planes) {
  rs__padded_fill(&s->picture, planes);
  s->variance = rs__coarse_tint(&s->picture, s->coarse.tint);
  rs__coarse_exemplar(&s->coarse, &s->picture);
}
