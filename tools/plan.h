/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PLAN_H
#define TOOL_PLAN_H

#include "options.h"

/* texture --plan: prints and draws the schedule. Answers the exit status. */
int plan_show(const struct options *options);

/* The segments of a schedule as text to be freed; NULL (and said) when there is no memory. */
char *plan_segments(const rs_schedule_options *schedule);

#endif
