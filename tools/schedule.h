/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SCHEDULE_H
#define TOOL_SCHEDULE_H

#include <stdbool.h>

#include "schedule_options.h"

/* The schedule of a method under these options, for a model (NULL: one of process VE). False (and
 * said) when it is impossible. It refers to the options' segments. */
bool schedule_build(const struct schedule_options *options, int method, const rs_model *model,
                    rs_schedule_options *schedule);

/* A sampler without memory of its own to speak of that holds the plan of schedule; NULL (and said)
 * on failure. */
rs_sampler *schedule_plan(const rs_model *model, const rs_schedule_options *schedule);

#endif
