/* SPDX-License-Identifier: MIT
 * The exact denoiser of data that is a finite set of points, each as likely as the others. */
#ifndef TOY_EXACT_H
#define TOY_EXACT_H

#include <restart/restart.h>

enum { POINTS = 2000, DIMENSIONS = 20 };

typedef struct exact {
  float points[POINTS][DIMENSIONS];
  float columns[DIMENSIONS][POINTS]; /* the same, so that the loop over the points is inner */
} exact;

/* Reads POINTS x DIMENSIONS floats. 0, or 1 when the file is not that. */
int exact_read(exact *e, const char *path);

/* The network callback; user is an exact. D(x) is the mean of the points, weighted by
 * exp(-|x - y|^2 / (2 sigma^2)) (Karras et al. 2022, eq. 57). */
int32_t exact_evaluate(const rs_eval *e, void *user);

#endif
