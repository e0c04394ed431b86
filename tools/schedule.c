/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "say.h"
#include "schedule.h"

static bool start_from(const struct schedule_options *options, rs_schedule_options *schedule) {
  rs_schedule_options_init(schedule);
  schedule->steps = options->steps;
  rs_status status = RS_OK;
  if (options->file) {
    *schedule = options->from_file;
    schedule->segments = options->file_segments;
    schedule->sigmas = options->file_sigmas;
  } else if (options->preset)
    status = rs_preset(options->preset, schedule);
  else if (options->defaults)
    status = options->defaults(schedule);
  if (status != RS_OK)
    say("the preset cannot be used: %s", rs_status_text(status));
  return status == RS_OK;
}

/* The number given for a1111 is the budget of its rule, which has become steps and a segment. */
static bool steps_are_budget(const struct schedule_options *options) {
  return options->preset && strcmp(options->preset, "a1111") == 0;
}

static void override(double *field, double given) {
  if (given > 0)
    *field = given;
}

static void override_noise(const struct schedule_options *options, rs_schedule_options *schedule) {
  override(&schedule->eta, options->eta);
  override(&schedule->s_noise, options->s_noise);
  if (options->s_min_given)
    schedule->s_min = options->s_min;
  override(&schedule->s_max, options->s_max);
  if (options->restart_gamma_given)
    schedule->restart_gamma = options->restart_gamma;
}

static void override_grid(const struct schedule_options *options, rs_schedule_options *schedule) {
  const bool other = !options->file || (options->grid_given && options->grid != schedule->grid);
  if (options->grid_given)
    schedule->grid = options->grid;
  if (schedule->grid == RS_GRID_POLYEXPONENTIAL && other)
    schedule->rho = 0; /* its own default; that of textures is for another grid */
  if (options->meet)
    schedule->meet = options->meet - 1;
  if (options->end)
    schedule->end = options->end - 1;
  if (options->spacing)
    schedule->spacing = options->spacing - 1;
  if (options->snap)
    schedule->snap = 1;
  override(&schedule->shift, options->shift);
  override(&schedule->sigma_max, options->sigma_max);
  override(&schedule->sigma_min, options->sigma_min);
  override(&schedule->rho, options->rho);
}

static bool restart_schedule(const struct schedule_options *options,
                             rs_schedule_options *schedule) {
  if (!start_from(options, schedule))
    return false;
  if (options->steps && !steps_are_budget(options))
    schedule->steps = options->steps;
  if (options->solver)
    schedule->solver = schedule->restart_solver = options->solver;
  if (options->restart_solver)
    schedule->restart_solver = options->restart_solver;
  if (options->order)
    schedule->solver_order = options->order;
  if (options->budget || options->steps)
    schedule->budget = options->budget;
  override_grid(options, schedule);
  override_noise(options, schedule);
  if (options->segments_given) {
    schedule->segments = options->segments;
    schedule->segment_count = options->segment_count;
  }
  return true;
}

rs_sampler *schedule_plan(const rs_model *model, const rs_schedule_options *schedule) {
  char message[256] = "";
  rs_sampler_options options;
  rs_sampler_options_init(&options);
  if (model)
    options.model = *model;
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

/* As many steps of Heun's method as cost what the plan does. N steps cost 2N - 1, so an even number
 * is out of reach: then it is one more. */
static void same_cost(int64_t nfe, rs_schedule_options *schedule) {
  schedule->steps = (int32_t)(nfe / 2 + 1);
  schedule->solver = RS_SOLVER_HEUN;
  schedule->budget = 0;
  schedule->end = RS_END_ZERO;
  schedule->segments = NULL;
  schedule->segment_count = 0;
}

bool schedule_build(const struct schedule_options *options, int method, const rs_model *model,
                    rs_schedule_options *schedule) {
  if (!restart_schedule(options, schedule))
    return false;
  if (method == METHOD_RESTART) {
    if (options->s_churn_given && options->method_count == 1)
      schedule->s_churn = options->s_churn;
    return true;
  }
  rs_model unguided = model ? *model : (rs_model){0};
  unguided.guidance = RS_GUIDANCE_NONE;
  rs_sampler *restart = schedule_plan(&unguided, schedule);
  if (!restart)
    return false;
  same_cost(rs_plan_nfe(restart), schedule);
  rs_sampler_free(restart);
  schedule->s_churn = options->s_churn_given ? options->s_churn : options->sde_churn;
  if (method == METHOD_ODE)
    schedule->s_churn = 0;
  return true;
}
