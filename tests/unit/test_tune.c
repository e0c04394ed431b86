/* SPDX-License-Identifier: MIT
 * The tuner, on data whose exact denoiser is known: two clusters, drawn alike often. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <restart/tune.h>

#include "base/bytes.h"
#include "support/test.h"

enum { N = 4, BATCH = 10, REFERENCES = 4000, FEW_REFERENCES = 256, BUDGET = 48, DRAWN = 4000 };
#define SPREAD 0.3 /* of a cluster around -1 or +1 in every coordinate */

/* What is wrong with the network, and when it fails. */
typedef struct {
  double early; /* pull to one side where sigma is above 3 */
  int64_t calls, fail_at, stop_at, nan_at;
} fault;

static int32_t network(const rs_eval *e, void *user) {
  fault *f = user;
  const double s2 = e->sigma * e->sigma, v = SPREAD * SPREAD + s2;
  const int64_t call = ++f->calls;
  if (call == f->fail_at)
    return -7;
  if (call == f->stop_at)
    return 1;
  for (size_t b = 0; b < e->batch; b++) {
    const float *x = e->input + b * N;
    double sum = 0;
    for (int i = 0; i < N; i++)
      sum += (double)x[i];
    const double centre = tanh(sum / v);
    for (int i = 0; i < N; i++) {
      const double d = (SPREAD * SPREAD * (double)x[i] + s2 * centre) / v;
      e->output[b * N + (size_t)i] = (float)(d + (e->sigma > 3 ? f->early : 0));
    }
  }
  if (call == f->nan_at)
    e->output[0] = NAN;
  return 0;
}

static float references[REFERENCES * N];

static int fill_references(void **state) {
  (void)state;
  for (uint64_t i = 0; i < REFERENCES; i++) {
    const rs_noise_key key = {.seed = 1000000 + i};
    rs_normals(&key, 0, N, references + i * N);
    for (int k = 0; k < N; k++)
      references[i * N + (size_t)k] =
          references[i * N + (size_t)k] * (float)SPREAD + (i % 2 ? 1.0f : -1.0f);
  }
  return 0;
}

static rs_sampler_options sampler_options(fault *f) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = network;
  so.model.user = f;
  so.batch = BATCH;
  so.elements = N;
  return so;
}

static rs_tune_options tune_options(void) {
  rs_tune_options to;
  rs_tune_options_init(&to);
  to.budget = BUDGET;
  to.references = references;
  to.reference_count = FEW_REFERENCES; /* where the answer need not be the best */
  to.evaluations = 2000 * BUDGET;      /* the least */
  return to;
}

static rs_tune_options without_references(void) {
  rs_tune_options to = tune_options();
  to.references = NULL;
  to.reference_count = 0;
  return to;
}

static rs_tuner *new_tuner(const rs_sampler_options *so, const rs_tune_options *to) {
  rs_tuner *t = NULL;
  char message[256] = "";
  rs_tune_options copy = *to;
  copy.message = message;
  copy.message_capacity = sizeof message;
  if (rs_tuner_new(so, &copy, &t) != RS_OK)
    fail_msg("%s", message);
  return t;
}

static void finish(rs_tuner *t) {
  rs_status st;
  while ((st = rs_tuner_step(t)) == RS_MORE || st == RS_STOPPED)
    ;
  if (st != RS_OK)
    fail_msg("%s", rs_tuner_message(t));
}

/* The answer as text, to be freed. */
static char *text_of(const rs_tuner *t) {
  size_t length = 0;
  assert_int_equal(rs_tuner_text(NULL, NULL, 0, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_text(t, NULL, 1, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_text(t, NULL, 0, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_text(t, NULL, 0, &length), RS_OK);
  char *text = malloc(length + 1);
  assert_non_null(text);
  assert_int_equal(rs_tuner_text(t, text, length, NULL), RS_ERR_CAPACITY);
  assert_int_equal(rs_tuner_text(t, text, length + 1, NULL), RS_OK);
  return text;
}

static char *answer(const rs_sampler_options *so, const rs_tune_options *to) {
  rs_tuner *t = new_tuner(so, to);
  finish(t);
  char *text = text_of(t);
  rs_tuner_free(t);
  return text;
}

static bool is_ode(const rs_schedule_options *sc) {
  return sc->segment_count == 0 && sc->s_churn == 0 && sc->solver != RS_SOLVER_EULER_ANCESTRAL &&
         sc->solver != RS_SOLVER_DPMPP_2M_SDE;
}

/* The share of samples on the positive side, under a schedule. */
static double positive(fault *f, const rs_schedule_options *sc) {
  static float x[DRAWN * N];
  rs_sampler_options so = sampler_options(f);
  so.batch = DRAWN;
  rs_sampler *s = test_sampler(&so);
  assert_ok(rs_schedule(s, sc), s);
  assert_true(rs_plan_nfe(s) <= BUDGET);
  assert_ok(rs_sample(s, x, NULL), s);
  rs_sampler_free(s);
  int count = 0;
  for (int i = 0; i < DRAWN; i++)
    count += x[i * N] + x[i * N + 1] + x[i * N + 2] + x[i * N + 3] > 0;
  return (double)count / DRAWN;
}

/* An exact network wants no Restart. */
static void test_exact(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 2; seed++) {
    fault f = {0};
    const rs_sampler_options so = sampler_options(&f);
    rs_tune_options to = tune_options();
    to.seed = seed;
    to.reference_count = REFERENCES;
    to.evaluations = 200000;
    rs_tuner *t = new_tuner(&so, &to);
    finish(t);
    rs_schedule_options sc;
    rs_schedule_options_init(&sc);
    assert_int_equal(rs_tuner_schedule(t, &sc), RS_OK);
    assert_true(is_ode(&sc));
    assert_near(positive(&f, &sc), 0.5, 0.03);
    rs_tuner_free(t);
  }
}

/* An error that is made early is what Restart takes away: it is found, and it helps. */
static void test_early_error(void **state) {
  (void)state;
  fault f = {.early = 0.6};
  const rs_sampler_options so = sampler_options(&f);
  rs_tune_options to = tune_options();
  to.skip = 1 << RS_TUNE_SDE;
  to.reference_count = REFERENCES;
  to.evaluations = 4000000;
  rs_tuner *t = new_tuner(&so, &to);
  finish(t);
  rs_schedule_options sc, ode;
  rs_schedule_options_init(&sc);
  rs_schedule_options_init(&ode);
  ode.budget = BUDGET;
  assert_int_equal(rs_tuner_schedule(t, &sc), RS_OK);
  const double before = positive(&f, &ode) - 0.5, after = positive(&f, &sc) - 0.5;
  char *text = text_of(t);
  print_message("%soff by %g, with the ODE %g\n", text, after, before);
  assert_true(sc.segment_count > 0);
  assert_true(fabs(after) < 0.5 * fabs(before));
  assert_non_null(strstr(text, "# Restart"));
  assert_null(strstr(text, "# SDE"));
  free(text);
  rs_tuner_free(t);
}

/* The text is a schedule. */
static void test_text(void **state) {
  (void)state;
  fault f = {0};
  const rs_sampler_options so = sampler_options(&f);
  const rs_tune_options to = tune_options();
  char *text = answer(&so, &to);
  rs_segment segments[8];
  rs_schedule_room room;
  rs_schedule_room_init(&room);
  room.segments = segments;
  room.segment_capacity = 8;
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  assert_int_equal(rs_schedule_parse(text, &room, &sc, NULL), RS_OK);
  assert_int_equal(sc.budget, BUDGET);
  free(text);
}

static double error_of(const rs_schedule_options *sc, const float *truth, float *x) {
  fault f = {0};
  rs_sampler_options so = sampler_options(&f);
  so.batch = 500;
  rs_sampler *s = test_sampler(&so);
  double sum = 0;
  assert_ok(rs_schedule(s, sc), s);
  assert_ok(rs_sample(s, x, NULL), s);
  rs_sampler_free(s);
  for (int i = 0; truth && i < 500 * N; i++)
    sum += ((double)x[i] - (double)truth[i]) * ((double)x[i] - (double)truth[i]);
  return sqrt(sum / (500 * N));
}

/* Without references an ODE that is closer to the exact solution than the usual one. */
static void test_no_references(void **state) {
  (void)state;
  static float truth[500 * N], x[500 * N];
  fault f = {0};
  const rs_sampler_options so = sampler_options(&f);
  rs_tune_options to = without_references();
  rs_tuner *t = new_tuner(&so, &to);
  finish(t);
  rs_schedule_options sc, usual, fine;
  rs_schedule_options_init(&sc);
  rs_schedule_options_init(&usual);
  rs_schedule_options_init(&fine);
  usual.budget = BUDGET;
  fine.steps = 400;
  assert_int_equal(rs_tuner_schedule(t, &sc), RS_OK);
  assert_true(is_ode(&sc));
  error_of(&fine, NULL, truth);
  const double tuned = error_of(&sc, truth, x), plain = error_of(&usual, truth, x);
  print_message("error %g, usual %g\n", tuned, plain);
  assert_true(tuned < 0.7 * plain);
  rs_tuner_free(t);
}

static int64_t spent;

static int32_t count_spent(const rs_tune_info *info, void *user) {
  (void)user;
  spent = info->evaluations;
  return 0;
}

/* What it says that it spent is what the network was asked, and within the limit. */
static void test_limit(void **state) {
  (void)state;
  for (int without = 0; without < 2; without++) {
    fault f = {0};
    const rs_sampler_options so = sampler_options(&f);
    rs_tune_options to = tune_options();
    to.references = without ? NULL : references;
    to.reference_count = without ? 0 : FEW_REFERENCES;
    to.progress = count_spent;
    free(answer(&so, &to));
    assert_int_equal(spent, f.calls * BATCH);
    assert_true(spent <= to.evaluations);
  }
}

/* Saved after every measurement and loaded into a new tuner: the same answer. With references
 * nothing is drawn twice. */
static void test_resume(void **state) {
  (void)state;
  for (int without = 0; without < 2; without++) {
    fault whole = {0}, parts = {0};
    rs_sampler_options so = sampler_options(&whole);
    rs_tune_options to = tune_options();
    to.references = without ? NULL : references;
    to.reference_count = without ? 0 : FEW_REFERENCES;
    char *want = answer(&so, &to), *got = NULL;
    so.model.user = &parts;
    rs_status st = RS_MORE;
    unsigned char checkpoint[2000];
    size_t length = 0;
    while (st != RS_OK) {
      rs_tuner *t = new_tuner(&so, &to);
      if (length)
        assert_int_equal(rs_tuner_load(t, checkpoint, length), RS_OK);
      const int64_t before = parts.calls;
      do
        st = rs_tuner_step(t);
      while (st == RS_MORE && parts.calls == before);
      assert_int_equal(rs_tuner_save(t, checkpoint, sizeof checkpoint, &length), RS_OK);
      if (st == RS_OK)
        got = text_of(t);
      rs_tuner_free(t);
    }
    assert_string_equal(got, want);
    if (!without)
      assert_int_equal(parts.calls, whole.calls);
    free(got);
    free(want);
  }
}

static void test_bad_checkpoints(void **state) {
  (void)state;
  fault f = {0};
  const rs_sampler_options so = sampler_options(&f);
  rs_tune_options to = tune_options();
  unsigned char good[200], bad[200];
  size_t length = 0;
  rs_tuner *t = new_tuner(&so, &to);
  assert_int_equal(rs_tuner_step(t), RS_MORE);
  assert_int_equal(rs_tuner_save(NULL, good, sizeof good, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_save(t, NULL, 9, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_save(t, NULL, 0, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_save(t, NULL, 0, &length), RS_OK);
  assert_int_equal(rs_tuner_save(t, good, length - 1, NULL), RS_ERR_CAPACITY);
  assert_int_equal(rs_tuner_save(t, good, sizeof good, &length), RS_OK);
  assert_int_equal(rs_tuner_load(t, good, length), RS_ERR_STATE);
  rs_tuner_free(t);
  t = new_tuner(&so, &to);
  for (size_t i = 0; i < length; i++) {
    assert_int_equal(rs_tuner_load(t, good, i), RS_ERR_CHECKPOINT);
    memcpy(bad, good, length);
    bad[i] ^= 1;
    assert_int_equal(rs_tuner_load(t, bad, length), RS_ERR_CHECKPOINT);
  }
  assert_int_equal(rs_tuner_load(NULL, good, length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_load(t, NULL, length), RS_ERR_ARGUMENT);
  /* With a right checksum: one distance more or fewer than there is, and more than can be. */
  for (uint64_t count = 0; count < 3; count++) {
    memcpy(bad, good, length);
    rs__bytes_put(bad + 8 + 8 * 8, count == 1 ? 1000000 : count, 8);
    rs__bytes_put(bad + length - 8, rs__bytes_checksum(bad, length - 8), 8);
    assert_int_equal(rs_tuner_load(t, bad, length), RS_ERR_CHECKPOINT);
    assert_non_null(strstr(rs_tuner_message(t), "contradicts itself"));
  }
  assert_int_equal(rs_tuner_load(t, good, length), RS_OK);
  rs_tuner_free(t);
  for (int other = 0; other < 4; other++) {
    rs_tune_options o = to;
    o.seed += other == 0;
    o.skip = other == 1 ? 1 << RS_TUNE_SDE : 0;
    o.budget -= other == 2;
    o.evaluations += other == 3;
    t = new_tuner(&so, &o);
    assert_int_equal(rs_tuner_load(t, good, length), RS_ERR_MISMATCH);
    rs_tuner_free(t);
  }
}

/* A network that fails, stops or answers NaN in the course of it: a status, and the next calls
 * come to the same answer. */
static void test_faults(void **state) {
  (void)state;
  fault none = {0};
  rs_sampler_options so = sampler_options(&none);
  const rs_tune_options to = tune_options();
  char *want = answer(&so, &to);
  const int64_t calls[] = {1, 21, 421, 700, 8421}; /* 700: a schedule that is tried again */
  assert_true(none.calls > 8421);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    for (int kind = 0; kind < 3; kind++) {
      const int64_t call = calls[i];
      fault f = {.fail_at = kind == 0 ? call : 0,
                 .stop_at = kind == 1 ? call : 0,
                 .nan_at = kind == 2 && call == 1 ? call : 0};
      so.model.user = &f;
      rs_tuner *t = new_tuner(&so, &to);
      rs_status st;
      while ((st = rs_tuner_step(t)) == RS_MORE)
        ;
      const rs_status expected[] = {RS_ERR_CALLBACK, RS_STOPPED,
                                    f.nan_at ? RS_ERR_NONFINITE : RS_OK};
      assert_int_equal(st, expected[kind]);
      finish(t);
      char *got = text_of(t);
      if (kind == 2 && call == 1)
        assert_non_null(strstr(got, "evaluations of the network"));
      free(got);
      rs_schedule_options sc;
      rs_schedule_options_init(&sc);
      assert_int_equal(rs_tuner_schedule(t, &sc), RS_OK);
      char schedule[400];
      assert_int_equal(rs_schedule_format(&sc, schedule, sizeof schedule, NULL), RS_OK);
      assert_non_null(strstr(want, schedule));
      rs_tuner_free(t);
    }
  free(want);
}

/* What the measurements said. */
typedef struct {
  int64_t measurements, hopeless, most;
  double largest;
} record;

static int32_t keep_record(const rs_tune_info *info, void *user) {
  record *r = user;
  r->measurements++;
  r->hopeless += info->distance > 1e200;
  r->most = info->evaluations_most;
  r->largest = fmax(r->largest, info->distance);
  spent = info->evaluations;
  return 0;
}

/* A schedule under which the network's output is not finite is the worst, and the search goes on:
 * while searching, when it is tried again, and in the final. */
static void test_hopeless(void **state) {
  (void)state;
  const int64_t calls[] = {100, 700, 6000};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    fault f = {.nan_at = calls[i]};
    record r = {0};
    const rs_sampler_options so = sampler_options(&f);
    rs_tune_options to = tune_options();
    to.progress = keep_record;
    to.progress_user = &r;
    rs_tuner *t = new_tuner(&so, &to);
    finish(t);
    assert_int_equal(r.hopeless, 1);
    char *text = text_of(t);
    assert_non_null(strstr(text, "<- chosen"));
    free(text);
    rs_tuner_free(t);
  }
}

/* Data that is 0 everywhere has no size that an error could be compared with. */
static int32_t nothing(const rs_eval *e, void *user) {
  (void)user;
  memset(e->output, 0, e->batch * e->elements * sizeof *e->output);
  return 0;
}

static void test_no_difference(void **state) {
  (void)state;
  rs_sampler_options so = sampler_options(NULL);
  rs_tune_options to = without_references();
  so.model.fn = nothing;
  char *text = answer(&so, &to);
  assert_non_null(strstr(text, "distance 0 +- 0 in 180 samples  <- chosen"));
  free(text);
}

/* The fewest evaluations that a search can have, and those that it has by itself. */
static void test_evaluations(void **state) {
  (void)state;
  const int64_t rows[][2] = {{BUDGET, 1000000}, {1000, 2000000}};
  for (size_t i = 0; i < 2; i++) {
    fault f = {0};
    record r = {0};
    const rs_sampler_options so = sampler_options(&f);
    rs_tune_options to = tune_options();
    to.budget = rows[i][0];
    to.evaluations = 0;
    to.progress = keep_record;
    to.progress_user = &r;
    rs_tuner *t = new_tuner(&so, &to);
    assert_int_equal(rs_tuner_step(t), RS_MORE);
    assert_int_equal(r.most, rows[i][1]);
    rs_tuner_free(t);
  }
}

/* Batches that the search has too few evaluations for: it says how many it needs, and that is
 * enough. */
static void test_large_batches(void **state) {
  (void)state;
  fault f = {0};
  rs_sampler_options so = sampler_options(&f);
  rs_tune_options to = tune_options();
  char message[256] = "";
  rs_tuner *t = NULL;
  so.batch = 100;
  to.message = message;
  to.message_capacity = sizeof message;
  assert_int_equal(rs_tuner_new(&so, &to, &t), RS_ERR_OPTION);
  long long needs = 0;
  assert_int_equal(sscanf(message, "with batches of 100 the search needs %lld evaluations", &needs),
                   1);
  to.evaluations = needs;
  assert_int_equal(rs_tuner_new(&so, &to, &t), RS_OK);
  rs_tuner_free(t);
  to.evaluations = needs - BUDGET;
  assert_int_equal(rs_tuner_new(&so, &to, &t), RS_ERR_OPTION);
}

/* No schedule has two levels where the process has hardly two and the budget wants thousands. */
static void test_no_schedule(void **state) {
  (void)state;
  const double alpha_bar[] = {0.5, 0.5 - 1e-13};
  fault f = {0};
  rs_sampler_options so = sampler_options(&f);
  rs_tune_options to = tune_options();
  so.model.process = RS_PROCESS_DISCRETE;
  so.model.betas = RS_BETAS_TABLE;
  so.model.alpha_bar = alpha_bar;
  so.model.table_count = 2;
  to.budget = 20000;
  to.evaluations = 0;
  rs_tuner *t = new_tuner(&so, &to);
  assert_int_equal(rs_tuner_step(t), RS_ERR_BUDGET);
  assert_non_null(strstr(rs_tuner_message(t), "no schedule"));
  assert_int_equal(f.calls, 0);
  rs_tuner_free(t);
}

/* With guidance every evaluation costs two, and of five no restart can be paid: the search ends
 * with the kinds that can. */
static void test_small_budget(void **state) {
  (void)state;
  fault f = {0};
  record r = {0};
  rs_sampler_options so = sampler_options(&f);
  rs_tune_options to = tune_options();
  so.model.guidance = RS_GUIDANCE_CALLS;
  to.budget = 5;
  to.evaluations = 2000 * 5;
  to.progress = keep_record;
  to.progress_user = &r;
  char *text = answer(&so, &to);
  assert_true(r.measurements < 3 * (12 + 4 + 1));
  assert_non_null(strstr(text, "# ODE "));
  assert_null(strstr(text, "# Restart "));
  assert_non_null(strstr(text, "budget 5"));
  free(text);
}

/* Allocation number k within a step fails: nothing is measured, and the next call measures the same
 * as an undisturbed one. */
static void test_memory_within(void **state) {
  (void)state;
  for (int without = 0; without < 2; without++) {
    rs_tune_options to = tune_options();
    record undisturbed = {0}, r = {0};
    to.references = without ? NULL : references;
    to.reference_count = without ? 0 : FEW_REFERENCES;
    to.progress = keep_record;
    int64_t want = 0;
    for (size_t k = 0;; k++) {
      test_heap heap = {0};
      fault f = {0};
      rs_sampler_options so = sampler_options(&f);
      so.alloc = test_heap_alloc(&heap);
      to.progress_user = k ? &r : &undisturbed;
      rs_tuner *t = new_tuner(&so, &to);
      heap.fail_at = k ? heap.taken + k : 0;
      const rs_status st = rs_tuner_step(t);
      const bool failed = st != RS_MORE;
      if (failed) {
        assert_int_equal(st, RS_ERR_MEMORY);
        assert_int_equal(r.measurements, 0);
        assert_int_equal(rs_tuner_step(t), RS_MORE);
      }
      want = k ? want : spent;
      assert_int_equal(spent, want);
      assert_true(k == 0 || r.largest == undisturbed.largest);
      rs_tuner_free(t);
      assert_int_equal(heap.live, 0);
      if (k && !failed)
        break;
      r = (record){0};
    }
  }
}

static int32_t stop_always(const rs_tune_info *info, void *user) {
  (void)info, (void)user;
  return 1;
}

static int32_t fail_always(const rs_tune_info *info, void *user) {
  (void)info, (void)user;
  return -2;
}

static void test_stops(void **state) {
  (void)state;
  fault f = {0};
  const rs_sampler_options so = sampler_options(&f);
  rs_tune_options to = tune_options();
  char *want = answer(&so, &to);
  to.progress = stop_always;
  char *got = answer(&so, &to);
  assert_string_equal(got, want);
  free(got);
  free(want);
  to.progress = fail_always;
  rs_tuner *t = new_tuner(&so, &to);
  assert_int_equal(rs_tuner_step(t), RS_ERR_CALLBACK);
  assert_non_null(strstr(rs_tuner_message(t), "progress callback answered -2"));
  rs_tuner_free(t);
  to.progress = NULL;
  t = new_tuner(&so, &to);
  rs_tuner_stop(t);
  assert_int_equal(rs_tuner_step(t), RS_STOPPED);
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  assert_int_equal(rs_tuner_schedule(t, &sc), RS_ERR_STATE);
  assert_int_equal(rs_tuner_schedule(t, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_schedule(NULL, &sc), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_text(t, NULL, 0, &(size_t){0}), RS_ERR_STATE);
  assert_int_equal(rs_tuner_step(t), RS_MORE);
  rs_tuner_free(t);
  rs_tuner_free(NULL);
  rs_tuner_stop(NULL);
  assert_int_equal(rs_tuner_step(NULL), RS_ERR_ARGUMENT);
  assert_non_null(rs_tuner_message(NULL));
}

/* The host's distance: how far the mean of the first coordinate is off, in the direction wanted. */
typedef struct {
  int64_t calls;
  int32_t answer;
  double value;
} judge;

static int32_t distance(const rs_tune_sets *sets, double *result, void *user) {
  judge *j = user;
  double sum = 0;
  j->calls++;
  for (size_t i = 0; i < sets->count; i++)
    sum += (double)sets->samples[i * sets->elements];
  *result = j->value != 0 ? j->value : fabs(sum / (double)sets->count - 0.5);
  return j->answer;
}

static void test_hosts_distance(void **state) {
  (void)state;
  const struct {
    judge judge;
    rs_status status;
  } rows[] = {{{0, 0, 0}, RS_MORE},
              {{0, 3, 0}, RS_STOPPED},
              {{0, -3, 0}, RS_ERR_CALLBACK},
              {{0, 0, (double)NAN}, RS_ERR_CALLBACK}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fault f = {0};
    judge j = rows[i].judge;
    const rs_sampler_options so = sampler_options(&f);
    rs_tune_options to = tune_options();
    to.distance = distance;
    to.distance_user = &j;
    rs_tuner *t = new_tuner(&so, &to);
    assert_int_equal(rs_tuner_step(t), rows[i].status);
    assert_int_equal(j.calls, 1);
    rs_tuner_free(t);
  }
}

/* The elements themselves, or their sum; answers `answer`, or writes NaN, at call number `at`. */
typedef struct {
  size_t width, most;
  int calls, at, answer;
  bool nan;
} eye;

static int32_t features(const float *samples, size_t count, float *rows, void *user) {
  eye *e = user;
  e->most = count > e->most ? count : e->most;
  for (size_t i = 0; i < count; i++) {
    float sum = 0;
    for (size_t k = 0; k < N; k++)
      sum += samples[i * N + k];
    rows[i * e->width] = sum;
    if (e->width == N)
      memcpy(rows + i * N, samples + i * N, N * sizeof *rows);
  }
  if (++e->calls != e->at)
    return 0;
  rows[0] = e->nan ? NAN : rows[0];
  return e->answer;
}

static rs_tune_options with_features(eye *e) {
  rs_tune_options to = tune_options();
  to.features = features;
  to.features_user = e;
  to.feature_elements = e->width;
  return to;
}

/* Where the features are its elements the host's distance sees what it sees without, and the answer
 * is the same. */
static void test_features(void **state) {
  (void)state;
  fault f = {0};
  eye all = {.width = N}, sum = {.width = 1};
  judge j = {0};
  const rs_sampler_options so = sampler_options(&f);
  rs_tune_options to = tune_options();
  to.distance = distance;
  to.distance_user = &j;
  char *const without = answer(&so, &to);
  to = with_features(&all);
  to.distance = distance;
  to.distance_user = &j;
  char *const same = answer(&so, &to);
  to = with_features(&sum);
  char *const other = answer(&so, &to);
  assert_string_equal(same, without);
  assert_string_not_equal(other, without);
  assert_true(all.calls > FEW_REFERENCES / BATCH && all.most == BATCH);
  free(without);
  free(same);
  free(other);
}

/* Without references fine runs stand for them: what fails in the midst of these is drawn again, and
 * no distance is asked for. Batches of one, as it is where nothing is said. */
static void test_fine_runs(void **state) {
  (void)state;
  fault none = {0};
  judge j = {0};
  rs_sampler_options so = sampler_options(&none);
  rs_tune_options to = without_references();
  so.batch = 0;
  to.distance = distance;
  to.distance_user = &j;
  char *const want = answer(&so, &to);
  for (int64_t tenth = 0; tenth < 10; tenth++) {
    fault f = {.fail_at = 1 + none.calls * tenth / 10};
    so.model.user = &f;
    rs_tuner *t = new_tuner(&so, &to);
    rs_status st;
    while ((st = rs_tuner_step(t)) == RS_MORE)
      ;
    assert_int_equal(st, RS_ERR_CALLBACK);
    finish(t);
    char *const got = text_of(t);
    assert_string_equal(got, want);
    free(got);
    rs_tuner_free(t);
  }
  assert_int_equal(j.calls, 0);
  free(want);
}

static int32_t one_number(const rs_tune_sets *sets, double *result, void *user) {
  (void)user;
  *result = 1;
  return sets->elements == 1 && sets->reference_count > 100 ? 0 : -1;
}

/* The host's distance sees features; what they answer is told; a sample without finite ones is a
 * bad sample, a reference without is refused. */
static void test_features_answers(void **state) {
  (void)state;
  const int first = (FEW_REFERENCES + BATCH - 1) / BATCH;
  const struct {
    eye eye;
    rs_status made, stepped;
  } rows[] = {{{1, 0, 0, 0, 0, false}, RS_OK, RS_MORE},
              {{1, 0, 0, 3, 5, false}, RS_STOPPED, RS_OK},
              {{1, 0, 0, 3, -5, false}, RS_ERR_CALLBACK, RS_OK},
              {{1, 0, 0, 3, 0, true}, RS_ERR_NONFINITE, RS_OK},
              {{1, 0, 0, first + 1, 5, false}, RS_OK, RS_STOPPED},
              {{1, 0, 0, first + 1, -5, false}, RS_OK, RS_ERR_CALLBACK},
              {{1, 0, 0, first + 1, 0, true}, RS_OK, RS_ERR_NONFINITE},
              {{1, 0, 0, first + 2, 0, true}, RS_OK, RS_MORE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fault f = {0};
    eye e = rows[i].eye;
    const rs_sampler_options so = sampler_options(&f);
    rs_tune_options to = with_features(&e);
    rs_tuner *t = NULL;
    to.distance = one_number;
    assert_int_equal(rs_tuner_new(&so, &to, &t), rows[i].made);
    if (!t)
      continue;
    assert_int_equal(rs_tuner_step(t), rows[i].stepped);
    assert_int_equal(rs_tuner_step(t), RS_MORE);
    assert_true(e.calls >= e.at);
    rs_tuner_free(t);
  }
}

/* A distance that answers in the final what it is told: for ODE, SDE, Restart and the usual ODE (0:
 * the search finds nothing better than that one), then for the two that are left, the usual ODE
 * last. */
typedef struct {
  double first[4], last[2];
  size_t calls, searched;
} arbiter;

static int32_t arbitrate(const rs_tune_sets *sets, double *result, void *user) {
  arbiter *a = user;
  const bool final = sets->references != references, better = a->first[3] > 0;
  const size_t number = a->calls / 9, all = better ? 4 : 3;
  *result = better && a->searched > 0 ? 1 : 2;
  if (final)
    *result = number < all ? a->first[number] : a->last[number - all];
  a->calls += final;
  a->searched += !final;
  return 0;
}

/* The last heat is of the nearer ODE and the nearest other, and has twice the samples. The other is
 * the answer if it is surely better in both heats together. */
static void test_decision(void **state) {
  (void)state;
  const struct {
    double first[4], last[2];
    const char *chosen, *reason;
  } rows[] = {
      {{3, 1, 2},
       {3, 1},
       "# SDE, chosen",
       "in 440 samples, better than the ODE by 2 +- 0  <- chosen"},
      {{3, 1, 2}, {3, 1}, "# SDE, chosen", "in 140 samples, better than the ODE by 1 +- 0\n"},
      {{3, 2, 1}, {3, 2.5}, "# Restart, chosen", "# Restart  distance 2.023 +- "},
      {{3, 2, 1}, {3, 2.5}, "# Restart, chosen", "better than the ODE by 0.9773 +- "},
      {{3, 2, 1}, {1, 2}, "# ODE, chosen", "better than the ODE by -0.04545 +- "},
      {{3, 4, 2}, {3, 1}, "# Restart, ch", "# SDE      distance 4 +- 0 in 140 samples"},
      {{1, 2, 3},
       {1, 1.5},
       "# ODE, chosen",
       "# ODE      distance 1 +- 0 in 440 samples  <- chosen"},
      {{2, 2, 2}, {2, 2}, "# ODE, chosen", "# ODE      distance 2 +- 0 in 440 samples  <- chosen"},
      {{3, 3, 4, 2}, {2, 2}, "# ODE, chosen", "# ODE      distance 3 +- 0 in 140 samples\n"},
      {{3, 3, 4, 2}, {2, 2}, "# ODE, chosen", "in 440 samples  <- chosen\nsolver heun\n"},
      {{2, 3, 4, 3}, {2, 2}, "# ODE, chosen", "in 440 samples  <- chosen\n"},
      {{4, 3, 1, 2}, {2, 4}, "# Restart, chosen", "better than the ODE by 1.682 +- "}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fault f = {0};
    arbiter a = {0};
    const rs_sampler_options so = sampler_options(&f);
    rs_tune_options to = tune_options();
    memcpy(a.first, rows[i].first, sizeof a.first);
    memcpy(a.last, rows[i].last, sizeof a.last);
    to.distance = arbitrate;
    to.distance_user = &a;
    char *text = answer(&so, &to);
    const bool usual = rows[i].first[3] > 0;
    assert_int_equal(a.calls, usual ? 54 : 45);
    assert_true(strncmp(text, rows[i].chosen, strlen(rows[i].chosen)) == 0);
    assert_non_null(strstr(text, rows[i].reason));
    assert_int_equal(usual, strstr(text, "# usual ") != NULL);
    free(text);
  }
}

/* From within a callback the tuner refuses what would pull the rug away, and notices nothing. */
static rs_tuner *meddled;
static unsigned char meddled_checkpoint[200];
static size_t meddled_length;

static void meddle(void) {
  assert_int_equal(rs_tuner_step(meddled), RS_ERR_STATE);
  assert_non_null(strstr(rs_tuner_message(meddled), "within a callback"));
  assert_int_equal(rs_tuner_load(meddled, meddled_checkpoint, meddled_length), RS_ERR_STATE);
}

static int32_t meddling_network(const rs_eval *e, void *user) {
  meddle();
  return network(e, user);
}

static int32_t meddling_distance(const rs_tune_sets *sets, double *result, void *user) {
  meddle();
  return distance(sets, result, user);
}

static int32_t meddling_progress(const rs_tune_info *info, void *user) {
  meddle();
  return keep_record(info, user);
}

static void test_meddling(void **state) {
  (void)state;
  record r[2] = {{0}, {0}};
  for (int i = 0; i < 2; i++) {
    fault f = {0};
    judge j = {0, 0, 0};
    rs_sampler_options so = sampler_options(&f);
    rs_tune_options to = tune_options();
    to.distance = i ? meddling_distance : distance;
    to.distance_user = &j;
    to.progress = i ? meddling_progress : keep_record;
    to.progress_user = &r[i];
    so.model.fn = i ? meddling_network : network;
    rs_tuner *t = meddled = new_tuner(&so, &to);
    if (i == 0) /* of a tuner that has measured nothing yet */
      assert_int_equal(rs_tuner_save(t, meddled_checkpoint, 200, &meddled_length), RS_OK);
    for (int k = 0; k < 3; k++)
      assert_int_equal(rs_tuner_step(t), RS_MORE);
    assert_int_equal(f.calls, spent / BATCH);
    rs_tuner_free(t);
  }
  assert_memory_equal(&r[0], &r[1], sizeof r[0]);
}

enum { SMALL = 64 };
static float broken[SMALL * N];

/* Wrong options, each in its own way. */
static rs_status spoil(int row, rs_sampler_options *so, rs_tune_options *to) {
  const int64_t budgets[] = {0, 4, 200000}, evaluations[] = {1000, -1, INT64_MAX};
  const size_t counts[] = {0, SMALL - 1, SIZE_MAX / 64 / N};
  const size_t widths[] = {0, 3, SIZE_MAX / 32 / FEW_REFERENCES};
  if (row < 3)
    to->budget = budgets[row];
  else if (row < 6)
    to->evaluations = evaluations[row - 3];
  else if (row < 9)
    to->reference_count = counts[row - 6];
  else if (row >= 20) {
    to->features = row == 21 ? NULL : features;
    to->feature_elements = widths[row - 20];
  }
  switch (row) {
  case 9:
    to->references = NULL;
    break;
  case 10:
    to->skip = 1;
    break;
  case 11:
    to->reserved = 1;
    break;
  case 12:
    so->dtype = RS_FLOAT64;
    break;
  case 13:
    so->elements = 0;
    break;
  case 14:
    so->model.fn = NULL;
    break;
  case 15:
    so->batch = 100000;
    break;
  case 16:
    so->model.process = 99;
    break;
  case 17:
    so->alloc.allocate = test_heap_alloc(NULL).allocate;
    break;
  case 18:
    to->references = broken;
    to->reference_count = SMALL;
    return RS_ERR_NONFINITE;
  case 19: /* arrays that nobody has */
    so->elements = (size_t)1 << 24;
    to->references = NULL;
    to->reference_count = 0;
    to->budget = 5;
    to->evaluations = (int64_t)1 << 48;
    return RS_ERR_MEMORY;
  default:
    break;
  }
  return RS_ERR_OPTION;
}

static void test_options(void **state) {
  (void)state;
  fault f = {0};
  const rs_sampler_options good = sampler_options(&f);
  rs_tuner *t;
  broken[5] = INFINITY;
  for (int row = 0; row < 23; row++) {
    rs_sampler_options so = good;
    rs_tune_options to = tune_options();
    char message[256] = "";
    t = (rs_tuner *)&f;
    to.message = message;
    to.message_capacity = sizeof message;
    const rs_status want = spoil(row, &so, &to);
    if (rs_tuner_new(&so, &to, &t) != want || t || !message[0])
      fail_msg("row %d: %s", row, message);
  }
  rs_tune_options to = tune_options();
  assert_int_equal(rs_tuner_new(NULL, &to, &t), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_new(&good, NULL, &t), RS_ERR_ARGUMENT);
  assert_int_equal(rs_tuner_new(&good, &to, NULL), RS_ERR_ARGUMENT);
  rs_sampler_options old = good;
  old.size = 8;
  assert_int_equal(rs_tuner_new(&old, &to, &t), RS_ERR_VERSION);
  to.skip = 1;
  assert_int_equal(rs_tuner_new(&good, &to, &t), RS_ERR_OPTION); /* and nobody is told why */
  char message[] = "as it was";
  to.message = message;
  assert_int_equal(rs_tune(&good, &to, &t), RS_ERR_OPTION);
  assert_string_equal(message, "as it was");
  assert_null(t);
  to.size = 8;
  assert_int_equal(rs_tuner_new(&good, &to, &t), RS_ERR_VERSION);
}

/* Allocation number k fails, for all k. */
static void test_memory(void **state) {
  (void)state;
  for (int row = 0; row < 3; row++) {
    const bool without = row == 1;
    eye sum = {.width = 1};
    rs_tune_options to = row == 2 ? with_features(&sum) : tune_options();
    to.references = without ? NULL : references;
    to.reference_count = without ? 0 : FEW_REFERENCES;
    rs_status st = RS_ERR_MEMORY;
    size_t k = 0;
    while (st != RS_OK) {
      test_heap heap = {.fail_at = ++k};
      fault f = {0};
      rs_sampler_options so = sampler_options(&f);
      so.alloc = test_heap_alloc(&heap);
      rs_tuner *t = NULL;
      st = rs_tuner_new(&so, &to, &t);
      assert_true(st == RS_OK ? t != NULL : st == RS_ERR_MEMORY && !t);
      rs_tuner_free(t);
      assert_int_equal(heap.live, 0);
    }
    assert_true(k > 8);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exact),
      cmocka_unit_test(test_early_error),
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_no_references),
      cmocka_unit_test(test_limit),
      cmocka_unit_test(test_resume),
      cmocka_unit_test(test_bad_checkpoints),
      cmocka_unit_test(test_faults),
      cmocka_unit_test(test_hopeless),
      cmocka_unit_test(test_no_difference),
      cmocka_unit_test(test_evaluations),
      cmocka_unit_test(test_large_batches),
      cmocka_unit_test(test_no_schedule),
      cmocka_unit_test(test_small_budget),
      cmocka_unit_test(test_memory_within),
      cmocka_unit_test(test_stops),
      cmocka_unit_test(test_hosts_distance),
      cmocka_unit_test(test_features),
      cmocka_unit_test(test_fine_runs),
      cmocka_unit_test(test_features_answers),
      cmocka_unit_test(test_decision),
      cmocka_unit_test(test_meddling),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, fill_references, NULL);
}
