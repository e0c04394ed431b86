/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "draw.h"
#include "interrupt.h"
#include "say.h"
#include "schedule.h"

static int32_t evaluate(const rs_eval *eval, void *user) {
  struct draw *draw = user;
  if (draw->watch.before)
    draw->watch.before(draw->watch.user);
  int32_t status = draw->network->calls.evaluate(eval, draw->network->torch);
  if (status == 0 && draw->watch.after)
    draw->watch.after(eval, draw->watch.user);
  return status;
}

static void free_sampler(struct draw *draw) {
  interrupt_watch(NULL);
  rs_sampler_free(draw->sampler);
  draw->sampler = NULL;
}

/* A sampler for so many samples: the last batch may be smaller. */
static bool need_sampler(struct draw *draw, int batch) {
  if (draw->sampler && draw->batch == batch)
    return true;
  free_sampler(draw);
  char why[256] = "";
  rs_sampler_options options;
  rs_sampler_options_init(&options);
  options.model = draw->network->model;
  options.model.fn = evaluate;
  options.model.user = draw;
  options.batch = (size_t)batch;
  options.elements = draw->network->elements;
  options.message = why;
  options.message_capacity = sizeof why;
  draw->batch = batch;
  rs_status status = rs_sampler_new(&options, &draw->sampler);
  if (status != RS_OK) {
    say("the model cannot be used: %s", why);
    return false;
  }
  status = rs_schedule(draw->sampler, &draw->schedule);
  if (status == RS_ERR_MEMORY)
    say("out of memory for a batch of %d samples", batch);
  else if (status != RS_OK)
    say("the schedule is impossible: %s", rs_sampler_message(draw->sampler));
  interrupt_watch(draw->sampler);
  return status == RS_OK;
}

int draw_count(const struct draw *draw, int first, int end) {
  int left = end - first;
  return left < draw->options->batch ? left : draw->options->batch;
}

bool draw_prepare(struct draw *draw, int first, int count) {
  return need_sampler(draw, count) && network_labels(draw->network, draw->options, first, count);
}

rs_status draw_start(struct draw *draw, float *x, int first) {
  for (int i = 0; i < draw->batch; ++i)
    draw->seeds[i] = draw->options->seed + (uint64_t)first + (uint64_t)i;
  return rs_sampler_start(draw->sampler, x, draw->seeds);
}

enum drawn draw_play(struct draw *draw, rs_status status) {
  if (status == RS_OK)
    do
      status = rs_restart_step(draw->sampler);
    while (status == RS_MORE);
  if (status == RS_OK)
    return DRAWN;
  if (status == RS_STOPPED)
    return DRAW_STOPPED;
  const char *why = draw->network->calls.message(draw->network->torch);
  if (status == RS_ERR_CALLBACK && *why)
    say("the network failed: %s", why);
  else
    say("the samples could not be drawn: %s", rs_sampler_message(draw->sampler));
  return DRAW_FAILED;
}

bool draw_init(struct draw *draw, const struct draw_options *options, struct network *network,
               struct draw_watch watch) {
  *draw = (struct draw){.options = options, .network = network, .watch = watch};
  if (!schedule_build(&options->schedule, options->schedule.methods[0], &network->model,
                      &draw->schedule))
    return false;
  draw->seeds = calloc((size_t)options->batch, sizeof *draw->seeds);
  if (!draw->seeds)
    say("out of memory for the seeds of %d samples", options->batch);
  return draw->seeds;
}

void draw_free(struct draw *draw) {
  free_sampler(draw);
  free(draw->seeds);
}
