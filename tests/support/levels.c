/* SPDX-License-Identifier: MIT */
#include "support/levels.h"

#include <stdio.h>

#include "support/test.h"

const rs_model test_ve = {.process = RS_PROCESS_VE};
const rs_model test_vp = {.process = RS_PROCESS_VP, .prediction = RS_PREDICT_EPS};
const rs_model test_sd = {
    .process = RS_PROCESS_DISCRETE, .prediction = RS_PREDICT_EPS, .betas = RS_BETAS_SCALED_LINEAR};
const rs_model test_iddpm = {.process = RS_PROCESS_IDDPM, .prediction = RS_PREDICT_EPS};
const rs_model test_flow = {.process = RS_PROCESS_FLOW, .prediction = RS_PREDICT_FLOW};
const rs_model test_pfgmpp = {.process = RS_PROCESS_PFGMPP};

rs_sampler *test_grid_sampler(const rs_model *model) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.elements = 1;
  so.model = *model;
  so.model.fn = test_network;
  return test_sampler(&so);
}

const test_levels *test_grid(const rs_model *model, const rs_schedule_options *sc) {
  static test_levels l;
  rs_sampler *s = test_grid_sampler(model);
  l.count = 0;
  l.status = rs_schedule(s, sc);
  snprintf(l.message, sizeof l.message, "%s", rs_sampler_message(s));
  for (size_t i = 0; i < rs_plan_count(s) && l.count + 1 < TEST_LEVELS_ROOM; i++) {
    rs_step_info info;
    rs_step_info_init(&info);
    assert_ok(rs_plan_step(s, i, &info), s);
    if (info.kind != RS_STEP_MAIN)
      continue;
    l.s[l.count++] = info.sigma_from;
    l.s[l.count] = info.sigma_to;
  }
  l.count += l.count > 0;
  rs_sampler_free(s);
  return &l;
}

rs_schedule_options test_grid_options(int32_t kind, int32_t steps, double low, double high) {
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.grid = kind;
  sc.steps = steps;
  sc.solver = RS_SOLVER_EULER;
  sc.sigma_min = low;
  sc.sigma_max = high;
  return sc;
}

void test_grid_expect(const test_levels *l, const double *want, size_t count, double tolerance) {
  if (l->status != RS_OK)
    fail_msg("%s", l->message);
  assert_int_equal(l->count, count);
  for (size_t i = 0; i < count; i++)
    assert_near(l->s[i], want[i], tolerance * want[i]);
}
