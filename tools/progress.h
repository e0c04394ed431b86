/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

#include <stdbool.h>

#include <restart/restart.h>

/* How far the run is: a bar on a terminal, otherwise a line now and then. */
struct progress {
  bool quiet;
  bool terminal;
  const char *name; /* of the unit: where its picture goes */
  const char *unit; /* what is counted: "picture", "batch" */
  int number;       /* of the present unit, from 1 */
  int units;
  int restarts; /* iterations of all restarts of the plan */
  int restart;  /* the present one, from 1 */
  const rs_sampler *sampler;
  int step;            /* of the plan, up to which restarts are counted */
  int64_t done_before; /* evaluations of the unit that another process made; -1: not known yet */
  double began;
  double shown;
};

void progress_init(struct progress *progress, bool quiet, const char *unit, int units);

/* So many units are there already. */
void progress_skip(struct progress *progress, int units);

/* A unit begins, under the plan of sampler. */
void progress_begin(struct progress *progress, const char *name, const rs_sampler *sampler);

/* An evaluation is finished. */
void progress_evaluation(struct progress *progress, const rs_eval *eval);

/* The unit is finished or given up: takes the bar away. Answers the seconds it took. */
double progress_end(struct progress *progress);

#endif
