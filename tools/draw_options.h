/* SPDX-License-Identifier: MIT */
#ifndef TOOL_DRAW_OPTIONS_H
#define TOOL_DRAW_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "schedule_options.h"
#include "shape.h"

/* Where options stand in --help. */
enum { GROUP_SAMPLES = 1, GROUP_SCHEDULE = 2, GROUP_RUNNING = 4 };

/* What is drawn: the options shared by the commands that sample a network. A number that is 0 was
 * not given. */
struct draw_options {
  const char *model;
  int count;
  int batch;
  uint64_t seed;
  const char *labels_text; /* as given, or NULL */
  int64_t *labels;         /* sample i has label i modulo label_count; to be freed */
  int label_count;
  bool guidance_given;
  double guidance;
  struct shape shape;
  const char *device;
  int32_t dtype; /* RS_TORCH_... */
  int threads;
  bool quiet;
  struct schedule_options schedule;
};

/* What is there when no option is given. */
#define DRAW_DEFAULTS .count = 1, .batch = 32, .schedule = {.sde_churn = 10}

/* For argp_child; their input is a struct draw_options. The first has all but the number of samples
 * and the schedule. */
extern const struct argp network_argp;
extern const struct argp draw_argp;

#endif
