/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PLAN_H
#define TOOL_PLAN_H

#include "schedule_options.h"

/* --plan: prints and draws the schedule for a model as in schedule_build. Answers the exit
 * status. */
int plan_show(const struct schedule_options *options, const rs_model *model);

/* The segments of a schedule as text to be freed; NULL (and said) when there is no memory. */
char *plan_segments(const rs_schedule_options *schedule);

#endif
