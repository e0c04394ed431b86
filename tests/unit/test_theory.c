/* SPDX-License-Identifier: MIT
 * Closed forms. Data N(m, s^2) with the exact denoiser D = m + s^2/(s^2+sigma^2) (x - m): on
 * [a, b] a restart cycle multiplies a mean error by sqrt((s^2+a^2)/(s^2+b^2)), a variance error by
 * (s^2+a^2)/(s^2+b^2), and its fixed point has the standard deviation S_noise sqrt(s^2+a^2). */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

enum { N = 200000 };

typedef struct {
  double mean, std;
} gaussian;

static int32_t denoise(const rs_eval *e, void *user) {
  const gaussian *g = user;
  const double s2 = g->std * g->std, c = s2 / (s2 + e->sigma * e->sigma);
  for (size_t i = 0; i < e->elements; i++)
    e->output_f64[i] = g->mean + c * (e->input_f64[i] - g->mean);
  return 0;
}

static void moments(const double *x, double *mean, double *variance) {
  *mean = *variance = 0;
  for (int i = 0; i < N; i++)
    *mean += x[i] / N;
  for (int i = 0; i < N; i++)
    *variance += (x[i] - *mean) * (x[i] - *mean) / N;
}

static rs_sampler *sampler_of(gaussian *g) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = denoise;
  so.model.user = g;
  so.elements = N;
  so.dtype = RS_FLOAT64;
  return test_sampler(&so);
}

static double *numbers(void) {
  double *x = malloc(N * sizeof *x);
  assert_non_null(x);
  return x;
}

/* Runs grid a+ -> a -> (K cycles a -> b -> a); x is the state at a, left there. */
static void cycle(rs_sampler *s, double *x, double a, double b, int32_t k, int32_t points,
                  double s_noise) {
  const double sigmas[] = {b, a, a * 0.999999};
  const rs_segment segment = {points, k, a, b};
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.grid = RS_GRID_SIGMAS;
  sc.sigmas = sigmas;
  sc.sigma_count = 3;
  sc.segments = &segment;
  sc.segment_count = 1;
  sc.start = RS_START_KEEP;
  sc.s_noise = s_noise;
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(rs_sampler_start_f64(s, x, NULL), s);
  /* the main step b -> a is played on a state that stands at a already: undo it by hand */
  double *kept = numbers();
  for (int i = 0; i < N; i++)
    kept[i] = x[i];
  assert_status(rs_restart_step(s), RS_MORE, s);
  for (int i = 0; i < N; i++)
    x[i] = kept[i];
  free(kept);
  rs_status st;
  while ((st = rs_restart_step(s)) == RS_MORE)
    ;
  assert_int_equal(st, RS_OK);
}

/* Standard normals times std plus mean. */
static void fill(double *x, double mean, double std) {
  const rs_noise_key key = {99, 77, 0, 0, 0};
  float *z = malloc(N * sizeof *z);
  assert_non_null(z);
  rs_normals(&key, 0, N, z);
  for (int i = 0; i < N; i++)
    x[i] = mean + std * (double)z[i];
  free(z);
}

static void test_contraction(void **state) {
  const double a = 0.1, b = 1.0, s = 0.5;
  gaussian g = {0.7, s};
  rs_sampler *sampler = sampler_of(&g);
  double *x = numbers();
  const double target = s * s + a * a, shrink = target / (s * s + b * b);
  (void)state;
  for (int32_t k = 1; k <= 3; k++) {
    double mean, variance;
    const double mean_error = 2, variance_error = 3;
    fill(x, g.mean + mean_error, sqrt(target + variance_error));
    cycle(sampler, x, a, b, k, 40, 1);
    moments(x, &mean, &variance);
    const double want_mean = mean_error * pow(shrink, k / 2.0);
    const double want_variance = target + variance_error * pow(shrink, k);
    print_message("K %d: mean error %.4f (theory %.4f), variance %.4f (theory %.4f)\n", (int)k,
                  mean - g.mean, want_mean, variance, want_variance);
    assert_near(mean - g.mean, want_mean, 6 * sqrt(3 / (double)N) + 1e-3);
    assert_near(variance / want_variance, 1, 6 * sqrt(2 / (double)N) + 2e-3);
  }
  free(x);
  rs_sampler_free(sampler);
}

static void test_fixed_point(void **state) {
  const double a = 0.06, b = 0.3, s = 1.0;
  (void)state;
  for (double s_noise = 1; s_noise < 1.2; s_noise += 0.1) {
    gaussian g = {0, s};
    rs_sampler *sampler = sampler_of(&g);
    double *x = numbers(), mean, variance, want = s * s + a * a;
    const double shrink = (s * s + a * a) / (s * s + b * b),
                 add = s_noise * s_noise * (b * b - a * a);
    fill(x, 0, sqrt(want));
    cycle(sampler, x, a, b, 40, 6, s_noise);
    for (int k = 0; k < 40; k++)
      want = shrink * (want + add);
    moments(x, &mean, &variance);
    assert_near(variance / want, 1, 6 * sqrt(2 / (double)N) + 2e-3);
    free(x);
    rs_sampler_free(sampler);
  }
}

/* Trap: the same noise in every iteration would give the variance 6.06 instead of 1.004. */
static void test_noise_is_fresh(void **state) {
  const double a = 0.06, b = 0.3;
  gaussian g = {0, 1};
  rs_sampler *sampler = sampler_of(&g);
  double *x = numbers(), mean, variance;
  (void)state;
  fill(x, 0, sqrt(1 + a * a));
  cycle(sampler, x, a, b, 10, 20, 1);
  moments(x, &mean, &variance);
  print_message("variance after 10 cycles: %.4f\n", variance);
  assert_near(variance, 1.0036, 6 * sqrt(2 / (double)N));
  free(x);
  rs_sampler_free(sampler);
}

/* ---- a Gaussian in 6 dimensions, end to end: mean and covariance */

enum { D = 6, SAMPLES = 20000 };
static const double mean6[D] = {1, -2, 0.5, 0, 3, -1};
static const double std6[D] = {0.2, 1, 0.5, 2, 0.05, 0.7};

/* A rotation that mixes all coordinates: I - 2 u u^T. */
static void reflect(double x[D]) {
  double sum = 0;
  for (int i = 0; i < D; i++)
    sum += x[i] * 2 / D;
  for (int i = 0; i < D; i++)
    x[i] -= sum;
}

static int32_t denoise6(const rs_eval *e, void *user) {
  (void)user;
  for (size_t b = 0; b < e->batch; b++) {
    double x[D];
    for (int i = 0; i < D; i++)
      x[i] = (double)e->input[b * D + (size_t)i] - mean6[i];
    reflect(x);
    for (int i = 0; i < D; i++)
      x[i] *= std6[i] * std6[i] / (std6[i] * std6[i] + e->sigma * e->sigma);
    reflect(x);
    for (int i = 0; i < D; i++)
      e->output[b * D + (size_t)i] = (float)(x[i] + mean6[i]);
  }
  return 0;
}

static void check_gaussian(const rs_schedule_options *sc) {
  static float x[SAMPLES * D];
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = denoise6;
  so.batch = SAMPLES;
  so.elements = D;
  rs_sampler *s = test_sampler(&so);
  assert_ok(rs_schedule(s, sc), s);
  assert_ok(rs_sample(s, x, NULL), s);
  rs_sampler_free(s);
  double mean[D] = {0}, covariance[D][D] = {{0}};
  for (int b = 0; b < SAMPLES; b++)
    for (int i = 0; i < D; i++)
      mean[i] += (double)x[b * D + i] / SAMPLES;
  for (int b = 0; b < SAMPLES; b++)
    for (int i = 0; i < D; i++)
      for (int j = 0; j < D; j++)
        covariance[i][j] +=
            ((double)x[b * D + i] - mean[i]) * ((double)x[b * D + j] - mean[j]) / SAMPLES;
  double want[D][D] = {{0}};
  for (int i = 0; i < D; i++) {
    want[i][i] = 1;
    reflect(want[i]);
    for (int j = 0; j < D; j++)
      want[i][j] *= std6[j] * std6[j];
    reflect(want[i]);
  }
  /* five standard errors, and a little for the solver */
  for (int i = 0; i < D; i++) {
    assert_near(mean[i], mean6[i], 5 * sqrt(want[i][i] / SAMPLES) + 0.006);
    for (int j = 0; j < D; j++) {
      const double spread = want[i][i] * want[j][j] + want[i][j] * want[i][j];
      assert_near(covariance[i][j], want[i][j], 5 * sqrt(spread / SAMPLES) + 0.02);
    }
  }
}

static void test_gaussian_end_to_end(void **state) {
  const rs_segment segments[] = {{4, 2, .06, .30}, {4, 1, 1, 5}};
  rs_schedule_options sc;
  (void)state;
  rs_schedule_options_init(&sc);
  sc.steps = 60;
  sc.sigma_max = 1000; /* pure noise has no mean: what is missing of it is mean * std / sigma */
  check_gaussian(&sc);
  sc.segments = segments;
  sc.segment_count = 2;
  check_gaussian(&sc);
  sc.segment_count = 0;
  sc.s_churn = 10;
  sc.s_min = 0.05;
  sc.s_max = 50;
  check_gaussian(&sc);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_contraction),
      cmocka_unit_test(test_fixed_point),
      cmocka_unit_test(test_noise_is_fresh),
      cmocka_unit_test(test_gaussian_end_to_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
