/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "model.h"

/* Inputs beyond this could overflow when squared and summed; they count as not finite. */
#define INPUT_MAX 1e15f
#define RATE_MAX 1e30
#define FARTHEST 3e38f
#define LOG2_E 1.4426950408889634

/* One evaluation of one sample, as the tasks see it. */
typedef struct job {
  rs_exemplar *ex;
  size_t side;
  float rate;
} job;

/* The pair (row, row + shift) number `step` down one diagonal of the rows. */
typedef struct place {
  size_t row, partner;
} place;

static place place_at(const rs_exemplar *ex, size_t step, size_t shift) {
  /* An exemplar that was made has rows: NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
  return (place){step % ex->out_height, (step + shift) % ex->height};
}

static void differ_at(const job *j, rs__desk *desk, size_t step, size_t shift) {
  const rs_exemplar *ex = j->ex;
  place p = place_at(ex, step, shift);
  size_t matrix = ex->width * ex->lanes, slot = step % j->side;
  int spans = step >= j->side && slot + 1 < j->side;
  if (slot == 0)
    memset(desk->prefix, 0, matrix * sizeof *desk->prefix);
  rs__differ d = {
      .channels = ex->channels,
      .columns = ex->width,
      .lanes = ex->lanes,
      .y = ex->input + p.row * ex->input_stride,
      .y_stride = ex->out_height * ex->input_stride,
      .e = ex->pixels + p.partner * ex->pixel_stride,
      .e_stride = ex->height * ex->pixel_stride,
      .squares = desk->slots + slot * matrix,
      .prefix = desk->prefix,
      .suffix = spans ? desk->slots + (slot + 1) * matrix : ex->zeros,
      .suffix_stride = spans ? ex->lanes : 0,
      .window = desk->window,
  };
  ex->kernels->differ(&d);
  if (slot + 1 == j->side)
    for (size_t m = slot; m-- > 0;)
      ex->kernels->add(desk->slots + m * matrix, desk->slots + (m + 1) * matrix, matrix);
}

static void absorb_at(const job *j, rs__desk *desk, size_t step, size_t shift) {
  const rs_exemplar *ex = j->ex;
  place p = place_at(ex, step, shift);
  rs__slide s = {
      .columns = ex->width,
      .lanes = ex->lanes,
      .width = ex->out_width,
      .side = j->side,
      .matrix = desk->window,
      .prefix = desk->line,
      .out = desk->distance,
      .out_stride = 2 * ex->lanes,
  };
  ex->kernels->slide(&s);
  rs__absorb a = {
      .channels = ex->channels,
      .columns = ex->width,
      .lanes = ex->lanes,
      .rate = j->rate,
      .distance = desk->distance,
      .distance_stride = 2 * ex->lanes,
      .e = ex->pixels + p.partner * ex->pixel_stride + j->side / 2,
      .e_stride = ex->height * ex->pixel_stride,
      .lowest = desk->state + p.row * rs__state_size(ex),
      .least = desk->least,
      .weight = desk->weight,
  };
  ex->kernels->absorb(&a);
}

static void clear(const rs_exemplar *ex, rs__desk *desk) {
  memset(desk->state, 0, ex->out_height * rs__state_size(ex) * sizeof *desk->state);
  for (size_t row = 0; row < ex->out_height; row++)
    for (size_t y = 0; y < ex->lanes; y++)
      desk->state[row * rs__state_size(ex) + y] = FARTHEST;
}

/* A task has a share of the diagonals of (output row, exemplar row), whole ones. */
static void task(size_t index, void *context) {
  const job *j = context;
  rs_exemplar *ex = j->ex;
  rs__desk *desk = &ex->desks[index];
  clear(ex, desk);
  size_t end = (index + 1) * ex->height / ex->tasks;
  for (size_t shift = index * ex->height / ex->tasks; shift < end; shift++)
    for (size_t step = 0; step < ex->out_height + j->side - 1; step++) {
      differ_at(j, desk, step, shift);
      if (step + 1 >= j->side)
        absorb_at(j, desk, step - j->side / 2, shift);
    }
}

/* Returns 0 where a number is not finite or too large to be squared. */
static int load(rs_exemplar *ex, const float *input) {
  size_t rows = ex->channels * ex->out_height, width = ex->out_width;
  for (size_t i = 0; i < rows * width; i++)
    if (!(fabsf(input[i]) <= INPUT_MAX))
      return 0;
  for (size_t row = 0; row < rows; row++)
    for (size_t x = 0; x < ex->input_stride; x++)
      ex->input[row * ex->input_stride + x] = input[row * width + x % width];
  return 1;
}

static void store(const rs_exemplar *ex, const float *state, float *output, size_t row) {
  const float *weight = state + ex->lanes;
  for (size_t c = 0; c < ex->channels; c++) {
    const float *sum = weight + (1 + c) * ex->lanes;
    float *to = output + (c * ex->out_height + row) * ex->out_width;
    for (size_t x = 0; x < ex->out_width; x++)
      to[x] = sum[x] / weight[x];
  }
}

static void finish(const job *j, float *output) {
  const rs_exemplar *ex = j->ex;
  for (size_t row = 0; row < ex->out_height; row++) {
    size_t at = row * rs__state_size(ex);
    float *state = ex->desks[0].state + at;
    for (size_t t = 1; t < ex->tasks; t++)
      ex->kernels->merge(state, ex->desks[t].state + at, ex->channels, ex->lanes, j->rate);
    store(ex, state, output, row);
  }
}

static void denoise(job *j, const rs_executor *executor, const float *input, float *output) {
  rs_exemplar *ex = j->ex;
  if (!load(ex, input)) {
    for (size_t i = 0; i < ex->channels * ex->out_height * ex->out_width; i++)
      output[i] = NAN;
    return;
  }
  if (executor && executor->run)
    executor->run(ex->tasks, task, j, executor->user);
  else
    for (size_t t = 0; t < ex->tasks; t++)
      task(t, j);
  finish(j, output);
}

int32_t rs_exemplar_denoise(const rs_eval *eval, void *user) {
  rs_exemplar *ex = user;
  if (!ex || !eval || !eval->input || !eval->output)
    return RS_ERR_ARGUMENT;
  size_t elements = ex->channels * ex->out_height * ex->out_width;
  if (eval->elements != elements || !isfinite(eval->sigma) || !(eval->sigma > 0))
    return RS_ERR_ARGUMENT;
  double rate = LOG2_E / 2 / eval->sigma / eval->sigma;
  job j = {ex, rs__exemplar_side(ex, eval->sigma), (float)(rate < RATE_MAX ? rate : RATE_MAX)};
  for (size_t b = 0; b < eval->batch; b++)
    denoise(&j, eval->executor, eval->input + b * elements, eval->output + b * elements);
  return RS_OK;
}
