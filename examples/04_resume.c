/* SPDX-License-Identifier: MIT
 * A run that is cancelled, kept as bytes, and continued by another sampler: the same bits. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <restart/restart.h>

enum { N = 6 };

/* Asks for a stop at evaluation 20, as a cancel button would with rs_sampler_stop. */
static int32_t network(const rs_eval *e, void *user) {
  int *patience = user;
  if (patience && --*patience == 0)
    return 1;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = tanhf(e->input[i] / (float)(e->sigma * e->sigma));
  return 0;
}

static rs_sampler *make(int *patience) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = network;
  so.model.user = patience;
  so.elements = N;
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  rs_preset("cifar10-vp-43", &sc);
  rs_sampler *s = NULL;
  if (rs_sampler_new(&so, &s) == RS_OK && rs_schedule(s, &sc) == RS_OK)
    return s;
  rs_sampler_free(s);
  return NULL;
}

int main(void) {
  int patience = 20;
  float x[N], straight[N];
  unsigned char bytes[1024];
  size_t length = 0;
  rs_sampler *first = make(&patience), *second = make(NULL);
  if (!first || !second)
    return 1;
  rs_status st = rs_sample(first, x, NULL);
  printf("%s: %s\n", rs_status_name(st), rs_sampler_message(first));
  if (st == RS_STOPPED)
    st = rs_sampler_save(first, bytes, sizeof bytes, &length);
  rs_sampler_free(first);

  printf("checkpoint of %zu bytes\n", length);
  if (st == RS_OK)
    st = rs_sampler_load(second, bytes, length, x);
  if (st == RS_OK)
    do
      st = rs_restart_step(second);
    while (st == RS_MORE);

  const rs_status again = rs_sample(second, straight, NULL);
  const int same = memcmp(x, straight, sizeof x) == 0;
  printf("%s, %s\n", rs_sampler_message(second), same ? "the same bits" : "other bits");
  rs_sampler_free(second);
  return !(st == RS_OK && again == RS_OK && same);
}
