/* SPDX-License-Identifier: MIT
 * The short list: blocks of the output are compared with some of the exemplar's neighbourhoods
 * only. Where sigma is large, weights are nearly even, and the same few offsets everywhere stand
 * for all. Where it is small, few neighbourhoods have any weight, and they are found on coarse
 * pictures. */
#ifndef RESTART_SHIM_EXEMPLAR_SHORTLIST_H
#define RESTART_SHIM_EXEMPLAR_SHORTLIST_H

#include "coarse.h"

enum { RS__BLOCK = 32, RS__LIST_MAX = 2048 };
enum { RS__CELLS = 16, RS__BEST = 4 }; /* of a block, of a cell */

/* What one task works with. */
typedef struct rs__bench {
  uint32_t *list;  /* offsets, row * width + column of the exemplar */
  float *near;     /* for each cell of a block distances of the best offsets ... */
  uint32_t *where; /* ... and these */
  float *squares, *sums, *spare, *windows;
  float *distance; /* RS__ROWS blocks */
  float *old, *weight;
  float *state; /* lowest distance, sum of weights, sums of channels: a block each */
} rs__bench;

typedef struct rs__shortlist {
  rs__padded picture, input;
  double variance; /* of a pixel: the sum over channels */
  rs__coarse coarse;
  size_t tasks;
  rs__bench benches[RS__TASKS];
} rs__shortlist;

/* Sets all sizes but the numbers of tasks. */
void rs__shortlist_set(rs__shortlist *s, size_t side_max);

/* The rows of the work space of a block, and their length, where patches have at most that side. */
static inline size_t rs__bench_rows(size_t side_max) {
  return RS__BLOCK + side_max - 1;
}
static inline size_t rs__bench_pitch(size_t side_max) {
  return (RS__BLOCK + side_max - 1 + RS__LANES - 1) / RS__LANES * RS__LANES;
}

void rs__shortlist_picture(rs__shortlist *s, const float *planes);

typedef struct rs__brief {
  rs__shortlist *shortlist;
  const rs__kernels *kernels;
  const rs_executor *executor; /* or NULL */
  size_t side;
  double sigma;
  float rate;
} rs__brief;

/* The estimate of one sample, whose numbers are all finite. */
void rs__shortlist_denoise(const rs__brief *job, const float *input, float *output);

#endif
