/* SPDX-License-Identifier: MIT
 * What the multistep solvers share: a polynomial through known values, integrated exactly. Places
 * are counted in steps, r = 0 where the step begins, r = 1 where it ends, the past below 0. */
#include "part/solver.h"

#include "base/elementary.h"

int32_t rs__solver_nodes(const rs__leg *leg, int32_t most) {
  double level = leg->s;
  int32_t n = 1;
  for (; n < most && n <= leg->past && leg->sigma[n - 1] > level; n++)
    level = leg->sigma[n - 1];
  return n;
}

void rs__solver_log_nodes(int32_t n, double s, double h, const double *sigma, double *node) {
  for (int32_t k = 0; k < n; k++)
    node[k] = -rs__log(sigma[k] / s) / h;
}

/* Integral of r^j e^(x r) over [0, 1], |x| <= 1. */
static double series(double x, int32_t j) {
  double sum = 0, term = 1;
  for (int32_t n = 0; n < 20; n++) {
    sum += term / (n + j + 1);
    term *= x / (n + 1);
  }
  return sum;
}

void rs__solver_rising(double h, double *moment) {
  const double least = rs__exp(-h);
  for (int32_t j = 0; j < RS__NODES; j++)
    if (h < 1)
      moment[j] = least * series(h, j);
    else
      moment[j] = j > 0 ? (1 - j * moment[j - 1]) / h : (1 - least) / h;
}

void rs__solver_falling(double h, double *moment) {
  const double least = rs__exp(-h);
  for (int32_t j = 0; j < RS__NODES; j++)
    if (h < 1)
      moment[j] = series(-h, j);
    else
      moment[j] = ((j > 0 ? j * moment[j - 1] : 1) - least) / h;
}

void rs__solver_weights(int32_t n, const double *node, const double *moment, double *weight) {
  for (int32_t k = 0; k < n; k++) {
    double c[RS__NODES + 1] = {1}; /* of the polynomial that is 1 at node k, 0 at the others */
    for (int32_t i = 0, degree = 0; i < n; i++) {
      if (i == k)
        continue;
      degree++;
      for (int32_t j = degree; j >= 0; j--)
        c[j] = ((j > 0 ? c[j - 1] : 0) - node[i] * c[j]) / (node[k] - node[i]);
    }
    weight[k] = 0;
    for (int32_t j = 0; j < n; j++)
      weight[k] += c[j] * moment[j];
  }
}

void rs__solver_eval_slope(const rs__leg *leg, rs__recipe *r) {
  rs__solver_eval(r, RS__X, leg->s, RS__E);
  rs__solver_combine(r, RS__D0);
  rs__solver_term(r, 1 / leg->s, RS__X);
  rs__solver_term(r, -1 / leg->s, RS__E);
}

void rs__solver_advance(double c, int32_t n, double scale, const double *weight, rs__recipe *r) {
  r->order = n;
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, c, RS__X);
  for (int32_t k = 0; k < n; k++)
    rs__solver_term(r, scale * weight[k], RS__D0 + k);
}
