/* SPDX-License-Identifier: MIT */
#include "part/solver.h"

#include <stddef.h>

static const rs__solver solvers[] = {
    {RS_SOLVER_EULER, "euler", rs__solver_euler},
    {RS_SOLVER_HEUN, "heun", rs__solver_heun},
    {RS_SOLVER_DPM_3, "dpm_3", rs__solver_dpm_3},
};

const rs__solver *rs__solver_find(int32_t id) {
  for (size_t i = 0; i < sizeof solvers / sizeof *solvers; i++)
    if (solvers[i].id == id)
      return &solvers[i];
  return NULL;
}

void rs__solver_eval(rs__recipe *r, int32_t in, double sigma, int32_t out) {
  r->move[r->count++] = (rs__move){.kind = RS__EVAL, .in = in, .sigma = sigma, .out = out};
}

void rs__solver_combine(rs__recipe *r, int32_t out) {
  r->move[r->count++] = (rs__move){.kind = RS__COMBINE, .out = out};
}

void rs__solver_term(rs__recipe *r, double c, int32_t vector) {
  rs__move *m = &r->move[r->count - 1];
  m->vector[m->terms] = vector;
  m->c[m->terms] = c;
  m->terms++;
}
