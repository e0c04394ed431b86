/* SPDX-License-Identifier: MIT */
#ifndef GODOT_RUN_H
#define GODOT_RUN_H

#include <restart/exemplar.h>

#include "torch.h"

/* All that one run holds. Zero before run_prepare, to be freed whatever that says. */
struct run {
  rs_exemplar *exemplar;
  struct torch torch;
  rs_sampler *sampler;
  struct picture picture; /* of what is made; bytes NULL */
  float *values;          /* the state, at the end the result */
};

/* Makes the model, the sampler and its plan. progress is called after each step. False, with the
 * reason in why. */
bool run_prepare(struct run *run, const struct settings *settings, rs_progress_fn progress,
                 void *user, char why[MESSAGE_SIZE]);

/* Samples. RS_OK, RS_STOPPED, or a failure with the reason in why. */
rs_status run_sample(struct run *run, uint64_t seed, char why[MESSAGE_SIZE]);

void run_free(struct run *run);

#endif
