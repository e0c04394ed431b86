/* SPDX-License-Identifier: MIT
 * The only code that touches states. Elementwise and in a fixed order, so that neither the batch
 * split nor the instruction set changes a bit. Each comes for float and for double. */
#ifndef RS_MATH_VECTOR_H
#define RS_MATH_VECTOR_H

#include <stddef.h>
#include <stdint.h>

/* out = ((c[0] v[0] + c[1] v[1]) + c[2] v[2]) ...; count vectors of n numbers each, or zeros for
 * none. out may be one of the v. Coefficients are rounded to the state's type. */
void rs__vector_combine_f32(float *out, size_t n, int count, const float *const *v,
                            const double *c);
void rs__vector_combine_f64(double *out, size_t n, int count, const double *const *v,
                            const double *c);

/* The first index whose value is not finite; n if all are. */
size_t rs__vector_nonfinite_f32(const float *v, size_t n);
size_t rs__vector_nonfinite_f64(const double *v, size_t n);

/* Widens float noise. */
void rs__vector_widen(double *out, const float *v, size_t n);

#endif
