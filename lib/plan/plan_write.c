/* SPDX-License-Identifier: MIT
 * Steps and moves, one after another. */
#include "plan/plan.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "part/levels.h"
#include "part/model.h"

typedef struct {
  rs__plan *plan;
  const rs_model *model;
  const rs__process *process;
  const rs_schedule_options *options;
  double *levels; /* room for the longest restart grid */
  rs__leg leg;    /* what is known of earlier steps, up to the last jump */
  int32_t newest; /* where in the ring of estimates the next one goes */
} writer;

static void write_move(rs__plan *p, const rs__move *m) {
  if (p->moves)
    p->moves[p->move_count] = *m;
  p->move_count++;
}

/* The known part of a picture is put back after each step. */
static void write_blend(writer *w, const rs_step_info *info) {
  const bool jump = info->kind == RS_STEP_JUMP;
  const rs__move m = {.kind = RS__BLEND,
                      .out = RS__X,
                      .c_noise = info->sigma_to,
                      .purpose = jump ? RS_NOISE_INPAINT_JUMP : RS_NOISE_INPAINT};
  if (w->options->inpaint)
    write_move(w->plan, &m);
}

/* The open step ends; its moves are those written since `first`. */
static void write_step(writer *w, rs_step_info info, size_t first) {
  rs__plan *p = w->plan;
  write_blend(w, &info);
  p->nfe += info.nfe;
  info.size = sizeof info;
  info.index = (int32_t)p->step_count;
  info.nfe_done = p->nfe;
  if (p->steps)
    p->steps[p->step_count] = (rs__step){info, first, p->move_count};
  p->step_count++;
}

/* X = X + noise of variance (s_noise)^2 (to^2 - from^2). */
static void write_noise(writer *w, double from, double to, uint32_t purpose) {
  rs__move m = {.kind = RS__COMBINE, .out = RS__X, .terms = 1, .purpose = purpose};
  m.vector[0] = RS__X;
  m.c[0] = 1;
  m.c_noise = w->options->s_noise * sqrt((to - from) * (to + from));
  write_move(w->plan, &m);
}

static void write_eval(writer *w, rs__move m) {
  const rs__scaling s = rs__model_scaling(w->model, w->process, m.sigma);
  m.alpha = s.alpha;
  m.c_in = s.c_in;
  m.c_skip = s.c_skip;
  m.c_out = s.c_out;
  m.time = s.time;
  m.passes = rs__model_passes(w->model, m.sigma);
  w->plan->scales_input |= m.c_in != 1;
  w->plan->guided |= m.passes == 2;
  write_move(w->plan, &m);
}

/* EDM's churn: sigma is raised to (1 + gamma) sigma before the step. */
static double churned(const rs_schedule_options *o, double sigma, double gamma) {
  return gamma > 0 && sigma >= o->s_min && sigma <= o->s_max ? sigma * (1 + gamma) : sigma;
}

/* Estimates live in a ring: RS__D0 + k of a recipe is k places after the newest. */
static int32_t in_ring(const writer *w, const rs__solver *solver, int32_t vector) {
  const int32_t places = solver->past + 1;
  return vector < RS__D0 ? vector : RS__D0 + (vector - RS__D0 + w->newest) % places;
}

static void write_move_of(writer *w, const rs__solver *solver, rs__move m) {
  m.in = in_ring(w, solver, m.in);
  m.out = in_ring(w, solver, m.out);
  for (int32_t k = 0; k < m.terms; k++)
    m.vector[k] = in_ring(w, solver, m.vector[k]);
  w->plan->slots |= 1u << m.out;
  if (m.kind == RS__EVAL)
    write_eval(w, m);
  else
    write_move(w->plan, &m);
}

/* The estimate at level s joins the past. */
static void remember(writer *w, const rs__solver *solver, double s) {
  rs__leg *leg = &w->leg;
  if (solver->past == 0)
    return;
  memmove(leg->sigma + 1, leg->sigma, (RS__PAST - 1) * sizeof *leg->sigma);
  leg->sigma[0] = s;
  leg->past += leg->past < solver->past;
  w->newest = (w->newest + solver->past) % (solver->past + 1);
}

static void forget(writer *w) {
  w->leg.past = 0;
  w->newest = 0;
}

/* From pure noise z = x: Euler's step in the limit, y' = t z + D. */
static void from_infinity(double t, rs__recipe *r) {
  r->order = 1;
  rs__solver_eval(r, RS__X, (double)INFINITY, RS__D0);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, t, RS__X);
  rs__solver_term(r, 1, RS__D0);
}

static void write_solver_step(writer *w, const rs__solver *solver, double gamma,
                              rs_step_info info) {
  rs__plan *p = w->plan;
  const size_t first = p->move_count;
  info.sigma_hat = churned(w->options, info.sigma_from, gamma);
  if (info.sigma_hat > info.sigma_from) {
    write_noise(w, info.sigma_from, info.sigma_hat, RS_NOISE_CHURN);
    forget(w); /* a small jump, but a jump */
  }
  w->leg.s = info.sigma_hat;
  w->leg.t = info.sigma_to;
  const int32_t order = w->options->solver_order;
  w->leg.order = solver->several && order && order < solver->order ? order : solver->order;
  rs__recipe r = {0};
  if (info.sigma_hat <= 1e30)
    rs__solver_step(solver, &w->leg, &r);
  else
    from_infinity(info.sigma_to, &r);
  for (int32_t i = 0; i < r.count; i++) {
    write_move_of(w, solver, r.move[i]);
    if (r.move[i].kind == RS__EVAL)
      info.nfe += rs__model_passes(w->model, r.move[i].sigma);
  }
  if (info.sigma_hat <= 1e30)
    remember(w, solver, info.sigma_hat);
  info.order = r.order;
  write_step(w, info, first);
}

static void write_iteration(writer *w, int32_t segment, int32_t iteration) {
  const rs_segment *s = &w->plan->segments[segment].executed;
  const rs__solver *solver = rs__solver_find(w->options->restart_solver);
  const int32_t begins = RS_STEP_ITERATION_BEGINS | (iteration == 0 ? RS_STEP_RESTART_BEGINS : 0);
  rs_step_info info = {.kind = RS_STEP_JUMP,
                       .flags = begins,
                       .segment = segment,
                       .iteration = iteration,
                       .sigma_from = s->t_min,
                       .sigma_hat = s->t_min,
                       .sigma_to = s->t_max};
  const size_t first = w->plan->move_count;
  write_noise(w, s->t_min, s->t_max, RS_NOISE_JUMP);
  write_step(w, info, first);
  forget(w);
  info.kind = RS_STEP_RESTART;
  for (info.step = 0; info.step < s->points - 1; info.step++) {
    info.sigma_from = w->levels[info.step];
    info.sigma_to = w->levels[info.step + 1];
    if (info.step == s->points - 2 && iteration == s->iterations - 1)
      info.flags |= RS_STEP_RESTART_ENDS;
    write_solver_step(w, solver, w->options->restart_gamma, info);
    info.flags = 0;
  }
}

static void write_restart(writer *w, int32_t segment) {
  rs_segment_info *info = &w->plan->segments[segment];
  const rs_segment *s = &info->executed;
  const int64_t before = w->plan->nfe;
  const int32_t points =
      (int32_t)rs__levels_restart(w->options, w->process, s, (size_t)info->asked.points, w->levels);
  if (points != s->points)
    info->ratio = rs__pow(s->t_max / s->t_min, 1.0 / (points - 1));
  info->executed.points = points;
  for (int32_t k = 0; k < s->iterations; k++)
    write_iteration(w, segment, k);
  if (w->options->restart_solver != w->options->solver)
    forget(w);
  info->nfe = w->plan->nfe - before;
}

/* What a dropped restart would have cost: it is written and taken back, while counting. */
static void price_dropped(writer *w, int32_t segment) {
  rs__plan *p = w->plan;
  const size_t steps = p->step_count, moves = p->move_count;
  const int64_t nfe = p->nfe;
  if (p->moves)
    return;
  write_restart(w, segment);
  p->step_count = steps;
  p->move_count = moves;
  p->nfe = nfe;
}

static void write_all(writer *w) {
  rs__plan *p = w->plan;
  const double *sigmas = p->sigmas;
  const size_t steps = p->sigma_count - 1;
  const rs__solver *solver = rs__solver_find(w->options->solver);
  const double gamma = fmin(w->options->s_churn / (double)steps, sqrt(2) - 1);
  for (size_t k = 0; k < p->segment_count; k++)
    if (p->segments[k].dropped)
      price_dropped(w, (int32_t)k);
  forget(w);
  for (size_t i = 0; i < steps; i++) {
    const rs_step_info info = {.kind = RS_STEP_MAIN,
                               .segment = -1,
                               .iteration = -1,
                               .step = (int32_t)i,
                               .sigma_from = sigmas[i],
                               .sigma_to = sigmas[i + 1]};
    write_solver_step(w, solver, gamma, info);
    for (size_t k = 0; k < p->segment_count; k++)
      if (!p->segments[k].dropped && (size_t)p->segments[k].node == i + 1)
        write_restart(w, (int32_t)k);
  }
}

void rs__plan_write(rs__plan *p, const rs_schedule_options *options, const rs_model *model,
                    const rs__process *process, double *levels) {
  writer w = {.plan = p, .model = model, .process = process, .options = options, .levels = levels};
  w.leg.s_noise = options->s_noise;
  w.leg.eta = options->eta;
  p->step_count = p->move_count = 0;
  p->nfe = 0;
  write_all(&w);
}
