/* SPDX-License-Identifier: MIT */
#include "model.h"

/* Chosen by measurement: docs/exemplar.md. */
static const rs_exemplar_patch patches[] = {{5, 31, 0}, {0, 21, 0}};
static const rs_segment segments[] = {{4, 3, 2, 24}};

const rs_exemplar_patch *rs__exemplar_patches(size_t *count) {
  *count = sizeof patches / sizeof *patches;
  return patches;
}

size_t rs__exemplar_side(const rs_exemplar *ex, double sigma) {
  size_t i = 0;
  while (i + 1 < ex->patch_count && sigma < ex->patches[i].sigma)
    i++;
  return (size_t)ex->patches[i].side;
}

rs_status rs_exemplar_schedule(rs_schedule_options *options) {
  if (!options)
    return RS_ERR_ARGUMENT;
  if (options->size < offsetof(rs_schedule_options, s_noise)) /* all that is set below */
    return RS_ERR_VERSION;
  rs_schedule_options_init_sized(options, options->size);
  options->steps = 10;
  options->sigma_min = 0.02;
  options->sigma_max = 80;
  options->segments = segments;
  options->segment_count = sizeof segments / sizeof *segments;
  return RS_OK;
}
