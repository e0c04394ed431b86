/* SPDX-License-Identifier: MIT
 * Ways to run a plan, and ways to stop or break it. All must end in the same bits. */
#include "support/test.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 8, N = 1500, SIZE = BATCH * N };

/* A network that counts, and answers or returns NaN at call number `at`. */
typedef struct {
  int64_t calls, at;
  int32_t answer;
  int spoil, destroyed;
  rs_sampler *stops; /* asked to stop during call `at` */
} script;

static int32_t scripted(const rs_eval *e, void *user) {
  script *c = user;
  test_network(e, NULL);
  if (++c->calls != c->at)
    return 0;
  if (c->spoil && e->output)
    e->output[N + 7] = NAN;
  if (c->stops)
    rs_sampler_stop(c->stops);
  return c->answer;
}

static const rs_segment segments[] = {{3, 2, .06, .30}, {3, 1, 2, 10}};

static void schedule_restart(rs_sampler *s) {
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = 7;
  sc.segments = segments;
  sc.segment_count = 2;
  sc.s_churn = 2;
  sc.restart_gamma = 0.05;
  assert_ok(rs_schedule(s, &sc), s);
}

static rs_sampler_options options_of(script *c, int32_t prediction) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = scripted;
  so.model.user = c;
  so.model.prediction = prediction;
  so.batch = BATCH;
  so.elements = N;
  return so;
}

static rs_sampler *scripted_sampler(script *c, int32_t prediction) {
  const rs_sampler_options so = options_of(c, prediction);
  rs_sampler *s = test_sampler(&so);
  schedule_restart(s);
  return s;
}

/* What an undisturbed run gives. */
static const float *expected(int32_t prediction) {
  static float x[3][SIZE];
  static int done[3];
  if (!done[prediction]) {
    script c = {0};
    rs_sampler *s = scripted_sampler(&c, prediction);
    assert_ok(rs_sample(s, x[prediction], NULL), s);
    assert_int_equal(c.calls, rs_plan_nfe(s));
    rs_sampler_free(s);
    done[prediction] = 1;
  }
  return x[prediction];
}

static void assert_same(const float *x, int32_t prediction) {
  assert_memory_equal(x, expected(prediction), SIZE * sizeof *x);
}

static void test_steps_equal_sample(void **state) {
  static float x[SIZE];
  (void)state;
  for (int32_t p = RS_PREDICT_DENOISER; p <= RS_PREDICT_EDM_RAW; p++) {
    script c = {0};
    rs_sampler *s = scripted_sampler(&c, p);
    int64_t calls = 0, steps = 0, jumps = 0;
    rs_status st;
    for (size_t i = 0; i < rs_plan_count(s); i++) {
      rs_step_info info;
      rs_step_info_init(&info);
      rs_plan_step(s, i, &info);
      jumps += info.kind == RS_STEP_JUMP;
    }
    assert_ok(rs_sampler_start(s, x, NULL), s);
    do {
      st = rs_restart_step(s);
      assert_true(st == RS_MORE || st == RS_OK);
      assert_true(c.calls > calls);
      calls = c.calls;
      steps++;
    } while (st == RS_MORE);
    assert_int_equal(steps, (int64_t)rs_plan_count(s) - jumps);
    assert_ok(rs_restart_step(s), s);
    assert_int_equal(c.calls, calls);
    assert_same(x, p);
    rs_sampler_free(s);
  }
}

static void test_pull_equals_push(void **state) {
  static float x[SIZE];
  (void)state;
  for (int32_t p = RS_PREDICT_DENOISER; p <= RS_PREDICT_EDM_RAW; p++) {
    script c = {0};
    rs_sampler *s = scripted_sampler(&c, p);
    rs_request r, again;
    rs_status st;
    rs_request_init(&r);
    rs_request_init(&again);
    int64_t evaluations = 0;
    assert_ok(rs_sampler_start(s, x, NULL), s);
    assert_status(rs_sampler_tell(s), RS_ERR_STATE, s);
    while ((st = rs_sampler_ask(s, &r)) == RS_MORE) {
      assert_status(rs_sampler_ask(s, &again), RS_MORE, s);
      assert_ptr_equal(again.eval, r.eval);
      test_network(r.eval, NULL);
      evaluations++;
      st = rs_sampler_tell(s);
      assert_int_equal(st, evaluations < rs_plan_nfe(s) ? RS_MORE : RS_OK);
      assert_string_equal(rs_sampler_message(s), rs_status_text(st));
    }
    assert_int_equal(st, RS_OK);
    assert_null(r.eval);
    assert_status(rs_sampler_tell(s), RS_ERR_STATE, s);
    assert_int_equal(evaluations, rs_plan_nfe(s));
    assert_int_equal(c.calls, 0);
    assert_same(x, p);
    rs_sampler_free(s);
  }
}

/* Without a network only the pull form works. */
static void test_no_network(void **state) {
  float x[4];
  rs_sampler_options so;
  (void)state;
  rs_sampler_options_init(&so);
  so.elements = 4;
  rs_sampler *s = test_sampler(&so);
  assert_ok(rs_schedule(s, NULL), s);
  assert_status(rs_sample(s, x, NULL), RS_ERR_STATE, s);
  assert_non_null(strstr(rs_sampler_message(s), "model.fn"));
  rs_request r;
  rs_request_init(&r);
  assert_status(rs_sampler_ask(s, &r), RS_MORE, s);
  rs_sampler_free(s);
}

static void test_batch_split(void **state) {
  static float x[N];
  (void)state;
  for (uint64_t b = 0; b < BATCH; b++) {
    script c = {0};
    rs_sampler_options so = options_of(&c, RS_PREDICT_EPS);
    so.batch = 1;
    rs_sampler *s = test_sampler(&so);
    schedule_restart(s);
    assert_ok(rs_sample(s, x, &b), s);
    assert_memory_equal(x, expected(RS_PREDICT_EPS) + b * N, sizeof x);
    rs_sampler_free(s);
  }
}

typedef struct {
  rs_task_fn task;
  void *context;
  size_t first, count;
} share;

static void *run_share(void *argument) {
  const share *s = argument;
  for (size_t i = s->first; i < s->count; i += 3)
    s->task(i, s->context);
  return NULL;
}

static void run_on_threads(size_t count, rs_task_fn task, void *context, void *user) {
  pthread_t thread[3];
  share shares[3];
  *(size_t *)user += count;
  for (size_t t = 0; t < 3; t++) {
    shares[t] = (share){task, context, t, count};
    assert_int_equal(pthread_create(&thread[t], NULL, run_share, &shares[t]), 0);
  }
  for (size_t t = 0; t < 3; t++)
    pthread_join(thread[t], NULL);
}

static void test_executor(void **state) {
  enum { WIDE = 40000 };
  float *x[2];
  size_t tasks = 0;
  (void)state;
  for (int i = 0; i < 2; i++) {
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.model.fn = test_network;
    so.batch = 3;
    so.elements = WIDE;
    if (i)
      so.executor = (rs_executor){run_on_threads, &tasks};
    rs_sampler *s = test_sampler(&so);
    x[i] = malloc(3 * WIDE * sizeof(float));
    schedule_restart(s);
    assert_ok(rs_sample(s, x[i], NULL), s);
    rs_sampler_free(s);
  }
  assert_true(tasks > 0);
  assert_memory_equal(x[0], x[1], 3 * WIDE * sizeof(float));
  free(x[0]);
  free(x[1]);
}

/* The network fails, or asks to stop, or is told to stop, at call k, for all k; going on gives the
 * undisturbed result. */
static void interrupted(script c, rs_status want, int by_hand) {
  static float x[SIZE];
  rs_sampler *s = scripted_sampler(&c, RS_PREDICT_DENOISER);
  c.stops = by_hand ? s : NULL;
  assert_status(rs_sample(s, x, NULL), want, s);
  assert_true(c.calls == c.at);
  rs_counters k;
  rs_counters_init(&k);
  assert_ok(rs_sampler_counters(s, &k), s);
  assert_int_equal(k.callback_status, c.answer);
  assert_int_equal(k.nfe_done, by_hand ? c.at : c.at - 1);
  for (int i = 0; i < SIZE; i++)
    assert_true(isfinite(x[i]));
  rs_status st;
  while ((st = rs_restart_step(s)) == RS_MORE)
    ;
  assert_int_equal(st, RS_OK);
  assert_int_equal(c.calls, rs_plan_nfe(s) + !by_hand);
  assert_same(x, RS_PREDICT_DENOISER);
  rs_sampler_free(s);
}

static void test_interrupted_everywhere(void **state) {
  script probe = {0};
  rs_sampler *s = scripted_sampler(&probe, RS_PREDICT_DENOISER);
  const int64_t nfe = rs_plan_nfe(s);
  (void)state;
  rs_sampler_free(s);
  for (int64_t k = 1; k <= nfe; k++) {
    interrupted((script){.at = k, .answer = -5}, RS_ERR_CALLBACK, 0);
    interrupted((script){.at = k, .answer = 3}, RS_STOPPED, 0);
    interrupted((script){.at = k, .spoil = 1}, RS_ERR_NONFINITE, 0);
    interrupted((script){.at = k}, RS_STOPPED, 1);
  }
}

enum { FEW = 3000 };

/* Returns NaN whenever it is first asked. */
static int32_t second_time(const rs_eval *e, void *user) {
  script *c = user;
  test_network(e, NULL);
  if (++c->calls % 2)
    e->output[FEW / 2 + 7] = NAN;
  return 0;
}

/* The state stays finite, and good for going on, wherever the moves of a step are made together. */
static void run_solver(int32_t solver, int32_t prediction, rs_model_fn network, float *x) {
  script c = {0};
  rs_sampler_options so = options_of(&c, prediction);
  rs_schedule_options sc;
  so.model.fn = network;
  so.batch = 2;
  so.elements = FEW / 2;
  rs_sampler *s = test_sampler(&so);
  rs_schedule_options_init(&sc);
  sc.solver = solver;
  sc.steps = 5;
  sc.segments = segments;
  sc.segment_count = 1;
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(rs_sampler_start(s, x, NULL), s);
  rs_status st = RS_MORE;
  for (int64_t failed = 0; st == RS_MORE || st == RS_ERR_NONFINITE; failed += st < 0) {
    st = rs_restart_step(s);
    for (int i = 0; i < FEW; i++)
      assert_true(isfinite(x[i]));
    assert_true(failed <= rs_plan_nfe(s));
  }
  assert_int_equal(st, RS_OK);
  assert_int_equal(c.calls, network == scripted ? rs_plan_nfe(s) : 2 * rs_plan_nfe(s));
  rs_sampler_free(s);
}

static void test_every_solver_broken(void **state) {
  static float x[FEW], y[FEW];
  rs_entry solver;
  (void)state;
  rs_entry_init(&solver);
  for (size_t i = 0; rs_solver_at(i, &solver) == RS_OK; i++)
    for (int32_t p = RS_PREDICT_DENOISER; p <= RS_PREDICT_EDM_RAW; p++) {
      run_solver(solver.id, p, scripted, x);
      run_solver(solver.id, p, second_time, y);
      assert_memory_equal(x, y, sizeof x);
    }
}

/* The same through the pull form. */
static void test_pull_nonfinite_and_stop(void **state) {
  static float x[SIZE];
  script c = {0};
  rs_sampler *s = scripted_sampler(&c, RS_PREDICT_DENOISER);
  rs_request r;
  (void)state;
  rs_request_init(&r);
  assert_ok(rs_sampler_start(s, x, NULL), s);
  for (int64_t k = 0; k < rs_plan_nfe(s); k++) {
    assert_status(rs_sampler_ask(s, &r), RS_MORE, s);
    test_network(r.eval, NULL);
    r.eval->output[k] = k % 2 ? NAN : INFINITY;
    assert_status(rs_sampler_tell(s), RS_ERR_NONFINITE, s);
    assert_non_null(strstr(rs_sampler_message(s), "the network's output is not finite"));
    rs_sampler_stop(s);
    assert_status(rs_sampler_ask(s, &r), RS_STOPPED, s);
    assert_status(rs_sampler_ask(s, &r), RS_MORE, s);
    test_network(r.eval, NULL);
    rs_sampler_stop(s);
    assert_status(rs_sampler_tell(s), RS_STOPPED, s);
  }
  assert_status(rs_sampler_ask(s, &r), RS_OK, s);
  assert_same(x, RS_PREDICT_DENOISER);
  rs_sampler_free(s);
}

static void test_nonfinite_sentence(void **state) {
  static float x[SIZE];
  script c = {.at = 3, .spoil = 1};
  rs_sampler *s = scripted_sampler(&c, RS_PREDICT_DENOISER);
  (void)state;
  assert_status(rs_sample(s, x, NULL), RS_ERR_NONFINITE, s);
  assert_non_null(strstr(rs_sampler_message(s), "the network's output is not finite: sample 1, "
                                                "element 7, in step 1 of the plan"));
  assert_non_null(strstr(rs_sampler_message(s), "after 2 evaluations"));
  rs_sampler_free(s);
}

/* A stop before a run is not lost, several count as one, and each is answered once. */
static void test_stop_before_and_after(void **state) {
  static float x[SIZE];
  script c = {0};
  rs_sampler *s = scripted_sampler(&c, RS_PREDICT_DENOISER);
  (void)state;
  rs_sampler_stop(NULL);
  rs_sampler_stop(s);
  rs_sampler_stop(s);
  assert_status(rs_sample(s, x, NULL), RS_STOPPED, s);
  assert_int_equal(c.calls, 0);
  c.at = rs_plan_nfe(s);
  c.stops = s;
  rs_status st;
  while ((st = rs_restart_step(s)) == RS_MORE)
    ;
  assert_int_equal(st, RS_STOPPED);
  assert_ok(rs_restart_step(s), s);
  assert_same(x, RS_PREDICT_DENOISER);
  rs_sampler_stop(s); /* of a run that is over: answered by the next call, and no later one */
  assert_status(rs_restart_step(s), RS_STOPPED, s);
  assert_ok(rs_restart_step(s), s);
  assert_ok(rs_sample(s, x, NULL), s);
  assert_same(x, RS_PREDICT_DENOISER);
  rs_sampler_free(s);
}

static void *stop_from_afar(void *s) {
  rs_sampler_stop(s);
  return NULL;
}

static int32_t wait_for_stop(const rs_eval *e, void *user) {
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, stop_from_afar, *(rs_sampler **)user), 0);
  pthread_join(thread, NULL);
  return test_network(e, NULL);
}

static void test_stop_from_thread(void **state) {
  float x[4];
  rs_sampler_options so;
  rs_sampler *s;
  (void)state;
  rs_sampler_options_init(&so);
  so.model.fn = wait_for_stop;
  so.model.user = &s;
  so.elements = 4;
  s = test_sampler(&so);
  assert_ok(rs_schedule(s, NULL), s);
  assert_status(rs_sample(s, x, NULL), RS_STOPPED, s);
  rs_sampler_free(s);
}

/* ---- progress */

typedef struct {
  rs_sampler *s;
  size_t steps;
  int64_t nfe;
  int32_t answer;
  size_t answer_at;
} watcher;

static int32_t watch(const rs_step_info *info, void *user) {
  watcher *w = user;
  rs_step_info planned;
  rs_step_info_init(&planned);
  assert_int_equal(rs_plan_step(w->s, w->steps, &planned), RS_OK);
  assert_int_equal(info->index, w->steps);
  assert_int_equal(info->nfe_done, planned.nfe_done);
  assert_int_equal(info->nfe_total, rs_plan_nfe(w->s));
  assert_non_null(info->state);
  assert_int_equal(info->denoised == NULL, info->kind == RS_STEP_JUMP);
  if (info->sigma_to == 0)
    assert_memory_equal(info->denoised, info->state, SIZE * sizeof(float));
  w->steps++;
  return w->steps == w->answer_at ? w->answer : 0;
}

static void test_progress(void **state) {
  static float x[SIZE];
  script c = {0};
  watcher w = {0};
  rs_sampler_options so = options_of(&c, RS_PREDICT_EPS);
  (void)state;
  so.progress = watch;
  so.progress_user = &w;
  w.s = test_sampler(&so);
  schedule_restart(w.s);
  assert_ok(rs_sample(w.s, x, NULL), w.s);
  assert_int_equal(w.steps, rs_plan_count(w.s));
  assert_same(x, RS_PREDICT_EPS);
  for (size_t k = 1; k <= rs_plan_count(w.s); k++)
    for (int32_t answer = -1; answer <= 1; answer += 2) {
      w = (watcher){w.s, 0, 0, answer, k};
      assert_status(rs_sample(w.s, x, NULL), answer < 0 ? RS_ERR_CALLBACK : RS_STOPPED, w.s);
      assert_int_equal(w.steps, k);
      rs_status st;
      while ((st = rs_restart_step(w.s)) == RS_MORE)
        ;
      assert_int_equal(st, RS_OK);
      assert_int_equal(w.steps, rs_plan_count(w.s));
      assert_same(x, RS_PREDICT_EPS);
    }
  rs_sampler_free(w.s);
}

/* ---- the host's noise */

typedef struct {
  int64_t draws, at;
  int32_t answer;
  float value;
} host;

/* The library's own noise, by the host. */
static int32_t host_noise(const rs_noise_request *r, void *user) {
  host *h = user;
  for (size_t b = 0; b < r->batch; b++) {
    const rs_noise_key key = {r->seeds[b], r->purpose, r->segment, r->iteration, r->step};
    assert_int_equal(rs_normals(&key, 0, r->elements, r->output + b * r->elements), RS_OK);
  }
  if (++h->draws != h->at)
    return 0;
  r->output[5] += h->value;
  return h->answer;
}

static void test_host_noise(void **state) {
  static float x[SIZE];
  script c = {0};
  host h = {0};
  rs_sampler_options so = options_of(&c, RS_PREDICT_DENOISER);
  (void)state;
  so.noise = host_noise;
  so.noise_user = &h;
  rs_sampler *s = test_sampler(&so);
  schedule_restart(s);
  assert_ok(rs_sample(s, x, NULL), s);
  assert_same(x, RS_PREDICT_DENOISER);
  const int64_t draws = h.draws;
  for (int64_t k = 2; k <= draws; k++)
    for (int32_t mode = -1; mode <= 1; mode++) {
      h = (host){0, k, mode, mode == 0 ? NAN : 0};
      assert_status(rs_sample(s, x, NULL),
                    mode < 0   ? RS_ERR_CALLBACK
                    : mode > 0 ? RS_STOPPED
                               : RS_ERR_NONFINITE,
                    s);
      rs_status st;
      while ((st = rs_restart_step(s)) == RS_MORE)
        ;
      assert_int_equal(st, RS_OK);
      assert_same(x, RS_PREDICT_DENOISER);
    }
  h = (host){0, 1, -4, 0};
  assert_status(rs_sample(s, x, NULL), RS_ERR_CALLBACK, s);
  assert_status(rs_restart_step(s), RS_ERR_STATE, s);
  rs_sampler_free(s);
}

/* ---- predictions: the same Gaussian denoiser, said in three ways */

static int32_t gaussian(const rs_eval *e, void *user) {
  const int32_t prediction = *(int32_t *)user;
  const double v = 0.25, s2 = e->sigma * e->sigma;
  for (size_t i = 0; i < e->batch * e->elements; i++) {
    const double in = e->input_f64[i];
    double out;
    if (prediction == RS_PREDICT_DENOISER) {
      out = v / (v + s2) * in;
      assert_true(e->time == e->sigma);
    } else if (prediction == RS_PREDICT_EPS) {
      out = e->sigma / (v + s2) * in;
    } else {
      assert_near(e->time, log(e->sigma) / 4, 1e-14);
      out = 0; /* with sigma_data^2 = v the skip connection is the exact denoiser */
      assert_true(fabs(in) < 8);
    }
    e->output_f64[i] = out;
  }
  return 0;
}

static void test_predictions(void **state) {
  double x[3][64];
  (void)state;
  for (int32_t p = RS_PREDICT_DENOISER; p <= RS_PREDICT_EDM_RAW; p++) {
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.model.fn = gaussian;
    so.model.user = &p;
    so.model.prediction = p;
    so.elements = 64;
    so.dtype = RS_FLOAT64;
    rs_sampler *s = test_sampler(&so);
    schedule_restart(s);
    assert_ok(rs_sample_f64(s, x[p], NULL), s);
    for (int i = 0; i < 64; i++)
      assert_near(x[p][i], x[0][i], 1e-12);
    rs_sampler_free(s);
  }
}

/* ---- starting */

static void test_keep_start(void **state) {
  static float x[SIZE], y[SIZE];
  script c = {0};
  rs_sampler *s = scripted_sampler(&c, RS_PREDICT_DENOISER);
  rs_schedule_options sc;
  (void)state;
  rs_schedule_options_init(&sc);
  sc.start = RS_START_KEEP;
  sc.sigmas = (const double[]){2, 1, 0};
  sc.sigma_count = 3;
  sc.grid = RS_GRID_SIGMAS;
  assert_ok(rs_schedule(s, &sc), s);
  for (int i = 0; i < SIZE; i++)
    x[i] = y[i] = (float)(i % 17) - 8;
  assert_ok(rs_sampler_start(s, x, NULL), s);
  assert_memory_equal(x, y, sizeof x);
  x[3] = NAN;
  assert_status(rs_sampler_start(s, x, NULL), RS_ERR_NONFINITE, s);
  assert_non_null(strstr(rs_sampler_message(s), "the start state"));
  rs_sampler_free(s);
}

static void test_wrong_order(void **state) {
  static float x[SIZE];
  double wide[4];
  script c = {0};
  const rs_sampler_options so = options_of(&c, 0);
  rs_sampler *s = test_sampler(&so);
  rs_request r;
  (void)state;
  rs_request_init(&r);
  assert_status(rs_sample(s, x, NULL), RS_ERR_STATE, s);
  assert_status(rs_restart_step(s), RS_ERR_STATE, s);
  assert_status(rs_sampler_ask(s, &r), RS_ERR_STATE, s);
  schedule_restart(s);
  assert_status(rs_restart_step(s), RS_ERR_STATE, s);
  assert_status(rs_sample_f64(s, wide, NULL), RS_ERR_STATE, s);
  assert_status(rs_sample(s, NULL, NULL), RS_ERR_ARGUMENT, s);
  assert_string_equal(rs_sampler_message(s), "x is NULL");
  assert_int_equal(rs_sample(NULL, x, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_restart_step(NULL), RS_ERR_ARGUMENT);
  assert_status(rs_sampler_ask(s, NULL), RS_ERR_ARGUMENT, s);
  assert_string_equal(rs_sampler_message(s), "request is NULL");
  assert_int_equal(rs_sampler_ask(NULL, &r), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_tell(NULL), RS_ERR_ARGUMENT);
  assert_ok(rs_sampler_start(s, x, NULL), s);
  r.size = 3;
  assert_status(rs_sampler_ask(s, &r), RS_ERR_VERSION, s);
  schedule_restart(s);
  assert_status(rs_restart_step(s), RS_ERR_STATE, s);
  rs_sampler_free(s);
}

/* Each dtype has its own form of a call, and the sentence names it. */
static void test_other_dtype(void **state) {
  float narrow[4] = {0};
  double wide[4] = {0};
  (void)state;
  for (int32_t dtype = RS_FLOAT32; dtype <= RS_FLOAT64; dtype++) {
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.elements = 4;
    so.dtype = dtype;
    rs_sampler *s = test_sampler(&so);
    assert_ok(rs_schedule(s, NULL), s);
    if (dtype == RS_FLOAT32)
      assert_status(rs_sampler_start_f64(s, wide, NULL), RS_ERR_STATE, s);
    else
      assert_status(rs_sampler_start(s, narrow, NULL), RS_ERR_STATE, s);
    assert_non_null(strstr(rs_sampler_message(s), dtype == RS_FLOAT32
                                                      ? "dtype is float32: use the plain form"
                                                      : "dtype is float64: use the _f64 form"));
    rs_sampler_free(s);
  }
}

/* An evaluation that was not asked for cannot be told, also where the network's callback failed. */
static void test_tell_after_failure(void **state) {
  static float x[SIZE];
  script c = {.at = 3, .answer = -4};
  rs_sampler *s = scripted_sampler(&c, 0);
  (void)state;
  assert_status(rs_sample(s, x, NULL), RS_ERR_CALLBACK, s);
  assert_status(rs_sampler_tell(s), RS_ERR_STATE, s);
  rs_sampler_free(s);
}

/* From within a callback the handle refuses what would pull the rug away. */
static void meddle(rs_sampler *s) {
  float x[4];
  char buffer[1];
  rs_request r;
  rs_request_init(&r);
  assert_int_equal(rs_schedule(s, NULL), RS_ERR_STATE);
  assert_int_equal(rs_sampler_start(s, x, NULL), RS_ERR_STATE);
  assert_int_equal(rs_restart_step(s), RS_ERR_STATE);
  assert_int_equal(rs_sampler_ask(s, &r), RS_ERR_STATE);
  assert_int_equal(rs_sampler_tell(s), RS_ERR_STATE);
  assert_int_equal(rs_sampler_load(s, buffer, 1, x), RS_ERR_STATE);
  assert_string_equal(rs_sampler_message(s), "rs_sampler_load within a callback");
}

static int32_t meddling_network(const rs_eval *e, void *user) {
  meddle(*(rs_sampler **)user);
  return test_network(e, NULL);
}

/* Of the start there is nothing to save until its noise is there. */
static int32_t meddling_noise(const rs_noise_request *r, void *user) {
  size_t length;
  const rs_status saved = rs_sampler_save(*(rs_sampler **)user, NULL, 0, &length);
  assert_int_equal(saved, r->purpose == RS_NOISE_START ? RS_ERR_STATE : RS_OK);
  meddle(*(rs_sampler **)user);
  memset(r->output, 0, r->batch * r->elements * sizeof *r->output);
  return 0;
}

static int32_t meddling_progress(const rs_step_info *info, void *user) {
  (void)info;
  meddle(*(rs_sampler **)user);
  return 0;
}

static void test_meddling(void **state) {
  float x[4];
  rs_sampler_options so;
  rs_sampler *s;
  (void)state;
  rs_sampler_options_init(&so);
  so.model.fn = meddling_network;
  so.noise = meddling_noise;
  so.progress = meddling_progress;
  so.model.user = so.noise_user = so.progress_user = &s;
  so.elements = 4;
  s = test_sampler(&so);
  schedule_restart(s);
  assert_ok(rs_sample(s, x, NULL), s);
  assert_ok(rs_sample(s, x, NULL), s);
  rs_sampler_free(s);
}

/* ---- making */

static void destroyed(void *user) {
  ((script *)user)->destroyed++;
}

static void test_new_refused(void **state) {
  script c = {0};
  char message[200];
  int refused = 0;
  (void)state;
  for (int i = 0; i < 11; i++) {
    rs_sampler_options so = options_of(&c, 0);
    rs_sampler *s = (rs_sampler *)&c;
    so.model.destroy = destroyed;
    so.message = message;
    so.message_capacity = sizeof message;
    message[0] = 0;
    /* clang-format off */
    switch (i) {
    case 0: so.elements = 0; break;
    case 1: so.elements = ((size_t)1 << 34) + 1; break;
    case 2: so.batch = SIZE_MAX / 2; break;
    case 3: so.dtype = 2; break;
    case 4: so.reserved = 1; break;
    case 5: so.alloc.allocate = test_heap_alloc(NULL).allocate; break;
    case 6: so.model.prediction = 6; break;
    case 7: so.model.process = -1; break;
    case 8: so.model.sigma_data = -1; break;
    case 9: so.model.sigma_data = NAN; break;
    default: so.model.reserved[15] = 1; break;
    }
    /* clang-format on */
    const rs_status st = rs_sampler_new(&so, &s);
    assert_int_equal(st, i == 4 || i == 10 ? RS_ERR_VERSION : RS_ERR_OPTION);
    assert_null(s);
    assert_true(strlen(message) > 10);
    assert_int_equal(c.destroyed, ++refused);
  }
  rs_sampler_options so = options_of(&c, 0);
  rs_sampler *s = NULL;
  assert_int_equal(rs_sampler_new(NULL, &s), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_new(&so, NULL), RS_ERR_ARGUMENT);
  so.elements = 0;
  so.message = message;
  strcpy(message, "as it was");
  assert_int_equal(rs_sampler_new(&so, &s), RS_ERR_OPTION);
  assert_string_equal(message, "as it was"); /* without capacity */
  so.message = NULL;
  assert_int_equal(rs_sampler_new(&so, &s), RS_ERR_OPTION);
  so.size = 12;
  assert_int_equal(rs_sampler_new(&so, &s), RS_ERR_VERSION);
  rs_sampler_free(NULL);
  assert_string_equal(rs_sampler_message(NULL), "there is no sampler");
}

static void test_destroy_once(void **state) {
  script c = {0};
  rs_sampler_options so = options_of(&c, 0);
  (void)state;
  so.model.destroy = destroyed;
  rs_sampler *s = test_sampler(&so);
  schedule_restart(s);
  schedule_restart(s);
  assert_int_equal(c.destroyed, 0);
  rs_sampler_free(s);
  assert_int_equal(c.destroyed, 1);
  assert_int_equal(rs_sampler_new(&so, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(c.destroyed, 2);
}

static void test_counters(void **state) {
  static float x[SIZE];
  script c = {0};
  rs_sampler *s = scripted_sampler(&c, 0);
  rs_counters k;
  (void)state;
  rs_counters_init(&k);
  assert_int_equal(rs_sampler_counters(NULL, &k), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_counters(s, NULL), RS_ERR_ARGUMENT);
  assert_ok(rs_sampler_start(s, x, NULL), s);
  assert_status(rs_restart_step(s), RS_MORE, s);
  assert_ok(rs_sampler_counters(s, &k), s);
  assert_true(k.nfe_done == 2 && k.steps_done == 1 && k.calls == 2);
  assert_int_equal(k.nfe_total, rs_plan_nfe(s));
  assert_int_equal(k.steps_total, rs_plan_count(s));
  assert_true(k.memory > 3 * (int64_t)sizeof x);
  k.size = 8;
  assert_int_equal(rs_sampler_counters(s, &k), RS_ERR_VERSION);
  rs_sampler_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_steps_equal_sample),
      cmocka_unit_test(test_pull_equals_push),
      cmocka_unit_test(test_no_network),
      cmocka_unit_test(test_batch_split),
      cmocka_unit_test(test_executor),
      cmocka_unit_test(test_interrupted_everywhere),
      cmocka_unit_test(test_every_solver_broken),
      cmocka_unit_test(test_pull_nonfinite_and_stop),
      cmocka_unit_test(test_nonfinite_sentence),
      cmocka_unit_test(test_stop_before_and_after),
      cmocka_unit_test(test_stop_from_thread),
      cmocka_unit_test(test_progress),
      cmocka_unit_test(test_host_noise),
      cmocka_unit_test(test_predictions),
      cmocka_unit_test(test_keep_start),
      cmocka_unit_test(test_wrong_order),
      cmocka_unit_test(test_other_dtype),
      cmocka_unit_test(test_tell_after_failure),
      cmocka_unit_test(test_meddling),
      cmocka_unit_test(test_new_refused),
      cmocka_unit_test(test_destroy_once),
      cmocka_unit_test(test_counters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
