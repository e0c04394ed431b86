/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SCHEDULE_H
#define TOOL_SCHEDULE_H

#include <stdbool.h>

#include "options.h"

/* The schedule of a method under these options. False (and said) when it is impossible. It refers
 * to the options' segments. */
bool schedule_build(const struct options *options, int method, rs_schedule_options *schedule);

/* A sampler without a network that holds the plan of schedule; NULL (and said) on failure. */
rs_sampler *schedule_plan(const rs_schedule_options *schedule);

#endif
