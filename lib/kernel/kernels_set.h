/* SPDX-License-Identifier: MIT
 * Included once for each instruction set: SET, its name; TARGET, what a function needs to be
 * compiled for it. */

#define NAME(x) JOIN(x, SET)
#include "kernel/kernels_noise.h"
#undef NAME

#define REAL float
#define BITS uint32_t
#define FINITE 0x00800000u
#define NAME(x) JOIN(x##_f32, SET)
#include "kernel/kernels_vector.h"
#undef REAL
#undef BITS
#undef FINITE
#undef NAME

#define REAL double
#define BITS uint64_t
#define FINITE 0x0010000000000000u
#define NAME(x) JOIN(x##_f64, SET)
#include "kernel/kernels_vector.h"
#undef REAL
#undef BITS
#undef FINITE
#undef NAME

#define NAME(x) JOIN(x, SET)
#define TEXT(x) #x
#define QUOTED(x) TEXT(x)
static const rs__kernels NAME(kernels) = {
    QUOTED(SET),         NAME(combine_f32), NAME(combine_f64), NAME(nonfinite_f32),
    NAME(nonfinite_f64), NAME(blend_f32),   NAME(blend_f64),   NAME(scale_f32),
    NAME(scale_f64),     NAME(clip_f32),    NAME(clip_f64),    NAME(normals)};
#undef NAME
#undef TEXT
#undef QUOTED
