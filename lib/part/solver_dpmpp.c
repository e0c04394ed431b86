/* SPDX-License-Identifier: MIT
 * DPM-Solver++ (Lu et al. 2022b): the estimates D are integrated in lambda = -ln sigma,
 *
 *     x' = t/s x + integral of e^-(h - v) D(v) dv over [0, h],   h = ln(s/t)                    */
#include "part/solver.h"

#include <math.h>

#include "base/elementary.h"

/* 2S: D is taken at the middle in lambda. */
void rs__solver_dpmpp_2s(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t, m = sqrt(s) * sqrt(t);
  r->order = 2;
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_combine(r, RS__Y);
  rs__solver_term(r, m / s, RS__X);
  rs__solver_term(r, 1 - m / s, RS__D0);
  rs__solver_eval(r, RS__Y, m, RS__E);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, t / s, RS__X);
  rs__solver_term(r, 1 - t / s, RS__E);
}

/* The straight line through two estimates, read at the middle of the step in lambda. */
void rs__solver_weights_2m(double node, double span, double weight[2]) {
  weight[1] = span / (2 * node);
  weight[0] = span - weight[1];
}

void rs__solver_dpmpp_2m(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t;
  double node, weight[2];
  if (rs__solver_nodes(leg, 2) < 2) {
    rs__solver_euler(leg, r);
    return;
  }
  rs__solver_log_nodes(1, s, rs__log(s / t), leg->sigma, &node);
  rs__solver_weights_2m(node, 1 - t / s, weight);
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_advance(t / s, 2, 1, weight, r);
}

/* 3M as it is published and used everywhere: of the parabola through three estimates the
 * quadratic term is counted half, so that it is of 2nd order, with a smaller error than 2M. */
void rs__solver_dpmpp_3m(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t;
  double node[3] = {0}, moment[RS__NODES], weight[3];
  if (rs__solver_nodes(leg, 3) < 3) {
    rs__solver_dpmpp_2m(leg, r);
    return;
  }
  const double h = rs__log(s / t);
  rs__solver_log_nodes(2, s, h, leg->sigma, node + 1);
  rs__solver_rising(h, moment);
  moment[2] /= 2;
  rs__solver_weights(3, node, moment, weight);
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_advance(t / s, 3, h, weight, r);
  r->order = 2;
}
