/* SPDX-License-Identifier: MIT
 * Solvers as arithmetic, on the exact flow of a Gaussian: D = s^2/(s^2+sigma^2) x carries x from
 * level a to b by sqrt((s^2+b^2)/(s^2+a^2)). */
#include "support/test.h"

#include <math.h>

#include "part/solver.h"

#define VARIANCE 0.25

/* Plays a recipe on numbers. */
static double play(const rs__recipe *r, double x, int *evaluations) {
  double v[RS__SLOTS] = {0};
  v[RS__X] = x;
  for (int i = 0; i < r->count; i++) {
    const rs__move *m = &r->move[i];
    double sum = 0;
    if (m->kind == RS__EVAL) {
      sum = VARIANCE / (VARIANCE + m->sigma * m->sigma) * v[m->in];
      ++*evaluations;
    }
    for (int k = 0; k < m->terms; k++)
      sum += m->c[k] * v[m->vector[k]];
    v[m->out] = sum;
  }
  return v[RS__X];
}

static double error_of(const rs__solver *solver, int steps, int *evaluations) {
  const double top = 3, bottom = 0.3;
  double x = 1;
  for (int i = 0; i < steps; i++) {
    rs__recipe r = {0};
    solver->step(top * pow(bottom / top, (double)i / steps),
                 top * pow(bottom / top, (i + 1.0) / steps), &r);
    x = play(&r, x, evaluations);
  }
  return fabs(x - sqrt((VARIANCE + bottom * bottom) / (VARIANCE + top * top)));
}

/* Halving the step divides the error by 2^order. */
static void test_orders(void **state) {
  const struct {
    int32_t id, order, evaluations;
  } rows[] = {{RS_SOLVER_EULER, 1, 1}, {RS_SOLVER_HEUN, 2, 2}, {RS_SOLVER_DPM_3, 3, 3}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const rs__solver *solver = rs__solver_find(rows[i].id);
    int evaluations = 0;
    const double coarse = error_of(solver, 64, &evaluations);
    assert_int_equal(evaluations, 64 * rows[i].evaluations);
    const double order = log2(coarse / error_of(solver, 128, &evaluations));
    print_message("%-6s order %.3f, error %.1e at 64 steps\n", solver->name, order, coarse);
    assert_near(order, rows[i].order, 0.1);
    rs__recipe r = {0};
    solver->step(2, 1, &r);
    assert_int_equal(r.order, rows[i].order);
  }
}

/* At sigma 0 every solver ends on the denoised estimate, with one evaluation. */
static void test_last_step(void **state) {
  (void)state;
  for (int32_t id = RS_SOLVER_EULER; id <= RS_SOLVER_DPM_3; id++) {
    rs__recipe r = {0};
    int evaluations = 0;
    rs__solver_find(id)->step(0.5, 0, &r);
    assert_near(play(&r, 1, &evaluations), VARIANCE / (VARIANCE + 0.25), 1e-15);
    assert_int_equal(evaluations, 1);
    assert_int_equal(r.order, 1);
  }
}

/* A constant is a fixed point when the network returns its input: coefficients add up to one. */
static void test_coefficients_add_up(void **state) {
  (void)state;
  for (int32_t id = RS_SOLVER_EULER; id <= RS_SOLVER_DPM_3; id++) {
    rs__recipe r = {0};
    rs__solver_find(id)->step(7, 0.4, &r);
    for (int i = 0; i < r.count; i++) {
      double sum = 0;
      for (int k = 0; k < r.move[i].terms; k++)
        sum += r.move[i].c[k];
      if (r.move[i].kind == RS__COMBINE)
        assert_near(sum, 1, 1e-12);
    }
  }
}

static void test_unknown(void **state) {
  (void)state;
  assert_null(rs__solver_find(RS_SOLVER_DEFAULT));
  assert_null(rs__solver_find(1000));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_orders),
      cmocka_unit_test(test_last_step),
      cmocka_unit_test(test_coefficients_add_up),
      cmocka_unit_test(test_unknown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
