/* SPDX-License-Identifier: MIT */
#ifndef RESTART_SHIM_EXEMPLAR_KERNEL_H
#define RESTART_SHIM_EXEMPLAR_KERNEL_H

#include <stddef.h>

/* The loops of an evaluation. One source, compiled once per instruction set; everything is
 * elementwise along z or y in an order that the source fixes, so all variants give the same bits.
 *
 * A matrix has one row per exemplar column v and one lane per output column. Lanes are skewed,
 * lane z of row v standing for output column (z + v) mod width, so that sums along the diagonals
 * (y + b, v + b) are sums down the rows. `lanes` is the output width rounded up to RS__LANES; the
 * lanes beyond the width hold finite numbers that nobody reads. */
enum { RS__LANES = 8, RS__ROWS = 8, RS__TAIL = 64 };

/* One row of the output against one row of the exemplar. */
typedef struct rs__differ {
  size_t channels, columns, lanes;
  const float *y; /* channels rows, y_stride apart, periodic, columns + lanes long */
  size_t y_stride;
  const float *e; /* channels rows, e_stride apart */
  size_t e_stride;
  float *squares;      /* out: the squared differences */
  float *prefix;       /* in and out: their running sum */
  const float *suffix; /* rows suffix_stride apart */
  size_t suffix_stride;
  float *window; /* out: suffix + prefix */
} rs__differ;

/* Sums of `side` consecutive rows of a matrix, unskewed. */
typedef struct rs__slide {
  size_t columns, lanes, width, side;
  float *matrix; /* in: columns rows; spoilt; has room for side - 1 rows more */
  float *prefix; /* work space, 1 row */
  float *out;    /* columns rows of out_stride >= 2 * lanes; lane y is output column y */
  size_t out_stride;
} rs__slide;

/* The running softmax of one row of output pixels: `lowest` distance so far, sum of weights, and
 * weighted sums of the channels, each one row of lanes. Weights are 2^(-rate (distance - lowest)).
 */
typedef struct rs__absorb {
  size_t channels, columns, lanes;
  float rate;
  const float *distance; /* columns rows, distance_stride apart */
  size_t distance_stride;
  const float *e; /* channels rows, e_stride apart, columns + RS__ROWS readable */
  size_t e_stride;
  float *lowest; /* the state; the 1 + channels sums follow it */
  float *least;  /* work space, one row for RS__ROWS columns */
  float *weight; /* work space, RS__ROWS rows */
} rs__absorb;

/* The pixels of a block against those at one offset in the exemplar. y and e are where the window
 * of the first pixel begins; rows are y_stride and e_stride apart, channels y_plane and e_plane. */
typedef struct rs__compare {
  size_t channels, rows, columns, side;
  size_t pitch; /* at least columns + side - 1; like columns a multiple of RS__LANES */
  const float *y;
  size_t y_stride, y_plane;
  const float *e;
  size_t e_stride, e_plane;
  float *squares;      /* work space, rows + side - 1 rows of pitch */
  float *sums, *spare; /* likewise, rows of pitch and RS__TAIL */
  float *windows;      /* likewise, rows of pitch */
  float *distance;     /* out: rows x columns */
} rs__compare;

/* The running softmax of a block, as rs__absorb has it for a row. */
typedef struct rs__blend {
  size_t channels, rows, columns;
  size_t room; /* between blocks of numbers, at least rows x columns */
  float rate;
  size_t count;          /* of offsets, at most RS__ROWS */
  const float *distance; /* a block for each */
  const float *const *e; /* the exemplar at the block's first pixel and each offset */
  size_t e_stride, e_plane;
  float *lowest; /* the state; the 1 + channels sums follow it */
  float *old;    /* work space, a block */
  float *weight; /* likewise */
} rs__blend;

typedef struct rs__kernels {
  const char *name;
  void (*differ)(const rs__differ *job);
  /* low[i] += high[i]; count is a multiple of RS__LANES */
  void (*add)(float *low, const float *high, size_t count);
  void (*slide)(const rs__slide *job);
  void (*absorb)(const rs__absorb *job);
  /* adds softmax state `from` to `into`; both are 2 + channels rows of lanes */
  void (*merge)(float *into, const float *from, size_t channels, size_t lanes, float rate);
  void (*compare)(const rs__compare *job);
  void (*blend)(const rs__blend *job);
  /* whether any number is at most its bound */
  int (*any_within)(const float *numbers, const float *bounds, size_t lanes);
} rs__kernels;

extern const rs__kernels rs__exemplar_kernels_c;
extern const rs__kernels rs__exemplar_kernels_avx2;

/* The best that this processor runs. */
const rs__kernels *rs__exemplar_kernels(void);

/* Number index from the best down, only those that this processor runs; NULL past the last. */
const rs__kernels *rs__exemplar_kernels_at(size_t index);

#endif
