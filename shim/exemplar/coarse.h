/* SPDX-License-Identifier: MIT
 * Which neighbourhoods of the exemplar are like one of the output, roughly: on pictures of a
 * quarter of the size, whose four channels are the brightness of the four quarters of a cell of 4
 * x 4. */
#ifndef RESTART_SHIM_EXEMPLAR_COARSE_H
#define RESTART_SHIM_EXEMPLAR_COARSE_H

#include <stdint.h>

#include "padded.h"
#include "walk.h"

enum { RS__CELL = 4, RS__PHASES = 4, RS__KEEP = 32 };
#define RS__NOWHERE UINT32_MAX

typedef struct rs__coarse {
  rs__grid grid; /* the exemplar's pixels in RS__PHASES copies, whose cells begin elsewhere */
  size_t phase;  /* floats between the copies */
  size_t width;  /* of the exemplar */
  float tint[RS__CHANNELS_MAX]; /* brightness: the direction in which the colours vary most */
  float *near;                  /* for each cell of the output distances, RS__KEEP apart, ... */
  uint32_t *where; /* ... and the place of the neighbour, row * width + column, or RS__NOWHERE */
  float *bound;    /* the largest of the distances, rows of grid.lanes */
} rs__coarse;

/* The direction of the largest variance, and the sum of the variances. */
double rs__coarse_tint(const rs__padded *picture, float *tint);

/* Sets the grid's sizes for pictures of these. */
void rs__coarse_set(rs__coarse *coarse, const rs__padded *picture, const rs__padded *input,
                    size_t side_max);

/* The exemplar's cells; the output's. */
void rs__coarse_exemplar(rs__coarse *coarse, const rs__padded *picture);
void rs__coarse_input(rs__coarse *coarse, const rs__padded *input);

/* The nearest of many: near and where have `keep` entries, the farthest of them first, RS__NOWHERE
 * where there is none yet. Which they are in the end does not depend on the order of the calls. */
void rs__nearest_clear(float *near, uint32_t *where, size_t keep);
void rs__nearest(float *near, uint32_t *where, size_t keep, float distance, uint32_t place);

typedef struct rs__search {
  rs__coarse *coarse;
  const rs__kernels *kernels;
  size_t side; /* of patches, in pixels */
} rs__search;

/* Task number index of coarse->grid.tasks, each with a band of rows: fills near and where; the
 * order of a cell's neighbours means nothing. */
void rs__coarse_task(size_t index, void *search);

#endif
