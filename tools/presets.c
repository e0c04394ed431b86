/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "presets.h"
#include "say.h"
#include "schedule.h"

static error_t parse(int key, char *arg, struct argp_state *state) {
  (void)state;
  if (key == ARGP_KEY_ARG)
    say_usage("presets wants nothing more, not \"%s\"", arg);
  return ARGP_ERR_UNKNOWN;
}

static bool list(const char *name, int width) {
  rs_schedule_options schedule;
  rs_schedule_options_init(&schedule);
  if (rs_preset(name, &schedule) != RS_OK) {
    say("the preset %s cannot be read", name);
    return false;
  }
  rs_sampler *plan = schedule_plan(NULL, &schedule);
  char *segments = plan_segments(&schedule);
  if (plan && segments)
    printf("%-*s %4lld evaluations  %s\n", width, name, (long long)rs_plan_nfe(plan),
           *segments ? segments : "no restarts");
  bool good = plan && segments;
  free(segments);
  rs_sampler_free(plan);
  return good;
}

int presets_list(int argc, char **argv) {
  static const struct argp argp = {
      .parser = parse,
      .doc = "Lists the presets: name, evaluations of the network, segments.",
  };
  argv[0] = say_command = "restart-sampler presets";
  argp_parse(&argp, argc, argv, 0, NULL, NULL);
  size_t width = 0;
  for (size_t i = 0; rs_preset_name(i); ++i)
    width = strlen(rs_preset_name(i)) > width ? strlen(rs_preset_name(i)) : width;
  bool good = true;
  for (size_t i = 0; rs_preset_name(i) && good; ++i)
    good = list(rs_preset_name(i), (int)width);
  return good ? EXIT_DONE : EXIT_FAILED;
}
