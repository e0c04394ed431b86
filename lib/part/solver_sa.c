/* SPDX-License-Identifier: MIT
 * SA-Solver (Xue et al. 2023): stochastic Adams, data prediction, tau = eta throughout. Over an
 * interval in lambda = -ln sigma of length h that ends at level t, with a = 1 + tau^2:
 *
 *     x' = e^(-a h) x + integral over v from 0 to h of a e^(-a v) p(v)
 *          + t sqrt(1 - e^(-2 tau^2 h)) z
 *
 * p the polynomial through estimates: the newest ones for the predictor. With the estimate at the
 * predicted state p goes through it as well, and the corrector repeats the interval, with the same
 * z. So each step corrects where the last one arrived, then predicts; P keeps the state there, Z
 * the draw. The last state of a run is as predicted, or, at sigma 0, the estimate. */
#include "part/solver.h"

#include <math.h>

#include "base/elementary.h"

/* Estimates used at order 1, 2, 3. Two and two is what diffusers defaults to and the paper's
 * program recommends under strong guidance, three and four otherwise. */
static const struct { int32_t predictor, corrector; } nodes_of[] = {{1, 1}, {2, 2}, {3, 4}};

/* Where the estimates stand in an interval: from 0 at its begin to 1 at its end. */
typedef struct {
  double h, noise, a; /* noise is tau^2 */
  int32_t count;
  double at[RS__NODES];
} interval;

/* With two nodes the published programs take the slope's integral without e^(-a v). */
static void weights(const interval *n, double *w) {
  const double z = n->a * n->h;
  if (n->count == 2) {
    const double all = -rs__expm1(-z), gap = n->at[0] - n->at[1];
    w[0] = (z / 2 - n->at[1] * all) / gap;
    w[1] = all - w[0];
    return;
  }
  double moment[RS__NODES];
  rs__solver_rising(z, moment);
  rs__solver_weights(n->count, n->at, moment, w);
  for (int32_t j = 0; j < n->count; j++)
    w[j] *= z;
}

/* X = the state P taken over the interval to level t. */
static void carry(const rs__leg *leg, const interval *n, double t, rs__recipe *r) {
  double w[RS__NODES];
  weights(n, w);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, rs__exp(-n->a * n->h), RS__P);
  for (int32_t j = 0; j < n->count; j++)
    rs__solver_term(r, w[j], RS__D0 + j);
  rs__solver_term(r, leg->s_noise * t * sqrt(-rs__expm1(-2 * n->noise * n->h)), RS__Z);
}

static int32_t least(int32_t a, int32_t b) {
  return a < b ? a : b;
}

/* The interval from level `from` to `to` with `count` estimates. */
static interval between(const rs__leg *leg, double from, double to, int32_t count) {
  const double noise = leg->eta * leg->eta;
  interval n = {rs__log(from / to), noise, 1 + noise, count, {0}};
  for (int32_t j = 0; j < count; j++)
    n.at[j] = rs__log(from / (j ? leg->sigma[j - 1] : leg->s)) / n.h;
  return n;
}

/* The order is that of mean and variance: the terms in the noise that a multistep solver leaves out
 * are of 2nd order. Without noise it is that of the corrector. */
void rs__solver_sa(const rs__leg *leg, rs__recipe *r) {
  const int32_t known = rs__solver_nodes(leg, RS__NODES);
  const int32_t corrector = least(known, nodes_of[leg->order - 1].corrector);
  const int32_t predictor = least(known, nodes_of[leg->order - 1].predictor);
  r->order = least(predictor, 2);
  rs__solver_eval(r, RS__X, leg->s, RS__D0);
  if (known > 1) {
    const interval last = between(leg, leg->sigma[0], leg->s, corrector);
    carry(leg, &last, leg->s, r);
  }
  rs__solver_combine(r, RS__P);
  rs__solver_term(r, 1, RS__X);
  rs__solver_combine(r, RS__Z);
  rs__solver_noise(r, 1, RS_NOISE_SOLVER);
  const interval next = between(leg, leg->s, leg->t, predictor);
  carry(leg, &next, leg->t, r);
}
