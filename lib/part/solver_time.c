/* SPDX-License-Identifier: MIT
 * Euler and Heun in a process's own time, as in the ablation of Karras et al. 2022 (table 1). For
 * x = scale y their ODE is
 *
 *     dx/dt = (sigma'/sigma + scale'/scale) x - sigma' scale/sigma d
 *
 *     VE   t = sigma^2, scale 1
 *     VP   sigma^2 = exp(19.9 t^2/2 + 0.1 t) - 1, scale^2 = 1/(1 + sigma^2)
 *
 * The last step, to t = 0, is Euler's in t too: it does not end on the denoised estimate. */
#include "part/solver.h"

#include <math.h>

#include "base/elementary.h"

#define BETA_SLOPE 19.9
#define BETA_MIN 0.1

/* At one level: the time, the scale, and dx/dt / scale = of_y y - of_d d. */
typedef struct {
  double t, scale, of_y, of_d;
} moment;

static moment ve_at(double sigma) {
  const double rate = 1 / (2 * sigma * sigma);
  return (moment){sigma * sigma, 1, rate, rate};
}

/* sigma'/sigma = beta (1 + sigma^2)/(2 sigma^2), scale'/scale = -beta/2, beta = BETA_MIN +
 * BETA_SLOPE t. */
static moment vp_at(double sigma) {
  const double square = sigma * sigma, log_all = rs__log1p(square);
  const double beta = sqrt(BETA_MIN * BETA_MIN + 2 * BETA_SLOPE * log_all);
  return (moment){.t = 2 * log_all / (BETA_MIN + beta),
                  .scale = 1 / sqrt(1 + square),
                  .of_y = beta / (2 * square),
                  .of_d = beta * (1 + square) / (2 * square)};
}

/* The time 0, where only Euler arrives: its slope is not asked for. */
static const moment zero = {0, 1, 0, 0};

/* x + h dx/dt, over the new scale. */
static void euler_into(const moment *a, const moment *b, double h, int32_t out, rs__recipe *r) {
  const double ratio = a->scale / b->scale;
  rs__solver_combine(r, out);
  rs__solver_term(r, ratio * (1 + h * a->of_y), RS__X);
  rs__solver_term(r, -ratio * h * a->of_d, RS__D0);
}

static void euler(const rs__leg *leg, moment (*at)(double), rs__recipe *r) {
  const moment a = at(leg->s), b = leg->t > 0 ? at(leg->t) : zero;
  r->order = 1;
  rs__solver_eval(r, RS__X, leg->s, RS__D0);
  euler_into(&a, &b, b.t - a.t, RS__X, r);
}

static void heun(const rs__leg *leg, moment (*at)(double), rs__recipe *r) {
  if (leg->t == 0) {
    euler(leg, at, r);
    return;
  }
  const moment a = at(leg->s), b = at(leg->t);
  const double h = b.t - a.t;
  r->order = 2;
  rs__solver_eval(r, RS__X, leg->s, RS__D0);
  euler_into(&a, &b, h, RS__Y, r);
  rs__solver_eval(r, RS__Y, leg->t, RS__E);
  euler_into(&a, &b, h / 2, RS__X, r);
  rs__solver_term(r, h / 2 * b.of_y, RS__Y);
  rs__solver_term(r, -h / 2 * b.of_d, RS__E);
}

void rs__solver_euler_ve(const rs__leg *leg, rs__recipe *r) {
  euler(leg, ve_at, r);
}

void rs__solver_heun_ve(const rs__leg *leg, rs__recipe *r) {
  heun(leg, ve_at, r);
}

void rs__solver_euler_vp(const rs__leg *leg, rs__recipe *r) {
  euler(leg, vp_at, r);
}

void rs__solver_heun_vp(const rs__leg *leg, rs__recipe *r) {
  heun(leg, vp_at, r);
}
