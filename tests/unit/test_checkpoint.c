/* SPDX-License-Identifier: MIT
 * Saving at every evaluation, loading in another process, refusing what is not whole. */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"

enum { BATCH = 2, N = 37, SIZE = BATCH * N, ROOM = 8192 };

static const uint64_t seeds[BATCH] = {11, 0xfedcba9876543210u};
static const rs_segment segments[] = {{3, 2, .06, .30}};

static rs_sampler *make_with(int32_t steps, int32_t prediction, size_t batch, int32_t dtype) {
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  so.model.fn = test_network;
  so.model.prediction = prediction;
  so.batch = batch;
  so.elements = N;
  so.dtype = dtype;
  rs_sampler *s = test_sampler(&so);
  rs_schedule_options_init(&sc);
  sc.steps = steps;
  sc.s_churn = 2;
  sc.segments = segments;
  sc.segment_count = 1;
  assert_ok(rs_schedule(s, &sc), s);
  return s;
}

static rs_sampler *make(void) {
  return make_with(9, RS_PREDICT_EDM_RAW, BATCH, RS_FLOAT32);
}

static const float *expected(void) {
  static float x[SIZE];
  rs_sampler *s = make();
  assert_ok(rs_sample(s, x, seeds), s);
  rs_sampler_free(s);
  return x;
}

/* Plays to just before evaluation k, or to the end, and saves. */
static size_t save_at(int64_t k, unsigned char bytes[ROOM]) {
  float x[SIZE];
  rs_sampler *s = make();
  rs_request r;
  size_t length = 0, asked = 0;
  rs_request_init(&r);
  assert_ok(rs_sampler_start(s, x, seeds), s);
  while (k-- > 0 && rs_sampler_ask(s, &r) == RS_MORE) {
    test_network(r.eval, NULL);
    rs_sampler_tell(s);
  }
  assert_ok(rs_sampler_save(s, NULL, 0, &asked), s);
  assert_status(rs_sampler_save(s, bytes, asked - 1, &length), RS_ERR_CAPACITY, s);
  assert_ok(rs_sampler_save(s, bytes, asked, NULL), s);
  assert_ok(rs_sampler_save(s, bytes, ROOM, &length), s);
  assert_int_equal(length, asked);
  rs_sampler_free(s);
  return length;
}

static void finish(rs_sampler *s) {
  rs_status st;
  while ((st = rs_restart_step(s)) == RS_MORE)
    ;
  assert_int_equal(st, RS_OK);
}

static void test_every_evaluation(void **state) {
  unsigned char bytes[ROOM];
  rs_sampler *s = make();
  (void)state;
  for (int64_t k = 0; k <= rs_plan_nfe(s); k++) {
    float x[SIZE];
    const size_t length = save_at(k, bytes);
    assert_ok(rs_sampler_load(s, bytes, length, x), s);
    rs_counters c;
    rs_counters_init(&c);
    rs_sampler_counters(s, &c);
    assert_int_equal(c.nfe_done, k);
    finish(s);
    assert_memory_equal(x, expected(), sizeof x);
  }
  rs_sampler_free(s);
}

/* A main step or a restart's is never reported without its estimate. */
typedef struct {
  rs_sampler *sampler;
  int64_t calls, stop_at;
} watch;

static int32_t stopping(const rs_eval *e, void *user) {
  watch *w = user;
  if (++w->calls == w->stop_at)
    rs_sampler_stop(w->sampler);
  return test_network(e, NULL);
}

static int32_t watching(const rs_step_info *info, void *user) {
  (void)user;
  assert_true(!info->denoised == (info->kind == RS_STEP_JUMP));
  return 0;
}

static void test_progress_after_load(void **state) {
  unsigned char bytes[ROOM];
  const rs_segment segment = {3, 2, .06, .30};
  (void)state;
  for (int32_t solver = RS_SOLVER_EULER; solver <= RS_SOLVER_HEUN_VP; solver++) {
    float x[SIZE];
    watch w = {0};
    rs_sampler_options so;
    rs_schedule_options sc;
    rs_sampler_options_init(&so);
    rs_schedule_options_init(&sc);
    so.model.fn = stopping;
    so.model.user = &w;
    so.progress = watching;
    so.batch = BATCH;
    so.elements = N;
    sc.solver = solver;
    sc.steps = 5;
    sc.segments = &segment;
    sc.segment_count = 1;
    rs_sampler *s = w.sampler = test_sampler(&so);
    assert_ok(rs_schedule(s, &sc), s);
    for (int64_t k = 1; k <= rs_plan_nfe(s); k++) {
      size_t length;
      w.calls = 0;
      w.stop_at = k;
      assert_status(rs_sample(s, x, seeds), RS_STOPPED, s);
      assert_ok(rs_sampler_save(s, bytes, ROOM, &length), s);
      assert_ok(rs_sampler_load(s, bytes, length, x), s);
      finish(s);
    }
    rs_sampler_free(s);
  }
}

/* From within the network callback, the evaluation that is being made counts as not made. */
static unsigned char kept[ROOM];
static size_t kept_length;

static int32_t save_within(const rs_eval *e, void *user) {
  if (e->step->nfe_done == 12)
    assert_int_equal(rs_sampler_save(*(rs_sampler **)user, kept, ROOM, &kept_length), RS_OK);
  return test_network(e, NULL);
}

static void test_within_callback(void **state) {
  float x[SIZE], y[SIZE];
  rs_sampler_options so;
  rs_sampler *s;
  (void)state;
  rs_sampler_options_init(&so);
  so.model.fn = save_within;
  so.model.user = &s;
  so.batch = BATCH;
  so.elements = N;
  s = test_sampler(&so);
  assert_ok(rs_schedule(s, NULL), s);
  assert_ok(rs_sample(s, x, seeds), s);
  assert_ok(rs_sampler_load(s, kept, kept_length, y), s);
  finish(s);
  assert_memory_equal(x, y, sizeof x);
  rs_sampler_free(s);
}

/* Not /proc/self/exe, which is valgrind where that runs the test. */
static const char *program;

/* The child: argv[1] is the checkpoint, argv[2] takes the samples. */
static int resume(const char *from, const char *to) {
  unsigned char bytes[ROOM];
  float x[SIZE];
  FILE *f = fopen(from, "rb");
  const size_t length = fread(bytes, 1, ROOM, f);
  fclose(f);
  rs_sampler *s = make();
  if (rs_sampler_load(s, bytes, length, x) != RS_OK)
    return 1;
  while (rs_restart_step(s) == RS_MORE)
    ;
  rs_sampler_free(s);
  f = fopen(to, "wb");
  const size_t written = fwrite(x, 1, sizeof x, f);
  return fclose(f) != 0 || written != sizeof x;
}

static void test_another_process(void **state) {
  char from[] = "/tmp/rs-checkpoint-XXXXXX", to[] = "/tmp/rs-samples-XXXXXX";
  const int in = mkstemp(from), out = mkstemp(to);
  (void)state;
  assert_true(in >= 0 && out >= 0);
  close(in);
  close(out);
  for (int64_t k = 0; k < 26; k += 5) {
    unsigned char bytes[ROOM];
    float x[SIZE];
    const size_t length = save_at(k, bytes);
    FILE *f = fopen(from, "wb");
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    fclose(f);
    const pid_t child = fork();
    if (child == 0) {
      execl(program, "resume", from, to, (char *)NULL);
      _exit(2);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    f = fopen(to, "rb");
    assert_int_equal(fread(x, 1, sizeof x, f), sizeof x);
    fclose(f);
    assert_memory_equal(x, expected(), sizeof x);
  }
  unlink(from);
  unlink(to);
}

/* Nothing may change when a checkpoint is refused: neither x nor the run that goes on. */
static void assert_refused(rs_sampler *s, const void *bytes, size_t length, rs_status want) {
  float x[SIZE], before[SIZE];
  memset(x, 7, sizeof x);
  memcpy(before, x, sizeof x);
  const rs_status st = rs_sampler_load(s, bytes, length, x);
  if (st != want)
    fail_msg("%s instead of %s: %s", rs_status_name(st), rs_status_name(want),
             rs_sampler_message(s));
  assert_memory_equal(x, before, sizeof x);
}

static void test_damaged(void **state) {
  unsigned char bytes[ROOM];
  float x[SIZE];
  const size_t length = save_at(13, bytes);
  rs_sampler *s = make();
  (void)state;
  assert_ok(rs_sampler_start(s, x, seeds), s);
  assert_status(rs_restart_step(s), RS_MORE, s);
  for (size_t n = 0; n < length; n++)
    assert_refused(s, bytes, n, RS_ERR_CHECKPOINT);
  assert_refused(s, bytes, length + 1, RS_ERR_CHECKPOINT);
  for (size_t bit = 0; bit < 8 * length; bit++) {
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    assert_refused(s, bytes, length, RS_ERR_CHECKPOINT);
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  finish(s);
  assert_memory_equal(x, expected(), sizeof x);
  rs_sampler_free(s);
}

/* With a right checksum: of a later format, in the other byte order, and at a move and with vectors
 * that the plan has not. */
static void test_forged(void **state) {
  static const struct {
    size_t at;
    unsigned char byte;
    rs_status status;
  } rows[] = {{6, '2', RS_ERR_CHECKPOINT},
              {15, 1, RS_ERR_MISMATCH},
              {16 + 7, BATCH, RS_ERR_MISMATCH},
              {40 + 7, 1, RS_ERR_CHECKPOINT},
              {48, 0xff, RS_ERR_CHECKPOINT}};
  unsigned char bytes[ROOM];
  const size_t length = save_at(13, bytes);
  rs_sampler *s = make();
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    unsigned char forged[ROOM];
    memcpy(forged, bytes, length);
    forged[rows[i].at] = rows[i].byte;
    rs__bytes_put(forged + length - 8, rs__bytes_checksum(forged, length - 8), 8);
    assert_refused(s, forged, length, rows[i].status);
  }
  /* Longer than the vectors that it says to have, and it says so itself. */
  unsigned char forged[ROOM + 8] = {0};
  memcpy(forged, bytes, length);
  rs__bytes_put(forged + 8 + 8 * 6, length + 8, 8);
  rs__bytes_put(forged + length, rs__bytes_checksum(forged, length), 8);
  assert_refused(s, forged, length + 8, RS_ERR_CHECKPOINT);
  assert_non_null(strstr(rs_sampler_message(s), "contradicts itself"));
  rs_sampler_free(s);
}

static void test_other_plans(void **state) {
  unsigned char bytes[ROOM];
  const size_t length = save_at(13, bytes);
  rs_sampler *others[] = {make_with(10, RS_PREDICT_EDM_RAW, BATCH, RS_FLOAT32),
                          make_with(9, RS_PREDICT_EPS, BATCH, RS_FLOAT32),
                          make_with(9, RS_PREDICT_EDM_RAW, BATCH + 1, RS_FLOAT32)};
  (void)state;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_refused(others[i], bytes, length, RS_ERR_MISMATCH);
    rs_sampler_free(others[i]);
  }
  double wide[SIZE];
  rs_sampler *s = make_with(9, RS_PREDICT_EDM_RAW, BATCH, RS_FLOAT64);
  assert_status(rs_sampler_load_f64(s, bytes, length, wide), RS_ERR_MISMATCH, s);
  assert_refused(s, bytes, length, RS_ERR_STATE);
  assert_non_null(strstr(rs_sampler_message(s), "of the sampler's other dtype"));
  rs_sampler_free(s);
}

static void test_f64(void **state) {
  double x[SIZE], y[SIZE];
  unsigned char bytes[ROOM];
  size_t length;
  rs_sampler *s = make_with(9, RS_PREDICT_EPS, BATCH, RS_FLOAT64);
  (void)state;
  assert_ok(rs_sample_f64(s, x, seeds), s);
  assert_ok(rs_sampler_start_f64(s, y, seeds), s);
  for (int i = 0; i < 8; i++)
    assert_status(rs_restart_step(s), RS_MORE, s);
  assert_ok(rs_sampler_save(s, bytes, ROOM, &length), s);
  memset(y, 0, sizeof y);
  assert_ok(rs_sampler_load_f64(s, bytes, length, y), s);
  finish(s);
  assert_memory_equal(x, y, sizeof x);
  rs_sampler_free(s);
}

static void test_no_run(void **state) {
  rs_sampler *s = make();
  float x[SIZE];
  size_t length;
  (void)state;
  assert_status(rs_sampler_save(s, NULL, 0, &length), RS_ERR_STATE, s);
  assert_int_equal(rs_sampler_save(NULL, NULL, 0, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_save(s, NULL, 0, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_save(s, NULL, 9, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_load(s, NULL, 0, x), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_load(s, x, 9, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_sampler_load(NULL, x, 9, x), RS_ERR_ARGUMENT);
  rs_sampler_free(s);
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.elements = N;
  s = test_sampler(&so);
  assert_status(rs_sampler_load(s, x, sizeof x, x), RS_ERR_STATE, s);
  assert_non_null(strstr(rs_sampler_message(s), "before rs_schedule"));
  rs_sampler_free(s);
}

/* The bytes are the format's, on any machine. */
static void test_format(void **state) {
  unsigned char bytes[ROOM];
  const size_t length = save_at(0, bytes);
  (void)state;
  assert_memory_equal(bytes, "RSCKPT1\n", 8);
  const unsigned char head[] = {0, 0, 0, 0, 0, 0, 0, 0, BATCH, 0, 0, 0, 0, 0, 0, 0, N, 0};
  assert_memory_equal(bytes + 8, head, sizeof head);
  const unsigned char second_seed[] = {0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe};
  assert_memory_equal(bytes + 8 + 56 + 8, second_seed, 8);
  assert_int_equal(length, 8 + 56 + 8 * BATCH + 4 * SIZE + 8);
}

int main(int argc, char **argv) {
  if (argc == 3)
    return resume(argv[1], argv[2]);
  program = argv[0];
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_evaluation), cmocka_unit_test(test_progress_after_load),
      cmocka_unit_test(test_within_callback),  cmocka_unit_test(test_another_process),
      cmocka_unit_test(test_damaged),          cmocka_unit_test(test_forged),
      cmocka_unit_test(test_other_plans),      cmocka_unit_test(test_f64),
      cmocka_unit_test(test_no_run),           cmocka_unit_test(test_format),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
