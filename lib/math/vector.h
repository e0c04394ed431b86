/* SPDX-License-Identifier: MIT
 * What needs more of a state than one element at a time. Each comes for float and for double. */
#ifndef RS_MATH_VECTOR_H
#define RS_MATH_VECTOR_H

#include <stddef.h>

/* Standard deviation about the mean, summed in double from the first element to the last. */
double rs__vector_spread_f32(const float *v, size_t n);
double rs__vector_spread_f64(const double *v, size_t n);

/* The q-quantile of |v|, linear between order statistics; scratch has n elements. */
double rs__vector_quantile_f32(const float *v, size_t n, double q, float *scratch);
double rs__vector_quantile_f64(const double *v, size_t n, double q, double *scratch);

/* Widens float noise. */
void rs__vector_widen(double *out, const float *v, size_t n);

#endif
