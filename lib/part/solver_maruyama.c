/* SPDX-License-Identifier: MIT
 * Euler-Maruyama steps of the reverse SDEs of Song et al. 2021, with score = (alpha d - x) /
 * (alpha sigma)^2 and eta of their noise, so that the drift has (1 + eta^2)/2 of the score. */
#include "part/solver.h"

#include <math.h>

#include "base/elementary.h"

/* dx = -score d(sigma^2) + noise of variance d(sigma^2): their reverse diffusion sampler. */
void rs__solver_euler_maruyama_ve(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t, eta = leg->eta, grown = (s - t) * (s + t);
  const double c = (1 + eta * eta) / 2 * grown / (s * s);
  r->order = 1;
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, 1 - c, RS__X);
  rs__solver_term(r, c, RS__D0);
  rs__solver_noise(r, leg->s_noise * eta * sqrt(grown), RS_NOISE_SOLVER);
}

/* dx = (x/2 + score) B + noise of variance B in x = alpha y, alpha^2 = 1/(1 + sigma^2), B the
 * integral of beta over the step. The new y is x over the new alpha. */
void rs__solver_euler_maruyama_vp(const rs__leg *leg, rs__recipe *r) {
  const double s = leg->s, t = leg->t, eta = leg->eta, ratio = sqrt((1 + t * t) / (1 + s * s));
  const double b = rs__log1p((s - t) * (s + t) / (1 + t * t));
  const double c = (1 + eta * eta) / 2 * b * (1 + s * s) / (s * s);
  r->order = 1;
  rs__solver_eval(r, RS__X, s, RS__D0);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, ratio * (1 + b / 2 - c), RS__X);
  rs__solver_term(r, ratio * c, RS__D0);
  rs__solver_noise(r, leg->s_noise * eta * sqrt(b * (1 + t * t)), RS_NOISE_SOLVER);
}
