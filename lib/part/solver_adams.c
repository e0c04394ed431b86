/* SPDX-License-Identifier: MIT
 * Adams-Bashforth on dx/dsigma = e = (x - D) / sigma: the slope is a polynomial in sigma through
 * the last estimates, x' = x + its integral from s to t, down to sigma 0. */
#include "part/solver.h"

/* The step sizes as they are (k-diffusion's LMS). */
void rs__solver_lms(const rs__leg *leg, rs__recipe *r) {
  const double moment[RS__NODES] = {1, 1.0 / 2, 1.0 / 3, 1.0 / 4}, s = leg->s, h = leg->t - s;
  const int32_t n = rs__solver_nodes(leg, leg->order);
  double node[RS__NODES] = {0}, weight[RS__NODES];
  if (n == 1 && leg->t == 0) {
    rs__solver_euler(leg, r);
    return;
  }
  for (int32_t k = 1; k < n; k++)
    node[k] = (leg->sigma[k - 1] - s) / h;
  rs__solver_weights(n, node, moment, weight);
  rs__solver_eval_slope(leg, r);
  rs__solver_advance(1, n, h, weight, r);
}

/* For equal steps in sigma. On other grids they are of 2nd order at most. */
static const double even[RS__NODES][RS__NODES] = {
    {1},
    {3.0 / 2, -1.0 / 2},
    {23.0 / 12, -16.0 / 12, 5.0 / 12},
    {55.0 / 24, -59.0 / 24, 37.0 / 24, -9.0 / 24},
};

/* iPNDM (Zhang and Chen 2023): those weights on every grid, begun at lower orders. */
void rs__solver_ipndm(const rs__leg *leg, rs__recipe *r) {
  const int32_t n = rs__solver_nodes(leg, leg->order);
  if (n == 1 && leg->t == 0) {
    rs__solver_euler(leg, r);
    return;
  }
  rs__solver_eval_slope(leg, r);
  rs__solver_advance(1, n, leg->t - leg->s, even[n - 1], r);
}

/* Y = from X by c along the slope (Y - E) / sy; then the next estimate, there. */
static void stage(double c, double sy, double at, rs__recipe *r) {
  rs__solver_combine(r, RS__Y);
  rs__solver_term(r, 1, RS__X);
  rs__solver_term(r, c / sy, RS__Y);
  rs__solver_term(r, -c / sy, RS__E);
  rs__solver_eval(r, RS__Y, at, RS__E);
}

/* out = `from` + c times the slope (Y - E) / sy, + c0 times the slope in D0 */
static void gather(int32_t out, int32_t from, double c, double sy, double c0, rs__recipe *r) {
  rs__solver_combine(r, out);
  rs__solver_term(r, 1, from);
  rs__solver_term(r, c / sy, RS__Y);
  rs__solver_term(r, -c / sy, RS__E);
  if (c0 != 0)
    rs__solver_term(r, c0, RS__D0);
}

/* The classical Runge-Kutta step; its inner level is the middle in sigma, which its order needs. */
static void runge_kutta(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t, h = t - s, m = (s + t) / 2;
  r->order = 4;
  rs__solver_eval_slope(leg, r);
  rs__solver_combine(r, RS__Y);
  rs__solver_term(r, 1, RS__X);
  rs__solver_term(r, m - s, RS__D0);
  rs__solver_eval(r, RS__Y, m, RS__E);
  gather(RS__P, RS__X, h / 3, m, h / 6, r);
  stage(m - s, m, m, r);
  gather(RS__P, RS__P, h / 3, m, 0, r);
  stage(h, m, t, r);
  gather(RS__X, RS__P, h / 6, t, 0, r);
}

/* PNDM (Liu et al. 2022): three Runge-Kutta steps, then four-step Adams-Bashforth with the weights
 * for equal steps. Its transfer map, DDIM's, is Euler in sigma. */
void rs__solver_pndm(const rs__leg *leg, rs__recipe *r) {
  if (rs__solver_nodes(leg, RS__NODES) == RS__NODES)
    rs__solver_ipndm(leg, r);
  else if (leg->t > 0)
    runge_kutta(leg, r);
  else
    rs__solver_euler(leg, r);
}
