/* SPDX-License-Identifier: MIT
 * DEIS, tAB in log rho (Zhang and Chen 2023): the slope e = (x - D) / sigma is a polynomial in
 * ln sigma through the last estimates, and x' = x + its integral over sigma from s to t. */
#include "part/solver.h"

#include "base/elementary.h"

void rs__solver_deis(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t;
  const int32_t n = rs__solver_nodes(leg, leg->order);
  double node[RS__NODES] = {0}, moment[RS__NODES], weight[RS__NODES];
  const double h = rs__log(s / t);
  rs__solver_log_nodes(n - 1, s, h, leg->sigma, node + 1);
  rs__solver_falling(h, moment);
  rs__solver_weights(n, node, moment, weight);
  rs__solver_eval_slope(leg, r);
  rs__solver_advance(1, n, -s * h, weight, r);
}
