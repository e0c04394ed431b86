/* SPDX-License-Identifier: MIT */
#ifndef RESTART_SHIM_EXEMPLAR_WALK_H
#define RESTART_SHIM_EXEMPLAR_WALK_H

#include <restart/restart.h>

#include "kernel.h"

enum { RS__TASKS = 16 };

/* What one task walks with; every array in the exemplar's one block of memory. */
typedef struct rs__desk {
  float *slots;    /* side matrices: squared differences, then their suffix sums */
  float *prefix;   /* a matrix */
  float *window;   /* a matrix with side - 1 rows more */
  float *distance; /* a matrix with double rows */
  float *line;     /* a row */
} rs__desk;

/* Two pictures, all of whose neighbourhoods are compared. */
typedef struct rs__grid {
  size_t channels, height, width; /* of the exemplar */
  size_t out_height, out_width;
  size_t lanes; /* out_width rounded up */
  size_t side_max, tasks;
  float *pixels; /* [channel][row], pixel_stride apart, periodic */
  size_t pixel_stride;
  float *input; /* [channel][row], input_stride apart, periodic */
  size_t input_stride;
  float *zeros; /* a row */
  rs__desk desks[RS__TASKS];
} rs__grid;

/* Every exemplar row against output row `row`; partner is the exemplar's row. The distances stand
 * in the desk, 2 * lanes apart. */
typedef void (*rs__visit_fn)(const rs__grid *grid, const rs__desk *desk, size_t row, size_t partner,
                             void *user);

typedef struct rs__walk {
  const rs__kernels *kernels;
  size_t side;
  size_t begin; /* the first row of the first window, in the output, wrapped or not */
  size_t rows;  /* to visit; the first is begin + side / 2 */
  rs__visit_fn visit;
  void *user;
} rs__walk;

/* Visits the pairs (row, row + shift) of output and exemplar, both with wrap-around. */
void rs__walk_diagonal(const rs__grid *grid, const rs__desk *desk, const rs__walk *walk,
                       size_t shift);

/* All tasks, by the host's executor where there is one. */
void rs__run(const rs_executor *executor, size_t count, rs_task_fn task, void *context);

/* Sets lanes and strides from the sizes. */
void rs__grid_set(rs__grid *grid);

/* Copies planes of rows x width numbers into rows that go on periodically. */
void rs__grid_fill(float *to, size_t stride, const float *planes, size_t rows, size_t width);

#endif
