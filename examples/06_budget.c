/* SPDX-License-Identifier: MIT
 * "I have 60 evaluations": the ODE, the SDE and Restart side by side at the same cost. Each plan
 * gets as many steps as the budget pays for; a Restart plan that cannot have its restarts for that
 * is refused, never silently turned into an ODE. */
#include <stdio.h>

#include <restart/restart.h>

static int64_t plan(rs_sampler *s, const char *name, const rs_schedule_options *sc) {
  if (rs_schedule(s, sc) != RS_OK) {
    printf("%-10s %s\n", name, rs_sampler_message(s));
    return 0;
  }
  printf("%-10s %3lld evaluations in %2zu steps\n", name, (long long)rs_plan_nfe(s),
         rs_plan_count(s));
  return rs_plan_nfe(s);
}

int main(void) {
  const rs_segment segment = {5, 3, 0.06, 0.3};
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.elements = 1;
  rs_sampler *s = NULL;
  if (rs_sampler_new(&so, &s) != RS_OK)
    return 1;

  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.budget = 60;
  const int64_t ode = plan(s, "ODE", &sc);

  sc.s_churn = 10;
  const int64_t sde = plan(s, "SDE", &sc);

  sc.s_churn = 0;
  sc.segments = &segment;
  sc.segment_count = 1;
  const int64_t restart = plan(s, "Restart", &sc);

  sc.budget = 20;
  const int64_t refused = plan(s, "Restart", &sc);
  rs_sampler_free(s);
  return !(ode == 59 && sde == 59 && restart == 59 && refused == 0);
}
