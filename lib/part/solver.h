/* SPDX-License-Identifier: MIT
 * Solvers as arithmetic: one step of a solver is a short list of moves on numbered vectors, made
 * from noise levels alone. No vector is touched here.
 *
 * To add a solver: write its step in a file of its family, give it a row in solver.c and a number
 * in restart.h. The EVAL moves need in, out and sigma only; the plan completes them. */
#ifndef RS_PART_SOLVER_H
#define RS_PART_SOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <restart/restart.h>

/* Vectors: the state, a stage's state, a second one, a kept draw of noise, a stage's
 * estimate, and the denoised estimates: RS__D0 of this step, RS__D0 + k of the k-th step before. */
enum { RS__X, RS__Y, RS__P, RS__Z, RS__E, RS__D0, RS__PAST = 4, RS__SLOTS = RS__D0 + RS__PAST + 1 };

enum { RS__EVAL, RS__COMBINE, RS__BLEND };
enum { RS__TERMS = 8, RS__STEP_MOVES = 12 };

/* EVAL     vector out = D(vector in; sigma)
 * COMBINE  vector out = sum of c[k] * vector[k], k < terms, + c_noise * noise(purpose)
 * BLEND    X = X + mask (known + c_noise * noise(purpose) - X): inpainting; not for solvers */
typedef struct rs__move {
  int32_t kind;
  int32_t out;
  int32_t in;
  double sigma, time, alpha, c_in, c_skip, c_out;
  int32_t passes; /* evaluations that it costs */
  int32_t terms;
  int32_t vector[RS__TERMS];
  double c[RS__TERMS];
  double c_noise;
  uint32_t purpose;
} rs__move;

typedef struct rs__recipe {
  int32_t count;
  int32_t order; /* of accuracy, as executed */
  rs__move move[RS__STEP_MOVES];
} rs__recipe;

/* What a solver knows of a step: X stands at level s and is to come down to t, s > t >= 0. `past`
 * estimates of earlier steps may be used, newest first; they are none after a jump. */
typedef struct rs__leg {
  double s, t;
  int32_t past;
  double sigma[RS__PAST]; /* sigma[k - 1] is the level of RS__D0 + k */
  int32_t order;          /* asked for, where the solver has several */
  double eta;             /* stochasticity, where the solver has any: 1 is its full amount */
  double s_noise;         /* factor on its noise */
} rs__leg;

/* Called with t > 0, unless the solver says to_zero. */
typedef void (*rs__solver_fn)(const rs__leg *leg, rs__recipe *r);

typedef struct rs__solver {
  int32_t id;
  const char *name;
  const char *summary;
  int32_t order;   /* the highest */
  int32_t past;    /* estimates of earlier steps that it uses at most */
  bool several;    /* lower orders can be asked for */
  bool stochastic; /* draws noise in its steps */
  bool to_zero;    /* goes to sigma 0 in a way of its own; the others end with Euler's step */
  rs__solver_fn step;
} rs__solver;

/* The moves of one step. */
void rs__solver_step(const rs__solver *solver, const rs__leg *leg, rs__recipe *r);

/* The solver of that RS_SOLVER_... number; NULL if there is none (DEFAULT is none). */
const rs__solver *rs__solver_find(int32_t id);

/* Number index of the list; NULL past the last. */
const rs__solver *rs__solver_at(size_t index);

/* For the families: append a move. Terms and noise follow their COMBINE. */
void rs__solver_eval(rs__recipe *r, int32_t in, double sigma, int32_t out);
void rs__solver_combine(rs__recipe *r, int32_t out);
void rs__solver_term(rs__recipe *r, double c, int32_t vector);
void rs__solver_noise(rs__recipe *r, double c, uint32_t purpose);

/* ---- solver_weights.c, for multistep solvers: places r are counted in steps, 0 and 1 are the
 * ends of the step, the past is below 0. A solver may keep slopes e = (x - D) / sigma as its past
 * instead of estimates: whatever a step leaves in RS__D0 is RS__D0 + 1 of the next. */
enum { RS__NODES = RS__PAST };

/* How many estimates may be interpolated, at most `most`: this step's and those of the past, as
 * long as their levels rise (churn may lift a step above them). */
int32_t rs__solver_nodes(const rs__leg *leg, int32_t most);

/* Places of n levels in ln sigma, for a step of length h from s. */
void rs__solver_log_nodes(int32_t n, double s, double h, const double *sigma, double *node);

/* moment[j], j < RS__NODES: integrals over [0, 1] of r^j e^(-h (1 - r)), and of r^j e^(-h r). */
void rs__solver_rising(double h, double *moment);
void rs__solver_falling(double h, double *moment);

/* The integral with these moments of the polynomial through n values is sum of weight * value. */
void rs__solver_weights(int32_t n, const double *node, const double *moment, double *weight);

/* The same for a step of DPM-Solver++ 2M with 1 - t/s = span, the value before being at `node`. */
void rs__solver_weights_2m(double node, double span, double weight[2]);

/* The estimate at s goes to RS__E, its slope to RS__D0. */
void rs__solver_eval_slope(const rs__leg *leg, rs__recipe *r);

/* X = c X + scale * (weight[0] RS__D0 + weight[1] (RS__D0 + 1) ...), of order n. */
void rs__solver_advance(double c, int32_t n, double scale, const double *weight, rs__recipe *r);

/* An ancestral step s -> t: an ODE solver's to the level returned, then noise `up` back to t. */
double rs__solver_down(double s, double t, double eta, double *up);

/* The families. */
void rs__solver_euler(const rs__leg *leg, rs__recipe *r);
void rs__solver_heun(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpm_2(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpm_3(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpmpp_2s(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpmpp_2m(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpmpp_3m(const rs__leg *leg, rs__recipe *r);
void rs__solver_unipc(const rs__leg *leg, rs__recipe *r);
void rs__solver_deis(const rs__leg *leg, rs__recipe *r);
void rs__solver_ipndm(const rs__leg *leg, rs__recipe *r);
void rs__solver_lms(const rs__leg *leg, rs__recipe *r);
void rs__solver_pndm(const rs__leg *leg, rs__recipe *r);
void rs__solver_euler_ancestral(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpm_2_ancestral(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpmpp_2s_ancestral(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpmpp_sde(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpmpp_2m_sde(const rs__leg *leg, rs__recipe *r);
void rs__solver_dpmpp_3m_sde(const rs__leg *leg, rs__recipe *r);
void rs__solver_euler_maruyama_ve(const rs__leg *leg, rs__recipe *r);
void rs__solver_euler_maruyama_vp(const rs__leg *leg, rs__recipe *r);
void rs__solver_sa(const rs__leg *leg, rs__recipe *r);
void rs__solver_er_sde(const rs__leg *leg, rs__recipe *r);
void rs__solver_seeds_2(const rs__leg *leg, rs__recipe *r);
void rs__solver_seeds_3(const rs__leg *leg, rs__recipe *r);
void rs__solver_euler_ve(const rs__leg *leg, rs__recipe *r);
void rs__solver_heun_ve(const rs__leg *leg, rs__recipe *r);
void rs__solver_euler_vp(const rs__leg *leg, rs__recipe *r);
void rs__solver_heun_vp(const rs__leg *leg, rs__recipe *r);

#endif
