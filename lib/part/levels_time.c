/* SPDX-License-Identifier: MIT
 * Grids that are even in the process's own time: t, or a table's indexes. */
#include <math.h>

#include "math/beta.h"
#include "math/grid.h"
#include "part/levels.h"

/* Lee et al. 2024, as web interfaces set it. */
#define BETA_SHAPE 0.6

typedef struct {
  const rs_schedule_options *o;
  const rs__process *process;
  double top, bottom; /* times of the ends, before the shift */
  bool table;
} span;

bool rs__levels_timed(int32_t grid) {
  return grid == RS_GRID_TIME || grid == RS_GRID_QUADRATIC || grid == RS_GRID_SGM_UNIFORM ||
         grid == RS_GRID_BETA;
}

static double shifted(const span *s, double t) {
  return s->o->shift * t / (1 + (s->o->shift - 1) * t);
}

static double unshifted(const span *s, double t) {
  return t / (s->o->shift - (s->o->shift - 1) * t);
}

/* Into how many parts the range is divided: a grid that ends in 0 leaves out the bottom if it is
 * open. */
static int32_t parts_of(const span *s, bool open) {
  return open && s->o->end == RS_END_ZERO ? s->o->steps : s->o->steps - 1;
}

static double even(const span *s, int32_t i, int32_t parts) {
  return i == 0 ? s->top : s->bottom + (parts - i) * (s->top - s->bottom) / parts;
}

static double leading(const span *s, int32_t i) {
  const double step = floor((s->top + 1) / s->o->steps);
  return fmin((s->o->steps - 1 - i) * fmax(step, 1) + 1, s->top);
}

static double trailing(const span *s, int32_t i) {
  const double parts = s->o->steps;
  if (s->o->end != RS_END_ZERO)
    return even(s, i, parts_of(s, false));
  if (!s->table)
    return s->top * (parts - i) / parts;
  return fmax(rint(s->top + 1 - i * ((s->top + 1) / parts)) - 1, 0);
}

/* On tables the square is made whole; the small number keeps what is whole already, sqrt(800)^2. */
static double quadratic(const span *s, int32_t i, int32_t parts) {
  const double top = s->table ? fmax(s->top - 1, 0) : s->top, low = sqrt(s->bottom);
  const double root = i == parts ? low : low + (parts - i) * (sqrt(top) - low) / parts;
  if (i == 0)
    return s->top;
  if (i == parts && !s->table)
    return s->bottom;
  return s->table ? fmin(floor(root * root + 1e-9) + 1, s->top) : root * root;
}

static double beta(const span *s, int32_t i, int32_t parts) {
  if (i == 0)
    return s->top;
  const double part = rs__beta_quantile((double)(parts - i) / parts, BETA_SHAPE, BETA_SHAPE);
  return s->bottom + part * (s->top - s->bottom);
}

static double time_at(const span *s, int32_t i) {
  switch (s->o->grid) {
  case RS_GRID_SGM_UNIFORM:
    return even(s, i, parts_of(s, true));
  case RS_GRID_BETA:
    return beta(s, i, parts_of(s, true));
  case RS_GRID_QUADRATIC:
    return quadratic(s, i, parts_of(s, false));
  default:
    return s->o->spacing == RS_SPACING_LEADING    ? leading(s, i)
           : s->o->spacing == RS_SPACING_TRAILING ? trailing(s, i)
                                                  : even(s, i, parts_of(s, false));
  }
}

static double level_at(const span *s, int32_t i) {
  const double t = time_at(s, i);
  if (s->table)
    return rs__process_sigma(s->process, s->o->grid == RS_GRID_SGM_UNIFORM ? t : rint(t));
  if (t >= s->top)
    return s->o->sigma_max;
  return t == s->bottom ? s->o->sigma_min : rs__process_sigma(s->process, shifted(s, t));
}

size_t rs__levels_by_time(const rs_schedule_options *o, const rs__process *process,
                          double *sigmas) {
  span s = {.o = o, .process = process, .table = process->count > 0};
  s.top = unshifted(&s, rs__process_time(process, o->sigma_max));
  s.bottom = unshifted(&s, rs__process_time(process, o->sigma_min));
  for (int32_t i = 0; i < o->steps; i++)
    sigmas[i] = level_at(&s, i);
  return s.table ? rs__grid_distinct(sigmas, (size_t)o->steps) : (size_t)o->steps;
}
