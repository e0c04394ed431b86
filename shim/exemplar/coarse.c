/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "coarse.h"

enum { QUARTERS = 4, TURNS = 64 };
#define FARTHEST 3e38f

/* Where the exemplar's cells begin: every place is one of these modulo RS__CELL, or one pixel
 * above, below, left, or right of one. */
static const struct { size_t down, right; } phases[RS__PHASES] = {{0, 0}, {2, 0}, {1, 2}, {3, 2}};

/* ---- the pictures --------------------------------------------------------------------------- */

static double covariance(const rs__padded *p, size_t a, size_t b) {
  double sum_a = 0, sum_b = 0, products = 0, count = (double)p->height * (double)p->width;
  for (size_t row = p->before; row < p->before + p->height; row++) {
    const float *x = rs__padded_at(p, row, p->before) + a * p->plane;
    const float *y = rs__padded_at(p, row, p->before) + b * p->plane;
    for (size_t i = 0; i < p->width; i++) {
      sum_a += (double)x[i];
      sum_b += (double)y[i];
      products += (double)x[i] * (double)y[i];
    }
  }
  return products / count - sum_a / count * (sum_b / count);
}

double rs__coarse_tint(const rs__padded *picture, float *tint) {
  size_t n = picture->channels;
  double table[RS__CHANNELS_MAX][RS__CHANNELS_MAX], v[RS__CHANNELS_MAX], trace = 0;
  for (size_t a = 0; a < n; a++) {
    for (size_t b = 0; b <= a; b++)
      table[a][b] = table[b][a] = covariance(picture, a, b);
    trace += table[a][a];
    v[a] = 1 + 0.1 * (double)a; /* not at right angles to anything likely */
  }
  for (int turn = 0; turn < TURNS; turn++) {
    double next[RS__CHANNELS_MAX], length = 0;
    for (size_t a = 0; a < n; a++) {
      next[a] = v[a] * 1e-30; /* stays where nothing varies */
      for (size_t b = 0; b < n; b++)
        next[a] += table[a][b] * v[b];
      length += next[a] * next[a];
    }
    for (size_t a = 0; a < n; a++)
      v[a] = next[a] / sqrt(length);
  }
  for (size_t a = 0; a < n; a++)
    tint[a] = (float)v[a];
  return trace > 0 ? trace : 0;
}

/* Half the sum of the brightness of 2 x 2 pixels: noise keeps its level. */
static float quarter(const rs__coarse *coarse, const rs__padded *p, size_t row, size_t column) {
  const float *at = rs__padded_at(p, row, column);
  float sum = 0;
  for (size_t c = 0; c < p->channels; c++, at += p->plane)
    sum += coarse->tint[c] * ((at[0] + at[1]) + (at[p->stride] + at[p->stride + 1]));
  return 0.5f * sum;
}

static void fill(const rs__coarse *coarse, const rs__padded *p, size_t phase, float *to,
                 size_t stride) {
  size_t height = p->height / RS__CELL, width = p->width / RS__CELL;
  size_t down = p->before + phases[phase].down, right = p->before + phases[phase].right;
  for (size_t q = 0; q < QUARTERS; q++)
    for (size_t row = 0; row < height; row++, to += stride)
      for (size_t x = 0; x < stride; x++)
        to[x] = x < width ? quarter(coarse, p, down + RS__CELL * row + q / 2 * 2,
                                    right + RS__CELL * x + q % 2 * 2)
                          : to[x - width];
}

void rs__coarse_exemplar(rs__coarse *coarse, const rs__padded *picture) {
  for (size_t phase = 0; phase < RS__PHASES; phase++)
    fill(coarse, picture, phase, coarse->grid.pixels + phase * coarse->phase,
         coarse->grid.pixel_stride);
}

void rs__coarse_input(rs__coarse *coarse, const rs__padded *input) {
  fill(coarse, input, 0, coarse->grid.input, coarse->grid.input_stride);
}

/* ---- the nearest ---------------------------------------------------------------------------- */

/* Patches of p pixels are compared as windows of this many cells, an odd number. */
static size_t cells(size_t side) {
  return 2 * (side / (2 * RS__CELL)) + 1;
}

void rs__coarse_set(rs__coarse *coarse, const rs__padded *picture, const rs__padded *input,
                    size_t side_max) {
  rs__grid *g = &coarse->grid;
  g->channels = QUARTERS;
  g->height = picture->height / RS__CELL;
  g->width = picture->width / RS__CELL;
  g->out_height = input->height / RS__CELL;
  g->out_width = input->width / RS__CELL;
  g->side_max = cells(side_max);
  rs__grid_set(g);
  coarse->width = picture->width;
  coarse->phase = QUARTERS * g->height * g->pixel_stride;
}

/* A total order, so that what is kept does not depend on who came first. */
static int farther(float distance, uint32_t place, float than, uint32_t where) {
  return distance > than || (distance == than && place > where);
}

void rs__nearest(float *near, uint32_t *where, size_t keep, float distance, uint32_t place) {
  size_t at = 0;
  if (!farther(near[0], where[0], distance, place))
    return;
  for (size_t child = 1; child < keep; child = 2 * at + 1) {
    if (child + 1 < keep && farther(near[child + 1], where[child + 1], near[child], where[child]))
      child++;
    if (!farther(near[child], where[child], distance, place))
      break;
    near[at] = near[child];
    where[at] = where[child];
    at = child;
  }
  near[at] = distance;
  where[at] = place;
}

void rs__nearest_clear(float *near, uint32_t *where, size_t count) {
  for (size_t i = 0; i < count; i++) {
    near[i] = FARTHEST;
    where[i] = RS__NOWHERE;
  }
}

typedef struct visit {
  const rs__search *search;
  size_t phase;
} visit;

static void consider(const rs__search *s, size_t cell, const float *distance, float *bound,
                     uint32_t place) {
  rs__coarse *c = s->coarse;
  for (size_t y = 0; y < c->grid.out_width; y++) {
    if (!(distance[y] <= bound[y]))
      continue;
    float *near = c->near + (cell + y) * RS__KEEP;
    rs__nearest(near, c->where + (cell + y) * RS__KEEP, RS__KEEP, distance[y], place);
    bound[y] = near[0];
  }
}

static void visit_row(const rs__grid *g, const rs__desk *desk, size_t row, size_t partner,
                      void *user) {
  const visit *v = user;
  const rs__search *s = v->search;
  float *bound = s->coarse->bound + row * g->lanes;
  size_t at = (RS__CELL * partner + phases[v->phase].down) * s->coarse->width;
  at += phases[v->phase].right;
  for (size_t x = 0; x < g->width; x++) {
    const float *distance = desk->distance + x * 2 * g->lanes;
    if (s->kernels->any_within(distance, bound, g->lanes)) {
      size_t column = (x + cells(s->side) / 2) % g->width;
      consider(s, row * g->out_width, distance, bound, (uint32_t)(at + RS__CELL * column));
    }
  }
}

static void clear(const rs__search *s, size_t first, size_t end) {
  const rs__grid *g = &s->coarse->grid;
  for (size_t row = first; row < end; row++)
    for (size_t y = 0; y < g->lanes; y++)
      s->coarse->bound[row * g->lanes + y] = y < g->out_width ? FARTHEST : -1;
  size_t begin = first * g->out_width * RS__KEEP;
  rs__nearest_clear(s->coarse->near + begin, s->coarse->where + begin,
                    end * g->out_width * RS__KEEP - begin);
}

void rs__coarse_task(size_t index, void *search) {
  const rs__search *s = search;
  rs__grid g = s->coarse->grid;
  size_t side = cells(s->side), first = index * g.out_height / g.tasks;
  size_t end = (index + 1) * g.out_height / g.tasks;
  visit v = {s, 0};
  rs__walk walk = {.kernels = s->kernels,
                   .side = side,
                   .begin = first + side * g.out_height - side / 2,
                   .rows = end - first,
                   .visit = visit_row,
                   .user = &v};
  clear(s, first, end);
  for (; v.phase < RS__PHASES; v.phase++, g.pixels += s->coarse->phase)
    for (size_t shift = 0; shift < g.height; shift++)
      rs__walk_diagonal(&g, &g.desks[index], &walk, shift);
}
