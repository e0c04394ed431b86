/* SPDX-License-Identifier: MIT
 * What is measured next. */
#include <math.h>
#include <string.h>

#include "tune/tuner.h"

#define HOPELESS 1e300 /* the distance of a schedule under which the network's output explodes */
enum { PROPOSALS = 1000 };

static rs_status report(rs_tuner *t, const rs__candidate_schedule *s, const rs__candidate *c,
                        size_t count, double distance, double error) {
  const rs_tune_info info = {.size = sizeof info,
                             .phase = t->phase,
                             .kind = c->kind,
                             .schedule = &s->options,
                             .nfe = rs_plan_nfe(t->sampler),
                             .count = count,
                             .distance = distance,
                             .error = error,
                             .evaluations = t->evaluations,
                             .evaluations_most = t->options.evaluations};
  if (!t->options.progress)
    return RS_MORE;
  const int32_t answer = t->options.progress(&info, t->options.progress_user);
  if (answer > 0)
    return rs__note_status(&t->note, RS_STOPPED);
  if (answer < 0)
    return rs__note_set(&t->note, RS_ERR_CALLBACK, "progress answered %d", (int)answer);
  return RS_MORE;
}

/* Without references: the plan of the runs that samples are compared with. */
static rs_status plan_fine(rs_tuner *t) {
  const rs__candidate c = rs__tuner_usual(RS_TUNE_ODE);
  rs__candidate_schedule s;
  rs__tuner_build(&c, RS__FINER * t->options.budget, t->spread, t->range, &s);
  return rs__tuner_plan(t, &s.options);
}

enum { SEARCH, FINAL };

/* Samples of a measurement: `count`, or those of the final. */
static size_t sample_count(const rs_tuner *t, int half, size_t count) {
  return half == FINAL ? RS__BLOCKS * t->block : count;
}

static uint64_t first_seed(int half) {
  return half == FINAL ? RS__FINAL_SEEDS : 0;
}

/* Their evaluations count once for the search and once for the final, also where the log spares
 * them. Leaves the plan as it was. */
static rs_status charge_fine(rs_tuner *t, const rs__candidate_schedule *s, int half) {
  if (t->references || (t->charged >> half & 1))
    return RS_OK;
  const rs_status st = plan_fine(t);
  if (st != RS_OK)
    return st;
  t->charged |= 1 << half;
  t->evaluations += rs_plan_nfe(t->sampler) * (int64_t)sample_count(t, half, t->many);
  return rs__tuner_plan(t, &s->options);
}

static rs_status draw_fine(rs_tuner *t, const rs__candidate_schedule *s, int half) {
  if (t->references || t->fine_halves == 1 + half)
    return RS_OK;
  rs_status st = plan_fine(t);
  if (st == RS_OK)
    st = rs__tuner_draw(t, first_seed(half), sample_count(t, half, t->many), t->fine);
  t->fine_halves = st == RS_OK ? 1 + half : 0;
  return st == RS_OK ? rs__tuner_plan(t, &s->options) : st;
}

static size_t distance_count(int half) {
  return half == FINAL ? RS__FINAL : 1;
}

/* Draws `count` samples, or those of the final, and measures them. */
static rs_status draw_and_measure(rs_tuner *t, const rs__candidate_schedule *s, int half,
                                  size_t count, double *distances) {
  rs_status st = draw_fine(t, s, half);
  if (st == RS_OK)
    st = rs__tuner_draw(t, first_seed(half), sample_count(t, half, count), t->samples);
  if (st == RS_ERR_NONFINITE && t->logged > 0) {
    for (size_t i = 0; i < distance_count(half); i++)
      distances[i] = HOPELESS;
    return RS_OK;
  }
  if (st != RS_OK)
    return st;
  return half == FINAL ? rs__tuner_final(t, distances) : rs__tuner_distance(t, count, distances);
}

/* The same, or what the log says. RS_ERR_OPTION: there is no such schedule; nothing was spent. */
static rs_status measure(rs_tuner *t, const rs__candidate_schedule *s, int half, size_t count,
                         double *distances) {
  const size_t numbers = distance_count(half);
  rs_status st = rs__tuner_plan(t, &s->options);
  if (st == RS_OK)
    st = charge_fine(t, s, half);
  if (st == RS_OK && t->replayed < t->logged)
    memcpy(distances, t->log + t->replayed, numbers * sizeof *distances);
  else if (st == RS_OK) {
    st = draw_and_measure(t, s, half, count, distances);
    if (st == RS_OK) {
      memcpy(t->log + t->logged, distances, numbers * sizeof *distances);
      t->logged += numbers;
    }
  }
  if (st != RS_OK)
    return st;
  t->replayed += numbers;
  t->evaluations += rs_plan_nfe(t->sampler) * (int64_t)sample_count(t, half, count);
  return RS_OK;
}

static bool known(const rs_tuner *t, const rs__candidate *c) {
  for (size_t i = 0; i < t->tried; i++)
    if (rs__tuner_equal(&t->trials[i].candidate, c))
      return true;
  return false;
}

static const rs__trial *leader(const rs_tuner *t) {
  const rs__trial *best = &t->trials[0];
  for (size_t i = 1; i < t->tried; i++)
    best = t->trials[i].few < best->few ? &t->trials[i] : best;
  return best;
}

/* First the starts, on the grid of the best ODE; then one drawn anew and one beside the best by
 * turns. */
static rs__candidate propose(rs_tuner *t, size_t number) {
  rs__candidate usual = rs__tuner_usual(t->phase);
  if (t->phase != RS_TUNE_ODE)
    for (int32_t i = RS__RHO; i <= RS__SIGMA_MAX; i++)
      usual.gene[i] = t->best[RS_TUNE_ODE].gene[i];
  if (rs__tuner_start(t->phase, number, &usual))
    return usual;
  if (number % 2 && t->tried)
    return rs__tuner_neighbour(leader(t)->candidate, &t->random);
  return rs__tuner_random(usual, &t->random);
}

/* One more schedule of this kind. RS_OK when there are no more to try. */
static rs_status first_round(rs_tuner *t) {
  while (t->tried < RS__TRIES && t->proposed < PROPOSALS) {
    const uint64_t before = t->random;
    const rs__candidate c = propose(t, t->proposed);
    rs__candidate_schedule s;
    double distance;
    rs__tuner_build(&c, t->options.budget, t->spread, t->range, &s);
    const rs_status st = known(t, &c) ? RS_ERR_OPTION : measure(t, &s, SEARCH, t->few, &distance);
    if (st != RS_OK && st != RS_ERR_OPTION) {
      t->random = before; /* the next call proposes the same */
      return st;
    }
    t->proposed++;
    if (st == RS_OK) {
      t->trials[t->tried++] = (rs__trial){c, distance, HOPELESS};
      return report(t, &s, &c, t->few, distance, 0);
    }
  }
  return RS_OK;
}

static void sort_trials(rs_tuner *t) {
  for (size_t i = 1; i < t->tried; i++) {
    const rs__trial moved = t->trials[i];
    size_t k = i;
    for (; k > 0 && t->trials[k - 1].few > moved.few; k--)
      t->trials[k] = t->trials[k - 1];
    t->trials[k] = moved;
  }
}

/* One of the best again. RS_OK when all have been. */
static rs_status second_round(rs_tuner *t) {
  if (t->again == 0)
    sort_trials(t);
  if (t->again == RS__KEPT || t->again == t->tried)
    return RS_OK;
  rs__trial *trial = &t->trials[t->again];
  rs__candidate_schedule s;
  rs__tuner_build(&trial->candidate, t->options.budget, t->spread, t->range, &s);
  const rs_status st = measure(t, &s, SEARCH, t->many, &trial->many);
  if (st != RS_OK)
    return st;
  t->again++;
  return report(t, &s, &trial->candidate, t->many, trial->many, 0);
}

double rs__tuner_gain(const double *a, const double *b, double *error) {
  double left_out[RS__FINAL], sum = 0, squares = 0;
  for (int i = 0; i < RS__FINAL; i++)
    left_out[i] = a[i] - (b ? b[i] : 0);
  for (int i = 0; i < RS__BLOCKS; i++)
    sum += left_out[i];
  const double mean = sum / RS__BLOCKS;
  for (int i = 0; i < RS__BLOCKS; i++)
    squares += (left_out[i] - mean) * (left_out[i] - mean);
  *error = sqrt(squares * (RS__BLOCKS - 1) / RS__BLOCKS);
  return left_out[RS__BLOCKS];
}

static rs_status final_round(rs_tuner *t) {
  while (t->finalists < RS__FINALISTS && !t->known[t->finalists])
    t->finalists++;
  if (t->finalists == RS__FINALISTS)
    return RS_OK;
  const rs__candidate *c = &t->best[t->finalists];
  double *distances = t->finals[t->finalists], error;
  rs__candidate_schedule s;
  rs__tuner_build(c, t->options.budget, t->spread, t->range, &s);
  const rs_status st = measure(t, &s, FINAL, 0, distances);
  if (st != RS_OK)
    return st;
  t->finalists++;
  const double distance = rs__tuner_gain(distances, NULL, &error);
  return report(t, &s, c, RS__BLOCKS * t->block, distance, error);
}

/* The nearer one of the two ODEs, unless another kind beats it by more than two standard errors of
 * the difference; among those the nearest. */
static void decide(rs_tuner *t) {
  double(*const finals)[RS__FINAL] = t->finals;
  const bool usual =
      t->known[RS__USUAL] && finals[RS__USUAL][RS__BLOCKS] < finals[RS_TUNE_ODE][RS__BLOCKS];
  t->winner = t->ode = usual ? RS__USUAL : RS_TUNE_ODE;
  for (int32_t kind = RS_TUNE_SDE; kind < RS__KINDS; kind++) {
    double error;
    const double gain = rs__tuner_gain(finals[t->ode], finals[kind], &error);
    if (t->known[kind] && gain > 2 * error &&
        finals[kind][RS__BLOCKS] < finals[t->winner][RS__BLOCKS])
      t->winner = kind;
  }
  rs__tuner_build(&t->best[t->winner], t->options.budget, t->spread, t->range, &t->answer);
}

static rs_status end_phase(rs_tuner *t) {
  if (t->phase == RS_TUNE_FINAL) {
    decide(t);
    t->phase = RS_TUNE_DONE;
    return RS_OK;
  }
  const rs__trial *best = &t->trials[0];
  for (size_t i = 1; i < t->again; i++)
    best = t->trials[i].many < best->many ? &t->trials[i] : best;
  t->known[t->phase] = t->tried > 0;
  t->best[t->phase] = best->candidate;
  if (!t->known[RS_TUNE_ODE])
    return rs__note_set(&t->note, RS_ERR_BUDGET, "no schedule can be made with this budget");
  if (t->phase == RS_TUNE_ODE) {
    const rs__candidate usual = rs__tuner_usual(RS_TUNE_ODE);
    t->known[RS__USUAL] = known(t, &usual) && !rs__tuner_equal(&best->candidate, &usual);
    t->best[RS__USUAL] = usual;
  }
  do
    t->phase++;
  while (t->phase < RS_TUNE_FINAL && (t->options.skip >> t->phase & 1));
  t->tried = t->again = t->proposed = 0;
  return RS_OK;
}

rs_status rs__tuner_next(rs_tuner *t) {
  rs_status st = RS_OK;
  while (st == RS_OK && t->phase != RS_TUNE_DONE) {
    st = t->phase == RS_TUNE_FINAL ? final_round(t) : first_round(t);
    if (st == RS_OK && t->phase != RS_TUNE_FINAL)
      st = second_round(t);
    if (st == RS_OK)
      st = end_phase(t);
  }
  return st;
}
