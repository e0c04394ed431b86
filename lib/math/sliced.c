/* SPDX-License-Identifier: MIT */
#include "math/sliced.h"

#include <math.h>
#include <stdbool.h>

#include "base/draw.h"

static rs__slice direction(size_t elements, size_t octaves, uint64_t *state) {
  rs__slice s = {0, (size_t)1 << rs__draw_below(3, state), 0};
  if (rs__draw_below(8, state))
    s.lag = (size_t)1 << rs__draw_below(octaves, state);
  if (s.lag >= elements)
    s.lag = 0;
  if (s.width > elements - s.lag)
    s.width = 1;
  s.first = (size_t)rs__draw_below(elements - s.lag - s.width + 1, state);
  return s;
}

void rs__sliced_directions(size_t elements, uint64_t seed,
                           rs__slice directions[RS__SLICED_DIRECTIONS]) {
  size_t octaves = 1;
  while (octaves < 32 && (size_t)1 << octaves < elements)
    octaves++;
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++)
    directions[k] = direction(elements, octaves, &seed);
}

void rs__sliced_features(size_t features, uint64_t seed,
                         rs__slice directions[RS__SLICED_DIRECTIONS]) {
  const bool all = features <= RS__SLICED_DIRECTIONS / 2;
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++) {
    const size_t one = all ? k / 2 % features : (size_t)rs__draw_below(features, &seed);
    const size_t other = k % 2 ? (size_t)rs__draw_below(features, &seed) : one;
    const size_t first = one < other ? one : other;
    directions[k] = (rs__slice){first, 1, one + other - 2 * first};
  }
}

/* Shell's sort with the gaps of Ciura 2001, continued: in place, where qsort may take memory. */
static void sort(float *row, size_t count) {
  static const size_t gaps[] = {1, 4, 10, 23, 57, 132, 301, 701, 1577, 3548, 7983, 17961};
  for (size_t g = sizeof gaps / sizeof *gaps; g-- > 0;)
    for (size_t i = gaps[g]; i < count; i++) {
      const float moved = row[i];
      size_t k = i;
      for (; k >= gaps[g] && row[k - gaps[g]] > moved; k -= gaps[g])
        row[k] = row[k - gaps[g]];
      row[k] = moved;
    }
}

void rs__sliced_project(const float *x, size_t count, size_t elements,
                        const rs__slice directions[RS__SLICED_DIRECTIONS], double *sums,
                        float *rows) {
  for (size_t i = 0; i < count; i++) {
    sums[0] = 0;
    for (size_t e = 0; e < elements; e++)
      sums[e + 1] = sums[e] + (double)x[i * elements + e];
    for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++) {
      const rs__slice s = directions[k];
      double mean = sums[s.first + s.width] - sums[s.first];
      if (s.lag)
        mean -= sums[s.first + s.lag + s.width] - sums[s.first + s.lag];
      rows[k * count + i] = (float)(mean / (double)s.width);
    }
  }
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++)
    sort(rows + k * count, count);
}

double rs__sliced_variance(const float *x, size_t count) {
  double sum = 0, squares = 0;
  for (size_t i = 0; i < count; i++)
    sum += (double)x[i];
  const double mean = sum / (double)count;
  for (size_t i = 0; i < count; i++)
    squares += ((double)x[i] - mean) * ((double)x[i] - mean);
  return squares / (double)count;
}

/* Quantile functions are constant between the multiples of 1/n and of 1/m. */
static double between(const float *a, size_t n, const float *b, size_t m) {
  double sum = 0, from = 0;
  for (size_t i = 0, k = 0; i < n;) { /* k ends where i does */
    const double end_a = (double)(i + 1) / (double)n, end_b = (double)(k + 1) / (double)m;
    const double to = end_a < end_b ? end_a : end_b, gap = (double)a[i] - (double)b[k];
    sum += (to - from) * fabs(gap);
    from = to;
    const bool step_a = (i + 1) * m <= (k + 1) * n, step_b = (k + 1) * n <= (i + 1) * m;
    i += step_a;
    k += step_b;
  }
  return sum;
}

static size_t left(const rs__sliced_set *s) {
  return s->count - s->part_count;
}

/* Row number k; both it and the part's are sorted, so that one pass takes the part away. */
static const float *row(const rs__sliced_set *s, size_t k) {
  const float *const all = s->rows + k * s->count;
  if (s->part_count == 0)
    return all;
  const float *const part = s->part + k * s->part_count;
  size_t gone = 0;
  for (size_t i = 0; i < s->count; i++)
    if (gone < s->part_count && all[i] == part[gone])
      gone++;
    else
      s->row[i - gone] = all[i];
  return s->row;
}

double rs__sliced_distance(const rs__sliced_set *a, const rs__sliced_set *b) {
  double largest = 0, sum = 0;
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++)
    largest = fmax(largest, rs__sliced_variance(row(b, k), left(b)));
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++) {
    const float *const b_row = row(b, k);
    const double own = rs__sliced_variance(b_row, left(b));
    /* Where the data hardly varies, what is a tenth of the widest spread off is hardly seen. */
    const double scale = own + largest * 1e-2;
    const double apart = between(row(a, k), left(a), b_row, left(b));
    sum += apart * apart / (scale > 0 ? scale : 1);
  }
  return sqrt(sum / RS__SLICED_DIRECTIONS);
}
