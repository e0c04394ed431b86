/* SPDX-License-Identifier: MIT
 * Every fault at every place, under every solver: the status and the sentence, the state as
 * promised, nothing lost (the run that goes on ends with the bits of an undisturbed one), nothing
 * leaked, and the handle as good as new. */
#include "support/test.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { BATCH = 2, N = 9, SIZE = BATCH * N, CALLS = 200, ROOM = 4096 };

typedef enum { NONE, FAILS, STOPS, NAN_OUT, ASKED_TO_STOP, PROGRESS, NOISE, FAULTS } fault;

/* A sampler, the fault that it is to meet, and where. */
typedef struct trial {
  rs_sampler *s;
  test_heap heap;
  fault what;
  int at;
  int networks, noises, reports; /* calls so far */
  float x[SIZE];
} trial;

/* What an undisturbed run has: the state at each evaluation, and in the end. */
typedef struct course {
  float at[CALLS][SIZE], end[SIZE];
  int networks, noises, reports;
} course;

typedef struct setting {
  const char *name;
  int32_t process, prediction, guidance, clip;
} setting;

static const setting settings[] = {
    {"plain", RS_PROCESS_VE, RS_PREDICT_DENOISER, RS_GUIDANCE_NONE, RS_CLIP_NONE},
    {"guided", RS_PROCESS_DISCRETE, RS_PREDICT_EPS, RS_GUIDANCE_CALLS, RS_CLIP_DYNAMIC},
};

static int32_t network(const rs_eval *e, void *user) {
  trial *t = user;
  const int here = t->networks++ == t->at;
  test_network(e, NULL);
  if (here && t->what == NAN_OUT)
    e->output[e->batch * e->elements - 1] = NAN;
  if (here && t->what == ASKED_TO_STOP)
    rs_sampler_stop(t->s);
  return here && t->what == FAILS ? -7 : here && t->what == STOPS ? 3 : 0;
}

static int32_t noise(const rs_noise_request *r, void *user) {
  trial *t = user;
  const int here = t->noises++ == t->at;
  for (size_t b = 0; b < r->batch; b++) {
    const rs_noise_key key = {r->seeds[b], r->purpose, r->segment, r->iteration, r->step};
    rs_normals(&key, 0, r->elements, r->output + b * r->elements);
  }
  return here && t->what == NOISE ? -7 : 0;
}

static int32_t progress(const rs_step_info *info, void *user) {
  trial *t = user;
  (void)info;
  return t->reports++ == t->at && t->what == PROGRESS ? -7 : 0;
}

static rs_schedule_options schedule_of(int32_t solver) {
  static const rs_segment segment = {3, 2, .1, 2};
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = 5;
  sc.sigma_max = 10;
  sc.solver = solver;
  sc.s_churn = 1;
  sc.segments = &segment;
  sc.segment_count = 1;
  return sc;
}

static void begin(trial *t, const setting *how, int32_t solver) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = network;
  so.model.user = t;
  so.model.process = how->process;
  so.model.prediction = how->prediction;
  so.model.guidance = how->guidance;
  so.model.guidance_weight = 2;
  so.model.clip = how->clip;
  so.batch = BATCH;
  so.elements = N;
  so.alloc = test_heap_alloc(&t->heap);
  so.noise = noise;
  so.noise_user = t;
  so.progress = progress;
  so.progress_user = t;
  t->s = test_sampler(&so);
  const rs_schedule_options sc = schedule_of(solver);
  assert_ok(rs_schedule(t->s, &sc), t->s);
}

static void end(trial *t) {
  rs_sampler_free(t->s);
  assert_int_equal(t->heap.live, 0);
}

static void record(course *c, const setting *how, int32_t solver) {
  static trial t;
  rs_request r;
  memset(&t, 0, sizeof t);
  begin(&t, how, solver);
  rs_request_init(&r);
  assert_ok(rs_sampler_start(t.s, t.x, NULL), t.s);
  while (rs_sampler_ask(t.s, &r) == RS_MORE) {
    assert_true(t.networks < CALLS);
    memcpy(c->at[t.networks], t.x, sizeof t.x);
    assert_int_equal(network(r.eval, &t), 0);
    assert_true(rs_sampler_tell(t.s) >= 0);
  }
  memcpy(c->end, t.x, sizeof t.x);
  c->networks = t.networks;
  c->noises = t.noises;
  c->reports = t.reports;
  end(&t);
}

static rs_status finish(rs_sampler *s) {
  rs_status st;
  while ((st = rs_restart_step(s)) == RS_MORE)
    ;
  return st;
}

/* Status and sentence of a fault. */
static const struct {
  rs_status status;
  const char *sentence;
} answers[FAULTS] = {
    [FAILS] = {RS_ERR_CALLBACK, "the network callback failed with -7"},
    [STOPS] = {RS_STOPPED, "the network callback asked to stop with 3"},
    [NAN_OUT] = {RS_ERR_NONFINITE, "the network's output is not finite: sample 1, element 8"},
    [ASKED_TO_STOP] = {RS_STOPPED, "stopped as asked"},
    [PROGRESS] = {RS_ERR_CALLBACK, "the progress callback failed with -7"},
    [NOISE] = {RS_ERR_CALLBACK, "the noise callback failed with -7"},
};

static void meet(const setting *how, int32_t solver, const course *c, fault what, int at) {
  static trial t;
  memset(&t, 0, sizeof t);
  t.what = what;
  t.at = at;
  begin(&t, how, solver);
  const rs_status st = rs_sample(t.s, t.x, NULL);
  assert_status(st, answers[what].status, t.s);
  if (!strstr(rs_sampler_message(t.s), answers[what].sentence))
    fail_msg("%s", rs_sampler_message(t.s));
  if (what <= ASKED_TO_STOP)
    assert_memory_equal(t.x, c->at[at], sizeof t.x);
  const bool begun = what != NOISE || at > 0;
  if (begun) {
    assert_ok(finish(t.s), t.s);
    assert_memory_equal(t.x, c->end, sizeof t.x);
  } else {
    assert_status(rs_restart_step(t.s), RS_ERR_STATE, t.s);
  }
  assert_ok(rs_sample(t.s, t.x, NULL), t.s);
  assert_memory_equal(t.x, c->end, sizeof t.x);
  end(&t);
}

typedef void (*each_fn)(const setting *how, int32_t solver, const course *c);

/* Calls it for every solver under every setting that takes it. */
static void each(each_fn what) {
  static course c;
  rs_entry solver;
  rs_entry_init(&solver);
  for (size_t i = 0; rs_solver_at(i, &solver) == RS_OK; i++)
    for (size_t k = 0; k < sizeof settings / sizeof *settings; k++) {
      record(&c, &settings[k], solver.id);
      what(&settings[k], solver.id, &c);
    }
}

static int injected;

static void meet_all(const setting *how, int32_t solver, const course *c) {
  assert_true(c->networks > 5 && c->noises > 2 && c->reports > 5);
  for (fault what = FAILS; what < FAULTS; what++) {
    const int places = what == NOISE ? c->noises : what == PROGRESS ? c->reports : c->networks;
    for (int at = 0; at < places; at++, injected++)
      meet(how, solver, c, what, at);
  }
}

static void test_callbacks(void **state) {
  (void)state;
  injected = 0;
  each(meet_all);
  printf("%d faults of callbacks\n", injected);
}

/* Allocation number `at` of a second rs_schedule, in the middle of a run. */
static bool starve(const setting *how, int32_t solver, const course *c, size_t at) {
  static trial t;
  memset(&t, 0, sizeof t);
  begin(&t, how, solver);
  assert_ok(rs_sampler_start(t.s, t.x, NULL), t.s);
  assert_status(rs_restart_step(t.s), RS_MORE, t.s);
  const size_t live = t.heap.live;
  t.heap.fail_at = t.heap.taken + at;
  const rs_schedule_options sc = schedule_of(solver);
  const rs_status st = rs_schedule(t.s, &sc);
  if (st != RS_OK) {
    assert_status(st, RS_ERR_MEMORY, t.s);
    assert_int_equal(t.heap.live, live);
    assert_ok(finish(t.s), t.s);
    assert_memory_equal(t.x, c->end, sizeof t.x);
  }
  end(&t);
  return st != RS_OK;
}

static void starve_all(const setting *how, int32_t solver, const course *c) {
  size_t at = 1;
  while (starve(how, solver, c, at))
    at++;
  assert_true(at > 5);
  injected += (int)at - 1;
}

static void test_memory(void **state) {
  (void)state;
  injected = 0;
  each(starve_all);
  printf("%d allocations that failed\n", injected);
}

/* Saved at every evaluation, taken up by another sampler. */
static void save_all(const setting *how, int32_t solver, const course *c) {
  static trial t, other;
  static unsigned char bytes[ROOM];
  rs_request r;
  size_t length;
  memset(&t, 0, sizeof t);
  memset(&other, 0, sizeof other);
  begin(&t, how, solver);
  begin(&other, how, solver);
  rs_request_init(&r);
  assert_ok(rs_sampler_start(t.s, t.x, NULL), t.s);
  while (rs_sampler_ask(t.s, &r) == RS_MORE) {
    assert_ok(rs_sampler_save(t.s, bytes, ROOM, &length), t.s);
    memset(other.x, 0, sizeof other.x);
    assert_ok(rs_sampler_load(other.s, bytes, length, other.x), other.s);
    assert_ok(finish(other.s), other.s);
    assert_memory_equal(other.x, c->end, sizeof other.x);
    network(r.eval, &t);
    rs_sampler_tell(t.s);
    injected++;
  }
  end(&t);
  end(&other);
}

static void test_checkpoints(void **state) {
  (void)state;
  injected = 0;
  each(save_all);
  printf("%d checkpoints\n", injected);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_callbacks),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_checkpoints),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
