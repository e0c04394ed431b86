/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <restart/exemplar.h>

#include "say.h"
#include "schedule.h"

static const double default_churn = 3.0;

static bool start_from(const struct options *options, rs_schedule_options *schedule) {
  rs_schedule_options_init(schedule);
  schedule->steps = options->steps;
  rs_status status =
      options->preset ? rs_preset(options->preset, schedule) : rs_exemplar_schedule(schedule);
  if (status != RS_OK)
    say("the preset cannot be used: %s", rs_status_text(status));
  return status == RS_OK;
}

/* The number given for a1111 is the budget of its rule, which has become steps and a segment. */
static bool steps_are_budget(const struct options *options) {
  return options->preset && strcmp(options->preset, "a1111") == 0;
}

static void override(double *field, double given) {
  if (given > 0)
    *field = given;
}

static bool restart_schedule(const struct options *options, rs_schedule_options *schedule) {
  if (!start_from(options, schedule))
    return false;
  if (options->steps && !steps_are_budget(options))
    schedule->steps = options->steps;
  if (options->solver)
    schedule->solver = schedule->restart_solver = options->solver;
  if (options->restart_solver)
    schedule->restart_solver = options->restart_solver;
  if (options->grid_given)
    schedule->grid = options->grid;
  if (schedule->grid == RS_GRID_POLYEXPONENTIAL)
    schedule->rho = 0; /* its own default; that of textures is for another grid */
  schedule->solver_order = options->order;
  schedule->budget = options->budget;
  override(&schedule->eta, options->eta);
  override(&schedule->sigma_max, options->sigma_max);
  override(&schedule->sigma_min, options->sigma_min);
  override(&schedule->rho, options->rho);
  override(&schedule->s_noise, options->s_noise);
  if (options->segments_given) {
    schedule->segments = options->segments;
    schedule->segment_count = options->segment_count;
  }
  return true;
}

rs_sampler *schedule_plan(const rs_schedule_options *schedule) {
  char message[256] = "";
  rs_sampler_options options;
  rs_sampler_options_init(&options);
  options.elements = 1;
  options.message = message;
  options.message_capacity = sizeof message;
  rs_sampler *sampler = NULL;
  if (rs_sampler_new(&options, &sampler) != RS_OK) {
    say("%s", message);
    return NULL;
  }
  if (rs_schedule(sampler, schedule) == RS_OK)
    return sampler;
  say("the schedule is impossible: %s", rs_sampler_message(sampler));
  rs_sampler_free(sampler);
  return NULL;
}

bool schedule_build(const struct options *options, int method, rs_schedule_options *schedule) {
  if (!restart_schedule(options, schedule))
    return false;
  if (method == METHOD_RESTART)
    return true;
  rs_sampler *restart = schedule_plan(schedule);
  if (!restart)
    return false;
  int64_t nfe = rs_plan_nfe(restart);
  rs_sampler_free(restart);
  /* N steps of Heun cost 2N - 1, so an even number is out of reach: then it is one more. */
  schedule->steps = (int32_t)(nfe / 2 + 1);
  schedule->solver = RS_SOLVER_HEUN;
  schedule->budget = 0;
  schedule->end = RS_END_ZERO;
  schedule->segments = NULL;
  schedule->segment_count = 0;
  if (method == METHOD_SDE)
    schedule->s_churn = options->s_churn > 0 ? options->s_churn : default_churn;
  return true;
}
