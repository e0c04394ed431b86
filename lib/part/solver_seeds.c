/* SPDX-License-Identifier: MIT
 * SEEDS-2 and SEEDS-3 (Gonzalez et al. 2023), in data prediction. With h = ln(s/t), z = (1 + eta) h
 * and phi_k = phi_k(-c z), the stage at the fraction c of the step, at level m = s e^(-c h), is
 *
 *     y = e^(-c z) x + c z (phi_1 d0 + phi_2/c1 (d1 - d0)) + m w
 *
 * with w the noise up to there, of variance 1 - e^(-2 c eta h): from stage to stage it decays and
 * gets a fresh draw, so that all stages see one path. SEEDS-2 has its stage at 1/2 and weighs its
 * estimate alone (c z phi_1 d1); SEEDS-3 has them at 1/3 and 2/3. */
#include "part/solver.h"

#include <math.h>

#include "base/elementary.h"

/* z phi_2(-z) */
static double slope_weight(double z) {
  double moment[RS__NODES];
  rs__solver_rising(z, moment);
  return z * moment[1];
}

/* w, in RS__Z, is carried over a fraction of the step. */
static void grow_noise(const rs__leg *leg, double h, double fraction, uint32_t purpose,
                       rs__recipe *r) {
  const double eh = leg->eta * h * fraction;
  rs__solver_combine(r, RS__Z);
  if (purpose != RS_NOISE_SOLVER)
    rs__solver_term(r, rs__exp(-eh), RS__Z);
  rs__solver_noise(r, sqrt(-rs__expm1(-2 * eh)), purpose);
}

/* out = the stage at fraction c; `more` is the weight of estimate d beside that of d0. */
static void stage(const rs__leg *leg, double h, double c, double more, int32_t d, int32_t out,
                  rs__recipe *r) {
  const double cz = c * (1 + leg->eta) * h;
  rs__solver_combine(r, out);
  rs__solver_term(r, rs__exp(-cz), RS__X);
  rs__solver_term(r, -rs__expm1(-cz) - more, RS__D0);
  if (more != 0)
    rs__solver_term(r, more, d);
  rs__solver_term(r, leg->s_noise * leg->s * rs__exp(-c * h), RS__Z);
}

void rs__solver_seeds_2(const rs__leg *leg, rs__recipe *r) {
  const double h = rs__log(leg->s / leg->t), all = -rs__expm1(-(1 + leg->eta) * h);
  r->order = 2;
  rs__solver_eval(r, RS__X, leg->s, RS__D0);
  grow_noise(leg, h, 0.5, RS_NOISE_SOLVER, r);
  stage(leg, h, 0.5, 0, RS__D0, RS__Y, r);
  rs__solver_eval(r, RS__Y, sqrt(leg->s * leg->t), RS__E);
  grow_noise(leg, h, 0.5, RS_NOISE_SOLVER_2, r);
  stage(leg, h, 1, all, RS__E, RS__X, r);
}

void rs__solver_seeds_3(const rs__leg *leg, rs__recipe *r) {
  const double c1 = 1.0 / 3, c2 = 2.0 / 3;
  const double h = rs__log(leg->s / leg->t), z = (1 + leg->eta) * h;
  r->order = 2;
  rs__solver_eval(r, RS__X, leg->s, RS__D0);
  grow_noise(leg, h, c1, RS_NOISE_SOLVER, r);
  stage(leg, h, c1, 0, RS__D0, RS__Y, r);
  rs__solver_eval(r, RS__Y, leg->s * rs__exp(-c1 * h), RS__E);
  grow_noise(leg, h, c2 - c1, RS_NOISE_SOLVER_2, r);
  stage(leg, h, c2, c2 / c1 * slope_weight(c2 * z), RS__E, RS__Y, r);
  rs__solver_eval(r, RS__Y, leg->s * rs__exp(-c2 * h), RS__E);
  grow_noise(leg, h, 1 - c2, RS_NOISE_SOLVER_3, r);
  stage(leg, h, 1, slope_weight(z) / c2, RS__E, RS__X, r);
}
