/* SPDX-License-Identifier: MIT
 * The grids of the ablation in Karras et al. 2022 (table 1, its program's defaults), written from
 * their formulas and apart from the library's. */
#ifndef SUPPORT_GRIDS_H
#define SUPPORT_GRIDS_H

#include <stddef.h>

enum { GRIDS_MOST = 64 };

/* Writes `steps` levels of grid vp, ve, iddpm or edm and a 0; returns how many are written. */
size_t grids_ablation(const char *name, int steps, double sigmas[GRIDS_MOST]);

#endif
