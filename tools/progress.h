/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

#include <stdbool.h>

#include <restart/restart.h>

/* Room for a line, and for the time that is left. */
enum { PROGRESS_TEXT = 160, PROGRESS_LEFT = 48 };

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

/* What progress_evaluation is made of, for a run that counts otherwise. Whether it is time to show
 * something, `pause` seconds after the last time where that is not a terminal; the part that is
 * done, 0 to 1, with a text; and ", 2:07 left" (nothing for 0 seconds). */
bool progress_due(struct progress *progress, double pause, bool last);
void progress_show(const struct progress *progress, double part, const char *text);
void progress_left(double seconds, char *text);

/* The unit is finished or given up: takes the bar away. Answers the seconds it took. */
double progress_end(struct progress *progress);

#endif
