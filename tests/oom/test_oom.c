/* SPDX-License-Identifier: MIT
 * Allocation number k fails, for all k: a status, no leak, and what was there stays usable. And no
 * allocation after rs_schedule. */
#include "support/test.h"

#include <string.h>

enum { N = 50 };

static const rs_segment segments[] = {{3, 2, .06, .30}, {4, 1, 1, 9}};

static int32_t normals(const rs_noise_request *r, void *user) {
  const rs_noise_key key = {r->seeds[0], r->purpose, r->segment, r->iteration, r->step};
  (void)user;
  return rs_normals(&key, 0, r->elements, r->output);
}

static rs_sampler_options options_of(test_heap *heap) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = test_network;
  so.model.prediction = RS_PREDICT_EPS;
  so.model.process = RS_PROCESS_DISCRETE;
  so.model.guidance = RS_GUIDANCE_DOUBLED;
  so.model.clip = RS_CLIP_DYNAMIC;
  so.elements = N;
  so.alloc = test_heap_alloc(heap);
  so.noise = normals;
  return so;
}

static rs_status schedule(rs_sampler *s, int32_t steps) {
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = steps;
  sc.segments = segments;
  sc.segment_count = 2;
  return rs_schedule(s, &sc);
}

static rs_status new_fails_at(size_t k, int32_t process) {
  test_heap heap = {.fail_at = k};
  rs_sampler_options so = options_of(&heap);
  char message[64] = "";
  rs_sampler *s = NULL;
  so.model.process = process;
  so.message = message;
  so.message_capacity = sizeof message;
  const rs_status st = rs_sampler_new(&so, &s);
  assert_int_equal(s == NULL, st != RS_OK);
  if (st != RS_OK)
    assert_string_equal(message, "out of memory");
  rs_sampler_free(s);
  assert_int_equal(heap.live, 0);
  return st;
}

/* Of a process with a table, and of the one that keeps a factor for each sample. */
static void test_new_fails(void **state) {
  const int32_t processes[] = {RS_PROCESS_DISCRETE, RS_PROCESS_PFGMPP};
  (void)state;
  for (int i = 0; i < 2; i++) {
    size_t k = 1;
    while (new_fails_at(k, processes[i]) != RS_OK)
      k++;
    assert_int_equal(k, 4);
  }
}

static void test_schedule_fails(void **state) {
  int failures = 0, done = 0;
  (void)state;
  for (size_t k = 1; !done; k++) {
    test_heap heap = {0};
    const rs_sampler_options so = options_of(&heap);
    rs_sampler *s = test_sampler(&so);
    float x[N], y[N];
    assert_ok(schedule(s, 9), s);
    const int64_t nfe = rs_plan_nfe(s);
    assert_ok(rs_sample(s, x, NULL), s);
    assert_ok(rs_sampler_start(s, y, NULL), s);
    assert_status(rs_restart_step(s), RS_MORE, s);
    const size_t live = heap.live;
    heap.fail_at = heap.taken + k;
    const rs_status st = schedule(s, 12);
    if (st == RS_OK) {
      done = 1;
    } else {
      failures++;
      assert_status(st, RS_ERR_MEMORY, s);
      assert_string_equal(rs_sampler_message(s), "out of memory");
      assert_int_equal(heap.live, live);
      assert_int_equal(rs_plan_nfe(s), nfe);
      rs_status more;
      while ((more = rs_restart_step(s)) == RS_MORE)
        ;
      assert_int_equal(more, RS_OK);
      assert_memory_equal(x, y, sizeof x);
    }
    rs_sampler_free(s);
    assert_int_equal(heap.live, 0);
  }
  assert_true(failures >= 12);
}

static void test_none_after_schedule(void **state) {
  test_heap heap = {0};
  const rs_sampler_options so = options_of(&heap);
  rs_sampler *s = test_sampler(&so);
  float x[N];
  unsigned char bytes[4096];
  size_t length;
  char text[8192];
  rs_request r;
  (void)state;
  assert_ok(schedule(s, 9), s);
  const size_t taken = heap.taken, live = heap.live;
  rs_request_init(&r);
  assert_ok(rs_plan_text(s, text, sizeof text, NULL), s);
  assert_ok(rs_sample(s, x, NULL), s);
  assert_ok(rs_sampler_start(s, x, NULL), s);
  assert_status(rs_restart_step(s), RS_MORE, s);
  assert_ok(rs_sampler_save(s, bytes, sizeof bytes, &length), s);
  assert_ok(rs_sampler_load(s, bytes, length, x), s);
  assert_status(rs_sampler_ask(s, &r), RS_MORE, s);
  test_network(r.eval, NULL);
  assert_status(rs_sampler_tell(s), RS_MORE, s);
  assert_int_equal(heap.taken, taken);
  assert_int_equal(heap.live, live);
  rs_counters c;
  rs_counters_init(&c);
  assert_ok(rs_sampler_counters(s, &c), s);
  rs_sampler_free(s);
  assert_int_equal(heap.live, 0);
}

/* Heun keeps four states: the caller's, two estimates and the predictor. */
static void test_states(void **state) {
  enum { WIDE = 1 << 20 };
  test_heap heap = {0};
  rs_sampler_options so;
  (void)state;
  rs_sampler_options_init(&so);
  so.elements = WIDE;
  so.alloc = test_heap_alloc(&heap);
  rs_sampler *s = test_sampler(&so);
  assert_ok(rs_schedule(s, NULL), s);
  assert_true(heap.bytes < 13 * WIDE);
  rs_sampler_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_new_fails),
      cmocka_unit_test(test_schedule_fails),
      cmocka_unit_test(test_none_after_schedule),
      cmocka_unit_test(test_states),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
