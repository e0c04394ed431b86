/* SPDX-License-Identifier: MIT
 * The adaptor between the solvers, which know only the denoiser D(y; sigma) on the state
 * y = x0 + sigma eps, and the network, whatever its process and prediction. Every kind is linear:
 *
 *     D(y; sigma) = c_skip y + c_out network(c_in y; time)
 *
 * At sigma infinity (alpha 0) y stands for the network's noisy input itself. */
#ifndef RS_PART_MODEL_H
#define RS_PART_MODEL_H

#include <stdbool.h>

#include <restart/restart.h>

#include "base/memory.h"
#include "base/note.h"
#include "math/process.h"

typedef struct rs__scaling {
  double alpha, c_in, c_skip, c_out, time;
} rs__scaling;

/* Fills in defaults and refuses what is out of range. */
rs_status rs__model_check(rs_model *model, rs__note *note);

/* The process of a checked model. Its table is to be given back: rs__memory_give(memory, *table);
 * NULL where there is none. */
rs_status rs__model_process(const rs_model *model, rs__memory *memory, rs__process *process,
                            double **table, rs__note *note);

/* The scaling at one noise level, sigma > 0. */
rs__scaling rs__model_scaling(const rs_model *model, const rs__process *process, double sigma);

/* Whether the network can be asked at infinite sigma. */
bool rs__model_at_infinity(const rs_model *model);

/* Evaluations that one estimate costs: 2 with guidance, where it applies. */
int32_t rs__model_passes(const rs_model *model, double sigma);

#endif
