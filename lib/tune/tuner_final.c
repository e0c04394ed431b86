/* SPDX-License-Identifier: MIT
 * The final: a heat of all, and a longer one of the two that it leaves, an ODE and another. */
#include <math.h>

#include "tune/tuner.h"

static bool takes_part(const rs_tuner *t, int32_t heat, int32_t one) {
  if (heat == 0)
    return t->known[one];
  return heat <= t->heat && (one == t->ode || one == t->challenger);
}

size_t rs__tuner_samples(const rs_tuner *t, int32_t one) {
  return t->heats[0] + (takes_part(t, 1, one) ? t->heats[1] : 0);
}

static double difference(const rs_tuner *t, int32_t heat, int32_t a, int32_t b, int i) {
  const double(*const finals)[RS__FINAL] = t->finals[heat];
  return finals[a][i] - (b == RS__NOBODY ? 0 : finals[b][i]);
}

double rs__tuner_gain(const rs_tuner *t, int32_t a, int32_t b, double *error) {
  const bool both = takes_part(t, 1, a) && (b == RS__NOBODY || takes_part(t, 1, b));
  const double share = both ? (double)t->heats[1] / (double)(t->heats[0] + t->heats[1]) : 0;
  double left_out[RS__FINAL], sum = 0, squares = 0;
  for (int i = 0; i < RS__FINAL; i++)
    left_out[i] = (1 - share) * difference(t, 0, a, b, i) + share * difference(t, 1, a, b, i);
  for (int i = 0; i < RS__BLOCKS; i++)
    sum += left_out[i];
  const double mean = sum / RS__BLOCKS;
  for (int i = 0; i < RS__BLOCKS; i++)
    squares += (left_out[i] - mean) * (left_out[i] - mean);
  *error = sqrt(squares * (RS__BLOCKS - 1) / RS__BLOCKS);
  return left_out[RS__BLOCKS];
}

static rs_status measure(rs_tuner *t, int32_t one) {
  const rs__candidate *c = &t->best[one];
  const rs_status st =
      rs__tuner_measure(t, c, RS__FIRST_HEAT + t->heat, t->heats[t->heat], t->finals[t->heat][one]);
  if (st != RS_OK)
    return st;
  t->finalist++;
  double error;
  const double distance = rs__tuner_gain(t, one, RS__NOBODY, &error);
  return rs__tuner_report(t, c, rs__tuner_samples(t, one), distance, error);
}

/* The nearer one in the first heat; a if only that is known, or neither. */
static int32_t nearer(const rs_tuner *t, int32_t a, int32_t b) {
  const bool closer = !t->known[a] || t->finals[0][b][RS__BLOCKS] < t->finals[0][a][RS__BLOCKS];
  return t->known[b] && closer ? b : a;
}

static void choose_two(rs_tuner *t) {
  t->ode = nearer(t, RS_TUNE_ODE, RS__USUAL);
  const int32_t other = nearer(t, RS_TUNE_SDE, RS_TUNE_RESTART);
  t->challenger = t->known[other] ? other : RS__NOBODY;
}

/* The ODE, unless the other beats it by more than two standard errors of the difference. */
static void decide(rs_tuner *t) {
  double error;
  t->winner = t->ode;
  if (t->challenger != RS__NOBODY && rs__tuner_gain(t, t->ode, t->challenger, &error) > 2 * error)
    t->winner = t->challenger;
}

/* Who is measured next in this heat; RS__FINALISTS when there is nobody left. */
static int32_t next_finalist(rs_tuner *t) {
  while (t->finalist < RS__FINALISTS && !takes_part(t, t->heat, t->finalist))
    t->finalist++;
  return t->finalist;
}

rs_status rs__tuner_final_round(rs_tuner *t) {
  if (next_finalist(t) == RS__FINALISTS && t->heat == 0) {
    choose_two(t);
    if (t->challenger != RS__NOBODY)
      t->heat = 1, t->finalist = 0;
  }
  if (next_finalist(t) < RS__FINALISTS)
    return measure(t, t->finalist);
  decide(t);
  return RS_OK;
}
