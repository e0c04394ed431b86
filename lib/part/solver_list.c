/* SPDX-License-Identifier: MIT
 * The solvers by number and by name. */
#include "base/named.h"
#include "base/sized.h"
#include "part/solver.h"

/* What other programs call them. */
static const rs__named aliases[] = {
    {"ddim", RS_SOLVER_EULER},
    {"edm", RS_SOLVER_HEUN},
    {"dpm_solver_1", RS_SOLVER_EULER},
    {"dpm1", RS_SOLVER_EULER},
    {"dpm_solver_2", RS_SOLVER_DPM_2},
    {"dpm2", RS_SOLVER_DPM_2},
    {"midpoint", RS_SOLVER_DPM_2},
    {"dpm_solver_3", RS_SOLVER_DPM_3},
    {"dpm3", RS_SOLVER_DPM_3},
    {"dpm_solverpp_2s", RS_SOLVER_DPMPP_2S},
    {"dpm_solverpp_2m", RS_SOLVER_DPMPP_2M},
    {"dpm_solverpp_3m", RS_SOLVER_DPMPP_3M},
    {"dpm_solverpp", RS_SOLVER_DPMPP_2M},
    {"uni_pc", RS_SOLVER_UNIPC},
    {"uni_pc_bh2", RS_SOLVER_UNIPC},
    {"tab", RS_SOLVER_DEIS},
    {"ddpm", RS_SOLVER_EULER_ANCESTRAL},
    {"euler_a", RS_SOLVER_EULER_ANCESTRAL},
    {"dpm2_a", RS_SOLVER_DPM_2_ANCESTRAL},
    {"dpm2_ancestral", RS_SOLVER_DPM_2_ANCESTRAL},
    {"dpm_2_a", RS_SOLVER_DPM_2_ANCESTRAL},
    {"dpmpp_2s_a", RS_SOLVER_DPMPP_2S_ANCESTRAL},
    {"dpm_solverpp_sde", RS_SOLVER_DPMPP_SDE},
    {"dpm_solverpp_2m_sde", RS_SOLVER_DPMPP_2M_SDE},
    {"dpm_solverpp_3m_sde", RS_SOLVER_DPMPP_3M_SDE},
    {"sa", RS_SOLVER_SA},
    {"er_sde_3", RS_SOLVER_ER_SDE},
    {"er_sde_solver", RS_SOLVER_ER_SDE},
    {NULL, 0},
};

void rs_entry_init_sized(rs_entry *entry, size_t size) {
  rs__sized_init(entry, size);
}

rs_status rs_solver_at(size_t index, rs_entry *entry) {
  const rs__solver *s = rs__solver_at(index);
  if (!entry)
    return RS_ERR_ARGUMENT;
  if (!s)
    return RS_ERR_NAME;
  const rs_entry e = {.size = sizeof e,
                      .id = s->id,
                      .order = s->order,
                      .stochastic = s->stochastic,
                      .name = s->name,
                      .summary = s->summary};
  return rs__sized_write(entry, &e, sizeof e, RS__FIRST_ENTRY);
}

rs_status rs_solver_named(const char *name, int32_t *solver) {
  if (!name || !solver)
    return RS_ERR_ARGUMENT;
  const rs__solver *s;
  for (size_t i = 0; (s = rs__solver_at(i)) != NULL; i++)
    if (rs__named_equal(name, s->name)) {
      *solver = s->id;
      return RS_OK;
    }
  return rs__named_find(aliases, name, solver);
}
