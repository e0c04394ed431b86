/* SPDX-License-Identifier: MIT */
#include "base/draw.h"
#include "tune/tuner.h"

enum { MOST = 10 };

/* Values of a gene, in order. Levels are in units of the data's standard deviation, which is about
 * 0.5 for pictures in [-1, 1]; ends of the grid in units of the usual ones. */
typedef struct {
  int32_t kinds; /* bit k: it matters to kind k */
  int32_t usual, count;
  double values[MOST];
} gene;

enum { ODE = 1 << RS_TUNE_ODE, SDE = 1 << RS_TUNE_SDE, RESTART = 1 << RS_TUNE_RESTART };

static const gene genes[RS__GENES] = {
    [RS__SOLVER] = {ODE | SDE | RESTART, 0, 4, {0, 1, 2, 3}}, /* see solvers */
    [RS__RHO] = {ODE | SDE | RESTART, 4, 7, {1.5, 2, 3, 5, 7, 10, 15}},
    [RS__SIGMA_MIN] = {ODE | SDE | RESTART, 0, 7, {1, 2, 4, 8, 16, 32, 64}},
    [RS__SIGMA_MAX] = {ODE | SDE | RESTART, 3, 4, {.125, .25, .5, 1}},
    [RS__CHURN] = {SDE, 2, 7, {2, 5, 10, 20, 40, 80, 160}},
    [RS__S_MIN] = {SDE, 2, 6, {0, .01, .1, .3, .6, 1.2}},
    [RS__S_MAX] = {SDE, 4, 6, {1, 2, 6, 20, 100, 1e9}},
    [RS__T_MIN] = {RESTART, 2, 10, {.04, .08, .12, .2, .28, .4, .6, 1, 2, 4}},
    [RS__RATIO] = {RESTART, 4, 8, {1.3, 1.6, 2, 3, 5, 8, 13, 30}},
    [RS__ITERATIONS] = {RESTART, 1, 10, {1, 2, 3, 4, 6, 8, 12, 16, 24, 32}},
    [RS__POINTS] = {RESTART, 0, 6, {3, 4, 5, 6, 8, 11}},
    [RS__SEGMENTS] = {RESTART, 0, RS__LEVELS, {1, 2, 3}},
    [RS__S_NOISE] = {SDE | RESTART, 0, 4, {1, 1.003, 1.007, 1.015}},
};

/* Of the main pass, by kind. A segment is solved by Heun's method, except with DPM-Solver++. */
static const int32_t solvers[RS__KINDS][4] = {
    [RS_TUNE_ODE] = {RS_SOLVER_HEUN, RS_SOLVER_DPMPP_2M, RS_SOLVER_UNIPC, RS_SOLVER_IPNDM},
    [RS_TUNE_SDE] = {RS_SOLVER_HEUN, RS_SOLVER_EULER_ANCESTRAL, RS_SOLVER_DPMPP_2M_SDE,
                     RS_SOLVER_EULER},
    [RS_TUNE_RESTART] = {RS_SOLVER_HEUN, RS_SOLVER_DPMPP_2M, RS_SOLVER_EULER, RS_SOLVER_DPM_2},
};

static double value(const rs__candidate *c, int32_t which) {
  return genes[which].values[c->gene[which]];
}

static bool matters(const rs__candidate *c, int32_t which) {
  return genes[which].kinds >> c->kind & 1;
}

rs__candidate rs__tuner_usual(int32_t kind) {
  rs__candidate c = {.kind = kind};
  for (int32_t i = 0; i < RS__GENES; i++)
    c.gene[i] = genes[i].usual;
  return c;
}

/* Where searches begin: every solver on the usual grid, and what was best somewhere
 * (docs/quality.md, docs/tuning.md). LOW: a grid that ends where data have no finer detail. */
enum { LOW = -1, SETS = 6 };
static const struct {
  int32_t kind;
  struct {
    int32_t gene, to;
  } set[SETS];
} starts[] = {
    {RS_TUNE_ODE, {{RS__SOLVER, 1}}},
    {RS_TUNE_ODE, {{RS__SOLVER, 2}}},
    {RS_TUNE_ODE, {{RS__SOLVER, 3}}},
    {RS_TUNE_ODE, {{RS__SOLVER, 1}, {RS__RHO, 2}, {RS__SIGMA_MIN, LOW}}},
    {RS_TUNE_SDE, {{RS__SOLVER, 1}}},
    {RS_TUNE_SDE, {{RS__SOLVER, 2}}},
    {RS_TUNE_SDE, {{RS__CHURN, 6}, {RS__S_MIN, 1}, {RS__S_MAX, 3}}},
    {RS_TUNE_RESTART, {{RS__T_MIN, 4}, {RS__RATIO, 2}, {RS__ITERATIONS, 5}, {RS__POINTS, 1}}},
    {RS_TUNE_RESTART, {{RS__T_MIN, 6}, {RS__RATIO, 6}, {RS__ITERATIONS, 0}, {RS__POINTS, 1}}},
    {RS_TUNE_RESTART,
     {{RS__SOLVER, 1},
      {RS__T_MIN, 3},
      {RS__RATIO, 7},
      {RS__ITERATIONS, 4},
      {RS__POINTS, 3},
      {RS__SEGMENTS, 1}}},
    {RS_TUNE_RESTART,
     {{RS__SOLVER, 1},
      {RS__T_MIN, 4},
      {RS__RATIO, 6},
      {RS__ITERATIONS, 1},
      {RS__POINTS, 1},
      {RS__SEGMENTS, 1}}},
    {RS_TUNE_RESTART,
     {{RS__SOLVER, 1}, {RS__T_MIN, 4}, {RS__RATIO, 4}, {RS__ITERATIONS, 3}, {RS__POINTS, 1}}},
    {RS_TUNE_RESTART,
     {{RS__SOLVER, 1}, {RS__T_MIN, 3}, {RS__RATIO, 4}, {RS__ITERATIONS, 1}, {RS__POINTS, 1}}},
};

/* The place of the largest end that is not above `end`. */
static int32_t low_end(double end) {
  const gene *g = &genes[RS__SIGMA_MIN];
  int32_t i = 0;
  while (i + 1 < g->count && g->values[i + 1] <= end)
    i++;
  return i;
}

bool rs__tuner_start(int32_t kind, size_t number, double end, rs__candidate *c) {
  if (number == 0)
    return true;
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (starts[i].kind == kind && --number == 0) {
      for (int32_t k = 0; k < SETS; k++)
        if (starts[i].set[k].gene || starts[i].set[k].to)
          c->gene[starts[i].set[k].gene] =
              starts[i].set[k].to == LOW ? low_end(end) : starts[i].set[k].to;
      return true;
    }
  return false;
}

rs__candidate rs__tuner_random(rs__candidate c, uint64_t *state) {
  for (int32_t i = 0; i < RS__GENES; i++)
    if (matters(&c, i))
      c.gene[i] = (int32_t)rs__draw_below((uint64_t)genes[i].count, state);
  return c;
}

rs__candidate rs__tuner_neighbour(rs__candidate c, uint64_t *state) {
  int32_t which;
  do
    which = (int32_t)rs__draw_below(RS__GENES, state);
  while (!matters(&c, which));
  const int32_t to = c.gene[which] + (rs__draw_below(2, state) ? 1 : -1);
  if (to >= 0 && to < genes[which].count)
    c.gene[which] = to;
  return c;
}

bool rs__tuner_equal(const rs__candidate *a, const rs__candidate *b) {
  bool equal = a->kind == b->kind;
  for (int32_t i = 0; i < RS__GENES; i++)
    equal = equal && (!matters(a, i) || a->gene[i] == b->gene[i]);
  return equal;
}

/* Segments end to end. */
static void add_segments(const rs__candidate *c, double spread, rs__candidate_schedule *s) {
  s->options.segment_count = (size_t)value(c, RS__SEGMENTS);
  double t_min = value(c, RS__T_MIN) * spread;
  for (size_t i = 0; i < s->options.segment_count; i++) {
    const double t_max = t_min * value(c, RS__RATIO);
    s->segments[i] = (rs_segment){(int32_t)value(c, RS__POINTS), (int32_t)value(c, RS__ITERATIONS),
                                  t_min, t_max};
    t_min = t_max;
  }
  s->options.segments = s->segments;
}

void rs__tuner_build(const rs__candidate *c, int64_t budget, double spread, const double range[2],
                     rs__candidate_schedule *s) {
  rs_schedule_options *o = &s->options;
  rs_schedule_options_init(o);
  o->budget = budget;
  o->solver = solvers[c->kind][c->gene[RS__SOLVER]];
  o->rho = value(c, RS__RHO);
  o->sigma_min = range[0] * value(c, RS__SIGMA_MIN);
  o->sigma_max = range[1] * value(c, RS__SIGMA_MAX);
  if (c->kind != RS_TUNE_ODE)
    o->s_noise = value(c, RS__S_NOISE);
  if (c->kind == RS_TUNE_SDE && (o->solver == RS_SOLVER_HEUN || o->solver == RS_SOLVER_EULER)) {
    o->s_churn = value(c, RS__CHURN);
    o->s_min = value(c, RS__S_MIN) * spread;
    o->s_max = value(c, RS__S_MAX) * spread;
  }
  if (c->kind == RS_TUNE_RESTART) {
    o->restart_solver = o->solver == RS_SOLVER_DPMPP_2M ? RS_SOLVER_DPMPP_2M : RS_SOLVER_HEUN;
    add_segments(c, spread, s);
  }
}
