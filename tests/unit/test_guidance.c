/* SPDX-License-Identifier: MIT
 * Guidance in two calls and in a doubled batch, rescaling, clipping; against the formulas written
 * out in the network itself. */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 3, N = 50, SIZE = BATCH * N, STEPS = 8 };
enum { ALL = STEPS * 2 - 1 + 8 }; /* Heun estimates of the schedule below */

/* Two denoisers; the condition draws to 0.8, its absence to -0.3. */
static double half(double x, double sigma, int conditional) {
  const double mean = conditional ? 0.8 : -0.3, v = conditional ? 0.04 : 0.5;
  return mean + v / (v + sigma * sigma) * (x - mean) + 0.1 * sin(3 * x / (1 + sigma));
}

typedef struct {
  rs_model model;
  int64_t calls, evaluations, fail_at;
  int32_t answer;
  int spoil;
} host;

static int32_t network(const rs_eval *e, void *user) {
  host *h = user;
  const int doubled = e->pass == RS_PASS_BOTH;
  assert_int_equal(e->batch, doubled ? 2 * BATCH : BATCH);
  for (size_t i = 0; i < e->batch * e->elements; i++) {
    const int conditional = doubled ? i < SIZE : e->pass == RS_PASS_CONDITIONAL;
    e->output_f64[i] = half(e->input_f64[i], e->sigma, conditional);
  }
  h->evaluations += doubled ? 2 : 1;
  if (++h->calls != h->fail_at)
    return 0;
  if (h->spoil)
    e->output_f64[e->batch * e->elements - 1] = NAN;
  return h->answer;
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double spread(const double *v) {
  double mean = 0, sum = 0;
  for (int i = 0; i < N; i++)
    mean += v[i] / N;
  for (int i = 0; i < N; i++)
    sum += (v[i] - mean) * (v[i] - mean) / N;
  return sqrt(sum);
}

static void clip(const rs_model *m, double d[N]) {
  double sorted[N], low = m->clip_low, high = m->clip_high;
  if (m->clip == RS_CLIP_DYNAMIC) {
    for (int i = 0; i < N; i++)
      sorted[i] = fabs(d[i]);
    qsort(sorted, N, sizeof *sorted, by_size);
    const double at = m->clip_quantile * (N - 1);
    const int k = (int)at;
    const double next = sorted[k + 1 < N ? k + 1 : k];
    high = fmax(high, sorted[k] + (at - k) * (next - sorted[k]));
    low = -high;
  }
  for (int i = 0; i < N && m->clip; i++) {
    d[i] = fmin(fmax(d[i], low), high);
    if (m->clip == RS_CLIP_DYNAMIC)
      d[i] *= m->clip_high / high;
  }
}

/* The whole formula as one denoiser. */
static int32_t written_out(const rs_eval *e, void *user) {
  const rs_model *m = &((host *)user)->model;
  const int guided = e->sigma >= m->guidance_min && e->sigma <= m->guidance_max;
  for (size_t b = 0; b < e->batch; b++) {
    double c[N], d[N];
    for (int i = 0; i < N; i++) {
      const double x = e->input_f64[b * N + (size_t)i], u = half(x, e->sigma, 0);
      c[i] = half(x, e->sigma, 1);
      d[i] = guided ? u + m->guidance_weight * (c[i] - u) : c[i];
    }
    const double phi = guided ? m->guidance_rescale : 0;
    const double factor = 1 - phi + phi * spread(c) / spread(d);
    for (int i = 0; i < N; i++)
      d[i] *= factor;
    clip(m, d);
    memcpy(e->output_f64 + b * N, d, sizeof d);
  }
  return 0;
}

static rs_sampler *make(host *h, rs_model_fn fn, int32_t guidance, int32_t clip_kind) {
  const rs_segment segment = {3, 2, .06, .5};
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  so.model = h->model;
  so.model.fn = fn;
  so.model.user = h;
  so.model.guidance = guidance;
  so.model.clip = clip_kind;
  so.batch = BATCH;
  so.elements = N;
  so.dtype = RS_FLOAT64;
  rs_sampler *s = test_sampler(&so);
  rs_schedule_options_init(&sc);
  sc.steps = STEPS;
  sc.segments = &segment;
  sc.segment_count = 1;
  assert_ok(rs_schedule(s, &sc), s);
  return s;
}

static host host_of(double rescale, double low, double high, int32_t clip_kind) {
  host h = {.model = {.guidance_weight = 4, .guidance_rescale = rescale}};
  h.model.guidance_min = low;
  h.model.guidance_max = high;
  h.model.clip = clip_kind;
  h.model.clip_low = -0.9;
  h.model.clip_high = 0.9;
  h.model.clip_quantile = 0.8;
  return h;
}

static void test_formulas(void **state) {
  (void)state;
  for (int32_t clip_kind = RS_CLIP_NONE; clip_kind <= RS_CLIP_DYNAMIC; clip_kind++)
    for (double rescale = 0; rescale <= 1; rescale += 0.7)
      for (int interval = 0; interval < 2; interval++) {
        host h = host_of(rescale, interval ? 0.2 : 0, interval ? 6 : 1e9, clip_kind);
        double want[SIZE], x[2][SIZE];
        rs_sampler *s = make(&h, written_out, RS_GUIDANCE_NONE, RS_CLIP_NONE);
        assert_int_equal(rs_plan_nfe(s), ALL);
        assert_ok(rs_sample_f64(s, want, NULL), s);
        rs_sampler_free(s);
        for (int32_t g = RS_GUIDANCE_CALLS; g <= RS_GUIDANCE_DOUBLED; g++) {
          h.evaluations = 0;
          s = make(&h, network, g, clip_kind);
          assert_ok(rs_sample_f64(s, x[g - 1], NULL), s);
          assert_int_equal(h.evaluations, rs_plan_nfe(s));
          assert_true(interval ? rs_plan_nfe(s) < 2 * ALL : rs_plan_nfe(s) == 2 * ALL);
          rs_sampler_free(s);
        }
        assert_memory_equal(x[0], x[1], sizeof *x);
        for (int i = 0; i < SIZE; i++)
          assert_near(x[0][i], want[i], 1e-10);
      }
}

/* float32 and an executor: the same formulas, near float64, the same bits in both forms. */
static int32_t narrow_network(const rs_eval *e, void *user) {
  (void)user;
  for (size_t i = 0; i < e->batch * e->elements; i++) {
    const int conditional = e->pass == RS_PASS_BOTH ? i < SIZE : e->pass == RS_PASS_CONDITIONAL;
    e->output[i] = (float)half((double)e->input[i], e->sigma, conditional);
  }
  return 0;
}

static void run_backwards(size_t count, rs_task_fn task, void *context, void *user) {
  ++*(int *)user;
  while (count--)
    task(count, context);
}

static void test_float32(void **state) {
  (void)state;
  for (int32_t clip_kind = RS_CLIP_NONE; clip_kind <= RS_CLIP_DYNAMIC; clip_kind++) {
    host h = host_of(0.7, 0.2, 6, clip_kind);
    double want[SIZE];
    float x[2][SIZE];
    int runs = 0;
    rs_sampler *s = make(&h, network, RS_GUIDANCE_CALLS, clip_kind);
    assert_ok(rs_sample_f64(s, want, NULL), s);
    rs_sampler_free(s);
    for (int32_t g = RS_GUIDANCE_CALLS; g <= RS_GUIDANCE_DOUBLED; g++) {
      rs_sampler_options so;
      rs_schedule_options sc;
      const rs_segment segment = {3, 2, .06, .5};
      rs_sampler_options_init(&so);
      rs_schedule_options_init(&sc);
      so.model = h.model;
      so.model.fn = narrow_network;
      so.model.guidance = g;
      so.batch = BATCH;
      so.elements = N;
      if (g == RS_GUIDANCE_DOUBLED)
        so.executor = (rs_executor){run_backwards, &runs};
      sc.steps = STEPS;
      sc.segments = &segment;
      sc.segment_count = 1;
      s = test_sampler(&so);
      assert_ok(rs_schedule(s, &sc), s);
      assert_ok(rs_sample(s, x[g - 1], NULL), s);
      rs_sampler_free(s);
    }
    assert_true(runs > 0);
    assert_memory_equal(x[0], x[1], sizeof *x);
    for (int i = 0; i < SIZE; i++)
      assert_near((double)x[0][i], want[i], 2e-4);
  }
}

/* Where the guided estimate is flat there is no deviation to restore, and it stays as it is. */
static int32_t flat(const rs_eval *e, void *user) {
  (void)user;
  const float value = e->pass == RS_PASS_CONDITIONAL ? 0.5f : 0.25f;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    if (e->output)
      e->output[i] = value;
    else
      e->output_f64[i] = (double)value;
  return 0;
}

static void test_flat(void **state) {
  (void)state;
  for (int32_t dtype = RS_FLOAT32; dtype <= RS_FLOAT64; dtype++) {
    float narrow[N];
    double wide[N];
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.model.fn = flat;
    so.model.guidance = RS_GUIDANCE_CALLS;
    so.model.guidance_weight = 3;
    so.model.guidance_rescale = 0.7;
    so.elements = N;
    so.dtype = dtype;
    rs_sampler *s = test_sampler(&so);
    assert_ok(rs_schedule(s, NULL), s);
    if (dtype == RS_FLOAT32)
      assert_ok(rs_sample(s, narrow, NULL), s);
    else
      assert_ok(rs_sample_f64(s, wide, NULL), s);
    for (int i = 0; i < N; i++)
      assert_true((dtype == RS_FLOAT32 ? (double)narrow[i] : wide[i]) == 1);
    rs_sampler_free(s);
  }
}

/* An executor has nothing to share out where there is one sample of a few elements. */
static void test_alone(void **state) {
  (void)state;
  float x[2][N];
  int runs = 0;
  for (int i = 0; i < 2; i++) {
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.model.fn = narrow_network;
    so.model.clip = RS_CLIP_DYNAMIC;
    so.elements = N;
    if (i)
      so.executor = (rs_executor){run_backwards, &runs};
    rs_sampler *s = test_sampler(&so);
    assert_ok(rs_schedule(s, NULL), s);
    assert_ok(rs_sample(s, x[i], NULL), s);
    rs_sampler_free(s);
  }
  assert_int_equal(runs, 0);
  assert_memory_equal(x[0], x[1], sizeof *x);
}

/* Any call fails, stops, or is spoilt, in either form; going on gives the same bits. */
static void test_interrupted(void **state) {
  (void)state;
  for (int32_t g = RS_GUIDANCE_CALLS; g <= RS_GUIDANCE_DOUBLED; g++) {
    host h = host_of(0.5, 0.2, 6, RS_CLIP_DYNAMIC);
    double want[SIZE], x[SIZE];
    rs_sampler *s = make(&h, network, g, RS_CLIP_DYNAMIC);
    assert_ok(rs_sample_f64(s, want, NULL), s);
    const int64_t calls = h.calls;
    for (int64_t k = 1; k <= calls; k++)
      for (int mode = 0; mode < 3; mode++) {
        const rs_status expected[] = {RS_ERR_CALLBACK, RS_STOPPED, RS_ERR_NONFINITE};
        h.calls = 0;
        h.fail_at = k;
        h.answer = mode == 0 ? -2 : mode == 1;
        h.spoil = mode == 2;
        assert_status(rs_sample_f64(s, x, NULL), expected[mode], s);
        rs_status st;
        while ((st = rs_restart_step(s)) == RS_MORE)
          ;
        assert_int_equal(st, RS_OK);
        assert_memory_equal(x, want, sizeof x);
      }
    rs_sampler_free(s);
  }
}

/* A checkpoint between the two calls begins the pair again: the same bits. */
/* A state of several pieces, whose last number is NaN in call `at`. */
enum { MANY = 2500 };
typedef struct {
  int64_t calls, at;
} late;

static int32_t late_network(const rs_eval *e, void *user) {
  late *l = user;
  for (size_t i = 0; i < e->batch * e->elements; i++) {
    const int conditional = e->pass == RS_PASS_BOTH ? i < MANY : e->pass == RS_PASS_CONDITIONAL;
    e->output[i] = (float)half((double)e->input[i], e->sigma, conditional);
  }
  if (++l->calls == l->at)
    e->output[e->batch * e->elements - 1] = NAN;
  return 0;
}

static rs_sampler *late_sampler(late *l, int32_t guidance, int32_t solver) {
  const rs_segment segment = {3, 1, .1, 2};
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  so.model.fn = late_network;
  so.model.user = l;
  so.model.guidance = guidance;
  so.model.guidance_weight = 3;
  so.elements = MANY;
  sc.steps = 4;
  sc.solver = solver;
  sc.segments = &segment;
  sc.segment_count = 1;
  rs_sampler *s = test_sampler(&so);
  assert_ok(rs_schedule(s, &sc), s);
  return s;
}

/* Pieces before the one with the NaN were finite: none of them is guided twice. */
static void check_late(int32_t guidance, int32_t solver) {
  static float x[MANY], y[MANY];
  late l = {0, 0};
  rs_sampler *s = late_sampler(&l, guidance, solver);
  assert_ok(rs_sample(s, x, NULL), s);
  const int64_t calls = l.calls;
  for (int64_t k = 1; k <= calls; k++) {
    l = (late){0, k};
    assert_status(rs_sample(s, y, NULL), RS_ERR_NONFINITE, s);
    rs_status st;
    while ((st = rs_restart_step(s)) == RS_MORE)
      ;
    assert_status(st, RS_OK, s);
    assert_memory_equal(x, y, sizeof x);
  }
  rs_sampler_free(s);
}

static void test_late_nan(void **state) {
  (void)state;
  for (int32_t guidance = RS_GUIDANCE_NONE; guidance <= RS_GUIDANCE_DOUBLED; guidance++)
    for (int32_t solver = RS_SOLVER_EULER; solver <= RS_SOLVER_HEUN_VP; solver++)
      check_late(guidance, solver);
}

static void test_checkpoint(void **state) {
  host h = host_of(0.5, 0, 1e9, RS_CLIP_STATIC);
  unsigned char bytes[16384];
  double want[SIZE], x[SIZE];
  rs_request r;
  (void)state;
  rs_sampler *s = make(&h, network, RS_GUIDANCE_CALLS, RS_CLIP_STATIC);
  rs_sampler *other = make(&h, network, RS_GUIDANCE_CALLS, RS_CLIP_STATIC);
  assert_ok(rs_sample_f64(s, want, NULL), s);
  rs_request_init(&r);
  for (int k = 0; k < 2 * ALL; k += 3) {
    size_t length;
    assert_ok(rs_sampler_start_f64(s, x, NULL), s);
    for (int i = 0; i < k; i++) {
      assert_status(rs_sampler_ask(s, &r), RS_MORE, s);
      assert_int_equal(r.eval->pass, i % 2 ? RS_PASS_UNCONDITIONAL : RS_PASS_CONDITIONAL);
      network(r.eval, &h);
      assert_status(rs_sampler_tell(s), RS_MORE, s);
    }
    assert_ok(rs_sampler_save(s, bytes, sizeof bytes, &length), s);
    memset(x, 0, sizeof x);
    assert_ok(rs_sampler_load_f64(other, bytes, length, x), other);
    rs_counters c;
    rs_counters_init(&c);
    rs_sampler_counters(other, &c);
    assert_int_equal(c.nfe_done, k - k % 2);
    rs_status st;
    while ((st = rs_restart_step(other)) == RS_MORE)
      ;
    assert_memory_equal(x, want, sizeof x);
  }
  rs_sampler_free(s);
  rs_sampler_free(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_formulas),    cmocka_unit_test(test_float32),
      cmocka_unit_test(test_flat),        cmocka_unit_test(test_alone),
      cmocka_unit_test(test_interrupted), cmocka_unit_test(test_checkpoint),
      cmocka_unit_test(test_late_nan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
