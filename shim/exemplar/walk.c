/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "walk.h"

/* The pair (row, row + shift) number `step` down one diagonal of the rows. */
typedef struct place {
  size_t row, partner;
} place;

static place place_at(const rs__grid *g, size_t step, size_t shift) {
  return (place){step % g->out_height, (step + shift) % g->height};
}

static void differ_at(const rs__grid *g, const rs__desk *desk, const rs__walk *w, size_t step,
                      place p) {
  size_t matrix = g->width * g->lanes, slot = step % w->side;
  int spans = step >= w->side && slot + 1 < w->side;
  if (slot == 0)
    memset(desk->prefix, 0, matrix * sizeof *desk->prefix);
  rs__differ d = {
      .channels = g->channels,
      .columns = g->width,
      .lanes = g->lanes,
      .y = g->input + p.row * g->input_stride,
      .y_stride = g->out_height * g->input_stride,
      .e = g->pixels + p.partner * g->pixel_stride,
      .e_stride = g->height * g->pixel_stride,
      .squares = desk->slots + slot * matrix,
      .prefix = desk->prefix,
      .suffix = spans ? desk->slots + (slot + 1) * matrix : g->zeros,
      .suffix_stride = spans ? g->lanes : 0,
      .window = desk->window,
  };
  w->kernels->differ(&d);
  if (slot + 1 == w->side)
    for (size_t m = slot; m-- > 0;)
      w->kernels->add(desk->slots + m * matrix, desk->slots + (m + 1) * matrix, matrix);
}

static void slide_at(const rs__grid *g, const rs__desk *desk, const rs__walk *w) {
  rs__slide s = {
      .columns = g->width,
      .lanes = g->lanes,
      .width = g->out_width,
      .side = w->side,
      .matrix = desk->window,
      .prefix = desk->line,
      .out = desk->distance,
      .out_stride = 2 * g->lanes,
  };
  w->kernels->slide(&s);
}

void rs__walk_diagonal(const rs__grid *grid, const rs__desk *desk, const rs__walk *walk,
                       size_t shift) {
  for (size_t step = 0; step < walk->rows + walk->side - 1; step++) {
    differ_at(grid, desk, walk, step, place_at(grid, walk->begin + step, shift));
    if (step + 1 < walk->side)
      continue;
    slide_at(grid, desk, walk);
    place p = place_at(grid, walk->begin + step - walk->side / 2, shift);
    walk->visit(grid, desk, p.row, p.partner, walk->user);
  }
}

void rs__grid_set(rs__grid *grid) {
  grid->lanes = (grid->out_width + RS__LANES - 1) / RS__LANES * RS__LANES;
  grid->pixel_stride = grid->width + grid->side_max + RS__ROWS;
  grid->input_stride = grid->width + grid->lanes;
}

void rs__grid_fill(float *to, size_t stride, const float *planes, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row++)
    for (size_t x = 0; x < stride; x++)
      to[row * stride + x] = planes[row * width + x % width];
}

void rs__run(const rs_executor *executor, size_t count, rs_task_fn task, void *context) {
  if (executor && executor->run)
    executor->run(count, task, context, executor->user);
  else
    for (size_t i = 0; i < count; i++)
      task(i, context);
}
