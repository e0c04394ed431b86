/* SPDX-License-Identifier: MIT
 * Euler, Heun (Karras et al. 2022, algorithm 1) and the midpoint rule on
 * dx/dsigma = (x - D(x; sigma)) / sigma. */
#include "part/solver.h"

#include <math.h>

/* x + (t - s) (x - d0) / s, into any vector. */
static void euler_into(double s, double t, int32_t out, rs__recipe *r) {
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_combine(r, out);
  rs__solver_term(r, t / s, RS__X);
  rs__solver_term(r, 1 - t / s, RS__D0);
}

void rs__solver_euler(const rs__leg *leg, rs__recipe *r) {
  r->order = 1;
  euler_into(leg->s, leg->t, RS__X, r);
}

/* The corrector x + h/2 ((x - d0)/s + (y - d1)/t), h = t - s, with the predictor
 * y = t/s x + (1 - t/s) d0 put in: y itself need not be read again. */
void rs__solver_heun(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t, h = t - s;
  r->order = 2;
  euler_into(s, t, RS__Y, r);
  rs__solver_eval(r, RS__Y, t, RS__E);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, t / s, RS__X);
  rs__solver_term(r, h / (2 * t) - h / s, RS__D0);
  rs__solver_term(r, -h / (2 * t), RS__E);
}

/* DPM-Solver-2: half the step in ln sigma to m by Euler, then the whole step with the slope there,
 * x + (t - s) (y - d1) / m. */
void rs__solver_dpm_2(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t, h = t - s, m = sqrt(s) * sqrt(t);
  r->order = 2;
  euler_into(s, m, RS__Y, r);
  rs__solver_eval(r, RS__Y, m, RS__E);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, 1, RS__X);
  rs__solver_term(r, h / m, RS__Y);
  rs__solver_term(r, -h / m, RS__E);
}
