/* SPDX-License-Identifier: MIT */
#ifndef RESTART_SHIM_EXEMPLAR_MODEL_H
#define RESTART_SHIM_EXEMPLAR_MODEL_H

#include <restart/exemplar.h>

#include "shortlist.h"

enum { RS__SIDE_MAX = 63, RS__PATCHES_MAX = 64 };

/* What a task of the exact search works with besides its desk. */
typedef struct rs__tally {
  float *least;
  float *weight;
  float *state; /* softmax states of all output rows */
} rs__tally;

struct rs_exemplar {
  rs_alloc alloc;
  int32_t search;
  size_t elements; /* of an output */
  size_t patch_count, side_max;
  rs_exemplar_patch patches[RS__PATCHES_MAX];
  const rs__kernels *kernels;
  void *memory;
  rs__grid grid; /* the exact search ... */
  rs__tally tallies[RS__TASKS];
  rs__shortlist shortlist; /* ... or this one */
};

/* The built-in rule: *count entries. */
const rs_exemplar_patch *rs__exemplar_patches(size_t *count);

/* The patch side at a noise level. */
size_t rs__exemplar_side(const rs_exemplar *ex, double sigma);

/* Floats in the rows of one output row's softmax state. */
static inline size_t rs__state_size(const rs__grid *grid) {
  return (2 + grid->channels) * grid->lanes;
}

/* Sets strides and the number of tasks from the sizes, then the pointers. RS_ERR_MEMORY where the
 * sizes overflow or there is no memory. */
rs_status rs__exemplar_take_memory(rs_exemplar *ex);

/* Checks options of any known size and copies them out: everything but the picture. */
rs_status rs__exemplar_read(const rs_exemplar_options *options, rs_exemplar_options *known);

#endif
