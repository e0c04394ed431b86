/* SPDX-License-Identifier: MIT
 * How far samples are from the references, or from the fine samples. */
#include <math.h>

#include "tune/tuner.h"

/* Root mean square, in units of the fine samples' own. */
static double paired(const float *a, const float *b, size_t count) {
  double off = 0, all = 0;
  for (size_t i = 0; i < count; i++) {
    off += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    all += (double)b[i] * (double)b[i];
  }
  return all > 0 ? sqrt(off / all) : sqrt(off / (double)count);
}

static rs_status hosts(rs_tuner *t, const float *references, size_t reference_count, size_t count,
                       double *distance) {
  const rs_tune_sets sets = {.size = sizeof sets,
                             .elements = t->width,
                             .samples = t->samples,
                             .count = count,
                             .references = references,
                             .reference_count = reference_count};
  const rs_status st = rs__tuner_answered(
      t, "distance", t->options.distance(&sets, distance, t->options.distance_user));
  if (st == RS_OK && !isfinite(*distance))
    return rs__note_set(&t->note, RS_ERR_CALLBACK, "the distance is not finite");
  return st;
}

void rs__tuner_project(rs_tuner *t, const float *x, size_t count, float *rows) {
  rs__sliced_project(x, count, t->width, t->directions, t->sums, rows);
}

rs_status rs__tuner_distance(rs_tuner *t, size_t count, double *distance) {
  if (t->options.distance && t->references)
    return hosts(t, t->references, t->search_references, count, distance);
  if (t->references) {
    const rs__sliced_set samples = {.rows = t->sample_rows, .count = count};
    const rs__sliced_set data = {.rows = t->search_rows, .count = t->search_references};
    rs__tuner_project(t, t->samples, count, t->sample_rows);
    *distance = rs__sliced_distance(&samples, &data);
  } else
    *distance = paired(t->samples, t->fine, count * t->width);
  return RS_OK;
}

/* The first blocks of samples, and of what they are compared with. */
static rs_status of_blocks(rs_tuner *t, size_t blocks, size_t block, double *distance) {
  if (t->references)
    return hosts(t, t->held_out, blocks * t->block_references, blocks * block, distance);
  *distance = paired(t->samples, t->fine, blocks * block * t->width);
  return RS_OK;
}

static void exchange(float *a, float *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const float kept = a[i];
    a[i] = b[i];
    b[i] = kept;
  }
}

/* Exchanges block number i with the last one, in samples and in what they are compared with. */
static void to_the_end(rs_tuner *t, size_t i, size_t block) {
  const bool data = t->references;
  float *const others = data ? t->held_out : t->fine;
  const size_t last = RS__BLOCKS - 1, n = block * t->width,
               m = data ? t->block_references * t->width : n;
  exchange(t->samples + i * n, t->samples + last * n, n);
  exchange(others + i * m, others + last * m, m);
}

static rs_status final_of_blocks(rs_tuner *t, size_t block, double distances[RS__FINAL]) {
  rs_status st = of_blocks(t, RS__BLOCKS, block, &distances[RS__BLOCKS]);
  for (size_t i = 0; i < RS__BLOCKS && st == RS_OK; i++) {
    to_the_end(t, i, block);
    st = of_blocks(t, RS__BLOCKS - 1, block, &distances[i]);
    to_the_end(t, i, block);
  }
  return st;
}

/* Sorts all projections once, and those of each block. */
static void sliced_final(rs_tuner *t, size_t block, double distances[RS__FINAL]) {
  const size_t of_data = t->block_references;
  rs__sliced_set samples = {t->sample_rows, RS__BLOCKS * block, t->sample_part, 0, t->sample_row};
  rs__sliced_set data = {t->final_rows, RS__BLOCKS * of_data, t->final_part, 0, t->final_row};
  rs__tuner_project(t, t->samples, samples.count, t->sample_rows);
  distances[RS__BLOCKS] = rs__sliced_distance(&samples, &data);
  samples.part_count = block;
  data.part_count = of_data;
  for (size_t i = 0; i < RS__BLOCKS; i++) {
    rs__tuner_project(t, t->samples + i * block * t->width, block, t->sample_part);
    rs__tuner_project(t, t->held_out + i * of_data * t->width, of_data, t->final_part);
    distances[i] = rs__sliced_distance(&samples, &data);
  }
}

rs_status rs__tuner_final(rs_tuner *t, size_t count, double distances[RS__FINAL]) {
  if (!t->sums)
    return final_of_blocks(t, count / RS__BLOCKS, distances);
  sliced_final(t, count / RS__BLOCKS, distances);
  return RS_OK;
}
