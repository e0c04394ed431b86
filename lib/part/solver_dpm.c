/* SPDX-License-Identifier: MIT
 * DPM-Solver-3 (Lu et al. 2022, algorithm 2, r1 = 1/3, r2 = 2/3) for alpha = 1. With
 * lambda = -ln sigma, h the step in lambda, e_i = (state - D) / sigma the noise estimates:
 *
 *     s1 = s e^(-r1 h),  y1 = x - (s - s1) e0
 *     s2 = s e^(-r2 h),  y2 = x - (s - s2) e0 - p (e1 - e0),  p = s2 r2/r1 ((e^(r2 h)-1)/(r2 h) -
 * 1) x' = x - (s - t) e0 - q (e2 - e0),   q = t/r2 ((e^h - 1)/h - 1)        */
#include "part/solver.h"

#include "base/elementary.h"

/* x - (s - t) e0 - c (e - e0), e of the state y at level sy with estimate d. */
static void corrected(double s, double t, double c, double sy, int32_t out, rs__recipe *r) {
  rs__solver_combine(r, out);
  rs__solver_term(r, (t + c) / s, RS__X);
  rs__solver_term(r, 1 - (t + c) / s, RS__D0);
  rs__solver_term(r, -c / sy, RS__Y);
  rs__solver_term(r, c / sy, RS__E);
}

void rs__solver_dpm_3(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t;
  const double r1 = 1.0 / 3, r2 = 2.0 / 3, h = rs__log(s / t);
  const double s1 = s * rs__exp(-r1 * h), s2 = s * rs__exp(-r2 * h);
  const double p = s2 * (r2 / r1) * ((s / s2 - 1) / (r2 * h) - 1);
  const double q = t / r2 * ((s / t - 1) / h - 1);
  r->order = 3;
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_combine(r, RS__Y);
  rs__solver_term(r, s1 / s, RS__X);
  rs__solver_term(r, 1 - s1 / s, RS__D0);
  rs__solver_eval(r, RS__Y, s1, RS__E);
  corrected(s, s2, p, s1, RS__Y, r);
  rs__solver_eval(r, RS__Y, s2, RS__E);
  corrected(s, t, q, s2, RS__X, r);
}
