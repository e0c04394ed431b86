/* SPDX-License-Identifier: MIT
 * One measurement: samples are drawn and compared, or a checkpoint knows the distances. */
#include <string.h>

#include "tune/tuner.h"

/* Without references: the plan of the runs that samples are compared with. */
static rs_status plan_fine(rs_tuner *t) {
  const rs__candidate c = rs__tuner_usual(RS_TUNE_ODE);
  rs__candidate_schedule s;
  rs__tuner_build(&c, RS__FINER * t->options.budget, t->spread, t->range, &s);
  return rs__tuner_plan(t, &s.options);
}

static uint64_t first_seed(int32_t round) {
  return (uint64_t)round << RS__ROUND_SEEDS;
}

static size_t fine_count(const rs_tuner *t, int32_t round) {
  return round == RS__SEARCH ? t->many : t->heats[0];
}

/* Their evaluations count once for the search and once for the final, also where the log spares
 * them. Leaves the plan as it was. */
static rs_status charge_fine(rs_tuner *t, const rs__candidate_schedule *s, int32_t round) {
  if (t->references || (t->charged >> round & 1))
    return RS_OK;
  const rs_status st = plan_fine(t);
  if (st != RS_OK)
    return st;
  t->charged |= 1 << round;
  t->evaluations += rs_plan_nfe(t->sampler) * (int64_t)fine_count(t, round);
  return rs__tuner_plan(t, &s->options);
}

static rs_status draw_fine(rs_tuner *t, const rs__candidate_schedule *s, int32_t round) {
  if (t->references || t->fine_round == 1 + round)
    return RS_OK;
  rs_status st = plan_fine(t);
  if (st == RS_OK)
    st = rs__tuner_draw(t, first_seed(round), fine_count(t, round), t->fine);
  t->fine_round = st == RS_OK ? 1 + round : 0;
  return st == RS_OK ? rs__tuner_plan(t, &s->options) : st;
}

static size_t distance_count(int32_t round) {
  return round == RS__SEARCH ? 1 : RS__FINAL;
}

static rs_status draw_and_measure(rs_tuner *t, const rs__candidate_schedule *s, int32_t round,
                                  size_t count, double *distances) {
  rs_status st = draw_fine(t, s, round);
  if (st == RS_OK)
    st = rs__tuner_draw(t, first_seed(round), count, t->samples);
  if (st == RS_ERR_NONFINITE && t->logged > 0) {
    for (size_t i = 0; i < distance_count(round); i++)
      distances[i] = RS__HOPELESS;
    return RS_OK;
  }
  if (st != RS_OK)
    return st;
  return round == RS__SEARCH ? rs__tuner_distance(t, count, distances)
                             : rs__tuner_final(t, count, distances);
}

rs_status rs__tuner_measure(rs_tuner *t, const rs__candidate *c, int32_t round, size_t count,
                            double *distances) {
  const size_t numbers = distance_count(round);
  rs__candidate_schedule s;
  rs__tuner_build(c, t->options.budget, t->spread, t->range, &s);
  rs_status st = rs__tuner_plan(t, &s.options);
  if (st == RS_OK)
    st = charge_fine(t, &s, round);
  if (st == RS_OK && t->replayed < t->logged)
    memcpy(distances, t->log + t->replayed, numbers * sizeof *distances);
  else if (st == RS_OK) {
    st = draw_and_measure(t, &s, round, count, distances);
    if (st == RS_OK) {
      memcpy(t->log + t->logged, distances, numbers * sizeof *distances);
      t->logged += numbers;
    }
  }
  if (st != RS_OK)
    return st;
  t->replayed += numbers;
  t->evaluations += rs_plan_nfe(t->sampler) * (int64_t)count;
  return RS_OK;
}

rs_status rs__tuner_report(rs_tuner *t, const rs__candidate *c, size_t count, double distance,
                           double error) {
  rs__candidate_schedule s;
  rs__tuner_build(c, t->options.budget, t->spread, t->range, &s);
  const rs_tune_info info = {.size = sizeof info,
                             .phase = t->phase,
                             .kind = c->kind,
                             .schedule = &s.options,
                             .nfe = rs_plan_nfe(t->sampler),
                             .count = count,
                             .distance = distance,
                             .error = error,
                             .evaluations = t->evaluations,
                             .evaluations_most = t->options.evaluations};
  if (!t->options.progress)
    return RS_MORE;
  const rs_status st = rs__tuner_answered(t, "progress callback",
                                          t->options.progress(&info, t->options.progress_user));
  return st == RS_OK ? RS_MORE : st;
}
