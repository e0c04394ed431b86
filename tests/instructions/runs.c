/* SPDX-License-Identifier: MIT
 * runs KERNELS STEPS BATCH ELEMENTS CHURN: a run by Heun's rule whose network does nothing, for
 * callgrind to count, with the set of kernels of that name. Fails with 3 where there is none. */
#include <stdlib.h>
#include <string.h>

#include "core/sampler.h"

static int32_t nothing(const rs_eval *e, void *user) {
  (void)e;
  (void)user;
  return 0;
}

static const rs__kernels *named(const char *name) {
  size_t i = 0;
  while (rs__kernels_at(i) && strcmp(rs__kernels_at(i)->name, name) != 0)
    i++;
  return rs__kernels_at(i);
}

int main(int argc, char **argv) {
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler *s = NULL;
  if (argc != 6)
    return 2;
  const rs__kernels *kernels = named(argv[1]);
  if (!kernels)
    return 3;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  sc.steps = atoi(argv[2]);
  sc.s_churn = atof(argv[5]);
  sc.start = RS_START_KEEP;
  so.batch = (size_t)atol(argv[3]);
  so.elements = (size_t)atol(argv[4]);
  so.model.fn = nothing;
  float *x = calloc(so.batch * so.elements, sizeof *x);
  int good = x && rs_sampler_new(&so, &s) == RS_OK && rs_schedule(s, &sc) == RS_OK;
  if (good) {
    s->kernels = kernels;
    good = rs_sample(s, x, NULL) == RS_OK;
  }
  rs_sampler_free(s);
  free(x);
  return !good;
}
