/* SPDX-License-Identifier: MIT
 * What the tests of the exemplar model have in common. */
#ifndef UNIT_EXEMPLAR_H
#define UNIT_EXEMPLAR_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <restart/exemplar.h>

#include "model.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum { MOST = 3 * 64 * 64, BATCH = 8 };

static uint32_t state;

static float uniform(void) {
  state = state * 1664525u + 1013904223u;
  return (float)(state >> 8) / 8388608.0f - 1.0f;
}

static void fill(float *x, size_t n, uint32_t seed, float scale) {
  state = seed;
  for (size_t i = 0; i < n; i++)
    x[i] = scale * uniform();
}

typedef struct shape {
  int32_t channels, height, width, out_height, out_width, side;
} shape;

static size_t pixels_of(const shape *s) {
  return (size_t)(s->channels * s->height * s->width);
}

static size_t elements_of(const shape *s) {
  return (size_t)(s->channels * s->out_height * s->out_width);
}

static rs_exemplar_options options_of(const shape *s, const float *pixels,
                                      const rs_exemplar_patch *patch) {
  rs_exemplar_options o;
  rs_exemplar_options_init(&o);
  o.pixels = pixels;
  o.channels = s->channels;
  o.height = s->height;
  o.width = s->width;
  o.output_height = s->out_height;
  o.output_width = s->out_width;
  o.patch_count = patch ? 1 : 0;
  o.patches = patch;
  return o;
}

static rs_exemplar *make_searching(const shape *s, const float *pixels, int32_t search) {
  rs_exemplar_patch patch = {0, s->side, 0};
  rs_exemplar_options o = options_of(s, pixels, s->side ? &patch : NULL);
  rs_exemplar *ex = NULL;
  o.search = search;
  assert_int_equal(rs_exemplar_new(&o, &ex), RS_OK);
  return ex;
}

static inline rs_exemplar *make(const shape *s, const float *pixels) {
  return make_searching(s, pixels, RS_EXEMPLAR_EXACT);
}

static rs_eval eval_of(const float *input, float *output, size_t batch, size_t elements,
                       double sigma) {
  rs_eval e;
  memset(&e, 0, sizeof e);
  e.size = sizeof e;
  e.batch = batch;
  e.elements = elements;
  e.input = input;
  e.output = output;
  e.sigma = sigma;
  return e;
}

/* One sample of n elements, by every instruction set that this machine has. */
static void same_bits_by_every_set(rs_exemplar *ex, const float *x, size_t n, double sigma) {
  static float reference[MOST], out[MOST];
  rs_eval ev = eval_of(x, reference, 1, n, sigma);
  ex->kernels = &rs__exemplar_kernels_c;
  assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
  ev.output = out;
  for (size_t k = 0; (ex->kernels = rs__exemplar_kernels_at(k)) != NULL; k++) {
    assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
    assert_memory_equal(out, reference, n * sizeof *out);
  }
}

/* An allocator that counts, and fails at a call. */
typedef struct heap {
  size_t calls, live, fail_at, bytes;
} heap;

static void *heap_allocate(size_t bytes, void *user) {
  heap *h = user;
  if (++h->calls == h->fail_at)
    return NULL;
  h->live++;
  h->bytes += bytes;
  return malloc(bytes);
}

static void heap_release(void *memory, void *user) {
  heap *h = user;
  assert_non_null(memory);
  h->live--;
  free(memory);
}

/* An executor on three threads that takes the tasks from the last to the first. */
typedef struct work {
  pthread_mutex_t lock;
  size_t left;
  rs_task_fn task;
  void *context;
} work;

static void *worker(void *argument) {
  work *w = argument;
  for (;;) {
    pthread_mutex_lock(&w->lock);
    size_t left = w->left;
    w->left -= left > 0;
    pthread_mutex_unlock(&w->lock);
    if (left == 0)
      return NULL;
    w->task(left - 1, w->context);
  }
}

static void run_threads(size_t count, rs_task_fn task, void *context, void *user) {
  work w = {PTHREAD_MUTEX_INITIALIZER, count, task, context};
  pthread_t threads[3];
  *(int *)user += 1;
  for (size_t i = 0; i < COUNT(threads); i++)
    assert_int_equal(pthread_create(&threads[i], NULL, worker, &w), 0);
  for (size_t i = 0; i < COUNT(threads); i++)
    pthread_join(threads[i], NULL);
}

/* BATCH samples of n elements: one at a time, together, and on threads. */
static void same_bits_in_any_batch(rs_exemplar *ex, const float *x, size_t n, double sigma) {
  static float one[BATCH * MOST], all[BATCH * MOST];
  int calls = 0;
  const rs_executor executor = {run_threads, &calls};
  for (size_t b = 0; b < BATCH; b++) {
    rs_eval ev = eval_of(x + b * n, one + b * n, 1, n, sigma);
    assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
  }
  rs_eval ev = eval_of(x, all, BATCH, n, sigma);
  for (int threads = 0; threads < 2; threads++) {
    memset(all, 0, sizeof all);
    ev.executor = threads ? &executor : NULL;
    assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
    assert_memory_equal(all, one, BATCH * n * sizeof *all);
  }
  assert_true(calls > 0);
}

#endif
