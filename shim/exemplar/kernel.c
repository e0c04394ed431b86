/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "kernel.h"

#ifndef RS__KERNELS
#define RS__KERNELS rs__exemplar_kernels_c
#define RS__KERNELS_NAME "c"
#endif

/* Says to the compiler that a count is a multiple of RS__LANES. */
#define WHOLE(lanes) ((lanes) / RS__LANES * RS__LANES)

/* Weights below 2^-FAR of the largest are left out where a whole group of rows has no other; for
 * the others 2^-FLOOR stands for everything smaller, which keeps the products normal numbers. */
#define FAR 40.0f
#define FLOOR (-100.0f)

/* 2^x for x <= 0, relative error below 3e-7; exactly 1 at 0. NaN counts as FLOOR. */
static inline float exp2_small(float x) {
  const float shift = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
  x = x > FLOOR ? x : FLOOR;
  float t = x + shift;
  float r = x - (t - shift);
  float p = 0.00132647261f;
  p = p * r + 0.00967151299f;
  p = p * r + 0.0555073358f;
  p = p * r + 0.240222424f;
  p = p * r + 0.693147004f;
  p = p * r + 1.0f;
  uint32_t tb, pb;
  memcpy(&tb, &t, sizeof tb);
  memcpy(&pb, &p, sizeof pb);
  pb += tb << 23;
  memcpy(&p, &pb, sizeof p);
  return p;
}

/* ---- squared differences -------------------------------------------------------------------- */

static void square_first(float *restrict t, const float *restrict y, float e, size_t lanes) {
  for (size_t z = 0; z < WHOLE(lanes); z++) {
    float d = y[z] - e;
    t[z] = d * d;
  }
}

static void square_next(float *restrict t, const float *restrict y, float e, size_t lanes) {
  for (size_t z = 0; z < WHOLE(lanes); z++) {
    float d = y[z] - e;
    t[z] += d * d;
  }
}

static void square_three(float *restrict t, const float *restrict y, size_t y_stride,
                         const float *restrict e, size_t e_stride, size_t lanes) {
  const float *restrict y1 = y + y_stride, *restrict y2 = y1 + y_stride;
  const float e0 = e[0], e1 = e[e_stride], e2 = e[2 * e_stride];
  for (size_t z = 0; z < WHOLE(lanes); z++) {
    float d0 = y[z] - e0, d1 = y1[z] - e1, d2 = y2[z] - e2;
    t[z] = d0 * d0 + d1 * d1 + d2 * d2;
  }
}

static void square(float *t, const rs__differ *job, size_t v) {
  const float *y = job->y + v, *e = job->e + v;
  size_t c = 1;
  if (job->channels >= 3) {
    square_three(t, y, job->y_stride, e, job->e_stride, job->lanes);
    c = 3;
  } else {
    square_first(t, y, *e, job->lanes);
  }
  for (; c < job->channels; c++)
    square_next(t, y + c * job->y_stride, e[c * job->e_stride], job->lanes);
}

static void tally(float *restrict window, float *restrict prefix, const float *restrict t,
                  const float *restrict suffix, size_t lanes) {
  for (size_t z = 0; z < WHOLE(lanes); z++) {
    float sum = prefix[z] + t[z];
    prefix[z] = sum;
    window[z] = suffix[z] + sum;
  }
}

static void differ(const rs__differ *job) {
  for (size_t v = 0; v < job->columns; v++) {
    size_t at = v * job->lanes;
    square(job->squares + at, job, v);
    tally(job->window + at, job->prefix + at, job->squares + at,
          job->suffix + v * job->suffix_stride, job->lanes);
  }
}

static void add(float *restrict low, const float *restrict high, size_t count) {
  for (size_t i = 0; i < WHOLE(count); i++)
    low[i] += high[i];
}

/* ---- window sums down the rows -------------------------------------------------------------- */

/* Row columns + k is row k seen from one turn later: output column z + v stays what it is. */
static void extend(const rs__slide *job) {
  size_t lanes = job->lanes, turn = job->columns % job->width, rest = job->width - turn;
  for (size_t v = job->columns; v < job->columns + job->side - 1; v++) {
    float *to = job->matrix + v * lanes;
    const float *from = job->matrix + (v - job->columns) * lanes;
    memcpy(to, from + turn, rest * sizeof *to);
    memcpy(to + rest, from, turn * sizeof *to);
    memset(to + job->width, 0, (lanes - job->width) * sizeof *to);
  }
}

/* Takes lanes from the window that starts at row v to the output columns of its centre. */
static void emit(const rs__slide *job, size_t v, const float *suffix) {
  size_t turn = (v + job->side / 2) % job->width, lanes = job->lanes;
  float *out = job->out + v * job->out_stride;
  float *restrict to = out + turn;
  const float *restrict prefix = job->prefix, *restrict from = suffix;
  for (size_t z = 0; z < WHOLE(lanes); z++)
    to[z] = from[z] + prefix[z];
  memcpy(out, out + job->width, turn * sizeof *out);
}

/* A window is the end of one block of `side` rows and the beginning of the next: sums of positive
 * numbers only, so a small distance after large ones loses nothing. */
static void slide(const rs__slide *job) {
  size_t lanes = job->lanes, side = job->side;
  extend(job);
  for (size_t block = 0; block < job->columns; block += side) {
    float *first = job->matrix + block * lanes;
    for (size_t m = side - 1; m-- > 0;)
      add(first + m * lanes, first + (m + 1) * lanes, lanes);
    memset(job->prefix, 0, lanes * sizeof *job->prefix);
    for (size_t m = 0; m < side && block + m < job->columns; m++) {
      if (m > 0)
        add(job->prefix, first + (side + m - 1) * lanes, lanes);
      emit(job, block + m, first + m * lanes);
    }
  }
}

/* ---- softmax -------------------------------------------------------------------------------- */

static void lower(float *restrict low, const float *restrict row, size_t lanes) {
  for (size_t y = 0; y < WHOLE(lanes); y++)
    low[y] = row[y] < low[y] ? row[y] : low[y];
}

static void lower_eight(float *restrict low, const float *restrict d, size_t stride, size_t lanes) {
  const float *restrict d1 = d + stride, *restrict d2 = d1 + stride, *restrict d3 = d2 + stride;
  const float *restrict d4 = d3 + stride, *restrict d5 = d4 + stride, *restrict d6 = d5 + stride;
  const float *restrict d7 = d6 + stride;
  for (size_t y = 0; y < WHOLE(lanes); y++) {
    float a = d[y] < d1[y] ? d[y] : d1[y], b = d2[y] < d3[y] ? d2[y] : d3[y];
    float c = d4[y] < d5[y] ? d4[y] : d5[y], e = d6[y] < d7[y] ? d6[y] : d7[y];
    a = a < b ? a : b;
    c = c < e ? c : e;
    low[y] = a < c ? a : c;
  }
}

static void rescale(float *restrict sums, const float *restrict old, const float *restrict low,
                    float rate, size_t lanes) {
  for (size_t y = 0; y < WHOLE(lanes); y++)
    sums[y] *= exp2_small((low[y] - old[y]) * rate);
}

/* Puts the least of each group of rows into `least`, and brings the state down to the least. */
static void survey(const rs__absorb *job) {
  size_t lanes = job->lanes;
  float *old = job->weight, *least = job->least;
  memcpy(old, job->lowest, lanes * sizeof *old);
  for (size_t v = 0; v < job->columns; v += RS__ROWS, least += lanes) {
    const float *d = job->distance + v * job->distance_stride;
    if (job->columns - v >= RS__ROWS) {
      lower_eight(least, d, job->distance_stride, lanes);
    } else {
      memcpy(least, d, lanes * sizeof *d);
      for (size_t k = v + 1; k < job->columns; k++)
        lower(least, job->distance + k * job->distance_stride, lanes);
    }
    lower(job->lowest, least, lanes);
  }
  for (size_t c = 0; c <= job->channels; c++)
    rescale(job->lowest + (1 + c) * lanes, old, job->lowest, job->rate, lanes);
}

static int all_far(const float *restrict least, const float *restrict low, float rate,
                   size_t lanes) {
  int near = 0;
  for (size_t y = 0; y < WHOLE(lanes); y++)
    near |= (least[y] - low[y]) * rate < FAR;
  return !near;
}

static void weigh(float *restrict weight, const float *restrict d, const float *restrict low,
                  float rate, size_t lanes) {
  for (size_t y = 0; y < WHOLE(lanes); y++)
    weight[y] = exp2_small((low[y] - d[y]) * rate);
}

static void gather(float *restrict sum, const float *restrict w, const float *restrict e,
                   size_t lanes) {
  const float *restrict w1 = w + lanes, *restrict w2 = w1 + lanes, *restrict w3 = w2 + lanes;
  const float *restrict w4 = w3 + lanes, *restrict w5 = w4 + lanes, *restrict w6 = w5 + lanes;
  const float *restrict w7 = w6 + lanes;
  const float e0 = e[0], e1 = e[1], e2 = e[2], e3 = e[3];
  const float e4 = e[4], e5 = e[5], e6 = e[6], e7 = e[7];
  for (size_t y = 0; y < WHOLE(lanes); y++) {
    float a = (w[y] * e0 + w1[y] * e1) + (w2[y] * e2 + w3[y] * e3);
    float b = (w4[y] * e4 + w5[y] * e5) + (w6[y] * e6 + w7[y] * e7);
    sum[y] += a + b;
  }
}

static void absorb(const rs__absorb *job) {
  static const float ones[RS__ROWS] = {1, 1, 1, 1, 1, 1, 1, 1};
  size_t lanes = job->lanes;
  survey(job);
  for (size_t v = 0; v < job->columns; v += RS__ROWS) {
    if (all_far(job->least + v / RS__ROWS * lanes, job->lowest, job->rate, lanes))
      continue;
    for (size_t k = 0; k < RS__ROWS; k++) {
      float *weight = job->weight + k * lanes;
      if (v + k < job->columns)
        weigh(weight, job->distance + (v + k) * job->distance_stride, job->lowest, job->rate,
              lanes);
      else
        memset(weight, 0, lanes * sizeof *weight);
    }
    gather(job->lowest + lanes, job->weight, ones, lanes);
    for (size_t c = 0; c < job->channels; c++)
      gather(job->lowest + (2 + c) * lanes, job->weight, job->e + c * job->e_stride + v, lanes);
  }
}

static void merge(float *restrict into, const float *restrict from, size_t channels, size_t lanes,
                  float rate) {
  for (size_t c = 1; c <= 1 + channels; c++) {
    float *restrict sum = into + c * lanes;
    const float *restrict more = from + c * lanes;
    for (size_t y = 0; y < WHOLE(lanes); y++) {
      float low = into[y] < from[y] ? into[y] : from[y];
      sum[y] = sum[y] * exp2_small((low - into[y]) * rate) +
               more[y] * exp2_small((low - from[y]) * rate);
    }
  }
  lower(into, from, lanes);
}

/* ---- blocks --------------------------------------------------------------------------------- */

#include "kernel_block.h"

const rs__kernels RS__KERNELS = {RS__KERNELS_NAME, differ, add,       slide, absorb, merge,
                                 compare,          blend,  any_within};
