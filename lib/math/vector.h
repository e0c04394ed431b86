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

/* out += mask (v - out). */
void rs__vector_blend_f32(float *out, size_t n, const float *v, const float *mask);
void rs__vector_blend_f64(double *out, size_t n, const double *v, const double *mask);

/* v *= c, rounded once. */
void rs__vector_scale_f32(float *v, size_t n, double c);
void rs__vector_scale_f64(double *v, size_t n, double c);

/* To within [low, high]. */
void rs__vector_clip_f32(float *v, size_t n, double low, double high);
void rs__vector_clip_f64(double *v, size_t n, double low, double high);

/* Standard deviation about the mean, summed in double from the first element to the last. */
double rs__vector_spread_f32(const float *v, size_t n);
double rs__vector_spread_f64(const double *v, size_t n);

/* The q-quantile of |v|, linear between order statistics; scratch has n elements. */
double rs__vector_quantile_f32(const float *v, size_t n, double q, float *scratch);
double rs__vector_quantile_f64(const double *v, size_t n, double q, double *scratch);

/* Widens float noise. */
void rs__vector_widen(double *out, const float *v, size_t n);

#endif
