/* SPDX-License-Identifier: MIT
 * The whole of it: a network, a schedule, samples. */
#include <math.h>
#include <stdio.h>

#include <restart/restart.h>

/* Your network goes here. This one is the exact denoiser of data that is -1 or +1. */
static int32_t network(const rs_eval *e, void *user) {
  (void)user;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = tanhf(e->input[i] / (float)(e->sigma * e->sigma));
  return 0;
}

int main(void) {
  float x[8];
  rs_sampler *s = NULL;
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  so.model.fn = network;
  so.elements = 8;
  rs_preset("cifar10-vp-43", &sc);
  const int good = rs_sampler_new(&so, &s) == RS_OK && rs_schedule(s, &sc) == RS_OK &&
                   rs_sample(s, x, NULL) == RS_OK;
  for (int i = 0; good && i < 8; i++)
    printf("%+.3f\n", (double)x[i]);
  puts(rs_sampler_message(s));
  rs_sampler_free(s);
  return !good;
}
