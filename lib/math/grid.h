/* SPDX-License-Identifier: MIT
 * Lists of noise levels. */
#ifndef RS_MATH_GRID_H
#define RS_MATH_GRID_H

#include <stdbool.h>
#include <stddef.h>

/* points levels from high down to low, spaced evenly in sigma^(1/rho) (Karras et al. 2022, eq. 5).
 * Both ends are exact; a single point is high. */
void rs__grid_karras(double high, double low, double rho, size_t points, double *sigmas);

/* All of these make points levels from high down to low with exact ends; a single point is high.
 * u = i / (points - 1).
 * log_power  ln sigma = ln low + (1-u)^exponent ln(high / low); 1 is even in ln sigma
 * linear     even in sigma
 * cosine     tan of even angles
 * vp         of Karras et al. 2022, table 1, even in t from 1 to 0.001, where the VP process has
 *            these ends */
void rs__grid_log_power(double high, double low, double exponent, size_t points, double *sigmas);
void rs__grid_linear(double high, double low, size_t points, double *sigmas);
void rs__grid_cosine(double high, double low, size_t points, double *sigmas);
void rs__grid_vp(double high, double low, size_t points, double *sigmas);

/* Entries of a rising table that lie within [low, high], evenly counted, from the highest; fewer
 * than points where there are fewer. Answers how many. */
size_t rs__grid_pick(const double *table, size_t count, double high, double low, size_t points,
                     double *sigmas);

/* A falling curve given at even places, linear in ln sigma between them, from high to low. */
void rs__grid_curve(const double *curve, size_t count, double high, double low, size_t points,
                    double *sigmas);

/* Drops levels that are not below the one before. Answers how many are left. */
size_t rs__grid_distinct(double *sigmas, size_t count);

/* True if the levels are finite (the first may be infinite where `infinite` says so), strictly
 * decreasing, and positive except that the last may be 0. Otherwise *wrong is the index of the
 * first level that is not. */
bool rs__grid_valid(const double *sigmas, size_t count, bool infinite, size_t *wrong);

/* The geometric mean of the ratio of neighbouring levels over the steps that a decreasing grid
 * takes from high to low; parts of steps count as such. low is positive and in the grid. */
double rs__grid_ratio(const double *sigmas, size_t count, double high, double low);

#endif
