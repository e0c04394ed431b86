/* SPDX-License-Identifier: MIT
 * Schedule options as the caller gave them -> complete and in range, or refused with a sentence. */
#ifndef RS_PART_OPTIONS_H
#define RS_PART_OPTIONS_H

#include <restart/restart.h>

#include "base/note.h"

/* More steps than this are refused: nobody means it, and counts stay far from overflow. */
#define RS__STEPS_MAX 1000000

/* Reads the caller's struct (NULL: all defaults), fills in defaults and checks each field by
 * itself. The grid and the segments are judged where they are made. */
rs_status rs__options_schedule(const rs_schedule_options *callers, rs_schedule_options *ours,
                               rs__note *note);

#endif
