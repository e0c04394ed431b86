/* SPDX-License-Identifier: MIT
 * Ancestral steps, as k-diffusion has them: an ODE step to a level `down` below t, then noise back
 * up to t, up^2 + down^2 = t^2, up = eta t sqrt(1 - t^2/s^2).
 *
 * euler_ancestral with eta = 1 is the ancestral sampling of DDPM: there down = t^2/s, and the step
 *
 *     t^2/s^2 x + (1 - t^2/s^2) d + t sqrt(1 - t^2/s^2) z
 *
 * is a draw of the posterior q(y_t | y_s, y_0 = d) of a Gaussian path in y = x/alpha, with its
 * exact mean and variance ("fixed small", beta-tilde). */
#include "part/solver.h"

#include <math.h>

double rs__solver_down(double s, double t, double eta, double *up) {
  const double part = fmin(1, eta * sqrt((s - t) * (s + t)) / s);
  *up = t * part;
  return t * sqrt((1 - part) * (1 + part));
}

/* out = Euler's step from s to `to` with estimate d. */
static void euler_with(double s, double to, int32_t d, int32_t out, rs__recipe *r) {
  rs__solver_combine(r, out);
  rs__solver_term(r, to / s, RS__X);
  rs__solver_term(r, 1 - to / s, d);
}

void rs__solver_euler_ancestral(const rs__leg *leg, rs__recipe *r) {
  double up;
  const double s = leg->s, down = rs__solver_down(s, leg->t, leg->eta, &up);
  r->order = 1;
  rs__solver_eval(r, RS__X, s, RS__D0);
  euler_with(s, down, RS__D0, RS__X, r);
  rs__solver_noise(r, leg->s_noise * up, RS_NOISE_SOLVER);
}

/* The middle in ln sigma, by Euler; its estimate goes to E. */
static void to_middle(double s, double middle, rs__recipe *r) {
  euler_with(s, middle, RS__D0, RS__Y, r);
  rs__solver_eval(r, RS__Y, middle, RS__E);
}

/* DPM-Solver-2: x + (down - s) (y - d1) / middle. Where all of t is noise (eta well above 1) the
 * ODE part goes to 0 and is Euler's. */
void rs__solver_dpm_2_ancestral(const rs__leg *leg, rs__recipe *r) {
  double up;
  const double s = leg->s, down = rs__solver_down(s, leg->t, leg->eta, &up);
  if (down == 0) {
    rs__solver_euler_ancestral(leg, r);
    return;
  }
  const double middle = sqrt(s * down), c = (down - s) / middle;
  r->order = 1;
  rs__solver_eval(r, RS__X, s, RS__D0);
  to_middle(s, middle, r);
  rs__solver_combine(r, RS__X);
  rs__solver_term(r, 1, RS__X);
  rs__solver_term(r, c, RS__Y);
  rs__solver_term(r, -c, RS__E);
  rs__solver_noise(r, leg->s_noise * up, RS_NOISE_SOLVER);
}

/* DPM-Solver++(2S): Euler's step with the estimate at the middle. */
void rs__solver_dpmpp_2s_ancestral(const rs__leg *leg, rs__recipe *r) {
  double up;
  const double s = leg->s, down = rs__solver_down(s, leg->t, leg->eta, &up);
  if (down == 0) {
    rs__solver_euler_ancestral(leg, r);
    return;
  }
  r->order = 1;
  rs__solver_eval(r, RS__X, s, RS__D0);
  to_middle(s, sqrt(s * down), r);
  euler_with(s, down, RS__E, RS__X, r);
  rs__solver_noise(r, leg->s_noise * up, RS_NOISE_SOLVER);
}
