/* SPDX-License-Identifier: MIT */
#include "part/levels.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "math/grid.h"

/* Entries of iDDPM's table in Karras et al. 2022. */
enum { IDDPM_ROOM = 1000 };

/* Align Your Steps (Sabour, Fidler and Kreis 2024): the levels that its authors published for ten
 * steps with Stable Diffusion 1.5, XL and Video. */
enum { AYS_COUNT = 11 };
static const double ays[][AYS_COUNT] = {
    {14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092,
     0.9642583904, 0.6523686016, 0.3977456272, 0.1515232662, 0.0291671582},
    {14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141,
     0.5550693289, 0.3798540708, 0.2332364134, 0.1114188177, 0.0291671582},
    {700.00, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002},
};

static const double *ays_of(int32_t grid) {
  return grid >= RS_GRID_AYS_SD15 && grid <= RS_GRID_AYS_SVD ? ays[grid - RS_GRID_AYS_SD15] : NULL;
}

size_t rs__levels_room(const rs_schedule_options *o) {
  const size_t table = o->grid == RS_GRID_IDDPM ? IDDPM_ROOM : 0;
  return (o->grid == RS_GRID_SIGMAS ? o->sigma_count : (size_t)o->steps) + 1 + table;
}

typedef struct {
  double low, high;
} range;

/* EDM's, or those of the ablation in its table 1. */
static range range_of_edm(int32_t grid) {
  const rs__process vp = {.kind = RS_PROCESS_VP, .beta_min = 0.1, .beta_max = 20};
  switch (grid) {
  case RS_GRID_VP:
    return (range){rs__process_sigma(&vp, 0.001), rs__process_sigma(&vp, 1)};
  case RS_GRID_VE:
    return (range){0.02, 100};
  case RS_GRID_IDDPM:
    return (range){0.002, 81};
  default:
    return (range){0.002, 80};
  }
}

static range range_of_table(int32_t grid, const rs__process *p, bool infinite) {
  range r = {p->table[0], p->table[p->count - 1]};
  if (grid == RS_GRID_QUADRATIC)
    r.high = rs__process_sigma(p, floor(0.8 * (double)p->count) + 1);
  if (!(r.high <= 1e30) && !(infinite && rs__levels_timed(grid)))
    r.high = p->table[p->count - 2];
  return r;
}

/* t within 0.001 of the ends; FLOW's sigma is infinite at t = 1. */
static range range_of_time(int32_t grid, const rs__process *p, bool infinite) {
  range r = {rs__process_sigma(p, 0.001), rs__process_sigma(p, 1)};
  if (p->kind == RS_PROCESS_FLOW && !(infinite && rs__levels_timed(grid)))
    r.high = rs__process_sigma(p, 0.999);
  return r;
}

void rs__levels_range(rs_schedule_options *o, const rs__process *p, bool infinite) {
  range r = range_of_edm(o->grid);
  if (ays_of(o->grid))
    r = (range){ays_of(o->grid)[AYS_COUNT - 1], ays_of(o->grid)[0]};
  else if (p->count)
    r = range_of_table(o->grid, p, infinite);
  else if (p->kind == RS_PROCESS_VP || p->kind == RS_PROCESS_FLOW)
    r = range_of_time(o->grid, p, infinite);
  o->sigma_min = o->sigma_min > 0 ? o->sigma_min : r.low;
  o->sigma_max = o->sigma_max > 0 ? o->sigma_max : r.high;
}

static rs_status check(const double *sigmas, size_t count, bool infinite, rs__note *note) {
  size_t wrong;
  if (!rs__grid_valid(sigmas, count, infinite, &wrong))
    return rs__note_set(note, RS_ERR_GRID,
                        "sigma %zu of the main grid is %s: the levels must be finite, positive "
                        "(the last may be 0) and strictly decreasing",
                        wrong, rs__text_real(sigmas[wrong], 6).s);
  return count < 2 ? rs__note_set(note, RS_ERR_GRID, "the main grid has no step") : RS_OK;
}

/* What the grid and the process have to do with each other. */
static rs_status check_process(const rs_schedule_options *o, const rs__process *p, rs__note *note) {
  const bool timed = rs__levels_timed(o->grid);
  const char *name = rs__levels_name(o->grid);
  if (timed && (p->kind == RS_PROCESS_VE || p->kind == RS_PROCESS_PFGMPP))
    return rs__note_set(note, RS_ERR_GRID,
                        "the grid %s is even in the process's time, and this process has none but "
                        "sigma",
                        name);
  if (o->shift != 1 && !(timed && p->kind == RS_PROCESS_FLOW))
    return rs__note_set(note, RS_ERR_OPTION,
                        "shift is for the process FLOW with a grid that is even in its time, not "
                        "for %s",
                        name);
  if (o->spacing != RS_SPACING_LINSPACE && o->grid != RS_GRID_TIME)
    return rs__note_set(note, RS_ERR_OPTION, "spacing is for the grid time, not for %s", name);
  if (o->spacing == RS_SPACING_LEADING && !p->count)
    return rs__note_set(note, RS_ERR_GRID, "leading spacing is for processes with a table");
  if (o->snap && !p->count)
    return rs__note_set(note, RS_ERR_GRID, "snap is for processes with a table of levels");
  return RS_OK;
}

/* Where the range is divided by N and the grid ends in 0, the lowest of N+1 levels becomes 0. */
static size_t by_curve(const rs_schedule_options *o, double *sigmas) {
  const size_t steps = (size_t)o->steps, open = o->end == RS_END_ZERO;
  rs__grid_curve(ays_of(o->grid), AYS_COUNT, o->sigma_max, o->sigma_min, steps + open, sigmas);
  return steps;
}

static size_t by_iddpm(const rs_schedule_options *o, double *sigmas) {
  double *table = sigmas + o->steps + 1;
  rs__process_iddpm(IDDPM_ROOM, table);
  return rs__grid_pick(table, IDDPM_ROOM, o->sigma_max, o->sigma_min, (size_t)o->steps, sigmas);
}

/* The levels above 0, as many as answered. */
static size_t levels_above_0(const rs_schedule_options *o, const rs__process *process,
                             double *sigmas) {
  const double high = o->sigma_max, low = o->sigma_min;
  const size_t n = (size_t)o->steps;
  switch (o->grid) {
  case RS_GRID_KARRAS:
    rs__grid_karras(high, low, o->rho, n, sigmas);
    return n;
  case RS_GRID_EXPONENTIAL:
  case RS_GRID_VE:
    rs__grid_log_power(high, low, 1, n, sigmas);
    return n;
  case RS_GRID_POLYEXPONENTIAL:
    rs__grid_log_power(high, low, o->rho, n, sigmas);
    return n;
  case RS_GRID_LINEAR:
    rs__grid_linear(high, low, n, sigmas);
    return n;
  case RS_GRID_COSINE:
    rs__grid_cosine(high, low, n, sigmas);
    return n;
  case RS_GRID_VP:
    rs__grid_vp(high, low, n, sigmas);
    return n;
  case RS_GRID_IDDPM:
    return by_iddpm(o, sigmas);
  default:
    return ays_of(o->grid) ? by_curve(o, sigmas) : rs__levels_by_time(o, process, sigmas);
  }
}

static size_t snapped(const rs__process *process, double *sigmas, size_t count) {
  for (size_t i = 0; i < count; i++)
    sigmas[i] = sigmas[i] > 0 ? rs__process_snap(process, sigmas[i]) : 0;
  return rs__grid_distinct(sigmas, count);
}

rs_status rs__levels_make(const rs_schedule_options *o, const rs__process *process, bool infinite,
                          double *sigmas, size_t *count, rs__note *note) {
  rs_status st = check_process(o, process, note);
  if (st != RS_OK)
    return st;
  if (o->grid == RS_GRID_SIGMAS) {
    *count = o->sigma_count;
    memcpy(sigmas, o->sigmas, *count * sizeof *sigmas);
  } else {
    *count = levels_above_0(o, process, sigmas);
    if (o->end == RS_END_ZERO)
      sigmas[(*count)++] = 0;
  }
  st = check(sigmas, *count, infinite, note);
  if (st == RS_OK && o->snap) {
    *count = snapped(process, sigmas, *count);
    st = check(sigmas, *count, infinite, note);
  }
  return st;
}

size_t rs__levels_restart(const rs_schedule_options *o, const rs__process *process,
                          const rs_segment *s, size_t points, double *sigmas) {
  const double rho = o->grid == RS_GRID_POLYEXPONENTIAL ? 7 : o->rho;
  rs__grid_karras(s->t_max, s->t_min, rho, points, sigmas);
  return o->snap ? snapped(process, sigmas, points) : points;
}
