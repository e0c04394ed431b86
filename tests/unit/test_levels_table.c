/* SPDX-License-Identifier: MIT
 * Grids on a model's table: the timesteps of other programs, zero terminal SNR, snapping. */
#include "support/test.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "math/process.h"
#include "support/levels.h"

enum { TABLE = 1000 };

static void table_of(double *table) {
  rs__process_alpha_bar(RS_BETAS_SCALED_LINEAR, 0.00085, 0.012, TABLE, table);
  rs__process_sigmas(table, TABLE);
}

/* The timesteps that diffusers' DDIM scheduler makes of 1000 (linspace, leading with steps_offset
 * 1, trailing), those of the DDIM program's "quad", and those of web interfaces' "beta" (SciPy's
 * beta.ppf(1 - i/N, 0.6, 0.6) * 999, rounded). */
static const struct {
  int32_t grid, spacing, steps;
  int index[20];
} timesteps[] = {
    {RS_GRID_TIME, 0, 10, {999, 888, 777, 666, 555, 444, 333, 222, 111, 0}},
    {RS_GRID_TIME, 1, 10, {901, 801, 701, 601, 501, 401, 301, 201, 101, 1}},
    {RS_GRID_TIME, 2, 10, {999, 899, 799, 699, 599, 499, 399, 299, 199, 99}},
    {RS_GRID_QUADRATIC, 0, 10, {801, 633, 484, 356, 247, 159, 89, 40, 10, 1}},
    {RS_GRID_BETA, 0, 10, {999, 959, 876, 765, 637, 500, 362, 234, 123, 40}},
    {RS_GRID_TIME, 0, 20, {999, 946, 894, 841, 789, 736, 684, 631, 578, 526,
                           473, 421, 368, 315, 263, 210, 158, 105, 53,  0}},
    {RS_GRID_TIME, 1, 20, {951, 901, 851, 801, 751, 701, 651, 601, 551, 501,
                           451, 401, 351, 301, 251, 201, 151, 101, 51,  1}},
    {RS_GRID_TIME, 2, 20, {999, 949, 899, 849, 799, 749, 699, 649, 599, 549,
                           499, 449, 399, 349, 299, 249, 199, 149, 99,  49}},
    {RS_GRID_QUADRATIC, 0, 20, {801, 719, 641, 568, 499, 435, 375, 320, 269, 222,
                                180, 142, 109, 80,  56,  36,  20,  9,   3,   1}},
    {RS_GRID_BETA, 0, 20, {999, 986, 959, 922, 876, 823, 765, 703, 637, 569,
                           500, 430, 362, 296, 234, 176, 123, 77,  40,  13}},
};

static void test_timesteps(void **state) {
  static double table[TABLE];
  (void)state;
  table_of(table);
  for (size_t r = 0; r < sizeof timesteps / sizeof *timesteps; r++) {
    const int32_t n = timesteps[r].steps;
    rs_schedule_options sc = test_grid_options(timesteps[r].grid, n, 0, 0);
    double want[21] = {0};
    sc.spacing = timesteps[r].spacing;
    for (int i = 0; i < n; i++)
      want[i] = table[timesteps[r].index[i]];
    test_grid_expect(test_grid(&test_sd, &sc), want, (size_t)n + 1, 0);
  }
}

/* A table that ends in pure noise is begun there by grids in time, if the network can be asked. */
static void test_zero_snr(void **state) {
  static double bar[TABLE];
  rs_model m = {.process = RS_PROCESS_DISCRETE,
                .prediction = RS_PREDICT_V,
                .betas = RS_BETAS_TABLE,
                .alpha_bar = bar,
                .table_count = TABLE};
  const int32_t grids[] = {RS_GRID_TIME, RS_GRID_SGM_UNIFORM, RS_GRID_BETA, RS_GRID_KARRAS};
  (void)state;
  rs__process_alpha_bar(RS_BETAS_SCALED_LINEAR, 0.00085, 0.012, TABLE, bar);
  bar[TABLE - 1] = 0;
  for (int v = 0; v < 2; v++) {
    m.prediction = v ? RS_PREDICT_V : RS_PREDICT_EPS;
    for (int g = 0; g < 4; g++) {
      rs_schedule_options sc = test_grid_options(grids[g], 10, 0, 0);
      sc.spacing = g == 0 ? RS_SPACING_TRAILING : 0;
      const test_levels *l = test_grid(&m, &sc);
      assert_int_equal(l->status, RS_OK);
      const bool infinite = v && g < 3;
      assert_true(infinite ? isinf(l->s[0]) : l->s[0] < 15 && l->s[0] > 14);
      assert_true(l->s[1] < 15);
    }
  }
}

/* Web interfaces' "SGM uniform" on that table: 8 of 9 even indexes, linear in ln sigma. */
static void test_sgm_uniform(void **state) {
  const double want[] = {14.6146412293,  7.30198231852,  4.08608107121,
                         2.49596683564,  1.61558026016,  1.07115915476,
                         0.695149519078, 0.399701433551, 0};
  const rs_schedule_options sc = test_grid_options(RS_GRID_SGM_UNIFORM, 8, 0, 0);
  (void)state;
  test_grid_expect(test_grid(&test_sd, &sc), want, 9, 1e-10);
}

/* ---- snapping --------------------------------------------------------------------------------*/

static bool in_table(const double *table, double sigma) {
  for (int i = 0; i < TABLE; i++)
    if (table[i] == sigma)
      return true;
  return sigma == 0;
}

static void test_snap(void **state) {
  static double table[TABLE];
  const rs_segment segments[] = {{9, 2, 1, 9}, {40, 1, 0.0413, 0.1}, {300, 1, 2, 2.05}};
  (void)state;
  table_of(table);
  rs_schedule_options sc = test_grid_options(RS_GRID_KARRAS, 300, 0, 0);
  sc.snap = 1;
  sc.segments = segments;
  sc.segment_count = 3;
  for (sc.meet = RS_MEET_MOVE; sc.meet <= RS_MEET_SNAP; sc.meet++) {
    rs_sampler *s = test_grid_sampler(&test_sd);
    assert_ok(rs_schedule(s, &sc), s);
    for (size_t i = 0; i < rs_plan_count(s); i++) {
      rs_step_info info;
      rs_step_info_init(&info);
      assert_ok(rs_plan_step(s, i, &info), s);
      assert_true(in_table(table, info.sigma_from) && in_table(table, info.sigma_to));
      assert_true(info.sigma_to < info.sigma_from || info.kind == RS_STEP_JUMP);
      assert_true(info.sigma_to > info.sigma_from || info.kind != RS_STEP_JUMP);
    }
    rs_segment_info info;
    rs_segment_info_init(&info);
    assert_ok(rs_plan_segment(s, 2, &info), s);
    assert_int_equal(info.asked.points, 300);
    assert_in_range(info.executed.points, 2, 20);
    assert_int_equal(info.nfe, info.executed.points - 1 + 0);
    rs_sampler_free(s);
  }
}

/* More levels than entries: each entry once. */
static void test_snap_all(void **state) {
  static double table[TABLE];
  (void)state;
  table_of(table);
  rs_schedule_options sc = test_grid_options(RS_GRID_EXPONENTIAL, 100000, 0, 0);
  sc.snap = 1;
  const test_levels *l = test_grid(&test_sd, &sc);
  assert_int_equal(l->count, TABLE + 1);
  for (int i = 0; i < TABLE; i++)
    assert_true(l->s[i] == table[TABLE - 1 - i]);
  sc = test_grid_options(RS_GRID_TIME, 3000, 0, 0);
  assert_int_equal(test_grid(&test_sd, &sc)->count, TABLE + 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_timesteps),   cmocka_unit_test(test_zero_snr),
      cmocka_unit_test(test_sgm_uniform), cmocka_unit_test(test_snap),
      cmocka_unit_test(test_snap_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
