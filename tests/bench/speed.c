/* SPDX-License-Identifier: MIT
 * The library's side of speed.py. Times are seconds of the calling thread, or of the clock where
 * there are two. */
#define _POSIX_C_SOURCE 199309L
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <restart/exemplar.h>
#include <restart/restart.h>

#include "speed.h"

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double speed_now(void) {
  return now(CLOCK_THREAD_CPUTIME_ID);
}

double speed_normals(float *out, size_t n) {
  const rs_noise_key key = {1, 0, 0, 0, 0};
  const double begin = speed_now();
  rs_normals(&key, 0, n, out);
  return speed_now() - begin;
}

double speed_copy(float *const *arrays, size_t floats, int copies) {
  const double begin = speed_now();
  for (int i = 0; i < copies; i++)
    memcpy(arrays[i % 2], arrays[2 + i % 2], floats * sizeof(float));
  return speed_now() - begin;
}

/* ---- runs whose network does nothing: what is left is the library's */

static int32_t nothing(const rs_eval *e, void *user) {
  (void)e;
  (void)user;
  return 0;
}

/* Half the tasks on a second thread, as an executor of a host would. */
typedef struct {
  rs_task_fn task;
  void *context;
  size_t first, end;
} share;

static void *work(void *argument) {
  const share *w = argument;
  for (size_t i = w->first; i < w->end; i++)
    w->task(i, w->context);
  return NULL;
}

static void run_on_two(size_t count, rs_task_fn task, void *context, void *user) {
  pthread_t other;
  share mine = {task, context, 0, count / 2}, theirs = {task, context, count / 2, count};
  (void)user;
  if (pthread_create(&other, NULL, work, &theirs) != 0) {
    work(&theirs);
    work(&mine);
    return;
  }
  work(&mine);
  pthread_join(other, NULL);
}

struct speed_run {
  rs_sampler *sampler;
  float *x;
};

static rs_status schedule(speed_run *r, const speed_shape *shape) {
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.start = RS_START_KEEP;
  sc.steps = shape->steps;
  sc.solver = shape->solver;
  sc.s_churn = shape->churn;
  return rs_schedule(r->sampler, &sc);
}

speed_run *speed_open(const speed_shape *shape) {
  speed_run *r = calloc(1, sizeof *r);
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = nothing;
  so.model.prediction = shape->prediction;
  so.model.process = shape->process;
  so.batch = shape->batch;
  so.elements = shape->elements;
  if (shape->threads == 2)
    so.executor.run = run_on_two;
  if (!r || !(r->x = calloc(so.batch * so.elements, sizeof *r->x)) ||
      rs_sampler_new(&so, &r->sampler) != RS_OK || schedule(r, shape) != RS_OK) {
    speed_close(r);
    return NULL;
  }
  return r;
}

void speed_close(speed_run *r) {
  if (!r)
    return;
  rs_sampler_free(r->sampler);
  free(r->x);
  free(r);
}

/* Seconds of all steps but the last, which ends in Euler's. */
static double steps(speed_run *r, clockid_t clock) {
  if (rs_sampler_start(r->sampler, r->x, NULL) != RS_OK)
    return -1;
  const size_t count = rs_plan_count(r->sampler) - 1;
  const double begin = now(clock);
  for (size_t i = 0; i < count; i++)
    if (rs_restart_step(r->sampler) != RS_MORE)
      return -1;
  return (now(clock) - begin) / (double)count;
}

double speed_step(speed_run *r) {
  return steps(r, CLOCK_THREAD_CPUTIME_ID);
}

double speed_step_wall(speed_run *r) {
  return steps(r, CLOCK_MONOTONIC);
}

int64_t speed_memory(speed_run *r) {
  rs_counters c;
  rs_counters_init(&c);
  rs_sampler_counters(r->sampler, &c);
  return c.memory;
}

/* The plan of a preset, for others to follow: from, to, and whether it is a jump. */
size_t speed_plan(const char *preset, double *from, double *to, int32_t *jump, size_t capacity) {
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_step_info info;
  rs_sampler *s = NULL;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  rs_step_info_init(&info);
  so.elements = 1;
  size_t n = 0;
  if (rs_sampler_new(&so, &s) == RS_OK && rs_preset(preset, &sc) == RS_OK &&
      rs_schedule(s, &sc) == RS_OK)
    for (; n < capacity && rs_plan_step(s, n, &info) == RS_OK; n++) {
      from[n] = info.sigma_from;
      to[n] = info.sigma_to;
      jump[n] = info.kind == RS_STEP_JUMP;
    }
  rs_sampler_free(s);
  return n;
}

/* ---- the exemplar model */

double speed_exemplar(const speed_picture *p, const float *input, float *output) {
  rs_exemplar_options eo;
  rs_exemplar *e = NULL;
  const rs_exemplar_patch patch = {0, p->side, 0};
  rs_exemplar_options_init(&eo);
  eo.pixels = p->pixels;
  eo.channels = p->channels;
  eo.height = eo.width = p->exemplar_side;
  eo.output_height = eo.output_width = p->output_side;
  eo.patches = &patch;
  eo.patch_count = 1;
  eo.search = p->search;
  if (rs_exemplar_new(&eo, &e) != RS_OK)
    return -1;
  const int32_t elements = p->channels * p->output_side * p->output_side;
  const rs_eval eval = {.size = sizeof eval,
                        .batch = 1,
                        .elements = (size_t)elements,
                        .input = input,
                        .output = output,
                        .sigma = p->sigma,
                        .alpha = 1,
                        .time = p->sigma};
  const double begin = speed_now();
  const int32_t st = rs_exemplar_denoise(&eval, e);
  const double took = speed_now() - begin;
  rs_exemplar_free(e);
  return st == RS_OK ? took : -1;
}
