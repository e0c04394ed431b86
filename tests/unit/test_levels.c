/* SPDX-License-Identifier: MIT
 * Main grids, seen in the plan: closed forms, published levels, every grid on every process. */
#include "support/test.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "math/beta.h"
#include "support/golden.h"
#include "support/levels.h"

/* ---- closed forms ----------------------------------------------------------------------------*/

static double exponential(double u, double a, double b) {
  return exp(log(b) + u * (log(a) - log(b)));
}

static double polyexponential(double u, double a, double b) {
  return exp(log(a) + pow(1 - u, 1.5) * (log(b) - log(a)));
}

static double linear(double u, double a, double b) {
  return b + u * (a - b);
}

static double cosine(double u, double a, double b) {
  return tan(atan(b) + u * (atan(a) - atan(b)));
}

static double karras(double u, double a, double b) {
  return pow(pow(b, 1 / 1.5) + u * (pow(a, 1 / 1.5) - pow(b, 1 / 1.5)), 1.5);
}

static double vp_row(double u, double a, double b) {
  const double e = 1e-3, t = 1 + u * (e - 1);
  const double d = 2 * (log(a * a + 1) / e - log(b * b + 1)) / (e - 1);
  return sqrt(exp(d * t * t / 2 + (log(b * b + 1) - d / 2) * t) - 1);
}

static void test_closed_forms(void **state) {
  const struct {
    int32_t grid;
    double (*at)(double u, double low, double high);
  } rows[] = {{RS_GRID_EXPONENTIAL, exponential}, {RS_GRID_POLYEXPONENTIAL, polyexponential},
              {RS_GRID_LINEAR, linear},           {RS_GRID_COSINE, cosine},
              {RS_GRID_KARRAS, karras},           {RS_GRID_VP, vp_row},
              {RS_GRID_VE, exponential}};
  const double low = 0.03, high = 14.6;
  (void)state;
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (int end = 0; end < 2; end++) {
      rs_schedule_options sc = test_grid_options(rows[r].grid, 13, low, high);
      double want[14] = {0};
      sc.rho = 1.5;
      sc.end = end;
      for (int i = 0; i < 13; i++)
        want[i] = rows[r].at(i / 12.0, low, high);
      const test_levels *l = test_grid(&test_ve, &sc);
      test_grid_expect(l, want, end == RS_END_ZERO ? 14 : 13, 1e-11);
      assert_true(l->s[0] == high && l->s[12] == low);
    }
}

/* Far ends: the tangent and its inverse; so far that the inverse is the right angle. */
static void test_cosine_far(void **state) {
  (void)state;
  for (double far = 1e5; far < 1e21; far *= 1e15) {
    const rs_schedule_options sc = test_grid_options(RS_GRID_COSINE, 9, 1 / far, far);
    const test_levels *l = test_grid(&test_ve, &sc);
    assert_true(l->s[0] == far && l->s[8] == 1 / far);
    assert_near(l->s[4], 1, 1e-9);
    assert_near(l->s[6] * l->s[2], 1, 1e-9);
    assert_near(l->s[2], 1 + sqrt(2), far > 1e10 ? 1e-9 : 1e-4);
  }
}

/* A grid that keeps its lower end is even between the ends, whatever its spacing. */
static void test_spacing_to_sigma_min(void **state) {
  const rs_model *models[] = {&test_vp, &test_sd, &test_flow};
  (void)state;
  for (int m = 0; m < 3; m++) {
    rs_schedule_options sc = test_grid_options(RS_GRID_TIME, 12, 0.05, 9);
    double want[12];
    sc.end = RS_END_SIGMA_MIN;
    const test_levels *l = test_grid(models[m], &sc);
    assert_int_equal(l->count, 12);
    memcpy(want, l->s, sizeof want);
    sc.spacing = RS_SPACING_TRAILING;
    test_grid_expect(test_grid(models[m], &sc), want, 12, 1e-15);
  }
}

static void test_time(void **state) {
  double want[11] = {0};
  (void)state;
  for (int i = 0; i < 10; i++) {
    const double t = 1 + i / 9.0 * (0.001 - 1);
    want[i] = sqrt(expm1(19.9 * t * t / 2 + 0.1 * t));
  }
  rs_schedule_options sc = test_grid_options(RS_GRID_TIME, 10, 0, 0);
  test_grid_expect(test_grid(&test_vp, &sc), want, 11, 1e-12);
  for (int i = 0; i < 10; i++) {
    const double t = pow(1 + i / 9.0 * (sqrt(0.001) - 1), 2);
    want[i] = sqrt(expm1(19.9 * t * t / 2 + 0.1 * t));
  }
  sc.grid = RS_GRID_QUADRATIC;
  test_grid_expect(test_grid(&test_vp, &sc), want, 11, 1e-11);
  for (int i = 0; i < 10; i++) {
    const double t = 1 + i / 10.0 * (0.001 - 1);
    want[i] = sqrt(expm1(19.9 * t * t / 2 + 0.1 * t));
  }
  sc.grid = RS_GRID_SGM_UNIFORM;
  test_grid_expect(test_grid(&test_vp, &sc), want, 11, 1e-12);
}

/* Flux and SD3: t = 1 - i/N, shifted; sigma = t / (1 - t), infinite at the top. */
static void test_flow_time(void **state) {
  rs_schedule_options sc = test_grid_options(RS_GRID_TIME, 8, 0, 0);
  (void)state;
  sc.spacing = RS_SPACING_TRAILING;
  for (int k = 0; k < 2; k++) {
    sc.shift = k ? 3 : 0;
    const double mu = k ? 3 : 1;
    const test_levels *l = test_grid(&test_flow, &sc);
    assert_int_equal(l->count, 9);
    assert_true(isinf(l->s[0]) && l->s[8] == 0);
    for (int i = 1; i < 8; i++) {
      const double t = 1 - i / 8.0, shifted = mu * t / (1 + (mu - 1) * t);
      assert_near(l->s[i] / (1 + l->s[i]), shifted, 1e-14);
    }
  }
  sc.spacing = RS_SPACING_LINSPACE;
  sc.sigma_max = 9;
  sc.sigma_min = 0.25;
  const test_levels *l = test_grid(&test_flow, &sc);
  assert_true(l->s[0] == 9 && l->s[7] == 0.25);
}

/* The ablation's discretisation of Karras et al. 2022 for iDDPM, 18 steps, its default range. */
static void test_iddpm_row(void **state) {
  const double want[] = {80.2037018455,
                         9.68785180666,
                         5.06819739797,
                         3.41076159161,
                         2.53610172919,
                         1.98839386979,
                         1.6023834516,
                         1.32002186073,
                         1.09800418401,
                         0.913312399038,
                         0.759764584862,
                         0.625997416027,
                         0.504630246187,
                         0.395845195503,
                         0.294571362727,
                         0.19850584869,
                         0.104036761102,
                         0.00642541277114,
                         0};
  const rs_schedule_options sc = test_grid_options(RS_GRID_IDDPM, 18, 0, 0);
  (void)state;
  test_grid_expect(test_grid(&test_ve, &sc), want, 19, 1e-10);
}

/* Published levels at ten steps; at 16 by linear interpolation of ln sigma. */
static void test_align_your_steps(void **state) {
  const double ten[][11] = {
      {14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092,
       0.9642583904, 0.6523686016, 0.3977456272, 0.1515232662, 0},
      {14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141,
       0.5550693289, 0.3798540708, 0.2332364134, 0.1114188177, 0},
      {700, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0}};
  const double sixteen[] = {14.6146412293,  8.78623159533,  5.69060760972,  4.12123037698,
                            3.22662611957,  2.57676790162,  2.06047843647,  1.68304693769,
                            1.3943805092,   1.10729638074,  0.874517153444, 0.685023700284,
                            0.509388612563, 0.352545075322, 0.192868297078, 0.081683600204,
                            0.0291671582};
  (void)state;
  for (int32_t k = 0; k < 3; k++) {
    const rs_schedule_options sc = test_grid_options(RS_GRID_AYS_SD15 + k, 10, 0, 0);
    test_grid_expect(test_grid(&test_ve, &sc), ten[k], 11, 1e-14);
  }
  rs_schedule_options sc = test_grid_options(RS_GRID_AYS_SD15, 17, 0, 0);
  sc.end = RS_END_SIGMA_MIN;
  test_grid_expect(test_grid(&test_ve, &sc), sixteen, 17, 1e-10);
  sc = test_grid_options(RS_GRID_AYS_SD15, 12, 0.05, 10);
  sc.end = RS_END_SIGMA_MIN;
  const test_levels *l = test_grid(&test_ve, &sc);
  assert_true(l->count == 12 && l->s[0] == 10 && l->s[11] == 0.05);
}

/* SciPy's beta.ppf(p, 0.6, 0.6); Beta(1, 1) is uniform, Beta(2, 1) has the root. */
static void test_beta_quantile(void **state) {
  const double rows[][2] = {{0.001, 1.855873851745199e-05}, {0.05, 0.012554456873611399},
                            {0.3, 0.23401700387523572},     {0.5, 0.5},
                            {0.7, 0.7659829961247643},      {0.9, 0.9604155944112192},
                            {0.999, 0.9999814412614826}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_near(rs__beta_quantile(rows[i][0], 0.6, 0.6), rows[i][1], 1e-13 * rows[i][1]);
  for (int i = 0; i <= 20; i++) {
    assert_near(rs__beta_quantile(i / 20.0, 1, 1), i / 20.0, 1e-15);
    assert_near(rs__beta_quantile(i / 20.0, 2, 1), sqrt(i / 20.0), 1e-13);
    assert_near(rs__beta_quantile(i / 20.0, 1, 3), 1 - cbrt(1 - i / 20.0), 1e-13);
  }
  assert_true(rs__beta_quantile(0, 0.6, 0.6) == 0 && rs__beta_quantile(1, 0.6, 0.6) == 1);
}

/* The grids of the k-diffusion golden runs, single precision; for VP in sqrt(exp(B) - 1). */
static void golden_grid(const char *name, int32_t kind, double rho, bool own_range) {
  golden *g = golden_read(name);
  rs_schedule_options sc = test_grid_options(kind, (int32_t)golden_number(g, "num_steps", 0), 0, 0);
  sc.rho = rho;
  if (own_range) {
    sc.sigma_min = golden_number(g, "sigma_min", 0);
    sc.sigma_max = golden_number(g, "sigma_max", 0);
  }
  const test_levels *l = test_grid(&test_ve, &sc);
  assert_int_equal(l->count, g->sigma_count);
  for (size_t i = 0; i + 1 < l->count; i++) {
    const double s = l->s[i], rounding = kind == RS_GRID_VP ? 6e-8 * (1 + 1 / (s * s)) : 0;
    assert_near(s / g->sigmas[i], 1, 1e-6 + rounding);
  }
  golden_free(g);
}

static void test_golden(void **state) {
  (void)state;
  golden_grid("kdiff-heun-exponential", RS_GRID_EXPONENTIAL, 0, true);
  golden_grid("kdiff-dpmpp_2m-polyexponential", RS_GRID_POLYEXPONENTIAL, 1.5, true);
  golden_grid("kdiff-euler-vp", RS_GRID_VP, 0, false);
}

/* ---- all of them -----------------------------------------------------------------------------*/

static bool timed(int32_t g) {
  return g == RS_GRID_TIME || g == RS_GRID_QUADRATIC || g == RS_GRID_SGM_UNIFORM ||
         g == RS_GRID_BETA;
}

static void check_falls(const test_levels *l, const char *name, int process) {
  if (l->status != RS_OK)
    fail_msg("%s on process %d: %s", name, process, l->message);
  for (size_t i = 1; i < l->count; i++)
    if (!(l->s[i] < l->s[i - 1]))
      fail_msg("%s on process %d: %g after %g", name, process, l->s[i], l->s[i - 1]);
}

static void test_every_grid_on_every_process(void **state) {
  const rs_model *models[] = {&test_ve, &test_vp, &test_sd, &test_iddpm, &test_flow, &test_pfgmpp};
  const int32_t steps[] = {1, 2, 3, 18, 100, 1500};
  rs_entry e;
  (void)state;
  for (size_t g = 0; rs_entry_init(&e), rs_grid_at(g, &e) == RS_OK; g++)
    for (int p = 0; p < 6; p++)
      for (size_t k = 0; k < 6 * 2; k++) {
        if (e.id == RS_GRID_SIGMAS || (k % 2 && steps[k / 2] == 1))
          continue;
        rs_schedule_options sc = test_grid_options(e.id, steps[k / 2], 0.05, 9);
        sc.end = (int32_t)(k % 2);
        const test_levels *l = test_grid(models[p], &sc);
        if (timed(e.id) && (p == 0 || p == 5)) {
          assert_int_equal(l->status, RS_ERR_GRID);
          continue;
        }
        check_falls(l, e.name, p);
        const bool rounded = (timed(e.id) && p > 0 && p < 4 && p != 1) || e.id == RS_GRID_IDDPM;
        assert_true(rounded || l->s[0] == 9);
        assert_true(rounded || sc.end == RS_END_ZERO || l->s[l->count - 1] == 0.05);
        assert_true(sc.end == RS_END_SIGMA_MIN || l->s[l->count - 1] == 0);
        sc.sigma_min = sc.sigma_max = 0;
        check_falls(test_grid(models[p], &sc), e.name, p);
      }
}

/* Of a table or a published curve that lies elsewhere nothing can be made. */
static void test_elsewhere(void **state) {
  const rs_schedule_options above = test_grid_options(RS_GRID_IDDPM, 9, 1e9, 1e10);
  const rs_schedule_options below = test_grid_options(RS_GRID_IDDPM, 9, 1e-6, 1e-5);
  rs_schedule_options curve = test_grid_options(RS_GRID_AYS_SD15, 9, 0.01, 0.02);
  (void)state;
  assert_int_equal(test_grid(&test_ve, &above)->status, RS_ERR_GRID);
  assert_int_equal(test_grid(&test_ve, &below)->status, RS_ERR_GRID);
  assert_int_equal(test_grid(&test_ve, &curve)->status, RS_ERR_GRID);
}

static void test_refused(void **state) {
  static const rs_segment narrow = {3, 1, 2, 2.0001};
  rs_schedule_options sc = test_grid_options(RS_GRID_KARRAS, 9, 0, 0);
  (void)state;
  sc.snap = 1;
  assert_int_equal(test_grid(&test_vp, &sc)->status, RS_ERR_GRID);
  sc.segments = &narrow;
  sc.segment_count = 1;
  assert_int_equal(test_grid(&test_sd, &sc)->status, RS_ERR_SEGMENT_INVERTED);
  sc = test_grid_options(RS_GRID_BETA, 9, 0, 0);
  const test_levels *l = test_grid(&test_ve, &sc);
  assert_int_equal(l->status, RS_ERR_GRID);
  assert_non_null(strstr(l->message, "beta"));
  sc.shift = 3;
  assert_int_equal(test_grid(&test_vp, &sc)->status, RS_ERR_OPTION);
  assert_int_equal(test_grid(&test_flow, &sc)->status, RS_OK);
  sc.spacing = RS_SPACING_TRAILING;
  assert_int_equal(test_grid(&test_flow, &sc)->status, RS_ERR_OPTION);
  sc = test_grid_options(RS_GRID_TIME, 9, 0, 0);
  sc.spacing = RS_SPACING_LEADING;
  assert_int_equal(test_grid(&test_vp, &sc)->status, RS_ERR_GRID);
  assert_int_equal(test_grid(&test_sd, &sc)->status, RS_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_closed_forms),
      cmocka_unit_test(test_cosine_far),
      cmocka_unit_test(test_spacing_to_sigma_min),
      cmocka_unit_test(test_time),
      cmocka_unit_test(test_flow_time),
      cmocka_unit_test(test_iddpm_row),
      cmocka_unit_test(test_align_your_steps),
      cmocka_unit_test(test_beta_quantile),
      cmocka_unit_test(test_golden),
      cmocka_unit_test(test_every_grid_on_every_process),
      cmocka_unit_test(test_elsewhere),
      cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
