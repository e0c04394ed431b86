/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "tune/tuner.h"

static rs_status copy_message(rs_tuner *t, rs_status status) {
  return rs__note_set(&t->note, status, "%s", rs_sampler_message(t->sampler));
}

rs_status rs__tuner_plan(rs_tuner *t, const rs_schedule_options *schedule) {
  const rs_status st = rs_schedule(t->sampler, schedule);
  if (st == RS_OK)
    return RS_OK;
  return copy_message(t, st == RS_ERR_MEMORY ? st : RS_ERR_OPTION);
}

rs_status rs__tuner_answered(rs_tuner *t, const char *callback, int32_t answer) {
  if (answer > 0)
    return rs__note_status(&t->note, RS_STOPPED);
  if (answer < 0)
    return rs__note_set(&t->note, RS_ERR_CALLBACK, "the %s answered %d", callback, (int)answer);
  return RS_OK;
}

rs_status rs__tuner_features(rs_tuner *t, const float *samples, size_t count, float *features) {
  const rs_tune_options *o = &t->options;
  const rs_status st =
      rs__tuner_answered(t, "features", o->features(samples, count, features, o->features_user));
  for (size_t i = 0; st == RS_OK && i < count * t->width; i++)
    if (!isfinite(features[i]))
      return rs__note_set(&t->note, RS_ERR_NONFINITE, "the features answered NaN or infinity");
  return st;
}

rs_status rs__tuner_draw(rs_tuner *t, uint64_t first, size_t count, float *samples) {
  for (size_t i = 0; i < count; i += t->batch) {
    float *const at = samples + i * t->width, *const drawn = t->drawn ? t->drawn : at;
    for (size_t b = 0; b < t->batch; b++)
      t->seeds[b] = t->options.seed + first + i + b;
    rs_status st = rs_sample(t->sampler, drawn, t->seeds);
    if (st != RS_OK)
      return copy_message(t, st);
    if (t->drawn)
      st = rs__tuner_features(t, drawn, t->batch, at);
    if (st != RS_OK)
      return st;
  }
  return RS_OK;
}
