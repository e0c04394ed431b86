/* SPDX-License-Identifier: MIT
 * The sliced distance against what is known of it. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "math/sliced.h"
#include "support/test.h"

enum { N = 24, A = 60, B = 35 };

typedef struct {
  rs__slice directions[RS__SLICED_DIRECTIONS];
  double sums[N + 1];
  float a[A * N], b[B * N];
  float rows_a[A * RS__SLICED_DIRECTIONS], rows_b[B * RS__SLICED_DIRECTIONS];
} sets;

static sets s;

static void fill(float *x, size_t count, uint64_t seed) {
  const rs_noise_key key = {.seed = seed};
  assert_int_equal(rs_normals(&key, 0, count, x), RS_OK);
}

static int make(void **state) {
  (void)state;
  rs__sliced_directions(N, 7, s.directions);
  fill(s.a, A * N, 1);
  fill(s.b, B * N, 2);
  return 0;
}

static double between(const float *a, size_t a_count, const float *b, size_t b_count) {
  const rs__sliced_set one = {.rows = a, .count = a_count}, two = {.rows = b, .count = b_count};
  return rs__sliced_distance(&one, &two);
}

static double distance(void) {
  rs__sliced_project(s.a, A, N, s.directions, s.sums, s.rows_a);
  rs__sliced_project(s.b, B, N, s.directions, s.sums, s.rows_b);
  return between(s.rows_a, A, s.rows_b, B);
}

/* Within the sample, of every width and lag, and others for another seed. */
static void test_directions(void **state) {
  (void)state;
  for (size_t elements = 1; elements < 70; elements++) {
    rs__slice d[RS__SLICED_DIRECTIONS];
    size_t widths = 0, lags = 0;
    rs__sliced_directions(elements, elements, d);
    for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++) {
      assert_true(d[k].first + d[k].lag + d[k].width <= elements);
      assert_true(d[k].width >= 1);
      widths |= d[k].width;
      lags |= d[k].lag;
    }
    if (elements >= 8) {
      assert_int_equal(widths, 7);
      assert_true(lags > elements / 2);
    }
  }
  /* Lags that no picture has are not drawn. */
  rs__slice wide[RS__SLICED_DIRECTIONS];
  rs__sliced_directions((size_t)1 << 40, 3, wide);
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++)
    assert_true(wide[k].lag <= (size_t)1 << 31 && wide[k].first < (size_t)1 << 40);
  rs__slice one[RS__SLICED_DIRECTIONS], other[RS__SLICED_DIRECTIONS];
  rs__sliced_directions(N, 1, one);
  rs__sliced_directions(N, 2, other);
  assert_memory_not_equal(one, other, sizeof one);
}

/* Features stand in no order: single ones, each of them, and differences near and far. */
static void test_features(void **state) {
  (void)state;
  for (size_t features = 1; features < 70; features++) {
    rs__slice d[RS__SLICED_DIRECTIONS];
    bool seen[70] = {false};
    size_t pairs = 0, farthest = 0;
    rs__sliced_features(features, features, d);
    for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++) {
      assert_true(d[k].first + d[k].lag < features);
      assert_int_equal(d[k].width, 1);
      seen[d[k].first] = seen[d[k].first] || d[k].lag == 0;
      pairs += d[k].lag > 0;
      farthest = d[k].lag > farthest ? d[k].lag : farthest;
    }
    for (size_t i = 0; i < features; i++)
      assert_true(seen[i]);
    assert_true(pairs <= RS__SLICED_DIRECTIONS / 2);
    assert_true(2 * farthest >= features - 1);
    assert_true(features == 1 || pairs > RS__SLICED_DIRECTIONS / 8);
  }
  /* Of more than there are directions for, some. */
  rs__slice some[RS__SLICED_DIRECTIONS];
  rs__sliced_features(100000, 1, some);
  size_t last = 0;
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++) {
    assert_true(some[k].first + some[k].lag < 100000);
    last = some[k].first > last ? some[k].first : last;
  }
  assert_true(last > 50000);
}

/* Sorted, and the sums that a direction says. */
static void test_projections(void **state) {
  (void)state;
  distance();
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++) {
    const rs__slice d = s.directions[k];
    double all = 0, wanted = 0;
    for (size_t i = 0; i < A; i++) {
      all += (double)s.rows_a[k * A + i];
      assert_true(i == 0 || s.rows_a[k * A + i - 1] <= s.rows_a[k * A + i]);
      for (size_t e = 0; e < d.width; e++) {
        wanted += (double)s.a[i * N + d.first + e] / (double)d.width;
        wanted -= d.lag ? (double)s.a[i * N + d.first + d.lag + e] / (double)d.width : 0;
      }
    }
    assert_near(all, wanted, 1e-4);
  }
}

/* A and B copied to their least common number A * B have the same distribution functions. */
static double by_copies(const float *a, const float *b) {
  double sum = 0;
  for (size_t i = 0; i < A * B; i++)
    sum += fabs((double)a[i / B] - (double)b[i / A]);
  return sum / (A * B);
}

static void test_unequal_numbers(void **state) {
  (void)state;
  const double got = distance();
  double wanted = 0, largest = 0;
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++)
    largest = fmax(largest, rs__sliced_variance(s.rows_b + k * B, B));
  for (size_t k = 0; k < RS__SLICED_DIRECTIONS; k++)
    wanted += pow(by_copies(s.rows_a + k * A, s.rows_b + k * B), 2) /
              (rs__sliced_variance(s.rows_b + k * B, B) + largest / 100);
  assert_near(got, sqrt(wanted / RS__SLICED_DIRECTIONS), 1e-9);
}

/* Nothing from itself; a shift by the spread of a direction counts 1 there. */
static void test_known(void **state) {
  (void)state;
  rs__sliced_project(s.a, A, N, s.directions, s.sums, s.rows_a);
  assert_true(between(s.rows_a, A, s.rows_a, A) == 0);
  static float moved[A * RS__SLICED_DIRECTIONS];
  for (size_t i = 0; i < A * RS__SLICED_DIRECTIONS; i++)
    moved[i] = s.rows_a[i] + (float)sqrt(rs__sliced_variance(s.rows_a + i / A * A, A));
  assert_near(between(moved, A, s.rows_a, A), 1, 0.05);
}

/* Without a part it is the distance of the others, to the last bit; also where numbers are equal.
 */
static void test_without_a_part(void **state) {
  (void)state;
  enum { PART = 8, LESS = 5 };
  static float part_a[PART * RS__SLICED_DIRECTIONS], part_b[LESS * RS__SLICED_DIRECTIONS];
  float row_a[A], row_b[B];
  memcpy(s.a, s.a + PART * N, PART * N * sizeof *s.a);
  distance();
  rs__sliced_project(s.a, PART, N, s.directions, s.sums, part_a);
  rs__sliced_project(s.b, LESS, N, s.directions, s.sums, part_b);
  const rs__sliced_set a = {s.rows_a, A, part_a, PART, row_a};
  const rs__sliced_set b = {s.rows_b, B, part_b, LESS, row_b};
  const double got = rs__sliced_distance(&a, &b);
  rs__sliced_project(s.a + PART * N, A - PART, N, s.directions, s.sums, s.rows_a);
  rs__sliced_project(s.b + LESS * N, B - LESS, N, s.directions, s.sums, s.rows_b);
  assert_true(got == between(s.rows_a, A - PART, s.rows_b, B - LESS));
}

/* Data that does not vary at all has no unit: the plain distance. */
static void test_constant(void **state) {
  (void)state;
  for (size_t i = 0; i < A * RS__SLICED_DIRECTIONS; i++)
    s.rows_a[i] = 3;
  for (size_t i = 0; i < B * RS__SLICED_DIRECTIONS; i++)
    s.rows_b[i] = 1;
  assert_near(between(s.rows_a, A, s.rows_b, B), 2, 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_directions),      cmocka_unit_test(test_projections),
      cmocka_unit_test(test_unequal_numbers), cmocka_unit_test(test_known),
      cmocka_unit_test(test_constant),        cmocka_unit_test(test_without_a_part),
      cmocka_unit_test(test_features),
  };
  return cmocka_run_group_tests(tests, make, NULL);
}
