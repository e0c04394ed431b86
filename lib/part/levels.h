/* SPDX-License-Identifier: MIT
 * The noise levels that the options ask for: of the main grid, and of restarts. */
#ifndef RS_PART_LEVELS_H
#define RS_PART_LEVELS_H

#include <stdbool.h>
#include <stddef.h>

#include <restart/restart.h>

#include "base/note.h"
#include "math/process.h"

/* Numbers that making the grid needs room for, before segments change it. */
size_t rs__levels_room(const rs_schedule_options *options);

/* Fills in sigma_min and sigma_max where the options leave them open. `infinite`: the network can
 * be asked at infinite sigma. */
void rs__levels_range(rs_schedule_options *options, const rs__process *process, bool infinite);

/* Writes the levels, highest first, and their number; the first may be infinite where `infinite`
 * says that the network can be asked there. RS_ERR_GRID with a sentence. */
rs_status rs__levels_make(const rs_schedule_options *options, const rs__process *process,
                          bool infinite, double *sigmas, size_t *count, rs__note *note);

/* The grid of a restart of so many points, snapped where the options say so; answers how many
 * levels that leaves. */
size_t rs__levels_restart(const rs_schedule_options *options, const rs__process *process,
                          const rs_segment *segment, size_t points, double *sigmas);

/* The name of a grid; NULL if there is none of that number. */
const char *rs__levels_name(int32_t grid);

/* ---- levels_time.c: grids that are even in the process's own time */

bool rs__levels_timed(int32_t grid);

/* The number of levels; 0 if the process has no such time. */
size_t rs__levels_by_time(const rs_schedule_options *options, const rs__process *process,
                          double *sigmas);

#endif
