/* SPDX-License-Identifier: MIT */
#include "part/solver.h"

static const rs__solver solvers[] = {
    {RS_SOLVER_EULER, "euler", "1st order, = DDIM", 1, 0, false, false, true, rs__solver_euler},
    {RS_SOLVER_HEUN, "heun", "2nd order, EDM's", 2, 0, false, false, false, rs__solver_heun},
    {RS_SOLVER_DPM_3, "dpm_3", "DPM-Solver-3, single step", 3, 0, false, false, false,
     rs__solver_dpm_3},
    {RS_SOLVER_DPM_2, "dpm_2", "DPM-Solver-2, midpoint", 2, 0, false, false, false,
     rs__solver_dpm_2},
    {RS_SOLVER_DPMPP_2S, "dpmpp_2s", "DPM-Solver++ 2S", 2, 0, false, false, false,
     rs__solver_dpmpp_2s},
    {RS_SOLVER_DPMPP_2M, "dpmpp_2m", "DPM-Solver++ 2M", 2, 1, false, false, false,
     rs__solver_dpmpp_2m},
    {RS_SOLVER_DPMPP_3M, "dpmpp_3m", "DPM-Solver++ 3M", 2, 2, false, false, false,
     rs__solver_dpmpp_3m},
    {RS_SOLVER_UNIPC, "unipc", "UniPC, bh2, to order 3", 3, 3, true, false, false,
     rs__solver_unipc},
    {RS_SOLVER_DEIS, "deis", "tAB in log rho, to order 3", 3, 2, true, false, false,
     rs__solver_deis},
    {RS_SOLVER_IPNDM, "ipndm", "fixed Adams, to order 4", 4, 3, true, false, true,
     rs__solver_ipndm},
    {RS_SOLVER_LMS, "lms", "variable Adams, to order 4", 4, 3, true, false, true, rs__solver_lms},
    {RS_SOLVER_PNDM, "pndm", "fixed Adams, Runge-Kutta start", 4, 3, false, false, true,
     rs__solver_pndm},
    {RS_SOLVER_EULER_ANCESTRAL, "euler_ancestral", "Euler, = DDPM's", 1, 0, false, true, false,
     rs__solver_euler_ancestral},
    {RS_SOLVER_DPM_2_ANCESTRAL, "dpm_2_ancestral", "DPM-Solver-2", 1, 0, false, true, false,
     rs__solver_dpm_2_ancestral},
    {RS_SOLVER_DPMPP_2S_ANCESTRAL, "dpmpp_2s_ancestral", "DPM-Solver++ 2S", 1, 0, false, true,
     false, rs__solver_dpmpp_2s_ancestral},
    {RS_SOLVER_DPMPP_SDE, "dpmpp_sde", "DPM-Solver++ SDE, two draws", 1, 0, false, true, false,
     rs__solver_dpmpp_sde},
    {RS_SOLVER_DPMPP_2M_SDE, "dpmpp_2m_sde", "DPM-Solver++ 2M SDE, midpoint", 2, 1, false, true,
     false, rs__solver_dpmpp_2m_sde},
    {RS_SOLVER_DPMPP_3M_SDE, "dpmpp_3m_sde", "DPM-Solver++ 3M SDE", 2, 2, false, true, false,
     rs__solver_dpmpp_3m_sde},
    {RS_SOLVER_EULER_MARUYAMA_VE, "euler_maruyama_ve", "reverse VE SDE", 1, 0, false, true, false,
     rs__solver_euler_maruyama_ve},
    {RS_SOLVER_EULER_MARUYAMA_VP, "euler_maruyama_vp", "reverse VP SDE", 1, 0, false, true, false,
     rs__solver_euler_maruyama_vp},
    {RS_SOLVER_SA, "sa_solver", "SA-Solver, stochastic Adams", 3, 3, true, true, false,
     rs__solver_sa},
    {RS_SOLVER_ER_SDE, "er_sde", "ER-SDE-Solver, to 3", 3, 2, true, true, false, rs__solver_er_sde},
    {RS_SOLVER_SEEDS_2, "seeds_2", "SEEDS-2, two stages", 2, 0, false, true, false,
     rs__solver_seeds_2},
    {RS_SOLVER_SEEDS_3, "seeds_3", "SEEDS-3, three stages", 2, 0, false, true, false,
     rs__solver_seeds_3},
    {RS_SOLVER_EULER_VE, "euler_ve", "Euler in the time of VE", 1, 0, false, false, true,
     rs__solver_euler_ve},
    {RS_SOLVER_HEUN_VE, "heun_ve", "Heun in the time of VE", 2, 0, false, false, true,
     rs__solver_heun_ve},
    {RS_SOLVER_EULER_VP, "euler_vp", "Euler in the time of VP", 1, 0, false, false, true,
     rs__solver_euler_vp},
    {RS_SOLVER_HEUN_VP, "heun_vp", "Heun in the time of VP", 2, 0, false, false, true,
     rs__solver_heun_vp},
};

enum { COUNT = sizeof solvers / sizeof *solvers };

const rs__solver *rs__solver_at(size_t index) {
  return index < COUNT ? &solvers[index] : NULL;
}

const rs__solver *rs__solver_find(int32_t id) {
  for (size_t i = 0; i < COUNT; i++)
    if (solvers[i].id == id)
      return &solvers[i];
  return NULL;
}

void rs__solver_step(const rs__solver *solver, const rs__leg *leg, rs__recipe *r) {
  if (leg->t == 0 && !solver->to_zero)
    rs__solver_euler(leg, r);
  else
    solver->step(leg, r);
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

void rs__solver_noise(rs__recipe *r, double c, uint32_t purpose) {
  rs__move *m = &r->move[r->count - 1];
  m->c_noise = c;
  m->purpose = purpose;
}
