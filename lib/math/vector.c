/* SPDX-License-Identifier: MIT */
#include "math/vector.h"

#include <math.h>

#define REAL float
#define NAME(x) x##_f32
#include "math/vector_template.h"
#undef REAL
#undef NAME

#define REAL double
#define NAME(x) x##_f64
#include "math/vector_template.h"
#undef REAL
#undef NAME

void rs__vector_widen(double *out, const float *v, size_t n) {
  for (size_t i = 0; i < n; i++)
    out[i] = (double)v[i];
}
