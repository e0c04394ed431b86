/* SPDX-License-Identifier: MIT */
#include "exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const float NEGLIGIBLE = 25; /* e^-25 of the largest weight: below float's rounding */

int exact_read(exact *e, const char *path) {
  FILE *in = fopen(path, "rb");
  if (!in)
    return 1;
  const size_t read = fread(e->points, sizeof e->points, 1, in);
  fclose(in);
  for (int j = 0; j < POINTS; j++)
    for (int d = 0; d < DIMENSIONS; d++)
      e->columns[d][j] = e->points[j][d];
  return read != 1;
}

/* Squared distances from x to the points; the least. */
static float distances(const exact *e, const float *x, float *distance) {
  memset(distance, 0, POINTS * sizeof *distance);
  for (int d = 0; d < DIMENSIONS; d++)
    for (int j = 0; j < POINTS; j++) {
      const float difference = x[d] - e->columns[d][j];
      distance[j] += difference * difference;
    }
  float least = distance[0];
  for (int j = 1; j < POINTS; j++)
    least = distance[j] < least ? distance[j] : least;
  return least;
}

static void denoise(const exact *e, const float *x, float scale, float *output) {
  float distance[POINTS], sum[DIMENSIONS] = {0}, total = 0;
  const float least = distances(e, x, distance);
  for (int j = 0; j < POINTS; j++) {
    const float exponent = (distance[j] - least) * scale;
    if (exponent > NEGLIGIBLE)
      continue;
    const float weight = expf(-exponent);
    total += weight;
    for (int d = 0; d < DIMENSIONS; d++)
      sum[d] += weight * e->points[j][d];
  }
  for (int d = 0; d < DIMENSIONS; d++)
    output[d] = sum[d] / total;
}

int32_t exact_evaluate(const rs_eval *e, void *user) {
  const float scale = (float)(0.5 / (e->sigma * e->sigma));
  for (size_t b = 0; b < e->batch; b++)
    denoise(user, e->input + b * DIMENSIONS, scale, e->output + b * DIMENSIONS);
  return 0;
}
