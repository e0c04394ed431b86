/* SPDX-License-Identifier: MIT
 * Lists of noise levels. */
#ifndef RS_MATH_GRID_H
#define RS_MATH_GRID_H

#include <stdbool.h>
#include <stddef.h>

/* points levels from high down to low, spaced evenly in sigma^(1/rho) (Karras et al. 2022, eq. 5).
 * Both ends are exact; a single point is high. */
void rs__grid_karras(double high, double low, double rho, size_t points, double *sigmas);

/* True if the levels are finite, strictly decreasing, and positive except that the last may be 0.
 * Otherwise *wrong is the index of the first level that is not. */
bool rs__grid_valid(const double *sigmas, size_t count, size_t *wrong);

/* The geometric mean of the ratio of neighbouring levels over the steps that a decreasing grid
 * takes from high to low; parts of steps count as such. low is positive and in the grid. */
double rs__grid_ratio(const double *sigmas, size_t count, double high, double low);

#endif
