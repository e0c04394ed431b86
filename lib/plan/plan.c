/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <float.h>
#include <string.h>

#include "base/text.h"
#include "math/grid.h"
#include "part/levels.h"
#include "part/model.h"
#include "part/options.h"
#include "part/segments.h"

/* What all parts of the making look at. */
typedef struct {
  rs_schedule_options options;
  const rs_model *model;
  const rs__process *process;
  rs__memory *memory;
  rs__note *note;
} maker;

/* A run from a picture begins within the grid. */
static void cut_start(rs__plan *p, const rs_schedule_options *o) {
  const size_t steps = p->sigma_count - 1;
  size_t run = (size_t)(o->strength * (double)steps + 0.5);
  run = run < 1 ? 1 : run;
  memmove(p->sigmas, p->sigmas + (steps - run), (run + 1) * sizeof *p->sigmas);
  p->sigma_count = run + 1;
}

static rs_status make_grid(rs__plan *p, maker *k) {
  const rs_schedule_options *o = &k->options;
  p->sigmas = rs__memory_take(k->memory, rs__levels_room(o) + o->segment_count, sizeof *p->sigmas);
  if (!p->sigmas)
    return rs__note_status(k->note, RS_ERR_MEMORY);
  const rs_status st = rs__levels_make(o, k->process, rs__model_at_infinity(k->model), p->sigmas,
                                       &p->sigma_count, k->note);
  if (st == RS_OK && o->start == RS_START_PICTURE)
    cut_start(p, o);
  return st;
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

static rs_status make_segments(rs__plan *p, maker *k) {
  const rs_schedule_options *o = &k->options;
  if (o->segment_count == 0)
    return RS_OK;
  p->segments = rs__memory_take(k->memory, o->segment_count, sizeof *p->segments);
  if (!p->segments)
    return rs__note_status(k->note, RS_ERR_MEMORY);
  p->segment_count = o->segment_count;
  const bool drop = o->start == RS_START_PICTURE;
  const rs_status st =
      rs__segments_meet(o->segments, o->segment_count, o->meet, drop, o->snap ? k->process : NULL,
                        p->sigmas, &p->sigma_count, p->segments, k->note);
  return st == RS_OK ? check_size(p, k->note) : st;
}

static size_t longest_restart(const rs__plan *p) {
  size_t longest = 1;
  for (size_t i = 0; i < p->segment_count; i++)
    if ((size_t)p->segments[i].executed.points > longest)
      longest = (size_t)p->segments[i].executed.points;
  return longest;
}

/* A large or a small rho can leave a restart's grid without levels that a float tells apart. */
static rs_status check_restarts(const rs__plan *p, const maker *k, double *levels) {
  for (size_t i = 0; i < p->segment_count; i++) {
    const rs_segment *s = &p->segments[i].executed;
    const size_t points = rs__levels_restart(&k->options, k->process, s, (size_t)s->points, levels);
    size_t wrong;
    if (!rs__grid_valid(levels, points, false, &wrong))
      return rs__note_set(
          k->note, RS_ERR_GRID,
          "segment %zu: level %zu of its %d is not above 0 and below the one before", i, wrong,
          (int)s->points);
  }
  return RS_OK;
}

static bool fits(double c) {
  return c >= -(double)FLT_MAX && c <= (double)FLT_MAX;
}

/* Levels that a grid may have can still be too far from 1 for what is computed of them. */
static rs_status check_coefficients(const rs__plan *p, rs__note *note) {
  for (size_t i = 0; i < p->step_count; i++)
    for (size_t k = p->steps[i].first_move; k < p->steps[i].end_move; k++) {
      const rs__move *m = &p->moves[k];
      bool good = fits(m->c_in) && fits(m->c_skip) && fits(m->c_out) && fits(m->c_noise);
      for (int32_t term = 0; term < m->terms; term++)
        good = good && fits(m->c[term]);
      if (!good)
        return rs__note_set(note, RS_ERR_GRID,
                            "step %zu, sigma %s to %s: its coefficients are beyond a float", i,
                            rs__text_real(p->steps[i].info.sigma_from, 6).s,
                            rs__text_real(p->steps[i].info.sigma_to, 6).s);
    }
  return RS_OK;
}

/* The plan is written twice by the same code: first with no arrays, to count, then for good. */
static rs_status make_steps(rs__plan *p, maker *k) {
  double *levels = rs__memory_take(k->memory, longest_restart(p), sizeof *levels);
  if (!levels)
    return rs__note_status(k->note, RS_ERR_MEMORY);
  const rs_status st = check_restarts(p, k, levels);
  if (st != RS_OK) {
    rs__memory_give(k->memory, levels);
    return st;
  }
  rs__plan_write(p, &k->options, k->model, k->process, levels);
  p->steps = rs__memory_take(k->memory, p->step_count, sizeof *p->steps);
  p->moves = rs__memory_take(k->memory, p->move_count, sizeof *p->moves);
  if (p->steps && p->moves)
    rs__plan_write(p, &k->options, k->model, k->process, levels);
  rs__memory_give(k->memory, levels);
  if (!p->steps || !p->moves)
    return rs__note_status(k->note, RS_ERR_MEMORY);
  for (size_t i = 0; i < p->step_count; i++) {
    p->steps[i].info.count = (int32_t)p->step_count;
    p->steps[i].info.nfe_total = p->nfe;
  }
  return check_coefficients(p, k->note);
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
  hash = mix(hash, (uint64_t)m->passes);
  hash = mix(hash, (uint64_t)m->kind << 32 | (uint64_t)m->out << 16 | (uint64_t)m->in << 8 |
                       (uint64_t)m->terms);
  hash = mix(hash, m->purpose);
  for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
    hash = mix_real(hash, scalars[i]);
  for (int32_t k = 0; k < m->terms; k++)
    hash = mix_real(mix(hash, (uint64_t)m->vector[k]), m->c[k]);
  return hash;
}

/* What is done to an estimate beyond its coefficients. */
static uint64_t mix_model(uint64_t hash, const rs_model *m) {
  hash = mix(hash, (uint64_t)m->guidance << 32 | (uint64_t)m->clip << 16 | (uint64_t)m->process);
  const double scalars[] = {m->guidance_weight, m->guidance_rescale, m->clip_low,
                            m->clip_high,       m->clip_quantile,    m->aux_dimensions};
  for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
    hash = mix_real(hash, scalars[i]);
  return hash;
}

/* Steps count too: they key the noise. */
static uint64_t fingerprint(const rs__plan *p, const rs_model *model) {
  uint64_t hash = mix_model(mix_real(0xcbf29ce484222325u, p->sigmas[0]), model);
  for (size_t i = 0; i < p->step_count; i++) {
    const rs__step *s = &p->steps[i];
    hash = mix(hash, (uint64_t)s->info.kind << 32 | (uint32_t)s->info.step);
    hash = mix(hash, (uint64_t)(uint32_t)s->info.segment << 32 | (uint32_t)s->info.iteration);
    for (size_t m = s->first_move; m < s->end_move; m++)
      hash = mix_move(hash, &p->moves[m]);
  }
  return hash;
}

static rs_status make_once(rs__plan *p, maker *k) {
  memset(p, 0, sizeof *p);
  p->options = k->options;
  p->options.sigmas = NULL;
  p->options.segments = NULL;
  rs_status st = make_grid(p, k);
  if (st == RS_OK)
    st = make_segments(p, k);
  if (st == RS_OK)
    st = make_steps(p, k);
  if (st == RS_OK)
    p->fingerprint = fingerprint(p, k->model);
  else
    rs__plan_free(p, k->memory);
  return st;
}

/* Whether other steps may be the remedy: the grid is too coarse for its restarts, or they snap to
 * the same node. */
static bool unfit(rs_status st) {
  return st == RS_ERR_GRID || (st <= RS_ERR_SEGMENT_INVERTED && st >= RS_ERR_SEGMENT_COLLISION);
}

/* The share of a grid's steps that is run. */
static double share(const rs_schedule_options *o) {
  return o->start == RS_START_PICTURE ? o->strength : 1;
}

/* Steps that cannot be paid for: each that is run costs an evaluation at least. */
static int64_t too_many(const rs_schedule_options *o) {
  const double steps = ((double)o->budget + 1.5) / share(o) + (o->end == RS_END_SIGMA_MIN);
  return steps < RS__STEPS_MAX ? (int64_t)steps : RS__STEPS_MAX;
}

/* How many numbers of steps without a plan are gone past: on a finer grid restarts fit better, but
 * where they snap a coarser one may have its nodes at better places. */
static int32_t patience(const rs_schedule_options *o) {
  return o->meet == RS_MEET_SNAP || o->snap ? 100 : 1;
}

/* Restarts cost what they cost, so the first plan on the way down that is not too dear is the
 * longest. A step costs 8 at most. */
static rs_status make_for_budget(rs__plan *p, maker *k) {
  const int64_t budget = k->options.budget;
  int64_t least = 0;
  int32_t tries = 0;
  rs_status first = RS_OK;
  rs__note why = {0};
  for (int64_t steps = too_many(&k->options); steps >= 1 && tries < patience(&k->options);) {
    k->options.steps = (int32_t)steps;
    const rs_status st = make_once(p, k);
    if (unfit(st)) {
      if (tries++ == 0)
        first = st, why = *k->note;
      steps--;
      continue;
    }
    if (st != RS_OK || p->nfe <= budget)
      return st;
    least = p->nfe;
    rs__plan_free(p, k->memory);
    const double spare = ((double)(least - budget) / 8 - 1) / share(&k->options);
    steps -= spare > 1 ? (int64_t)spare : 1;
  }
  if (!least) {
    *k->note = why;
    return first;
  }
  return rs__note_set(k->note, RS_ERR_BUDGET,
                      "a budget of %lld evaluations is too small: this plan needs %lld, restarts "
                      "included",
                      (long long)budget, (long long)least);
}

rs_status rs__plan_make(rs__plan *p, const rs_schedule_options *options, const rs_model *model,
                        const rs__process *process, rs__memory *memory, rs__note *note) {
  maker k = {.model = model, .process = process, .memory = memory, .note = note};
  memset(p, 0, sizeof *p);
  const rs_status st = rs__options_schedule(options, &k.options, note);
  if (st != RS_OK)
    return st;
  rs__levels_range(&k.options, process, rs__model_at_infinity(model));
  return k.options.budget ? make_for_budget(p, &k) : make_once(p, &k);
}

void rs__plan_free(rs__plan *p, rs__memory *memory) {
  rs__memory_give(memory, p->moves);
  rs__memory_give(memory, p->steps);
  rs__memory_give(memory, p->segments);
  rs__memory_give(memory, p->sigmas);
  memset(p, 0, sizeof *p);
}
