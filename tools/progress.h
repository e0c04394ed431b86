/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

#include <stdbool.h>

#include <restart/restart.h>

/* How far the picture is: a bar on a terminal, otherwise a line now and then. */
struct progress {
  bool quiet;
  bool terminal;
  const char *name; /* of the picture */
  int picture;      /* which one, from 1 */
  int pictures;
  int restarts; /* iterations of all restarts of the plan */
  int restart;  /* the present one, from 1 */
  double began;
  double shown;
};

void progress_init(struct progress *progress, bool quiet, int pictures);

/* A picture begins, under the plan of sampler. */
void progress_begin(struct progress *progress, const char *name, const rs_sampler *sampler);

/* An evaluation is finished. */
void progress_evaluation(struct progress *progress, const rs_eval *eval);

/* The picture is finished or given up: takes the bar away. Answers the seconds it took. */
double progress_end(struct progress *progress);

#endif
