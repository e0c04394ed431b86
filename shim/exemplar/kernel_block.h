/* SPDX-License-Identifier: MIT
 * The loops of blocks, for kernel.c: the block's pixels against the pixels at one offset. */
#ifndef RESTART_SHIM_EXEMPLAR_KERNEL_BLOCK_H
#define RESTART_SHIM_EXEMPLAR_KERNEL_BLOCK_H

#include "kernel.h"

static void square_pair(float *restrict t, const float *restrict y, const float *restrict e,
                        size_t lanes) {
  for (size_t z = 0; z < WHOLE(lanes); z++) {
    float d = y[z] - e[z];
    t[z] = d * d;
  }
}

static void square_pair_more(float *restrict t, const float *restrict y, const float *restrict e,
                             size_t lanes) {
  for (size_t z = 0; z < WHOLE(lanes); z++) {
    float d = y[z] - e[z];
    t[z] += d * d;
  }
}

static void square_pair_three(float *restrict t, const float *restrict y, size_t y_plane,
                              const float *restrict e, size_t e_plane, size_t lanes) {
  const float *restrict y1 = y + y_plane, *restrict y2 = y1 + y_plane;
  const float *restrict e1 = e + e_plane, *restrict e2 = e1 + e_plane;
  for (size_t z = 0; z < WHOLE(lanes); z++) {
    float d0 = y[z] - e[z], d1 = y1[z] - e1[z], d2 = y2[z] - e2[z];
    t[z] = d0 * d0 + d1 * d1 + d2 * d2;
  }
}

static void square_block(const rs__compare *job) {
  for (size_t row = 0; row < job->rows + job->side - 1; row++) {
    const float *y = job->y + row * job->y_stride, *e = job->e + row * job->e_stride;
    float *to = job->squares + row * job->pitch;
    size_t c = 1;
    if (job->channels >= 3) {
      square_pair_three(to, y, job->y_plane, e, job->e_plane, job->pitch);
      c = 3;
    } else {
      square_pair(to, y, e, job->pitch);
    }
    for (; c < job->channels; c++)
      square_pair_more(to, y + c * job->y_plane, e + c * job->e_plane, job->pitch);
  }
}

static void add_to(float *restrict sum, const float *restrict a, const float *restrict b,
                   size_t lanes) {
  for (size_t i = 0; i < WHOLE(lanes); i++)
    sum[i] = a[i] + b[i];
}

/* Windows down the rows, as slide has them. */
static void stack_block(const rs__compare *job) {
  size_t pitch = job->pitch, side = job->side;
  float *prefix = job->spare;
  for (size_t block = 0; block < job->rows; block += side) {
    float *first = job->squares + block * pitch;
    for (size_t m = side - 1; m-- > 0;)
      add(first + m * pitch, first + (m + 1) * pitch, pitch);
    memset(prefix, 0, pitch * sizeof *prefix);
    for (size_t m = 0; m < side && block + m < job->rows; m++) {
      if (m > 0)
        add(prefix, first + (side + m - 1) * pitch, pitch);
      add_to(job->sums + (block + m) * pitch, first + m * pitch, prefix, pitch);
    }
  }
}

/* Windows along the rows, put together from those of 1, 2, 4, ... The rows are one array here: what
 * a sum takes from the next row only reaches columns beyond the block. */
static void compare(const rs__compare *job) {
  size_t count = job->rows * job->pitch, at = 0;
  float *now = job->sums, *next = job->spare;
  square_block(job);
  stack_block(job);
  for (size_t width = 1; width <= job->side; width *= 2) {
    if ((job->side & width) && at)
      add(job->windows, now + at, count);
    else if (job->side & width)
      memcpy(job->windows, now, count * sizeof *now);
    at += job->side & width;
    if (2 * width > job->side)
      break;
    add_to(next, now, now + width, count);
    float *swap = now;
    now = next;
    next = swap;
  }
  for (size_t row = 0; row < job->rows; row++)
    memcpy(job->distance + row * job->columns, job->windows + row * job->pitch,
           job->columns * sizeof *job->distance);
}

static int any_near(const float *restrict d, const float *restrict low, float rate, size_t lanes) {
  int near = 0;
  for (size_t i = 0; i < WHOLE(lanes); i++)
    near |= (d[i] - low[i]) * rate < FAR;
  return near;
}

static void gather_pair(float *restrict sum, const float *restrict w, const float *restrict e,
                        size_t lanes) {
  for (size_t i = 0; i < WHOLE(lanes); i++)
    sum[i] += w[i] * e[i];
}

/* The running softmax of a block, RS__ROWS offsets or fewer at a time. */
static void blend(const rs__blend *job) {
  size_t pixels = job->rows * job->columns;
  float *low = job->lowest, *total = low + job->room;
  memcpy(job->old, low, pixels * sizeof *low);
  for (size_t k = 0; k < job->count; k++)
    lower(low, job->distance + k * job->room, pixels);
  for (size_t c = 0; c <= job->channels; c++)
    rescale(total + c * job->room, job->old, low, job->rate, pixels);
  for (size_t k = 0; k < job->count; k++) {
    const float *distance = job->distance + k * job->room;
    if (!any_near(distance, low, job->rate, pixels))
      continue;
    weigh(job->weight, distance, low, job->rate, pixels);
    add(total, job->weight, pixels);
    for (size_t c = 0; c < job->channels; c++)
      for (size_t row = 0; row < job->rows; row++)
        gather_pair(total + (1 + c) * job->room + row * job->columns,
                    job->weight + row * job->columns,
                    job->e[k] + c * job->e_plane + row * job->e_stride, job->columns);
  }
}

static int any_within(const float *restrict d, const float *restrict bound, size_t lanes) {
  int within = 0;
  for (size_t i = 0; i < WHOLE(lanes); i++)
    within |= d[i] <= bound[i];
  return within;
}

#endif
