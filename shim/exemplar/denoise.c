/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "model.h"

/* Inputs beyond this could overflow when squared and summed; they count as not finite. */
#define INPUT_MAX 1e15f
#define RATE_MAX 1e30
#define FARTHEST 3e38f
#define LOG2_E 1.4426950408889634

/* One evaluation of one sample, as the tasks of the exact search see it. */
typedef struct job {
  rs_exemplar *ex;
  size_t side;
  float rate;
} job;

typedef struct absorber {
  const job *job;
  const rs__tally *tally;
} absorber;

static void absorb(const rs__grid *g, const rs__desk *desk, size_t row, size_t partner,
                   void *user) {
  const absorber *into = user;
  rs__absorb a = {
      .channels = g->channels,
      .columns = g->width,
      .lanes = g->lanes,
      .rate = into->job->rate,
      .distance = desk->distance,
      .distance_stride = 2 * g->lanes,
      .e = g->pixels + partner * g->pixel_stride + into->job->side / 2,
      .e_stride = g->height * g->pixel_stride,
      .lowest = into->tally->state + row * rs__state_size(g),
      .least = into->tally->least,
      .weight = into->tally->weight,
  };
  into->job->ex->kernels->absorb(&a);
}

static void clear(const rs__grid *g, const rs__tally *tally) {
  memset(tally->state, 0, g->out_height * rs__state_size(g) * sizeof *tally->state);
  for (size_t row = 0; row < g->out_height; row++)
    for (size_t y = 0; y < g->lanes; y++)
      tally->state[row * rs__state_size(g) + y] = FARTHEST;
}

/* A task has a share of the diagonals of (output row, exemplar row), whole ones. */
static void task(size_t index, void *context) {
  const job *j = context;
  const rs__grid *g = &j->ex->grid;
  absorber into = {j, &j->ex->tallies[index]};
  rs__walk walk = {.kernels = j->ex->kernels,
                   .side = j->side,
                   .begin = 0,
                   .rows = g->out_height,
                   .visit = absorb,
                   .user = &into};
  clear(g, into.tally);
  size_t end = (index + 1) * g->height / g->tasks;
  for (size_t shift = index * g->height / g->tasks; shift < end; shift++)
    rs__walk_diagonal(g, &g->desks[index], &walk, shift);
}

static void store(const rs__grid *g, const float *state, float *output, size_t row) {
  const float *weight = state + g->lanes;
  for (size_t c = 0; c < g->channels; c++) {
    const float *sum = weight + (1 + c) * g->lanes;
    float *to = output + (c * g->out_height + row) * g->out_width;
    for (size_t x = 0; x < g->out_width; x++)
      to[x] = sum[x] / weight[x];
  }
}

static void finish(const job *j, float *output) {
  const rs_exemplar *ex = j->ex;
  const rs__grid *g = &ex->grid;
  for (size_t row = 0; row < g->out_height; row++) {
    size_t at = row * rs__state_size(g);
    float *state = ex->tallies[0].state + at;
    for (size_t t = 1; t < g->tasks; t++)
      ex->kernels->merge(state, ex->tallies[t].state + at, g->channels, g->lanes, j->rate);
    store(g, state, output, row);
  }
}

static void denoise(job *j, const rs_executor *executor, const float *input, float *output) {
  rs__grid *g = &j->ex->grid;
  rs__grid_fill(g->input, g->input_stride, input, g->channels * g->out_height, g->out_width);
  rs__run(executor, g->tasks, task, j);
  finish(j, output);
}

/* Returns 0 where a number is not finite or too large to be squared. */
static int usable(const float *input, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!(fabsf(input[i]) <= INPUT_MAX))
      return 0;
  return 1;
}

int32_t rs_exemplar_denoise(const rs_eval *eval, void *user) {
  rs_exemplar *ex = user;
  if (!ex || !eval || !eval->input || !eval->output)
    return RS_ERR_ARGUMENT;
  if (eval->elements != ex->elements || !isfinite(eval->sigma) || !(eval->sigma > 0))
    return RS_ERR_ARGUMENT;
  double rate = LOG2_E / 2 / eval->sigma / eval->sigma;
  job j = {ex, rs__exemplar_side(ex, eval->sigma), (float)(rate < RATE_MAX ? rate : RATE_MAX)};
  rs__brief brief = {&ex->shortlist, ex->kernels, eval->executor, j.side, eval->sigma, j.rate};
  for (size_t b = 0; b < eval->batch; b++) {
    const float *input = eval->input + b * ex->elements;
    float *output = eval->output + b * ex->elements;
    if (!usable(input, ex->elements))
      for (size_t i = 0; i < ex->elements; i++)
        output[i] = NAN;
    else if (ex->search == RS_EXEMPLAR_SHORTLIST)
      rs__shortlist_denoise(&brief, input, output);
    else
      denoise(&j, eval->executor, input, output);
  }
  return RS_OK;
}
