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

rs_status rs__tuner_draw(rs_tuner *t, uint64_t first, size_t count, float *samples) {
  for (size_t i = 0; i < count; i += t->batch) {
    for (size_t b = 0; b < t->batch; b++)
      t->seeds[b] = t->options.seed + first + i + b;
    const rs_status st = rs_sample(t->sampler, samples + i * t->elements, t->seeds);
    if (st != RS_OK)
      return copy_message(t, st);
  }
  return RS_OK;
}

/* Root mean square, in units of the fine samples' own. */
static double paired(const float *a, const float *b, size_t count) {
  double off = 0, all = 0;
  for (size_t i = 0; i < count; i++) {
    off += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    all += (double)b[i] * (double)b[i];
  }
  return all > 0 ? sqrt(off / all) : sqrt(off / (double)count);
}

static rs_status hosts(rs_tuner *t, const rs_tune_sets *sets, double *distance) {
  const int32_t answer = t->options.distance(sets, distance, t->options.distance_user);
  if (answer > 0)
    return rs__note_status(&t->note, RS_STOPPED);
  if (answer < 0)
    return rs__note_set(&t->note, RS_ERR_CALLBACK, "the distance answered %d", (int)answer);
  if (!isfinite(*distance))
    return rs__note_set(&t->note, RS_ERR_CALLBACK, "the distance is not finite");
  return RS_OK;
}

static double sliced(rs_tuner *t, const rs_tune_sets *sets, bool search) {
  rs__sliced_project(sets->samples, sets->count, t->elements, t->directions, t->sums,
                     t->sample_rows);
  if (!search)
    rs__sliced_project(sets->references, sets->reference_count, t->elements, t->directions, t->sums,
                       t->block_rows);
  return rs__sliced_distance(t->sample_rows, sets->count, search ? t->search_rows : t->block_rows,
                             sets->reference_count);
}

rs_status rs__tuner_distance(rs_tuner *t, int block, size_t count, double *distance) {
  const size_t first = block < 0 ? 0 : (size_t)block * count;
  const size_t reference =
      block < 0 ? 0 : t->search_references + (size_t)block * t->block_references;
  rs_tune_sets sets = {.size = sizeof sets,
                       .elements = t->elements,
                       .samples = t->samples + first * t->elements,
                       .count = count};
  if (!t->options.references) {
    *distance = paired(sets.samples, t->fine + first * t->elements, count * t->elements);
    return RS_OK;
  }
  sets.references = t->options.references + reference * t->elements;
  sets.reference_count = block < 0 ? t->search_references : t->block_references;
  if (t->options.distance)
    return hosts(t, &sets, distance);
  *distance = sliced(t, &sets, block < 0);
  return RS_OK;
}
