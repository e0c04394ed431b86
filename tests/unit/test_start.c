/* SPDX-License-Identifier: MIT
 * Starting from a picture, inpainting, budgets. */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "part/options.h"

enum { N = 40000 };

static const rs_segment segments[] = {{4, 2, 1, 30}, {3, 3, .06, .3}};

static rs_sampler *make(rs_schedule_options *sc, rs_status want) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = test_network;
  so.elements = N;
  rs_sampler *s = test_sampler(&so);
  assert_status(rs_schedule(s, sc), want, s);
  return s;
}

static rs_schedule_options schedule(size_t count) {
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = 10;
  sc.segments = segments;
  sc.segment_count = count;
  return sc;
}

/* The run begins at its level; segments that reach above are dropped, and their price is told. */
static void test_picture(void **state) {
  static float x[N];
  rs_schedule_options sc = schedule(2);
  rs_segment_info high, low;
  rs_step_info first;
  (void)state;
  sc.start = RS_START_PICTURE;
  sc.strength = 0.5;
  rs_sampler *s = make(&sc, RS_OK);
  rs_segment_info_init(&high);
  rs_segment_info_init(&low);
  rs_step_info_init(&first);
  assert_ok(rs_plan_segment(s, 0, &high), s);
  assert_ok(rs_plan_segment(s, 1, &low), s);
  assert_ok(rs_plan_step(s, 0, &first), s);
  assert_true(high.dropped && high.node == -1 && high.nfe == 12);
  assert_true(!low.dropped && low.node > 0 && low.nfe == 12);
  assert_int_equal(rs_plan_nfe(s), 2 * 5 - 1 + 12);
  assert_true(first.sigma_from < 30);
  char text[8192];
  assert_ok(rs_plan_text(s, text, sizeof text, NULL), s);
  assert_non_null(strstr(text, "dropped"));
  for (int i = 0; i < N; i++)
    x[i] = 0.25f;
  assert_ok(rs_sampler_start(s, x, NULL), s);
  double mean = 0, variance = 0, want = first.sigma_from * first.sigma_from;
  for (int i = 0; i < N; i++)
    mean += (double)x[i] / N;
  for (int i = 0; i < N; i++)
    variance += ((double)x[i] - mean) * ((double)x[i] - mean) / N;
  assert_near(mean, 0.25, 5 * sqrt(want / N));
  assert_near(variance / want, 1, 5 * sqrt(2.0 / N));
  rs_sampler_free(s);
  sc.strength = 1;
  s = make(&sc, RS_OK);
  assert_int_equal(rs_plan_nfe(s), 2 * 10 - 1 + 12 + 12);
  rs_sampler_free(s);
  sc.strength = 1e-5;
  s = make(&sc, RS_OK);
  assert_int_equal(rs_plan_nfe(s), 1);
  rs_sampler_free(s);
  sc.strength = 1.5;
  rs_sampler_free(make(&sc, RS_ERR_OPTION));
}

/* Where the run begins at infinity nothing of the picture is left: the same as from noise. */
/* Evaluations of the plan with so many steps; 0: there is none. */
static int64_t cost(const rs_schedule_options *given, int32_t steps) {
  rs_schedule_options sc = *given;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.elements = N;
  sc.budget = 0;
  sc.steps = steps;
  rs_sampler *s = test_sampler(&so);
  const int64_t nfe = rs_schedule(s, &sc) == RS_OK ? rs_plan_nfe(s) : 0;
  rs_sampler_free(s);
  return nfe;
}

/* As many steps as the budget pays for, held against every number of steps. */
static void check_budget(const rs_schedule_options *sc) {
  enum { MOST = 100 };
  rs_sampler_options so;
  int64_t best = 0;
  for (int32_t steps = 1; steps <= MOST; steps++) {
    const int64_t nfe = cost(sc, steps);
    if (nfe && nfe <= sc->budget)
      best = nfe;
  }
  rs_sampler_options_init(&so);
  so.elements = N;
  rs_sampler *s = test_sampler(&so);
  const rs_status st = rs_schedule(s, sc);
  if (best ? st != RS_OK || rs_plan_nfe(s) != best : st == RS_OK)
    fail_msg("budget %d, solver %d, end %d, strength %g, meet %d: %s with %d, not %d",
             (int)sc->budget, (int)sc->solver, (int)sc->end, sc->strength, (int)sc->meet,
             rs_status_name(st), (int)rs_plan_nfe(s), (int)best);
  rs_sampler_free(s);
}

static void test_budget_exhausted(void **state) {
  const double strengths[] = {0, 0.25, 0.7, 1};
  const rs_segment low[] = {{5, 3, .005084, .01743}, {5, 2, .006043, .02599}};
  const rs_segment high = {4, 2, 9.626, 13.05};
  (void)state;
  for (int32_t solver = RS_SOLVER_EULER; solver <= RS_SOLVER_DPM_3; solver++)
    for (int32_t end = RS_END_ZERO; end <= RS_END_SIGMA_MIN; end++)
      for (size_t k = 0; k < sizeof strengths / sizeof *strengths; k++)
        for (int64_t budget = 1; budget <= 21; budget += 1 + budget / 2) {
          rs_schedule_options sc = schedule(0);
          sc.solver = solver;
          sc.end = end;
          sc.start = strengths[k] > 0 ? RS_START_PICTURE : RS_START_NOISE;
          sc.strength = strengths[k];
          sc.budget = budget;
          check_budget(&sc);
        }
  for (int64_t budget = 15; budget < 60; budget += 4) {
    rs_schedule_options sc = schedule(0);
    sc.meet = RS_MEET_SNAP;
    sc.budget = budget;
    sc.segments = &high;
    sc.segment_count = 1;
    check_budget(&sc);
    sc.solver = RS_SOLVER_UNIPC;
    sc.segments = low;
    sc.segment_count = 2;
    check_budget(&sc);
  }
}

static void test_picture_from_infinity(void **state) {
  enum { FEW = 100 };
  float x[2][FEW] = {{0}};
  (void)state;
  for (int i = 0; i < 2; i++) {
    rs_sampler_options so;
    rs_schedule_options sc;
    rs_sampler_options_init(&so);
    rs_schedule_options_init(&sc);
    so.model.process = RS_PROCESS_FLOW;
    so.model.prediction = RS_PREDICT_FLOW;
    so.elements = FEW;
    sc.grid = RS_GRID_TIME;
    sc.start = i ? RS_START_PICTURE : RS_START_NOISE;
    sc.strength = 1;
    rs_sampler *s = test_sampler(&so);
    assert_ok(rs_schedule(s, &sc), s);
    for (int k = 0; k < FEW; k++)
      x[i][k] = 0.25f;
    assert_ok(rs_sampler_start(s, x[i], NULL), s);
    rs_sampler_free(s);
  }
  assert_true(x[0][0] != 0.25f);
  assert_memory_equal(x[0], x[1], sizeof *x);
}

/* As many steps as the budget pays for, never without the restarts. */
static void test_budget(void **state) {
  (void)state;
  for (int32_t solver = RS_SOLVER_EULER; solver <= RS_SOLVER_HEUN; solver++)
    for (int64_t budget = 40; budget < 120; budget++) {
      rs_schedule_options sc = schedule(2);
      sc.solver = solver;
      sc.budget = budget;
      rs_sampler *s = make(&sc, RS_OK);
      const int64_t cost = solver == RS_SOLVER_HEUN ? 2 : 1;
      assert_true(rs_plan_nfe(s) <= budget && rs_plan_nfe(s) > budget - cost);
      rs_segment_info info;
      rs_segment_info_init(&info);
      assert_ok(rs_plan_segment(s, 1, &info), s);
      assert_true(info.nfe > 0);
      rs_sampler_free(s);
    }
  rs_schedule_options sc = schedule(2);
  sc.budget = 20;
  rs_sampler *s = make(&sc, RS_ERR_BUDGET);
  assert_non_null(
      strstr(rs_sampler_message(s), "a budget of 20 evaluations is too small: this plan needs"));
  rs_sampler_free(s);
  sc.segment_count = 0;
  sc.budget = 1;
  sc.end = RS_END_SIGMA_MIN;
  s = make(&sc, RS_ERR_BUDGET);
  rs_sampler_free(s);
  /* Two steps of DPM-Solver-3 cost too much, and a single level makes no step. */
  sc.solver = RS_SOLVER_DPM_3;
  sc.budget = 2;
  s = make(&sc, RS_ERR_BUDGET);
  assert_non_null(strstr(rs_sampler_message(s), "this plan needs 3,"));
  rs_sampler_free(s);
  sc = schedule(2);
  sc.budget = RS__STEPS_MAX + 1;
  rs_sampler_free(make(&sc, RS_ERR_OPTION));
  sc.budget = -1;
  rs_sampler_free(make(&sc, RS_ERR_OPTION));
  sc.budget = 1;
  sc.segment_count = 0;
  s = make(&sc, RS_OK);
  assert_int_equal(rs_plan_nfe(s), 1);
  rs_sampler_free(s);
  sc.grid = RS_GRID_SIGMAS;
  sc.sigmas = (const double[]){1, 0};
  sc.sigma_count = 2;
  rs_sampler_free(make(&sc, RS_ERR_OPTION));
}

/* ---- inpainting */

enum { HALF = N / 2 };

typedef struct {
  double worst, jumps;
} watched;

/* In each step and jump the known half, known to be 0.5, has noise of the step's level. */
static int32_t watch(const rs_step_info *info, void *user) {
  watched *w = user;
  double mean = 0, variance = 0;
  for (int i = 0; i < HALF; i++)
    mean += (double)info->state[i] / HALF;
  for (int i = 0; i < HALF; i++)
    variance += pow((double)info->state[i] - mean, 2) / HALF;
  const double sigma = info->sigma_to;
  assert_near(mean, 0.5, 5 * sigma / sqrt(HALF) + 1e-6);
  assert_near(sqrt(variance), sigma, 4 * sigma / sqrt(HALF) + 1e-6);
  w->jumps += info->kind == RS_STEP_JUMP;
  return 0;
}

static void test_inpaint(void **state) {
  static float x[N], known[N], mask[N];
  rs_schedule_options sc = schedule(2);
  watched w = {0, 0};
  rs_sampler_options so;
  (void)state;
  for (int i = 0; i < N; i++) {
    known[i] = 0.5f;
    mask[i] = i < HALF ? 1.0f : 0.0f;
  }
  rs_sampler_options_init(&so);
  so.model.fn = test_network;
  so.elements = N;
  so.progress = watch;
  so.progress_user = &w;
  rs_sampler *s = test_sampler(&so);
  sc.inpaint = 1;
  assert_ok(rs_schedule(s, &sc), s);
  assert_status(rs_sample(s, x, NULL), RS_ERR_STATE, s);
  assert_non_null(strstr(rs_sampler_message(s), "rs_sampler_inpaint"));
  assert_int_equal(rs_sampler_inpaint(s, known, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_inpaint(NULL, known, mask), RS_ERR_ARGUMENT);
  assert_status(rs_sampler_inpaint_f64(s, (const double *)(const void *)known,
                                       (const double *)(const void *)mask),
                RS_ERR_STATE, s);
  mask[7] = NAN;
  assert_ok(rs_sampler_inpaint(s, known, mask), s);
  assert_status(rs_sample(s, x, NULL), RS_ERR_NONFINITE, s);
  assert_non_null(strstr(rs_sampler_message(s), "mask is not finite: sample 0, element 7"));
  mask[7] = 1;
  known[3] = INFINITY;
  assert_status(rs_sample(s, x, NULL), RS_ERR_NONFINITE, s);
  assert_non_null(
      strstr(rs_sampler_message(s), "known picture is not finite: sample 0, element 3"));
  known[3] = 0.5f;
  assert_ok(rs_sampler_start(s, x, NULL), s);
  assert_status(rs_sampler_inpaint(s, NULL, NULL), RS_ERR_STATE, s);
  assert_non_null(strstr(rs_sampler_message(s), "the run needs what it has"));
  assert_ok(rs_sample(s, x, NULL), s);
  assert_ok(rs_sampler_inpaint(s, NULL, NULL), s);
  assert_ok(rs_sampler_inpaint(s, known, mask), s);
  assert_true(w.jumps == 5);
  int free_ones = 0;
  for (int i = 0; i < N; i++)
    if (i < HALF)
      assert_true(x[i] == 0.5f);
    else
      free_ones += fabsf(x[i] - 0.5f) > 1e-3f;
  assert_true(free_ones > HALF * 9 / 10);
  /* What no run needs can be taken away: before one, and where the schedule paints nothing. */
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(rs_sampler_inpaint(s, NULL, NULL), s);
  assert_status(rs_sampler_start(s, x, NULL), RS_ERR_STATE, s);
  assert_ok(rs_schedule(s, NULL), s);
  assert_ok(rs_sampler_start(s, x, NULL), s);
  assert_ok(rs_sampler_inpaint(s, NULL, NULL), s);
  rs_sampler_free(s);
}

/* float64 is the same code: close to float32, and the known half exact. */
static void test_inpaint_f64(void **state) {
  enum { FEW = 3000 };
  static double x[FEW], known[FEW], mask[FEW];
  static float narrow[FEW], known_narrow[FEW], mask_narrow[FEW];
  rs_sampler_options so;
  rs_schedule_options sc = schedule(2);
  (void)state;
  for (int i = 0; i < FEW; i++) {
    known[i] = known_narrow[i] = 0.25f * (float)(i % 5);
    mask[i] = mask_narrow[i] = (float)(i % 3) / 2;
  }
  rs_sampler_options_init(&so);
  so.model.fn = test_network;
  so.elements = FEW;
  sc.inpaint = 1;
  rs_sampler *s = test_sampler(&so);
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(rs_sampler_inpaint(s, known_narrow, mask_narrow), s);
  assert_ok(rs_sample(s, narrow, NULL), s);
  rs_sampler_free(s);
  so.dtype = RS_FLOAT64;
  s = test_sampler(&so);
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(rs_sampler_inpaint_f64(s, known, mask), s);
  assert_ok(rs_sample_f64(s, x, NULL), s);
  for (int i = 0; i < FEW; i++) {
    assert_near((double)narrow[i], x[i], 2e-5);
    if (i % 3 == 2)
      assert_true(x[i] == known[i]);
  }
  rs_sampler_free(s);
}

/* Saved anywhere and loaded into another sampler: the same bits, if it has the known part too. */
static void test_inpaint_resumed(void **state) {
  enum { FEW = 40 };
  static unsigned char bytes[4096];
  float known[FEW], mask[FEW], x[2][FEW];
  rs_sampler *s[2];
  (void)state;
  for (int i = 0; i < FEW; i++) {
    known[i] = 0.1f * (float)i;
    mask[i] = (float)(i % 3) / 2;
  }
  for (int i = 0; i < 2; i++) {
    rs_schedule_options sc = schedule(2);
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.model.fn = test_network;
    so.elements = FEW;
    sc.inpaint = 1;
    s[i] = test_sampler(&so);
    assert_ok(rs_schedule(s[i], &sc), s[i]);
  }
  assert_ok(rs_sampler_inpaint(s[0], known, mask), s[0]);
  assert_ok(rs_sample(s[0], x[0], NULL), s[0]);
  for (int steps = 0; steps < 12; steps++) {
    size_t length;
    assert_ok(rs_sampler_start(s[0], x[1], NULL), s[0]);
    for (int i = 0; i < steps; i++)
      assert_status(rs_restart_step(s[0]), RS_MORE, s[0]);
    assert_ok(rs_sampler_save(s[0], bytes, sizeof bytes, &length), s[0]);
    if (steps == 0)
      assert_status(rs_sampler_load(s[1], bytes, length, x[1]), RS_ERR_STATE, s[1]);
    assert_ok(rs_sampler_inpaint(s[1], known, mask), s[1]);
    assert_ok(rs_sampler_load(s[1], bytes, length, x[1]), s[1]);
    rs_status st;
    while ((st = rs_restart_step(s[1])) == RS_MORE)
      ;
    assert_int_equal(st, RS_OK);
    assert_memory_equal(x[0], x[1], sizeof *x);
  }
  rs_sampler_free(s[0]);
  rs_sampler_free(s[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_picture),          cmocka_unit_test(test_budget),
      cmocka_unit_test(test_budget_exhausted), cmocka_unit_test(test_picture_from_infinity),
      cmocka_unit_test(test_inpaint),          cmocka_unit_test(test_inpaint_f64),
      cmocka_unit_test(test_inpaint_resumed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
