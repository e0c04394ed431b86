/* SPDX-License-Identifier: MIT
 * The Beta distribution. */
#ifndef RS_MATH_BETA_H
#define RS_MATH_BETA_H

/* The x with P(X <= x) = p, X being Beta(a, b) distributed, 0 <= p <= 1; a and b from 0.1 to 10.
 * The error is about 1e-14, relative to x or to 1 - x, whichever is smaller. */
double rs__beta_quantile(double p, double a, double b);

#endif
