/* SPDX-License-Identifier: MIT
 * The answer, and why. */
#include <string.h>

#include "base/text.h"
#include "tune/tuner.h"

static const char *const names[RS__FINALISTS] = {"ODE", "SDE", "Restart", "usual"};

static void add_final(const rs_tuner *t, int32_t one, rs__text *text) {
  double error;
  const double distance = rs__tuner_gain(t, one, RS__NOBODY, &error);
  rs__text_add(text, "# %-8s distance %s +- %s in %zu samples", names[one],
               rs__text_real(distance, 4).s, rs__text_real(error, 2).s, rs__tuner_samples(t, one));
  if (t->best[one].kind != RS_TUNE_ODE) {
    const double gain = rs__tuner_gain(t, t->ode, one, &error);
    rs__text_add(text, ", better than the ODE by %s +- %s", rs__text_real(gain, 4).s,
                 rs__text_real(error, 2).s);
  }
  rs__text_add(text, "%s\n", one == t->winner ? "  <- chosen" : "");
}

static void add_reasons(const rs_tuner *t, rs__text *text) {
  rs__text_add(text, "# %s, chosen with %lld evaluations of the network,\n",
               names[t->best[t->winner].kind], (long long)t->evaluations);
  if (t->references)
    rs__text_add(text, "# against %zu references that the search did not use\n",
                 RS__BLOCKS * t->block_references);
  else
    rs__text_add(text, "# against runs four times as fine: there were no references\n");
  for (int32_t one = 0; one < RS__FINALISTS; one++)
    if (t->known[one])
      add_final(t, one, text);
}

rs_status rs_tuner_text(const rs_tuner *tuner, char *buffer, size_t capacity, size_t *length) {
  if (!tuner || (capacity && !buffer) || (!buffer && !length))
    return RS_ERR_ARGUMENT;
  if (tuner->phase != RS_TUNE_DONE)
    return RS_ERR_STATE;
  rs__text t = {buffer, capacity, 0};
  add_reasons(tuner, &t);
  const size_t room = t.length < capacity ? capacity - t.length : 0;
  size_t rest = 0;
  const rs_status st =
      rs_schedule_format(&tuner->answer.options, room ? buffer + t.length : NULL, room, &rest);
  t.length += rest;
  return st == RS_OK || st == RS_ERR_CAPACITY ? rs__text_end(&t, length) : st;
}
