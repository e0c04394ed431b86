/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "math/grid.h"
#include "math/noise.h"

static void test_karras(void **state) {
  (void)state;
  double s[18];
  rs__grid_karras(80, 0.002, 7, 18, s);
  assert_true(s[0] == 80 && s[17] == 0.002);
  for (int i = 0; i < 18; i++) {
    const double top = pow(80, 1 / 7.0), bottom = pow(0.002, 1 / 7.0);
    assert_near(s[i] / pow(top + i / 17.0 * (bottom - top), 7), 1, 1e-13);
  }
  rs__grid_karras(80, 0.002, 7, 1, s);
  assert_true(s[0] == 80);
  rs__grid_karras(80, 0.002, 7, 2, s);
  assert_true(s[0] == 80 && s[1] == 0.002);
}

static void test_grid_valid(void **state) {
  (void)state;
  const struct {
    double s[3];
    size_t wrong; /* 3: none */
  } rows[] = {
      {{3, 2, 1}, 3}, {{3, 2, 0}, 3},        {{3, 0, -1}, 1},    {{3, 3, 0}, 1},
      {{1, 2, 0}, 1}, {{INFINITY, 2, 1}, 0}, {{3, NAN, 0}, 1},   {{-1, -2, -3}, 0},
      {{0, 0, 0}, 0}, {{3, 2, -0.5}, 2},     {{3, 1e-31, 0}, 1}, {{3, 2, NAN}, 2},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t wrong = 3;
    assert_int_equal(rs__grid_valid(rows[i].s, 3, false, &wrong), rows[i].wrong == 3);
    assert_int_equal(wrong, rows[i].wrong);
  }
  size_t wrong = 9;
  assert_true(rs__grid_valid((const double[]){INFINITY, 2, 0}, 3, true, &wrong));
  assert_false(rs__grid_valid((const double[]){INFINITY, INFINITY, 0}, 3, true, &wrong));
  assert_int_equal(wrong, 1);
}

static void test_grid_ratio(void **state) {
  (void)state;
  const double s[] = {16, 8, 4, 2, 1, 0};
  assert_near(rs__grid_ratio(s, 6, 16, 1), 2, 1e-12);
  assert_near(rs__grid_ratio(s, 6, 8, 2), 2, 1e-12);
  assert_near(rs__grid_ratio(s, 6, 5, 1), 2, 1e-12);
  assert_near(rs__grid_ratio(s, 6, 1.5, 1), 2, 1e-12);
  /* Beyond the ends of a grid without 0 there is nothing but the ends. */
  assert_near(rs__grid_ratio(s, 5, 8, 0.5), pow(16, 1 / 3.0), 1e-12);
  assert_near(rs__grid_ratio(s, 5, 32, 1), pow(32, 1 / 4.0), 1e-12);
}

/* Known answers of Random123 (Salmon et al. 2011), kat_vectors, philox4x32 10. */
static void test_philox(void **state) {
  (void)state;
  const struct {
    uint32_t counter[4], key[2], block[4];
  } rows[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint32_t block[4];
    rs__noise_philox(rows[i].counter, rows[i].key, block);
    assert_memory_equal(block, rows[i].block, sizeof block);
  }
}

/* The words of a block become normals by Box-Muller, to float accuracy. */
static void test_normal_transform(void **state) {
  (void)state;
  float z[4000];
  const rs_noise_key key = {0x123456789abcdefu, RS_NOISE_JUMP, 3, 5, 7};
  assert_int_equal(rs_normals(&key, 0, 4000, z), RS_OK);
  for (uint32_t b = 0; b < 1000; b++) {
    const uint32_t counter[4] = {b, 7, 5, 1 + 256 * 3}, k[2] = {0x89abcdef, 0x01234567};
    uint32_t w[4];
    rs__noise_philox(counter, k, w);
    for (uint32_t pair = 0; pair < 4; pair += 2) {
      const double pi = 3.14159265358979324, u = ((w[pair] >> 1) + 0.5) / 2147483648.0;
      const double r = sqrt(-2 * log(u));
      const double low = (double)(int32_t)(w[pair + 1] << 2) / 4294967296.0;
      const double angle = (low + (w[pair + 1] >> 30)) * pi / 2;
      assert_near(z[4 * b + pair], r * cos(angle), 4e-7 * (1 + r));
      assert_near(z[4 * b + pair + 1], r * sin(angle), 4e-7 * (1 + r));
    }
  }
}

/* Any part of a stream can be had by itself. */
static void test_noise_parts(void **state) {
  (void)state;
  float all[1200], part[1200];
  const rs_noise_key key = {42, 0, 0, 0, 0};
  assert_int_equal(rs_normals(&key, 0, 1200, all), RS_OK);
  for (size_t first = 0; first < 300; first += 7)
    for (size_t count = 0; count < 600; count += 61) {
      assert_int_equal(rs_normals(&key, first, count, part), RS_OK);
      assert_memory_equal(part, all + first, count * sizeof *part);
    }
  assert_int_equal(rs_normals(&key, ((uint64_t)1 << 34) - 2, 2, part), RS_OK);
  assert_int_equal(rs_normals(&key, ((uint64_t)1 << 34) - 2, 3, part), RS_ERR_ARGUMENT);
  assert_int_equal(rs_normals(&key, ((uint64_t)1 << 34) + 1, 0, part), RS_ERR_ARGUMENT);
  assert_int_equal(rs_normals(NULL, 0, 1, part), RS_ERR_ARGUMENT);
  assert_int_equal(rs_normals(&key, 0, 1, NULL), RS_ERR_ARGUMENT);
  rs_noise_key bad = {0, 256, 0, 0, 0};
  assert_int_equal(rs_normals(&bad, 0, 1, part), RS_ERR_ARGUMENT);
  bad = (rs_noise_key){0, 0, 1u << 24, 0, 0};
  assert_int_equal(rs_normals(&bad, 0, 1, part), RS_ERR_ARGUMENT);
}

/* Every field of the key makes another, uncorrelated stream. */
static void test_noise_keys(void **state) {
  enum { N = 1 << 16, KEYS = 7 };
  const rs_noise_key keys[KEYS] = {
      {0, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, {(uint64_t)1 << 32, 0, 0, 0, 0},
      {0, 1, 0, 0, 0}, {0, 0, 1, 0, 0}, {0, 0, 0, 1, 0},
      {0, 0, 0, 0, 1}};
  float *z = malloc(sizeof *z * KEYS * N);
  (void)state;
  assert_non_null(z);
  for (int k = 0; k < KEYS; k++)
    rs_normals(&keys[k], 0, N, z + (size_t)k * N);
  for (int a = 0; a < KEYS; a++)
    for (int b = 0; b < a; b++) {
      double sum = 0;
      for (int i = 0; i < N; i++)
        sum += (double)z[a * N + i] * (double)z[b * N + i];
      assert_near(sum / N, 0, 5 / sqrt(N));
    }
  free(z);
}

static int by_value(const void *a, const void *b) {
  const float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* Moments to five standard errors, the Kolmogorov-Smirnov distance, and the tail. */
static void test_noise_distribution(void **state) {
  enum { N = 1 << 20 };
  const rs_noise_key key = {2023, 0, 0, 0, 0};
  float *z = malloc(sizeof *z * N);
  double m[5] = {0}, distance = 0;
  (void)state;
  assert_non_null(z);
  rs_normals(&key, 0, N, z);
  for (int i = 0; i < N; i++)
    for (int p = 1; p < 5; p++)
      m[p] += pow(z[i], p) / N;
  assert_near(m[1], 0, 5 / sqrt(N));
  assert_near(m[2], 1, 5 * sqrt(2.0 / N));
  assert_near(m[3], 0, 5 * sqrt(15.0 / N));
  assert_near(m[4], 3, 5 * sqrt(96.0 / N));
  qsort(z, N, sizeof *z, by_value);
  for (int i = 0; i < N; i++) {
    const double p = 0.5 * erfc(-(double)z[i] / sqrt(2));
    distance = fmax(distance, fmax(fabs(p - (double)i / N), fabs(p - (i + 1.0) / N)));
  }
  assert_near(distance, 0, 1.95 / sqrt(N));
  assert_true(z[N - 1] > 4.2f && z[N - 1] < 6.8f && z[0] < -4.2f && z[0] > -6.8f);
  free(z);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_karras),      cmocka_unit_test(test_grid_valid),
      cmocka_unit_test(test_grid_ratio),  cmocka_unit_test(test_philox),
      cmocka_unit_test(test_noise_parts), cmocka_unit_test(test_normal_transform),
      cmocka_unit_test(test_noise_keys),  cmocka_unit_test(test_noise_distribution),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
