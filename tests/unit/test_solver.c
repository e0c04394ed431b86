/* SPDX-License-Identifier: MIT
 * Every solver of the list. ODE solvers by their order on the exact flow of a Gaussian: D = v/(v +
 * sigma^2) x carries x from level a to b by sqrt((v+b^2)/(v+a^2)). */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

#include "part/solver.h"

#define VARIANCE 0.25

static int32_t gaussian(const rs_eval *e, void *user) {
  (void)user;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output_f64[i] = VARIANCE / (VARIANCE + e->sigma * e->sigma) * e->input_f64[i];
  return 0;
}

static double exact(double sigma) {
  return sqrt(VARIANCE + sigma * sigma);
}

/* Weights that are right for equal steps in sigma only. */
static bool equal_steps(const rs__solver *solver) {
  return solver->id == RS_SOLVER_IPNDM || solver->id == RS_SOLVER_PNDM;
}

/* Levels from 1 to 0.5 evenly in sigma for solvers that need it, else from 3 to 0.1 evenly in
 * ln sigma. There a multistep solver's first step is divided into parts that double, from 2^-12 of
 * it: what is lost by beginning at 1st order leaves no trace. Returns their number. */
static size_t levels_of(const rs__solver *solver, int steps, double *sigmas) {
  const bool equal = equal_steps(solver);
  const double top = equal ? 1 : 3, bottom = equal ? 0.5 : 0.1;
  size_t count = 1;
  sigmas[0] = top;
  for (int part = 12; part > 0 && solver->past > 0 && !equal; part--)
    sigmas[count++] = top * pow(bottom / top, ldexp(1, -part) / steps);
  for (int i = 1; i <= steps; i++)
    sigmas[count++] =
        equal ? top + (bottom - top) * i / steps : top * pow(bottom / top, (double)i / steps);
  return count;
}

/* The error of a whole run. */
static double error_of(const rs__solver *solver, int32_t order, int steps, int64_t *nfe,
                       int32_t *executed) {
  double *sigmas = malloc(sizeof(double) * ((size_t)steps + 20));
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_step_info last;
  assert_non_null(sigmas);
  const size_t count = levels_of(solver, steps, sigmas);
  double x = exact(sigmas[0]);
  rs_sampler_options_init(&so);
  so.model.fn = gaussian;
  so.elements = 1;
  so.dtype = RS_FLOAT64;
  rs_sampler *s = test_sampler(&so);
  rs_schedule_options_init(&sc);
  sc.grid = RS_GRID_SIGMAS;
  sc.sigmas = sigmas;
  sc.sigma_count = count;
  sc.solver = solver->id;
  sc.solver_order = solver->several ? order : 0;
  sc.start = RS_START_KEEP;
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(rs_sample_f64(s, &x, NULL), s);
  *nfe = rs_plan_nfe(s);
  rs_step_info_init(&last);
  rs_plan_step(s, count - 2, &last);
  *executed = last.order;
  const double error = fabs(x - exact(sigmas[count - 1]));
  rs_sampler_free(s);
  free(sigmas);
  return error;
}

/* The order of a whole run, by theory: UniC-p has one more than its predictor; iPNDM begins with
 * an Euler step of full length, which leaves a 2nd order error. */
static int32_t order_of_run(const rs__solver *solver, int32_t order) {
  if (solver->id == RS_SOLVER_UNIPC)
    return order + 1;
  return solver->id == RS_SOLVER_IPNDM && order > 2 ? 2 : order;
}

/* Halving the step divides the error by 2^order. */
static void test_orders(void **state) {
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    const rs__solver *solver = rs__solver_at(i);
    for (int32_t order = solver->several ? 1 : solver->order;
         order <= solver->order && !solver->stochastic; order++) {
      int64_t nfe;
      int32_t executed;
      const double coarse = error_of(solver, order, 64, &nfe, &executed);
      const double fine = error_of(solver, order, 128, &nfe, &executed);
      const double measured = log2(coarse / fine);
      print_message("%-12s order %d measured %.3f, error %.1e in %lld evaluations\n", solver->name,
                    (int)order, measured, fine, (long long)nfe);
      assert_near(measured, order_of_run(solver, order), 0.25);
      assert_int_equal(executed, order);
    }
  }
}

/* Plays one step without noise on a single element of data of that variance, and passes the
 * estimates on. */
static void play_step(const rs__solver *solver, double variance, rs__leg *leg,
                      double v[RS__SLOTS + 1]) {
  rs__recipe r = {0};
  rs__solver_step(solver, leg, &r);
  for (int32_t i = 0; i < r.count; i++) {
    const rs__move *m = &r.move[i];
    double sum = 0;
    for (int32_t k = 0; k < m->terms; k++)
      sum += m->c[k] * v[m->vector[k]];
    v[m->out] =
        m->kind == RS__COMBINE ? sum : variance / (variance + m->sigma * m->sigma) * v[m->in];
  }
  for (int32_t k = RS__PAST; k > 0; k--)
    v[RS__D0 + k] = v[RS__D0 + k - 1];
  for (int32_t k = RS__PAST - 1; k > 0; k--)
    leg->sigma[k] = leg->sigma[k - 1];
  leg->sigma[0] = leg->s;
  leg->past += leg->past < solver->past;
}

/* The error of one step from a true state with a true past. */
static double error_of_step(const rs__solver *solver, int32_t order, double h) {
  double v[RS__SLOTS + 1] = {0}, level[RS__PAST + 2];
  rs__leg leg = {.order = order, .eta = 1, .s_noise = 1};
  for (int32_t k = 0; k <= solver->past + 1; k++)
    level[k] = equal_steps(solver) ? 1.5 + k * h : 1.5 * exp(k * h);
  for (int32_t k = solver->past + 1; k > 0; k--) {
    leg.s = level[k];
    leg.t = level[k - 1];
    v[RS__X] = exact(leg.s);
    play_step(solver, VARIANCE, &leg, v);
  }
  return fabs(v[RS__X] - exact(leg.t));
}

/* Multistep solvers by themselves, whatever their beginning: the error of one step falls with one
 * order more. */
static void test_steps(void **state) {
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    const rs__solver *solver = rs__solver_at(i);
    for (int32_t order = solver->several ? 1 : solver->order;
         order <= solver->order && solver->past > 0 && !solver->stochastic; order++) {
      const double measured =
          log2(error_of_step(solver, order, 0.02) / error_of_step(solver, order, 0.01)) - 1;
      print_message("%-12s order %d, one step: %.3f\n", solver->name, (int)order, measured);
      assert_near(measured, solver->id == RS_SOLVER_UNIPC ? order + 1 : order, 0.25);
    }
  }
}

static rs__leg leg_of(const rs__solver *solver, int32_t past, double s, double t) {
  rs__leg leg = {.s = s, .t = t, .past = past, .order = solver->order, .eta = 1, .s_noise = 1};
  for (int32_t k = 0; k < RS__PAST; k++)
    leg.sigma[k] = s * pow(1.5 + 0.1 * k, k + 1);
  return leg;
}

/* Solvers that step in the time of a process: their last step is a step as others, and where they
 * follow its scale too, they keep a constant only in the limit. */
static bool in_time(const rs__solver *solver) {
  return solver->id >= RS_SOLVER_EULER_VE && solver->id <= RS_SOLVER_HEUN_VP;
}

static bool follows_scale(const rs__solver *solver) {
  return solver->id == RS_SOLVER_EULER_VP || solver->id == RS_SOLVER_HEUN_VP ||
         solver->id == RS_SOLVER_EULER_MARUYAMA_VP;
}

/* At sigma 0 every other solver ends on the denoised estimate, with one evaluation and no noise. */
static void test_last_step(void **state) {
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    const rs__leg leg = leg_of(rs__solver_at(i), 0, 0.5, 0);
    rs__recipe r = {0};
    if (in_time(rs__solver_at(i)))
      continue;
    rs__solver_step(rs__solver_at(i), &leg, &r);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.order, 1);
    assert_true(r.move[0].kind == RS__EVAL && r.move[0].in == RS__X && r.move[0].sigma == 0.5);
    double x = 0, d = 0;
    for (int32_t k = 0; k < r.move[1].terms; k++)
      *(r.move[1].vector[k] == RS__X ? &x : &d) += r.move[1].c[k];
    assert_near(x, 0, 1e-15);
    assert_near(d, 1, 1e-15);
    assert_true(r.move[1].c_noise == 0);
  }
}

/* A constant is a fixed point when the network returns its input. */
static void test_constant(void **state) {
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    const rs__solver *solver = rs__solver_at(i);
    rs__leg leg = {.s = 7, .order = solver->order, .eta = 1, .s_noise = 1};
    double v[RS__SLOTS + 1] = {[RS__X] = 1};
    for (int k = 0; k < 8 && !follows_scale(solver); k++, leg.s = leg.t) {
      leg.t = k < 7 ? leg.s * (0.5 + 0.05 * k) : 0;
      play_step(solver, 1e300, &leg, v);
      assert_near(v[RS__X], 1, 1e-12);
    }
  }
}

/* A past that is not above the step is not used: churn may have lifted the step. */
static void test_lifted(void **state) {
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    const rs__solver *solver = rs__solver_at(i);
    rs__leg leg = {.s = 2, .t = 1, .past = solver->past, .order = solver->order, .sigma = {2, 3}};
    rs__recipe lifted = {0}, fresh = {0};
    if (solver->stochastic)
      continue;
    rs__solver_step(solver, &leg, &lifted);
    leg.past = 0;
    rs__solver_step(solver, &leg, &fresh);
    assert_memory_equal(&lifted, &fresh, sizeof fresh);
  }
}

static void test_list(void **state) {
  (void)state;
  assert_null(rs__solver_find(RS_SOLVER_DEFAULT));
  assert_null(rs__solver_find(1000));
  for (int32_t id = RS_SOLVER_EULER; id <= RS_SOLVER_HEUN_VP; id++)
    assert_non_null(rs__solver_find(id));
  for (size_t i = 0; rs__solver_at(i); i++) {
    assert_ptr_equal(rs__solver_find(rs__solver_at(i)->id), rs__solver_at(i));
    assert_true(rs__solver_at(i)->past <= RS__PAST);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_orders),    cmocka_unit_test(test_steps),
      cmocka_unit_test(test_last_step), cmocka_unit_test(test_constant),
      cmocka_unit_test(test_lifted),    cmocka_unit_test(test_list),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
