/* SPDX-License-Identifier: MIT
 * DPM-Solver++ for SDEs (Lu et al. 2022b), as k-diffusion has it. With lambda = -ln sigma,
 * h = ln(s/t), z = (1 + eta) h and phi_k = phi_k(-z):
 *
 *     x' = e^-z x + z phi_1 d0 + (terms of order 2, 3) + t sqrt(1 - e^(-2 eta h)) noise */
#include "part/solver.h"

#include <math.h>

#include "base/elementary.h"

/* out = x taken from s to `to` by Euler with estimate d, and noise up. */
static void ancestral(const rs__leg *leg, double to, int32_t d, int32_t out, uint32_t purpose,
                      rs__recipe *r) {
  double up;
  const double down = rs__solver_down(leg->s, to, leg->eta, &up);
  rs__solver_combine(r, out);
  rs__solver_term(r, down / leg->s, RS__X);
  rs__solver_term(r, 1 - down / leg->s, d);
  rs__solver_noise(r, leg->s_noise * up, purpose);
}

/* Single step, r = 1/2: ancestral to the middle in lambda, then ancestral all the way with the
 * estimate found there. The two draws are independent; k-diffusion takes both from one Brownian
 * path. */
void rs__solver_dpmpp_sde(const rs__leg *leg, rs__recipe *r) {
  const double middle = sqrt(leg->s * leg->t);
  r->order = 1;
  rs__solver_eval(r, RS__X, leg->s, RS__D0);
  ancestral(leg, middle, RS__D0, RS__Y, RS_NOISE_SOLVER, r);
  rs__solver_eval(r, RS__Y, middle, RS__E);
  ancestral(leg, leg->t, RS__E, RS__X, RS_NOISE_SOLVER_2, r);
}

/* Writes the step with weights of d0, d1, d2 beside the e^-z of the state. */
static void multistep(const rs__leg *leg, int32_t count, const double *weight, double h,
                      rs__recipe *r) {
  r->order = count > 1 ? 2 : 1;
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, rs__exp(-(1 + leg->eta) * h), RS__X);
  for (int32_t k = 0; k < count; k++)
    rs__solver_term(r, weight[k], RS__D0 + k);
  rs__solver_noise(r, leg->s_noise * leg->t * sqrt(-rs__expm1(-2 * leg->eta * h)), RS_NOISE_SOLVER);
}

/* The midpoint form: z phi_1 (d0 + h/(2 h1) (d0 - d1)). */
void rs__solver_dpmpp_2m_sde(const rs__leg *leg, rs__recipe *r) {
  const int32_t past = rs__solver_nodes(leg, 2) - 1;
  const double h = rs__log(leg->s / leg->t), all = -rs__expm1(-(1 + leg->eta) * h);
  const double more = past ? all * h / (2 * rs__log(leg->sigma[0] / leg->s)) : 0;
  const double weight[] = {all + more, -more};
  rs__solver_eval(r, RS__X, leg->s, RS__D0);
  multistep(leg, past + 1, weight, h, r);
}

/* z phi_1 d0 + z phi_2 D1 + z phi_3 D2 with h times the first derivative of d in lambda, and half
 * of h^2 times the second, as published, so that it is of 2nd order. */
void rs__solver_dpmpp_3m_sde(const rs__leg *leg, rs__recipe *r) {
  const int32_t past = rs__solver_nodes(leg, 3) - 1;
  const double h = rs__log(leg->s / leg->t), z = (1 + leg->eta) * h;
  double weight[3] = {-rs__expm1(-z)}, moment[RS__NODES];
  rs__solver_rising(z, moment);
  if (past > 0) {
    const double r0 = rs__log(leg->sigma[0] / leg->s) / h;
    const double r1 = past > 1 ? rs__log(leg->sigma[1] / leg->sigma[0]) / h : 1;
    const double second = past > 1 ? z * (moment[1] * r0 + moment[2] / 2) : 0;
    /* of the two slopes (d0 - d1) / r0 and (d1 - d2) / r1 */
    const double new = (z * moment[1] + second / (r0 + r1)) / r0;
    const double old = -second / (r0 + r1) / r1;
    weight[0] += new;
    weight[1] = old - new;
    weight[2] = -old;
  }
  rs__solver_eval(r, RS__X, leg->s, RS__D0);
  multistep(leg, past + 1, weight, h, r);
}
