/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <stdio.h>

#include "base/elementary.h"
#include "part/levels.h"

#define REAL(x) rs__text_real((x), 6).s

/* The caller's own list has no name here. */
static void print_grid(const rs_schedule_options *o, rs__text *t) {
  static const char *const spacings[] = {"linspace", "leading", "trailing"};
  if (o->grid == RS_GRID_SIGMAS)
    return;
  rs__text_add(t, "%s", rs__levels_name(o->grid));
  if (o->grid == RS_GRID_KARRAS || o->grid == RS_GRID_POLYEXPONENTIAL)
    rs__text_add(t, " rho %s", REAL(o->rho));
  if (o->grid == RS_GRID_TIME)
    rs__text_add(t, " %s", spacings[o->spacing]);
  if (o->shift != 1)
    rs__text_add(t, " shift %s", REAL(o->shift));
  rs__text_add(t, ", %s", o->snap ? "snapped, " : "");
}

static void print_head(const rs__plan *p, rs__text *t) {
  const rs_schedule_options *o = &p->options;
  const char *main_name = rs__solver_find(o->solver)->name;
  rs__text_add(t, "%lld evaluations in %zu steps; solver %s", (long long)p->nfe, p->step_count,
               main_name);
  if (p->segment_count && o->restart_solver != o->solver)
    rs__text_add(t, ", %s in restarts", rs__solver_find(o->restart_solver)->name);
  rs__text_add(t, "\nmain grid: ");
  print_grid(o, t);
  const size_t last = p->sigma_count - 1, to_zero = p->sigmas[last] == 0;
  rs__text_add(t, "sigma %s to %s%s, %zu steps\n", REAL(p->sigmas[0]),
               REAL(p->sigmas[last - to_zero]), to_zero ? ", then 0" : "", last);
  if (o->s_churn > 0)
    rs__text_add(t, "churn: s_churn %s for sigma %s to %s, s_noise %s\n", REAL(o->s_churn),
                 REAL(o->s_min), REAL(o->s_max), REAL(o->s_noise));
  if (p->segment_count && o->restart_gamma > 0)
    rs__text_add(t, "churn inside restarts: gamma %s for sigma %s to %s\n", REAL(o->restart_gamma),
                 REAL(o->s_min), REAL(o->s_max));
}

static void print_segment(const rs__plan *p, size_t i, rs__text *t) {
  static const char *const how[] = {"moved a node onto t_min", "inserted a node",
                                    "snapped t_min to a node"};
  const rs_segment_info *s = &p->segments[i];
  const bool coarse = rs__log(s->ratio) > 2 * rs__log(s->main_ratio);
  if (s->dropped) {
    rs__text_add(t,
                 "segment %zu: asked [%d,%d,%s,%s], dropped: it reaches above the run's start; "
                 "%lld evaluations are spared\n",
                 i, (int)s->asked.points, (int)s->asked.iterations, REAL(s->asked.t_min),
                 REAL(s->asked.t_max), (long long)s->nfe);
    return;
  }
  rs__text_add(t, "segment %zu: asked [%d,%d,%s,%s], runs [%d,%d,%s,%s]\n", i, (int)s->asked.points,
               (int)s->asked.iterations, REAL(s->asked.t_min), REAL(s->asked.t_max),
               (int)s->executed.points, (int)s->executed.iterations, REAL(s->executed.t_min),
               REAL(s->executed.t_max));
  rs__text_add(t, "  %s (node %d); %lld evaluations; sigma falls by %s a step (main grid %s)%s\n",
               how[p->options.meet], (int)s->node, (long long)s->nfe, rs__text_real(s->ratio, 3).s,
               rs__text_real(s->main_ratio, 3).s,
               coarse ? ": coarse, more points may be needed" : "");
}

static void print_step(const rs_step_info *s, rs__text *t) {
  static const char *const kinds[] = {"main", "jump", "restart"};
  char place[48] = "";
  if (s->kind != RS_STEP_MAIN)
    snprintf(place, sizeof place, "%d.%d", (int)s->segment, (int)s->iteration);
  rs__text_add(t, "%5d  %-7s  %6s  %4d  %10s", (int)s->index, kinds[s->kind], place, (int)s->step,
               REAL(s->sigma_from));
  rs__text_add(t, "  %10s  %10s", s->sigma_hat > s->sigma_from ? REAL(s->sigma_hat) : "",
               REAL(s->sigma_to));
  rs__text_add(t, "  %5d  %3d  %4lld\n", (int)s->order, (int)s->nfe, (long long)s->nfe_done);
}

void rs__plan_print(const rs__plan *p, rs__text *t) {
  print_head(p, t);
  for (size_t i = 0; i < p->segment_count; i++)
    print_segment(p, i, t);
  rs__text_add(t, "\n index  kind     seg.it  step  sigma from     churned    sigma to  order  nfe"
                  "  done\n");
  for (size_t i = 0; i < p->step_count; i++)
    print_step(&p->steps[i].info, t);
}
