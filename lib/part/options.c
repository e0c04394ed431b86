/* SPDX-License-Identifier: MIT */
#include "part/options.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/sized.h"

#define OLDEST_SIZE sizeof(rs_schedule_options)

typedef struct {
  const char *name;
  size_t offset;
  int32_t standard, least, most;
} integer_field;

typedef struct {
  const char *name;
  size_t offset;
  double standard, least, most;
} real_field;

#define AT(field) #field, offsetof(rs_schedule_options, field)

static const integer_field integers[] = {
    {AT(grid), RS_GRID_KARRAS, RS_GRID_KARRAS, RS_GRID_AYS_SVD},
    {AT(end), RS_END_ZERO, RS_END_ZERO, RS_END_SIGMA_MIN},
    {AT(steps), 18, 1, RS__STEPS_MAX},
    {AT(solver), RS_SOLVER_HEUN, RS_SOLVER_EULER, RS_SOLVER_HEUN_VP},
    {AT(restart_solver), RS_SOLVER_DEFAULT, RS_SOLVER_DEFAULT, RS_SOLVER_HEUN_VP},
    {AT(meet), RS_MEET_MOVE, RS_MEET_MOVE, RS_MEET_SNAP},
    {AT(start), RS_START_NOISE, RS_START_NOISE, RS_START_PICTURE},
    {AT(solver_order), 0, 0, 9},
    {AT(inpaint), 0, 0, 1},
    {AT(reserved), 0, 0, 0},
    {AT(spacing), 0, 0, RS_SPACING_TRAILING},
    {AT(snap), 0, 0, 1},
};

static const real_field reals[] = {
    {AT(sigma_min), 0, 0, 1e30},
    {AT(sigma_max), 0, 0, 1e30},
    {AT(rho), 7, 1e-3, 1e3},
    {AT(s_noise), 1, 1e-30, 1e30},
    {AT(s_churn), 0, 0, 1e30},
    {AT(s_min), 0, 0, 1e30},
    {AT(s_max), (double)INFINITY, 0, (double)INFINITY},
    {AT(restart_gamma), 0, 0, 1e3},
    {AT(eta), 1, 0, 10},
    {AT(strength), 0.5, 1e-6, 1},
    {AT(shift), 1, 1e-3, 1e3},
};

static rs_status check_integers(char *options, rs__note *note) {
  for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
    const integer_field *f = &integers[i];
    int32_t v;
    memcpy(&v, options + f->offset, sizeof v);
    v = v == 0 ? f->standard : v;
    if (v < f->least || v > f->most)
      return rs__note_set(note, RS_ERR_OPTION, "%s is %d, not within %d to %d", f->name, (int)v,
                          (int)f->least, (int)f->most);
    memcpy(options + f->offset, &v, sizeof v);
  }
  return RS_OK;
}

static rs_status check_reals(char *options, rs__note *note) {
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
    const real_field *f = &reals[i];
    double v;
    memcpy(&v, options + f->offset, sizeof v);
    v = v == 0 ? f->standard : v;
    if (!(v >= f->least && v <= f->most))
      return rs__note_set(note, RS_ERR_OPTION, "%s is out of its range", f->name);
    memcpy(options + f->offset, &v, sizeof v);
  }
  return RS_OK;
}

static rs_status check_lists(const rs_schedule_options *o, rs__note *note) {
  if (o->grid == RS_GRID_SIGMAS && (!o->sigmas || o->sigma_count < 2))
    return rs__note_set(note, RS_ERR_OPTION, "RS_GRID_SIGMAS needs at least 2 sigmas");
  if (o->grid == RS_GRID_SIGMAS && o->sigma_count > RS__STEPS_MAX)
    return rs__note_set(note, RS_ERR_OPTION, "sigma_count is over %d", RS__STEPS_MAX);
  if (o->segment_count && !o->segments)
    return rs__note_set(note, RS_ERR_OPTION, "segment_count is set, segments is NULL");
  if (o->segment_count > RS__STEPS_MAX)
    return rs__note_set(note, RS_ERR_OPTION, "segment_count is over %d", RS__STEPS_MAX);
  if (o->budget < 0 || o->budget > RS__STEPS_MAX)
    return rs__note_set(note, RS_ERR_OPTION, "budget is not within 0 to %d", RS__STEPS_MAX);
  if (o->budget && o->grid == RS_GRID_SIGMAS)
    return rs__note_set(note, RS_ERR_OPTION, "budget chooses steps, which RS_GRID_SIGMAS has not");
  return RS_OK;
}

rs_status rs__options_schedule(const rs_schedule_options *callers, rs_schedule_options *ours,
                               rs__note *note) {
  rs__sized_init(ours, sizeof *ours);
  if (callers && rs__sized_read(ours, sizeof *ours, OLDEST_SIZE, callers) != RS_OK)
    return rs__note_set(note, RS_ERR_VERSION,
                        "schedule options of %zu bytes: initialise them with "
                        "rs_schedule_options_init, and set no field that this library lacks",
                        callers->size);
  rs_status st = check_integers((char *)ours, note);
  if (ours->grid == RS_GRID_POLYEXPONENTIAL && ours->rho == 0)
    ours->rho = 1;
  if (st == RS_OK)
    st = check_reals((char *)ours, note);
  if (st == RS_OK)
    st = check_lists(ours, note);
  if (st == RS_OK && ours->restart_solver == RS_SOLVER_DEFAULT)
    ours->restart_solver = ours->solver;
  return st;
}
