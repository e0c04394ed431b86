/* SPDX-License-Identifier: MIT
 * bits 32|64: a run in C whose network rounds the same way everywhere; prints the samples' bits. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <restart/restart.h>

enum { BATCH = 3, N = 7 };

static int32_t network(const rs_eval *e, void *user) {
  (void)user;
  const double c = 1 / (1 + e->sigma * e->sigma);
  for (size_t i = 0; i < e->batch * e->elements; i++)
    if (e->input)
      e->output[i] = (float)c * e->input[i];
    else
      e->output_f64[i] = c * e->input_f64[i];
  return 0;
}

int main(int argc, char **argv) {
  static float x[BATCH * N];
  static double y[BATCH * N];
  const uint64_t seeds[BATCH] = {5, 6, UINT64_MAX};
  const int wide = argc > 1 && strcmp(argv[1], "64") == 0;
  rs_sampler *s = NULL;
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  so.model.fn = network;
  so.batch = BATCH;
  so.elements = N;
  so.dtype = wide ? RS_FLOAT64 : RS_FLOAT32;
  rs_preset("cifar10-vp-43", &sc);
  sc.s_churn = 3;
  const int good = rs_sampler_new(&so, &s) == RS_OK && rs_schedule(s, &sc) == RS_OK &&
                   (wide ? rs_sample_f64(s, y, seeds) : rs_sample(s, x, seeds)) == RS_OK;
  for (int i = 0; i < BATCH * N; i++) {
    uint64_t bits = 0;
    memcpy(&bits, wide ? (void *)&y[i] : (void *)&x[i], wide ? 8 : 4);
    printf("%" PRIx64 "\n", bits);
  }
  rs_sampler_free(s);
  return !good;
}
