/* SPDX-License-Identifier: MIT
 * What a host does, in C and in C++: draws samples of a normal distribution and checks them. With
 * an argument the answer is the number of the release. */
#include <stdio.h>

#include <restart/restart.h>

enum { SAMPLES = 1000 };

/* The best estimate of x0 where x0 is normal with mean 2 and deviation 1. */
static int32_t network(const rs_eval *e, void *user) {
  const double s2 = e->sigma * e->sigma;
  (void)user;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = (float)((2 * s2 + (double)e->input[i]) / (s2 + 1));
  return 0;
}

static rs_status draw(float *x) {
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler *s = NULL;
  rs_status status;
  rs_sampler_options_init(&so);
  so.model.fn = network;
  so.elements = SAMPLES;
  rs_schedule_options_init(&sc);
  status = rs_preset("cifar10-vp-43", &sc);
  if (status == RS_OK)
    status = rs_sampler_new(&so, &s);
  if (status == RS_OK)
    status = rs_schedule(s, &sc);
  if (status == RS_OK && rs_plan_nfe(s) != 43)
    status = RS_ERR_STATE;
  if (status == RS_OK)
    status = rs_sample(s, x, NULL);
  rs_sampler_free(s);
  return status;
}

int main(int argc, char **argv) {
  static float x[SAMPLES];
  double mean = 0;
  const rs_status status = draw(x);
  if (status != RS_OK) {
    printf("%s\n", rs_status_text(status));
    return 1;
  }
  for (size_t i = 0; i < SAMPLES; i++)
    mean += (double)x[i] / SAMPLES;
  if (argc > 1)
    printf("%s\n", rs_version_string());
  else
    printf("%s: mean %.2f\n", argv[0], mean);
  return mean > 1.9 && mean < 2.1 ? 0 : 1;
}
