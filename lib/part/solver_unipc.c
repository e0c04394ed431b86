/* SPDX-License-Identifier: MIT
 * UniPC (Zhao et al. 2023), data prediction, B(h) = bh2. The estimate D is a polynomial in lambda,
 * integrated as in DPM-Solver++:
 *
 *     UniP-p  predicts x' with the polynomial through the last p estimates
 *     UniC-p  repeats the step that led here with the estimate found here put in, one degree more
 *
 * The estimate is made at the predicted state, so that a step costs one evaluation. Both results
 * of a step have the same share of x: UniC adds to the predicted state the difference of their
 * weights on the estimates, and no earlier state is kept. Correction and prediction are one sum. */
#include "part/solver.h"

#include "base/elementary.h"

/* Of UniP-p: a step from s to t with p estimates, the first at s, the others at sigma. For p = 2
 * the paper takes the middle of the step, as DPM-Solver++ 2M does. */
static void predictor(double s, double t, int32_t p, const double *sigma, double *weight) {
  const double h = rs__log(s / t);
  double node[RS__NODES] = {0}, moment[RS__NODES];
  rs__solver_log_nodes(p - 1, s, h, sigma, node + 1);
  rs__solver_rising(h, moment);
  if (p == 2) {
    rs__solver_weights_2m(node[1], 1 - t / s, weight);
    return;
  }
  rs__solver_weights(p, node, moment, weight);
  for (int32_t k = 0; k < p; k++)
    weight[k] *= h;
}

/* Of UniC-p: the same with one more estimate, the first, at t. For p = 1 the paper takes the mean
 * of both. */
static void corrector(double s, double t, int32_t p, const double *sigma, double *weight) {
  const double h = rs__log(s / t);
  double node[RS__NODES] = {1, 0}, moment[RS__NODES];
  rs__solver_log_nodes(p - 1, s, h, sigma, node + 2);
  rs__solver_rising(h, moment);
  if (p == 1) {
    weight[0] = weight[1] = (1 - t / s) / 2;
    return;
  }
  rs__solver_weights(p + 1, node, moment, weight);
  for (int32_t k = 0; k <= p; k++)
    weight[k] *= h;
}

void rs__solver_unipc(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t;
  const int32_t nodes = rs__solver_nodes(leg, leg->order + 1);
  const int32_t p = nodes < leg->order ? nodes : leg->order;
  double sum[RS__NODES] = {0}, corrected[RS__NODES], predicted[RS__NODES];
  if (nodes > 1) {
    corrector(leg->sigma[0], s, nodes - 1, leg->sigma + 1, corrected);
    predictor(leg->sigma[0], s, nodes - 1, leg->sigma + 1, predicted);
    for (int32_t k = 0; k < nodes; k++)
      sum[k] = t / s * (corrected[k] - (k > 0 ? predicted[k - 1] : 0));
  }
  predictor(s, t, p, leg->sigma, predicted);
  for (int32_t k = 0; k < p; k++)
    sum[k] += predicted[k];
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_advance(t / s, nodes, 1, sum, r);
  r->order = p;
}
