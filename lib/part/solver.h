/* SPDX-License-Identifier: MIT
 * Solvers as arithmetic: one step of a solver is a short list of moves on numbered vectors, made
 * from the two noise levels alone. No vector is touched here.
 *
 * To add a solver: write its step in a file of its family, give it a row in solver.c and a number
 * in restart.h. The EVAL moves need in, out and sigma only; the plan completes them. */
#ifndef RS_PART_SOLVER_H
#define RS_PART_SOLVER_H

#include <stdint.h>

#include <restart/restart.h>

/* Vectors: the state, a stage's state, denoised estimates. */
enum { RS__X, RS__Y, RS__D0, RS__D1, RS__SLOTS };

enum { RS__EVAL, RS__COMBINE };
enum { RS__TERMS = 8, RS__STEP_MOVES = 8 };

/* EVAL     vector out = D(vector in; sigma)
 * COMBINE  vector out = sum of c[k] * vector[k], k < terms, + c_noise * noise(purpose)           */
typedef struct rs__move {
  int32_t kind;
  int32_t out;
  int32_t in;
  double sigma, time, c_in, c_skip, c_out;
  int32_t terms;
  int32_t vector[RS__TERMS];
  double c[RS__TERMS];
  double c_noise;
  uint32_t purpose;
} rs__move;

typedef struct rs__recipe {
  int32_t count;
  int32_t order;
  rs__move move[RS__STEP_MOVES];
} rs__recipe;

/* Moves that take X from noise level s down to t, s > t >= 0. */
typedef void (*rs__solver_fn)(double s, double t, rs__recipe *r);

typedef struct rs__solver {
  int32_t id;
  const char *name;
  rs__solver_fn step;
} rs__solver;

/* The solver of that RS_SOLVER_... number; NULL if there is none (DEFAULT is none). */
const rs__solver *rs__solver_find(int32_t id);

/* For the families: append a move. Terms follow their COMBINE. */
void rs__solver_eval(rs__recipe *r, int32_t in, double sigma, int32_t out);
void rs__solver_combine(rs__recipe *r, int32_t out);
void rs__solver_term(rs__recipe *r, double c, int32_t vector);

/* The families. */
void rs__solver_euler(double s, double t, rs__recipe *r);
void rs__solver_heun(double s, double t, rs__recipe *r);
void rs__solver_dpm_3(double s, double t, rs__recipe *r);

#endif
