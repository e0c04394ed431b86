/* SPDX-License-Identifier: MIT
 * What python_overhead.py and csharp_overhead.py compare with: runs of a network that only copies.
 */
#include <string.h>
#include <restart/restart.h>

int32_t network(const rs_eval *e, void *user) {
  (void)user;
  memcpy(e->output, e->input, e->batch * e->elements * sizeof(float));
  return 0;
}

int32_t runs(size_t elements, float *x, int count) {
  rs_sampler *s = NULL;
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  so.model.fn = network;
  so.elements = elements;
  rs_preset("cifar10-vp-43", &sc);
  int32_t st = rs_sampler_new(&so, &s);
  if (st == 0)
    st = rs_schedule(s, &sc);
  for (int i = 0; st == 0 && i < count; i++)
    st = rs_sample(s, x, NULL);
  rs_sampler_free(s);
  return st;
}
