/* SPDX-License-Identifier: MIT
 * SDE solvers without a single draw. On data N(0, v) the exact denoiser is linear, so every vector
 * of a run is a number of times the start plus numbers of times each draw, and mean and variance of
 * the result are known to rounding. Started at 1 at level s, an exact solver ends at t with
 *
 *     mean  m = sqrt((v + t^2)/(v + s^2)) e^-(integral over sigma of q sigma/(v + sigma^2))
 *     variance   (v + t^2) - (v + s^2) m^2
 *
 * where q(sigma) is how much noise the SDE has, 0 for the ODE and 1 for the usual reverse SDE: eta,
 * eta^2, or for ER-SDE eta sigma g'/g. */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "part/solver.h"

#define VARIANCE 0.25
#define TOP 3.0
#define BOTTOM 0.3

enum { STEPS_MOST = 256, STARTUP = 12, DRAWS_MOST = 3 * (STEPS_MOST + STARTUP) };

/* A vector: [0] of the start, [k] of draw k. */
typedef struct {
  double v[RS__SLOTS][1 + DRAWS_MOST];
  int draws;
} forms;

typedef struct {
  double mean, variance;
  int32_t order; /* of the last step, as executed */
} moments;

static void play_move(const rs__move *m, forms *f) {
  double *out = f->v[m->out], sum[1 + DRAWS_MOST] = {0};
  if (m->kind == RS__EVAL) {
    for (int i = 0; i <= f->draws; i++)
      sum[i] = VARIANCE / (VARIANCE + m->sigma * m->sigma) * f->v[m->in][i];
  }
  for (int k = 0; k < m->terms; k++)
    for (int i = 0; i <= f->draws; i++)
      sum[i] += m->c[k] * f->v[m->vector[k]][i];
  if (m->c_noise > 0) {
    assert_true(f->draws < DRAWS_MOST);
    sum[++f->draws] = m->c_noise;
  }
  memcpy(out, sum, sizeof sum);
}

static void shift_past(const rs__solver *solver, rs__leg *leg, forms *f) {
  for (int k = RS__PAST; k > 0; k--)
    memcpy(f->v[RS__D0 + k], f->v[RS__D0 + k - 1], sizeof *f->v);
  for (int k = RS__PAST - 1; k > 0; k--)
    leg->sigma[k] = leg->sigma[k - 1];
  leg->sigma[0] = leg->s;
  leg->past += leg->past < solver->past;
}

/* Plays a run from TOP to BOTTOM in equal steps of ln sigma. The first is divided into parts that
 * double if `gently`: a multistep solver's beginning leaves no trace then. */
static moments play(const rs__solver *solver, rs__leg leg, int steps, bool gently) {
  static forms f;
  memset(&f, 0, sizeof f);
  f.v[RS__X][0] = 1;
  leg.s = TOP;
  rs__recipe r = {0};
  for (int i = gently ? -STARTUP : 0; i < steps; i++) {
    r = (rs__recipe){0};
    leg.t = TOP * pow(BOTTOM / TOP, (i < 0 ? ldexp(1, i) : 1. + i) / steps);
    rs__solver_step(solver, &leg, &r);
    assert_true(r.count <= RS__STEP_MOVES && r.order >= 1 && r.order <= solver->order);
    for (int m = 0; m < r.count; m++)
      play_move(&r.move[m], &f);
    shift_past(solver, &leg, &f);
    leg.s = leg.t;
  }
  moments got = {f.v[RS__X][0], 0, r.order};
  for (int k = 1; k <= f.draws; k++)
    got.variance += f.v[RS__X][k] * f.v[RS__X][k];
  return got;
}

/* The integral of q sigma/(v + sigma^2). */
static double damping(const rs__solver *solver, double eta) {
  const double whole = log((VARIANCE + TOP * TOP) / (VARIANCE + BOTTOM * BOTTOM)) / 2;
  const int n = 20000; /* midpoints in ln sigma, for ER-SDE: q = sigma g'/g */
  double sum = 0;
  switch (solver->id) {
  case RS_SOLVER_DPMPP_2M_SDE:
  case RS_SOLVER_DPMPP_3M_SDE:
  case RS_SOLVER_SEEDS_2:
  case RS_SOLVER_SEEDS_3:
    return eta * whole;
  case RS_SOLVER_ER_SDE:
    for (int i = 0; i < n; i++) {
      const double sigma = TOP * pow(BOTTOM / TOP, (i + 0.5) / n), p = pow(sigma, 0.3);
      sum += 0.3 * p * exp(p) / (exp(p) + 10) / (1 + VARIANCE / (sigma * sigma));
    }
    return eta * sum * log(TOP / BOTTOM) / n;
  default:
    return eta * eta * whole;
  }
}

static moments exact(const rs__solver *solver, double eta) {
  const double high = VARIANCE + TOP * TOP, low = VARIANCE + BOTTOM * BOTTOM;
  const double mean = sqrt(low / high) * exp(-damping(solver, eta));
  return (moments){mean, low - high * mean * mean, 0};
}

static rs__leg leg_of(int32_t order, double eta) {
  return (rs__leg){.order = order, .eta = eta, .s_noise = 1};
}

/* Calls `check` on each SDE solver, in each of its orders. */
static void each(void (*check)(const rs__solver *, int32_t)) {
  for (size_t i = 0; rs__solver_at(i); i++) {
    const rs__solver *solver = rs__solver_at(i);
    for (int32_t order = solver->several ? 1 : solver->order; order <= solver->order; order++)
      if (solver->stochastic)
        check(solver, order);
  }
}

/* Halving the step divides the variance's error by 2^order, the executed one; the mean's error
 * falls at least as fast, where there is any. */
static void check_weak_order(const rs__solver *solver, int32_t order) {
  for (double eta = 1; eta > 0.4; eta -= 0.5) {
    const moments want = exact(solver, eta);
    const moments coarse = play(solver, leg_of(order, eta), STEPS_MOST / 2, true);
    const moments fine = play(solver, leg_of(order, eta), STEPS_MOST, true);
    const double mean = fabs(fine.mean - want.mean);
    const double in_mean = log2(fabs(coarse.mean - want.mean) / mean);
    const double in_variance =
        log2(fabs(coarse.variance - want.variance) / fabs(fine.variance - want.variance));
    print_message("%-18s %d eta %.1f: weak order %.2f (mean %.2f), errors %.1e %.1e\n",
                  solver->name, (int)order, eta, in_variance,
                  mean > 1e-12 ? in_mean : (double)INFINITY, fabs(fine.variance - want.variance),
                  mean);
    assert_near(in_variance, fine.order, 0.25);
    assert_true(mean < 1e-8 || in_mean > fine.order - 0.25);
  }
}

static void test_weak_order(void **state) {
  (void)state;
  each(check_weak_order);
}

/* From the exact distribution at TOP to that at BOTTOM, N(0, v + sigma^2). */
static void check_stationary(const rs__solver *solver, int32_t order) {
  const moments got = play(solver, leg_of(order, 1), STEPS_MOST, false);
  const double high = VARIANCE + TOP * TOP, low = VARIANCE + BOTTOM * BOTTOM;
  const double variance = got.mean * got.mean * high + got.variance;
  assert_near(variance / low, 1, got.order > 1 ? 3e-4 : 0.02);
}

static void test_stationary(void **state) {
  (void)state;
  each(check_stationary);
}

/* With hardly any noise they solve the ODE. */
static void check_ode_limit(const rs__solver *solver, int32_t order) {
  const moments want = exact(solver, 0);
  const moments coarse = play(solver, leg_of(order, 1e-12), STEPS_MOST / 2, true);
  const moments fine = play(solver, leg_of(order, 1e-12), STEPS_MOST, true);
  const double measured = log2(fabs(coarse.mean - want.mean) / fabs(fine.mean - want.mean));
  print_message("%-18s %d: order %.2f without noise\n", solver->name, (int)order, measured);
  assert_true(measured > fine.order - 0.25 || fabs(fine.mean - want.mean) < 1e-11);
  assert_true(fine.variance > 0 && fine.variance < 1e-10);
}

static void test_ode_limit(void **state) {
  /* not 3M, whose second steps differ in their programs */
  static const struct {
    int32_t sde, ode;
  } twins[] = {
      {RS_SOLVER_EULER_ANCESTRAL, RS_SOLVER_EULER},
      {RS_SOLVER_DPM_2_ANCESTRAL, RS_SOLVER_DPM_2},
      {RS_SOLVER_DPMPP_2S_ANCESTRAL, RS_SOLVER_DPMPP_2S},
      {RS_SOLVER_DPMPP_SDE, RS_SOLVER_DPMPP_2S},
      {RS_SOLVER_DPMPP_2M_SDE, RS_SOLVER_DPMPP_2M},
      {RS_SOLVER_SEEDS_2, RS_SOLVER_DPMPP_2S},
      {RS_SOLVER_EULER_MARUYAMA_VE, RS_SOLVER_EULER_VE},
  };
  (void)state;
  each(check_ode_limit);
  for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
    const moments got = play(rs__solver_find(twins[i].sde), leg_of(0, 1e-12), 10, false);
    const moments want = play(rs__solver_find(twins[i].ode), leg_of(0, 1), 10, false);
    assert_near(got.mean / want.mean, 1, 1e-10);
  }
}

/* s_noise is a factor on every draw. */
static void check_noise_factor(const rs__solver *solver, int32_t order) {
  rs__leg leg = leg_of(order, 1);
  const moments plain = play(solver, leg, 10, false);
  leg.s_noise = 1.5;
  const moments more = play(solver, leg, 10, false);
  assert_near(more.variance / plain.variance, 2.25, 1e-12);
  assert_near(more.mean / plain.mean, 1, 1e-12);
}

static void test_noise_factor(void **state) {
  (void)state;
  each(check_noise_factor);
}

/* Any step that options allow: finite coefficients, levels above 0, a key of its own for each draw,
 * at most the noise of level t in all; a past that churn has gone above is not used. */
static void check_step(const rs__solver *solver, const rs__leg *leg) {
  rs__recipe r = {0};
  uint32_t used = 0;
  rs__solver_step(solver, leg, &r);
  for (int m = 0; m < r.count; m++) {
    const rs__move *move = &r.move[m];
    assert_true(move->kind == RS__COMBINE || (isfinite(move->sigma) && move->sigma > 0));
    assert_true(isfinite(move->c_noise) && move->c_noise >= 0);
    for (int k = 0; k < move->terms; k++) {
      assert_true(isfinite(move->c[k]));
      assert_true(leg->past == 0 || leg->sigma[0] > leg->s || move->vector[k] <= RS__D0);
    }
    assert_true(move->c_noise == 0 || !(used >> move->purpose & 1));
    used |= move->c_noise > 0 ? 1u << move->purpose : 0;
  }
}

static void check_extremes(const rs__solver *solver, int32_t order) {
  static const double levels[][2] = {{80, 0.002},   {1e6, 1e-6},     {1e30, 1e10},  {1e30, 1e-30},
                                     {1, 0.999999}, {1e-6, 0.99e-6}, {1e-20, 1e-30}};
  static const double etas[] = {1e-12, 0.3, 1, 2, 10};
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
    for (size_t k = 0; k < sizeof etas / sizeof *etas; k++) {
      rs__leg leg = leg_of(order, etas[k]);
      leg.s = levels[i][0];
      leg.t = levels[i][1];
      check_step(solver, &leg);
      leg.past = solver->past;
      for (int32_t p = 0; p < leg.past; p++)
        leg.sigma[p] = leg.s * (1.1 + p);
      check_step(solver, &leg);
      leg.sigma[0] = leg.s * 0.9;
      check_step(solver, &leg);
    }
}

static void test_extremes(void **state) {
  (void)state;
  each(check_extremes);
}

/* DDPM (Ho et al. 2020, eq. 7) from abar_s to abar_t: mean = sqrt(abar_t) beta/(1 - abar_s) d +
 * sqrt(alpha) (1 - abar_t)/(1 - abar_s) x, variance (1 - abar_t)/(1 - abar_s) beta, with alpha =
 * abar_s/abar_t, beta = 1 - alpha. */
static void test_ddpm(void **state) {
  const double s = 3, t = 2, abar_s = 1 / (1 + s * s), abar_t = 1 / (1 + t * t);
  const double alpha = abar_s / abar_t, beta = 1 - alpha, part = (1 - abar_t) / (1 - abar_s);
  rs__leg leg = leg_of(0, 1);
  rs__recipe r = {0};
  (void)state;
  leg.s = s;
  leg.t = t;
  rs__solver_euler_ancestral(&leg, &r);
  const rs__move *m = &r.move[1];
  assert_int_equal(m->vector[0], RS__X);
  assert_int_equal(m->vector[1], RS__D0);
  assert_near(m->c[0], sqrt(alpha) * part * sqrt(abar_s / abar_t), 1e-14);
  assert_near(m->c[1], beta / (1 - abar_s), 1e-14);
  assert_near(m->c_noise, sqrt(part * beta / abar_t), 1e-14);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_weak_order), cmocka_unit_test(test_stationary),
      cmocka_unit_test(test_ode_limit),  cmocka_unit_test(test_noise_factor),
      cmocka_unit_test(test_extremes),   cmocka_unit_test(test_ddpm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
