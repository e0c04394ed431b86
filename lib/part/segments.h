/* SPDX-License-Identifier: MIT
 * Where restarts meet the main grid. */
#ifndef RS_PART_SEGMENTS_H
#define RS_PART_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include <restart/restart.h>

#include "base/note.h"
#include "math/process.h"

/* Places each segment on an inner node of the grid in the way `meet` (RS_MEET_...) says, changing
 * the grid where that asks for it: sigmas has room for *count + segment_count levels. Fills asked,
 * executed, node, ratio and main_ratio of infos. `drop`: segments that reach above the grid are
 * marked as dropped instead of refused. `snap`: the process to whose table t_min and t_max are
 * snapped beforehand, NULL for none. RS_ERR_SEGMENT_... with a sentence. */
rs_status rs__segments_meet(const rs_segment *segments, size_t segment_count, int32_t meet,
                            bool drop, const rs__process *snap, double *sigmas, size_t *count,
                            rs_segment_info *infos, rs__note *note);

#endif
