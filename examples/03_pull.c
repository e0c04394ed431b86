/* SPDX-License-Identifier: MIT
 * The pull form: no callback. The host evaluates its network whenever and wherever it likes, here
 * once in every turn of its main loop. Two samplers take turns on one thread. */
#include <math.h>
#include <stdio.h>

#include <restart/restart.h>

static void evaluate(const rs_eval *e) {
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = tanhf(e->input[i] / (float)(e->sigma * e->sigma));
}

/* One evaluation; false when the run is over. */
static int turn(rs_sampler *s) {
  rs_request r;
  rs_request_init(&r);
  if (rs_sampler_ask(s, &r) != RS_MORE)
    return 0;
  evaluate(r.eval);
  return rs_sampler_tell(s) == RS_MORE;
}

int main(void) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.elements = 4;
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  rs_preset("cifar10-vp-43", &sc);
  rs_sampler *s[2] = {NULL, NULL};
  float x[2][4];
  int turns = 0, running[2] = {0, 0}, right = 1;
  for (uint64_t i = 0; i < 2; i++)
    running[i] = rs_sampler_new(&so, &s[i]) == RS_OK && rs_schedule(s[i], &sc) == RS_OK &&
                 rs_sampler_start(s[i], x[i], &i) == RS_OK;
  while (running[0] || running[1]) {
    for (int i = 0; i < 2; i++)
      running[i] = running[i] && turn(s[i]);
    turns++;
  }
  for (int i = 0; i < 2; i++) {
    for (int k = 0; k < 4; k++) {
      printf("%+.3f ", (double)x[i][k]);
      right &= fabsf(fabsf(x[i][k]) - 1) < 1e-3f;
    }
    printf(" %s\n", rs_sampler_message(s[i]));
    rs_sampler_free(s[i]);
  }
  printf("%d turns\n", turns);
  return !(right && turns == 43);
}
