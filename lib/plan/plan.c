/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <math.h>
#include <string.h>

#include "math/grid.h"
#include "part/model.h"
#include "part/options.h"
#include "part/segments.h"

/* The plan is written twice by the same code: first with no arrays, to count, then for good. */
typedef struct {
  rs__plan *plan;
  const rs_model *model;
  const rs_schedule_options *options;
  double *levels; /* room for the longest restart grid */
} writer;

static void write_move(rs__plan *p, const rs__move *m) {
  if (p->moves)
    p->moves[p->move_count] = *m;
  p->move_count++;
}

/* The open step ends; its moves are those written since `first`. */
static void write_step(rs__plan *p, rs_step_info info, size_t first) {
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
  const rs__scaling s = rs__model_scaling(w->model, m.sigma);
  m.c_in = s.c_in;
  m.c_skip = s.c_skip;
  m.c_out = s.c_out;
  m.time = s.time;
  w->plan->scales_input |= m.c_in != 1;
  write_move(w->plan, &m);
}

/* EDM's churn: sigma is raised to (1 + gamma) sigma before the step. */
static double churned(const rs_schedule_options *o, double sigma, double gamma) {
  return gamma > 0 && sigma >= o->s_min && sigma <= o->s_max ? sigma * (1 + gamma) : sigma;
}

static void write_solver_step(writer *w, const rs__solver *solver, double gamma,
                              rs_step_info info) {
  rs__plan *p = w->plan;
  const size_t first = p->move_count;
  info.sigma_hat = churned(w->options, info.sigma_from, gamma);
  if (info.sigma_hat > info.sigma_from)
    write_noise(w, info.sigma_from, info.sigma_hat, RS_NOISE_CHURN);
  rs__recipe r = {0};
  solver->step(info.sigma_hat, info.sigma_to, &r);
  for (int32_t i = 0; i < r.count; i++) {
    const rs__move *m = &r.move[i];
    p->slots |= 1u << m->out;
    if (m->kind == RS__EVAL)
      write_eval(w, *m);
    else
      write_move(p, m);
    info.nfe += m->kind == RS__EVAL;
  }
  info.order = r.order;
  write_step(p, info, first);
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
  write_step(w->plan, info, first);
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
  rs__grid_karras(s->t_max, s->t_min, w->options->rho, (size_t)s->points, w->levels);
  for (int32_t k = 0; k < s->iterations; k++)
    write_iteration(w, segment, k);
  info->nfe = w->plan->nfe - before;
}

static void write_plan(writer *w) {
  rs__plan *p = w->plan;
  const double *sigmas = p->sigmas;
  const size_t steps = p->sigma_count - 1;
  const rs__solver *solver = rs__solver_find(w->options->solver);
  const double gamma = fmin(w->options->s_churn / (double)steps, sqrt(2) - 1);
  p->step_count = p->move_count = 0;
  p->nfe = 0;
  for (size_t i = 0; i < steps; i++) {
    const rs_step_info info = {.kind = RS_STEP_MAIN,
                               .segment = -1,
                               .iteration = -1,
                               .step = (int32_t)i,
                               .sigma_from = sigmas[i],
                               .sigma_to = sigmas[i + 1]};
    write_solver_step(w, solver, gamma, info);
    for (size_t k = 0; k < p->segment_count; k++)
      if ((size_t)p->segments[k].node == i + 1)
        write_restart(w, (int32_t)k);
  }
}

static rs_status make_grid(rs__plan *p, const rs_schedule_options *o, rs__memory *memory,
                           rs__note *note) {
  const bool karras = o->grid == RS_GRID_KARRAS;
  const size_t points = karras ? (size_t)o->steps : o->sigma_count;
  p->sigmas = rs__memory_take(memory, points + 1 + o->segment_count, sizeof *p->sigmas);
  if (!p->sigmas)
    return rs__note_status(note, RS_ERR_MEMORY);
  if (karras)
    rs__grid_karras(o->sigma_max, o->sigma_min, o->rho, points, p->sigmas);
  else
    memcpy(p->sigmas, o->sigmas, points * sizeof *p->sigmas);
  p->sigma_count = points + (karras && o->end == RS_END_ZERO);
  size_t wrong;
  if (!rs__grid_valid(p->sigmas, p->sigma_count, &wrong))
    return rs__note_set(note, RS_ERR_GRID,
                        "sigma %zu of the main grid is %s: the levels must be finite, positive "
                        "(the last may be 0) and strictly decreasing",
                        wrong, rs__text_real(p->sigmas[wrong], 6).s);
  return p->sigma_count < 2 ? rs__note_set(note, RS_ERR_GRID, "the main grid has no step") : RS_OK;
}

/* Bounds the plan before anything is multiplied out. */
static rs_status check_size(const rs__plan *p, rs__note *note) {
  int64_t steps = (int64_t)p->sigma_count;
  for (size_t i = 0; i < p->segment_count; i++) {
    const rs_segment *s = &p->segments[i].executed;
    if (s->points > RS__STEPS_MAX || s->iterations > RS__STEPS_MAX)
      steps += RS__STEPS_MAX;
    else
      steps += (int64_t)s->points * s->iterations;
    if (steps > RS__STEPS_MAX)
      return rs__note_set(note, RS_ERR_OPTION, "the plan has more than %d steps", RS__STEPS_MAX);
  }
  return RS_OK;
}

static rs_status make_segments(rs__plan *p, const rs_schedule_options *o, rs__memory *memory,
                               rs__note *note) {
  if (o->segment_count == 0)
    return RS_OK;
  p->segments = rs__memory_take(memory, o->segment_count, sizeof *p->segments);
  if (!p->segments)
    return rs__note_status(note, RS_ERR_MEMORY);
  p->segment_count = o->segment_count;
  const rs_status st = rs__segments_meet(o->segments, o->segment_count, o->meet, p->sigmas,
                                         &p->sigma_count, p->segments, note);
  return st == RS_OK ? check_size(p, note) : st;
}

static size_t longest_restart(const rs__plan *p) {
  size_t longest = 1;
  for (size_t i = 0; i < p->segment_count; i++)
    if ((size_t)p->segments[i].executed.points > longest)
      longest = (size_t)p->segments[i].executed.points;
  return longest;
}

static rs_status make_steps(rs__plan *p, const rs_schedule_options *o, const rs_model *model,
                            rs__memory *memory, rs__note *note) {
  double *levels = rs__memory_take(memory, longest_restart(p), sizeof *levels);
  if (!levels)
    return rs__note_status(note, RS_ERR_MEMORY);
  writer w = {p, model, o, levels};
  write_plan(&w);
  p->steps = rs__memory_take(memory, p->step_count, sizeof *p->steps);
  p->moves = rs__memory_take(memory, p->move_count, sizeof *p->moves);
  if (p->steps && p->moves)
    write_plan(&w);
  rs__memory_give(memory, levels);
  if (!p->steps || !p->moves)
    return rs__note_status(note, RS_ERR_MEMORY);
  for (size_t i = 0; i < p->step_count; i++) {
    p->steps[i].info.count = (int32_t)p->step_count;
    p->steps[i].info.nfe_total = p->nfe;
  }
  return RS_OK;
}

/* FNV-1a over 64-bit words. */
static uint64_t mix(uint64_t hash, uint64_t word) {
  for (int i = 0; i < 64; i += 8)
    hash = (hash ^ ((word >> i) & 0xff)) * 0x100000001b3u;
  return hash;
}

static uint64_t mix_real(uint64_t hash, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return mix(hash, bits);
}

static uint64_t mix_move(uint64_t hash, const rs__move *m) {
  const double scalars[] = {m->sigma, m->time, m->c_in, m->c_skip, m->c_out, m->c_noise};
  hash = mix(hash, (uint64_t)m->kind << 32 | (uint64_t)m->out << 16 | (uint64_t)m->in << 8 |
                       (uint64_t)m->terms);
  hash = mix(hash, m->purpose);
  for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
    hash = mix_real(hash, scalars[i]);
  for (int32_t k = 0; k < m->terms; k++)
    hash = mix_real(mix(hash, (uint64_t)m->vector[k]), m->c[k]);
  return hash;
}

/* Steps count too: they key the noise. */
static uint64_t fingerprint(const rs__plan *p) {
  uint64_t hash = mix_real(0xcbf29ce484222325u, p->sigmas[0]);
  for (size_t i = 0; i < p->step_count; i++) {
    const rs__step *s = &p->steps[i];
    hash = mix(hash, (uint64_t)s->info.kind << 32 | (uint32_t)s->info.step);
    hash = mix(hash, (uint64_t)(uint32_t)s->info.segment << 32 | (uint32_t)s->info.iteration);
    for (size_t m = s->first_move; m < s->end_move; m++)
      hash = mix_move(hash, &p->moves[m]);
  }
  return hash;
}

rs_status rs__plan_make(rs__plan *p, const rs_schedule_options *options, const rs_model *model,
                        rs__memory *memory, rs__note *note) {
  memset(p, 0, sizeof *p);
  rs_status st = rs__options_schedule(options, &p->options, note);
  const rs_schedule_options o = p->options;
  p->options.sigmas = NULL;
  p->options.segments = NULL;
  if (st == RS_OK)
    st = make_grid(p, &o, memory, note);
  if (st == RS_OK)
    st = make_segments(p, &o, memory, note);
  if (st == RS_OK)
    st = make_steps(p, &o, model, memory, note);
  if (st == RS_OK)
    p->fingerprint = fingerprint(p);
  else
    rs__plan_free(p, memory);
  return st;
}

void rs__plan_free(rs__plan *p, rs__memory *memory) {
  rs__memory_give(memory, p->moves);
  rs__memory_give(memory, p->steps);
  rs__memory_give(memory, p->segments);
  rs__memory_give(memory, p->sigmas);
  memset(p, 0, sizeof *p);
}
