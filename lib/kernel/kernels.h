/* SPDX-License-Identifier: MIT
 * The only code that touches states, once for each instruction set. The sources fix the order of
 * operations and all is elementwise, so the sets give the same bits; "c" defines the meaning.
 *
 * No array needs to be aligned. Arrays of one call are the same or do not overlap. */
#ifndef RS_KERNEL_KERNELS_H
#define RS_KERNEL_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include <restart/restart.h>

typedef struct rs__kernels {
  const char *name;

  /* out = ((c[0] v[0] + c[1] v[1]) + c[2] v[2]) ...; count vectors of n numbers each, or zeros for
   * none. Coefficients are rounded to the state's type. */
  void (*combine_f32)(float *out, size_t n, int count, const float *const *v, const double *c);
  void (*combine_f64)(double *out, size_t n, int count, const double *const *v, const double *c);

  /* The first index whose value is not finite; n if all are. */
  size_t (*nonfinite_f32)(const float *v, size_t n);
  size_t (*nonfinite_f64)(const double *v, size_t n);

  /* out += mask (v - out). */
  void (*blend_f32)(float *out, size_t n, const float *v, const float *mask);
  void (*blend_f64)(double *out, size_t n, const double *v, const double *mask);

  /* v *= c, rounded once. */
  void (*scale_f32)(float *v, size_t n, double c);
  void (*scale_f64)(double *v, size_t n, double c);

  /* To within [low, high]. */
  void (*clip_f32)(float *v, size_t n, double low, double high);
  void (*clip_f64)(double *v, size_t n, double low, double high);

  /* Unit normals number first .. first + count - 1 of the stream of key. */
  void (*normals)(const rs_noise_key *key, uint64_t first, size_t count, float *output);
} rs__kernels;

/* The best that this processor runs. */
const rs__kernels *rs__kernels_best(void);

/* Number index from the best down, only those that this processor runs; NULL past the last. */
const rs__kernels *rs__kernels_at(size_t index);

#endif
