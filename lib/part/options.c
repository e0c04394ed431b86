/* SPDX-License-Identifier: MIT */
#include "part/options.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/sized.h"

#define INTEGER(field) #field, offsetof(rs_schedule_options, field), false
#define REAL(field) #field, offsetof(rs_schedule_options, field), true

static const rs__option fields[] = {
    {INTEGER(grid), RS_GRID_KARRAS, RS_GRID_KARRAS, RS_GRID_AYS_SVD},
    {INTEGER(end), RS_END_ZERO, RS_END_ZERO, RS_END_SIGMA_MIN},
    {INTEGER(steps), 18, 1, RS__STEPS_MAX},
    {INTEGER(solver), RS_SOLVER_HEUN, RS_SOLVER_EULER, RS_SOLVER_HEUN_VP},
    {INTEGER(restart_solver), RS_SOLVER_DEFAULT, RS_SOLVER_DEFAULT, RS_SOLVER_HEUN_VP},
    {INTEGER(meet), RS_MEET_MOVE, RS_MEET_MOVE, RS_MEET_SNAP},
    {INTEGER(start), RS_START_NOISE, RS_START_NOISE, RS_START_PICTURE},
    {INTEGER(solver_order), 0, 0, 9},
    {INTEGER(inpaint), 0, 0, 1},
    {INTEGER(reserved), 0, 0, 0},
    {INTEGER(spacing), 0, 0, RS_SPACING_TRAILING},
    {INTEGER(snap), 0, 0, 1},
    {REAL(sigma_min), 0, 0, 1e30},
    {REAL(sigma_max), 0, 0, 1e30},
    {REAL(rho), 7, 1e-3, 1e3},
    {REAL(s_noise), 1, 1e-30, 1e30},
    {REAL(s_churn), 0, 0, 1e30},
    {REAL(s_min), 0, 0, 1e30},
    {REAL(s_max), (double)INFINITY, 0, (double)INFINITY},
    {REAL(restart_gamma), 0, 0, 1e3},
    {REAL(eta), 1, 0, 10},
    {REAL(strength), 0.5, 1e-6, 1},
    {REAL(shift), 1, 1e-3, 1e3},
};

const rs__option *rs__options_at(size_t index) {
  return index < sizeof fields / sizeof *fields ? &fields[index] : NULL;
}

double rs__options_get(const rs_schedule_options *options, const rs__option *field) {
  const char *at = (const char *)options + field->offset;
  int32_t whole;
  double real;
  if (field->real)
    memcpy(&real, at, sizeof real);
  else
    memcpy(&whole, at, sizeof whole);
  return field->real ? real : whole;
}

void rs__options_set(rs_schedule_options *options, const rs__option *field, double value) {
  char *at = (char *)options + field->offset;
  const int32_t whole = field->real ? 0 : (int32_t)value;
  if (field->real)
    memcpy(at, &value, sizeof value);
  else
    memcpy(at, &whole, sizeof whole);
}

static rs_status check_fields(rs_schedule_options *o, rs__note *note) {
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    const rs__option *f = &fields[i];
    double v = rs__options_get(o, f);
    v = v == 0 ? f->standard : v;
    if (!(v >= f->least && v <= f->most))
      return f->real ? rs__note_set(note, RS_ERR_OPTION, "%s is out of its range", f->name)
                     : rs__note_set(note, RS_ERR_OPTION, "%s is %d, not within %d to %d", f->name,
                                    (int)v, (int)f->least, (int)f->most);
    rs__options_set(o, f, v);
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
  if (callers && rs__sized_read(ours, sizeof *ours, RS__FIRST_SCHEDULE_OPTIONS, callers) != RS_OK)
    return rs__note_set(note, RS_ERR_VERSION,
                        "schedule options of %zu bytes: initialise them with "
                        "rs_schedule_options_init, and set no field that this library lacks",
                        callers->size);
  if (ours->grid == RS_GRID_POLYEXPONENTIAL && ours->rho == 0)
    ours->rho = 1;
  rs_status st = check_fields(ours, note);
  if (st == RS_OK)
    st = check_lists(ours, note);
  if (st == RS_OK && ours->restart_solver == RS_SOLVER_DEFAULT)
    ours->restart_solver = ours->solver;
  return st;
}
