/* SPDX-License-Identifier: MIT
 * Step by step: the plan before the run, rs_restart_step, and what a progress display shows. */
#include <math.h>
#include <stdio.h>

#include <restart/restart.h>

static int32_t network(const rs_eval *e, void *user) {
  (void)user;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = tanhf(e->input[i] / (float)(e->sigma * e->sigma));
  return 0;
}

/* The denoised estimate is there in every step, long before the sample is. */
static int32_t progress(const rs_step_info *info, void *user) {
  (void)user;
  if (info->kind == RS_STEP_JUMP)
    printf("  restart %d.%d: back up to sigma %.2f\n", (int)info->segment, (int)info->iteration,
           info->sigma_to);
  else
    printf("%3lld of %lld evaluations, sigma %6.3f, x0 about %+.3f\n", (long long)info->nfe_done,
           (long long)info->nfe_total, info->sigma_to, (double)info->denoised[0]);
  return 0;
}

int main(void) {
  const rs_segment segment = {3, 2, 0.06, 0.3};
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = network;
  so.elements = 1;
  so.progress = progress;
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = 6;
  sc.segments = &segment;
  sc.segment_count = 1;
  rs_sampler *s = NULL;
  float x[1];
  rs_status st = rs_sampler_new(&so, &s);
  if (st == RS_OK)
    st = rs_schedule(s, &sc);
  if (st == RS_OK)
    st = rs_sampler_start(s, x, NULL);
  if (st == RS_OK)
    do
      st = rs_restart_step(s); /* x can be shown here; leaving the loop cancels */
    while (st == RS_MORE);
  const int right = st == RS_OK && fabsf(fabsf(x[0]) - 1) < 1e-3f;
  printf("%s: %+.3f\n", rs_sampler_message(s), (double)x[0]);
  rs_sampler_free(s);
  return !right;
}
