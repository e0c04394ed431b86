/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "plan_curve.h"
#include "say.h"

static void include_sigma(struct plan_curve *curve, double sigma) {
  if (sigma > curve->sigma_max)
    curve->sigma_max = sigma;
  if (sigma > 0 && sigma < curve->sigma_min)
    curve->sigma_min = sigma;
}

bool plan_curve_read(struct plan_curve *curve, const rs_sampler *sampler) {
  size_t count = rs_plan_count(sampler);
  *curve = (struct plan_curve){.count = count, .sigma_min = INFINITY};
  curve->nfe = (double)rs_plan_nfe(sampler);
  curve->lines = calloc(count, sizeof *curve->lines);
  if (!curve->lines) {
    say("out of memory for a plan of %zu steps", count);
    return false;
  }
  for (size_t i = 0; i < count; ++i) {
    rs_step_info info;
    rs_step_info_init(&info);
    rs_plan_step(sampler, i, &info);
    curve->lines[i] = (struct plan_line){.kind = info.kind,
                                         .nfe_from = (double)(info.nfe_done - info.nfe),
                                         .nfe_to = (double)info.nfe_done,
                                         .sigma_from = info.sigma_hat,
                                         .sigma_to = info.sigma_to};
    if (info.kind == RS_STEP_JUMP)
      curve->lines[i].sigma_from = info.sigma_from;
    include_sigma(curve, curve->lines[i].sigma_from);
    include_sigma(curve, curve->lines[i].sigma_to);
  }
  return true;
}

void plan_curve_free(struct plan_curve *curve) {
  free(curve->lines);
  curve->lines = NULL;
}

double plan_curve_level(const struct plan_curve *curve, double sigma) {
  const double floor = 0.08;
  if (sigma <= 0)
    return 0;
  double range = log(curve->sigma_max / curve->sigma_min);
  double height = range > 0 ? log(sigma / curve->sigma_min) / range : 1;
  return floor + (1 - floor) * height;
}
