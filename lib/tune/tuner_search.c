/* SPDX-License-Identifier: MIT
 * What is measured next. */
#include "tune/tuner.h"

enum { PROPOSALS = 1000 };

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
 * turns. Few networks know what to do below a seventh of the data's spread. */
static rs__candidate propose(rs_tuner *t, size_t number) {
  const double end = 0.15 * t->spread / t->range[0];
  rs__candidate usual = rs__tuner_usual(t->phase);
  if (t->phase != RS_TUNE_ODE)
    for (int32_t i = RS__RHO; i <= RS__SIGMA_MAX; i++)
      usual.gene[i] = t->best[RS_TUNE_ODE].gene[i];
  if (rs__tuner_start(t->phase, number, end, &usual))
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
    double distance;
    const rs_status st =
        known(t, &c) ? RS_ERR_OPTION : rs__tuner_measure(t, &c, RS__SEARCH, t->few, &distance);
    if (st != RS_OK && st != RS_ERR_OPTION) {
      t->random = before; /* the next call proposes the same */
      return st;
    }
    t->proposed++;
    if (st == RS_OK) {
      t->trials[t->tried++] = (rs__trial){c, distance, RS__HOPELESS};
      return rs__tuner_report(t, &c, t->few, distance, 0);
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
  const rs_status st = rs__tuner_measure(t, &trial->candidate, RS__SEARCH, t->many, &trial->many);
  if (st != RS_OK)
    return st;
  t->again++;
  return rs__tuner_report(t, &trial->candidate, t->many, trial->many, 0);
}

static rs_status end_phase(rs_tuner *t) {
  if (t->phase == RS_TUNE_FINAL) {
    rs__tuner_build(&t->best[t->winner], t->options.budget, t->spread, t->range, &t->answer);
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
    st = t->phase == RS_TUNE_FINAL ? rs__tuner_final_round(t) : first_round(t);
    if (st == RS_OK && t->phase != RS_TUNE_FINAL)
      st = second_round(t);
    if (st == RS_OK)
      st = end_phase(t);
  }
  return st;
}
