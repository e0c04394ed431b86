/* SPDX-License-Identifier: MIT
 * Schedule options as the caller gave them -> complete and in range, or refused with a sentence. */
#ifndef RS_PART_OPTIONS_H
#define RS_PART_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <restart/restart.h>

#include "base/note.h"

/* More steps than this are refused: nobody means it, and counts stay far from overflow. */
#define RS__STEPS_MAX 1000000

/* A field that is a number: what 0 stands for, and its range. Lists and the budget are apart. */
typedef struct rs__option {
  const char *name;
  size_t offset;
  bool real; /* double; otherwise int32_t */
  double standard, least, most;
} rs__option;

/* Field number index; NULL past the last. */
const rs__option *rs__options_at(size_t index);

/* Its value in a struct. */
double rs__options_get(const rs_schedule_options *options, const rs__option *field);
void rs__options_set(rs_schedule_options *options, const rs__option *field, double value);

/* Reads the caller's struct (NULL: all defaults), fills in defaults and checks each field by
 * itself. The grid and the segments are judged where they are made. */
rs_status rs__options_schedule(const rs_schedule_options *callers, rs_schedule_options *ours,
                               rs__note *note);

#endif
