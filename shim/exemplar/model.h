/* SPDX-License-Identifier: MIT */
#ifndef RESTART_SHIM_EXEMPLAR_MODEL_H
#define RESTART_SHIM_EXEMPLAR_MODEL_H

#include <restart/exemplar.h>

#include "kernel.h"

enum { RS__TASKS = 16, RS__SIDE_MAX = 63, RS__PATCHES_MAX = 64 };

/* What one task works with; every array in the exemplar's one block of memory. */
typedef struct rs__desk {
  float *slots;    /* side matrices: squared differences, then their suffix sums */
  float *prefix;   /* a matrix */
  float *window;   /* a matrix with side - 1 rows more */
  float *distance; /* a matrix with double rows */
  float *line;     /* a row */
  float *least;
  float *weight;
  float *state;    /* softmax states of all output rows */
} rs__desk;

struct rs_exemplar {
  rs_alloc alloc;
  size_t channels, height, width; /* of the exemplar */
  size_t out_height, out_width;
  size_t lanes; /* out_width rounded up */
  size_t patch_count, side_max, tasks;
  rs_exemplar_patch patches[RS__PATCHES_MAX];
  const rs__kernels *kernels;
  void *memory;
  float *pixels; /* [channel][row], pixel_stride apart, periodic */
  size_t pixel_stride;
  float *input; /* [channel][row], input_stride apart, periodic */
  size_t input_stride;
  float *zeros; /* a row */
  rs__desk desks[RS__TASKS];
};

/* The built-in rule: *count entries. */
const rs_exemplar_patch *rs__exemplar_patches(size_t *count);

/* The patch side at a noise level. */
size_t rs__exemplar_side(const rs_exemplar *ex, double sigma);

/* Floats in the rows of one output row's softmax state. */
static inline size_t rs__state_size(const rs_exemplar *ex) {
  return (2 + ex->channels) * ex->lanes;
}

/* Sets sizes, strides and the number of tasks from the options, then the pointers. RS_ERR_MEMORY
 * where the sizes overflow or there is no memory. */
rs_status rs__exemplar_take_memory(rs_exemplar *ex);

/* Checks options of any known size and copies them out: everything but the picture. */
rs_status rs__exemplar_read(const rs_exemplar_options *options, rs_exemplar_options *known);

#endif
