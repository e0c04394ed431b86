/* SPDX-License-Identifier: MIT
 * The adaptor between the solvers, which know only the denoiser D(y; sigma) on the state
 * y = x0 + sigma eps, and the network, whatever its process and prediction. Every kind is linear:
 *
 *     D(y; sigma) = c_skip y + c_out network(c_in y; time)                                      */
#ifndef RS_PART_MODEL_H
#define RS_PART_MODEL_H

#include <restart/restart.h>

#include "base/note.h"

typedef struct rs__scaling {
  double c_in, c_skip, c_out, time;
} rs__scaling;

/* Fills in defaults and refuses what is out of range. */
rs_status rs__model_check(rs_model *model, rs__note *note);

/* The scaling at one noise level, sigma > 0. */
rs__scaling rs__model_scaling(const rs_model *model, double sigma);

#endif
