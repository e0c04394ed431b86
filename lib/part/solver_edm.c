/* SPDX-License-Identifier: MIT
 * Euler and Heun on dx/dsigma = (x - D(x; sigma)) / sigma (Karras et al. 2022, algorithm 1). */
#include "part/solver.h"

/* x + (t - s) (x - d0) / s, into any vector. */
static void euler_into(double s, double t, int32_t out, rs__recipe *r) {
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_combine(r, out);
  rs__solver_term(r, t / s, RS__X);
  rs__solver_term(r, 1 - t / s, RS__D0);
}

void rs__solver_euler(double s, double t, rs__recipe *r) {
  r->order = 1;
  euler_into(s, t, RS__X, r);
}

/* The corrector x + h/2 ((x - d0)/s + (y - d1)/t), h = t - s, with the predictor
 * y = t/s x + (1 - t/s) d0 put in: y itself need not be read again. */
void rs__solver_heun(double s, double t, rs__recipe *r) {
  const double h = t - s;
  if (t == 0) {
    rs__solver_euler(s, t, r);
    return;
  }
  r->order = 2;
  euler_into(s, t, RS__Y, r);
  rs__solver_eval(r, RS__Y, t, RS__D1);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, t / s, RS__X);
  rs__solver_term(r, h / (2 * t) - h / s, RS__D0);
  rs__solver_term(r, -h / (2 * t), RS__D1);
}
