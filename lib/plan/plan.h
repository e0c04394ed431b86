/* SPDX-License-Identifier: MIT
 * A run as data: steps for people, moves for the machine. Made before the first evaluation. */
#ifndef RS_PLAN_PLAN_H
#define RS_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <restart/restart.h>

#include "base/memory.h"
#include "base/note.h"
#include "base/text.h"
#include "math/process.h"
#include "part/solver.h"

typedef struct rs__step {
  rs_step_info info;
  size_t first_move, end_move;
} rs__step;

typedef struct rs__plan {
  rs_schedule_options options; /* complete; its pointers are NULL */
  double *sigmas;              /* the main grid as executed */
  size_t sigma_count;
  rs_segment_info *segments;
  size_t segment_count;
  rs__step *steps;
  size_t step_count;
  rs__move *moves;
  size_t move_count;
  int64_t nfe;
  uint32_t slots;       /* bit s: vector s is used */
  bool scales_input;    /* some evaluation needs its input multiplied */
  bool guided;          /* some evaluation has two passes */
  uint64_t fingerprint; /* equal for plans that compute the same */
} rs__plan;

/* Compiles options for a checked model and its process. On failure the plan is empty. */
rs_status rs__plan_make(rs__plan *p, const rs_schedule_options *options, const rs_model *model,
                        const rs__process *process, rs__memory *memory, rs__note *note);

void rs__plan_free(rs__plan *p, rs__memory *memory);

/* Writes steps and moves, or counts them where the plan has no arrays yet. levels has room for the
 * longest restart's grid. */
void rs__plan_write(rs__plan *p, const rs_schedule_options *options, const rs_model *model,
                    const rs__process *process, double *levels);

/* The plan as a table. */
void rs__plan_print(const rs__plan *p, rs__text *t);

#endif
