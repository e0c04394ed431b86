/* SPDX-License-Identifier: MIT
 * librestart-torch against the formulas of modules/make.py, written again here. */
#include "support/test.h"

#include <math.h>
#include <string.h>

#include "torch/torch_support.h"

static const rs_segment segments[] = {{4, 2, 0.2, 1.5}, {3, 1, 2, 8}};
static const int64_t four_labels[4] = {0, 1, 3, 2};

static double mean_of(size_t i) {
  return (double)i / 8 - 0.7;
}

/* What make.py's Gauss and Classes compute, for a mean shifted by `shift`. */
static double denoised(double x, double sigma, size_t i, double shift) {
  const double s2 = sigma * sigma;
  return (0.25 * x + s2 * (mean_of(i) + shift)) / (0.25 + s2);
}

static double input_at(const rs_eval *e, size_t i) {
  return e->input ? (double)e->input[i] : e->input_f64[i];
}

static void output_at(const rs_eval *e, size_t i, double value) {
  if (e->output)
    e->output[i] = (float)value;
  else
    e->output_f64[i] = value;
}

/* user: NULL, or a shift for each of the samples; without the condition there is none. */
static int32_t gauss(const rs_eval *e, void *user) {
  const double *shift = user;
  const size_t samples = e->pass == RS_PASS_BOTH ? e->batch / 2 : e->batch;
  for (size_t k = 0; k < e->batch * N; k++) {
    const int with = e->pass != RS_PASS_UNCONDITIONAL && k / N < samples;
    output_at(e, k, denoised(input_at(e, k), e->sigma, k % N, with && shift ? shift[k / N] : 0));
  }
  return 0;
}

static int32_t discrete(const rs_eval *e, void *user) {
  (void)user;
  double ab = 1;
  for (int i = 0; i <= (int)lrint(e->time); i++)
    ab *= 1 - (1e-4 + (0.02 - 1e-4) * i / 999);
  for (size_t k = 0; k < e->batch * N; k++)
    output_at(e, k,
              sqrt(1 - ab) * (input_at(e, k) - sqrt(ab) * mean_of(k % N)) / (ab * 0.25 + 1 - ab));
  return 0;
}

static int32_t scribbles(const rs_eval *e, void *user) {
  (void)user;
  for (size_t k = 0; k < e->batch * N; k++)
    output_at(e, k, 2 * input_at(e, k) / (e->sigma + 1));
  return 0;
}

static rs_schedule_options schedule_for(const rs_sampler_options *so) {
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = 8;
  sc.segments = segments;
  sc.segment_count = 2;
  if (so->model.process == RS_PROCESS_VE)
    sc.sigma_max = 20;
  return sc;
}

/* Draws BATCH samples; the sampler's status and counters are judged by the caller. */
static rs_status draw(rs_sampler_options *so, void *x, int32_t *answer) {
  so->batch = BATCH;
  rs_sampler *s = test_sampler(so);
  const rs_schedule_options sc = schedule_for(so);
  assert_ok(rs_schedule(s, &sc), s);
  const rs_status st = so->dtype == RS_FLOAT64 ? rs_sample_f64(s, x, NULL) : rs_sample(s, x, NULL);
  rs_counters counters;
  rs_counters_init(&counters);
  assert_ok(rs_sampler_counters(s, &counters), s);
  if (answer)
    *answer = counters.callback_status;
  rs_sampler_free(s);
  return st;
}

/* The module's samples against those of the same run with `fn` as the network. */
static void compare(rs_torch *t, rs_sampler_options so, rs_model_fn fn, void *user,
                    double tolerance) {
  double got[BATCH * N] = {0}, want[BATCH * N] = {0};
  const rs_status st = draw(&so, got, NULL);
  if (st != RS_OK)
    fail_msg("%s: %s", rs_status_name(st), rs_torch_message(t));
  so.model.fn = fn;
  so.model.user = user;
  assert_int_equal(draw(&so, want, NULL), RS_OK);
  for (size_t i = 0; i < BATCH * N; i++)
    if (so.dtype == RS_FLOAT64)
      assert_near(got[i], want[i], tolerance);
    else
      assert_near((double)((float *)got)[i], (double)((float *)want)[i], tolerance);
}

static rs_sampler_options model_of(rs_torch *t) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  assert_int_equal(rs_torch_model(t, &so), RS_OK);
  assert_int_equal(so.elements, N);
  return so;
}

static void test_types(void **state) {
  (void)state;
  const struct {
    const char *module;
    int32_t module_dtype, state_dtype;
    double tolerance;
  } cases[] = {
      {"gauss", RS_TORCH_DEFAULT, RS_FLOAT32, 1e-5},
      {"gauss", RS_TORCH_DEFAULT, RS_FLOAT64, 1e-5},
      {"gauss", RS_TORCH_FLOAT64, RS_FLOAT32, 1e-5},
      {"gauss-double", RS_TORCH_FLOAT32, RS_FLOAT64, 1e-5},
      {"gauss-double", RS_TORCH_DEFAULT, RS_FLOAT32, 1e-5},
      {"gauss-half", RS_TORCH_DEFAULT, RS_FLOAT32, 1e-2},
      {"gauss-half", RS_TORCH_DEFAULT, RS_FLOAT64, 1e-2},
      {"gauss-half", RS_TORCH_FLOAT32, RS_FLOAT32, 1e-3},
      {"gauss", RS_TORCH_FLOAT16, RS_FLOAT32, 1e-2},
      {"gauss", RS_TORCH_BFLOAT16, RS_FLOAT32, 1e-1},
      {"into", RS_TORCH_DEFAULT, RS_FLOAT32, 1e-5},
      {"into", RS_TORCH_DEFAULT, RS_FLOAT64, 1e-5},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    rs_torch_options to = options_for(cases[i].module);
    to.dtype = cases[i].module_dtype;
    rs_torch *t = torch_open(&to);
    rs_sampler_options so = model_of(t);
    so.dtype = cases[i].state_dtype;
    compare(t, so, gauss, NULL, cases[i].tolerance);
    rs_torch_free(t);
  }
}

/* The mean is rounded to float in the file: the module's numbers are those of the formula with
 * that mean to the last bits of double. */
static void test_double(void **state) {
  (void)state;
  rs_torch_options to = options_for("gauss-double");
  rs_torch *t = torch_open(&to);
  double x[N], out[N];
  for (size_t i = 0; i < N; i++)
    x[i] = sin((double)i);
  const rs_eval e = {.size = sizeof e,
                     .batch = 1,
                     .elements = N,
                     .input_f64 = x,
                     .output_f64 = out,
                     .sigma = 0.7,
                     .alpha = 1,
                     .time = 0.7};
  assert_int_equal(rs_torch_evaluate(&e, t), RS_OK);
  for (size_t i = 0; i < N; i++) {
    const double mean = (double)((float)i / 8 - 0.7f);
    assert_near(out[i], (0.25 * x[i] + 0.49 * mean) / 0.74, 1e-14);
  }
  rs_torch_free(t);
}

static void test_discrete(void **state) {
  (void)state;
  rs_torch_options to = options_for("discrete");
  rs_torch *t = torch_open(&to);
  const rs_sampler_options so = model_of(t);
  assert_int_equal(so.model.process, RS_PROCESS_DISCRETE);
  assert_int_equal(so.model.prediction, RS_PREDICT_EPS);
  assert_int_equal(so.model.time, RS_TIME_INDEX);
  compare(t, so, discrete, NULL, 1e-5);
  rs_torch_free(t);
}

static void test_guidance(void **state) {
  (void)state;
  double shift[BATCH], none[BATCH] = {0};
  for (size_t i = 0; i < BATCH; i++)
    shift[i] = (double)four_labels[i] / 4;
  rs_torch_options to = options_for("classes");
  rs_torch *t = torch_open(&to);
  rs_sampler_options so = model_of(t);
  assert_int_equal(so.model.guidance, RS_GUIDANCE_DOUBLED);
  compare(t, so, gauss, none, 1e-5);
  assert_int_equal(rs_torch_labels(t, four_labels, BATCH), RS_OK);
  for (int32_t form = RS_GUIDANCE_NONE; form <= RS_GUIDANCE_DOUBLED; form++) {
    so.model.guidance = form;
    so.model.guidance_weight = form ? 1.5 : 0;
    compare(t, so, gauss, shift, 1e-5);
  }
  so.model.guidance_min = 0.5; /* passes BOTH and CONDITIONAL in turn */
  compare(t, so, gauss, shift, 1e-5);
  assert_int_equal(rs_torch_labels(t, NULL, 0), RS_OK);
  compare(t, so, gauss, none, 1e-5);
  rs_torch_free(t);
}

static void test_inputs(void **state) {
  (void)state;
  /* The formula's means are those of a sample of 12; here they are equal within a channel. */
  const float centre[BATCH * 3] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, zero[3] = {0};
  const double factor = 0.5, one = 1;
  const rs_torch_input inputs[] = {
      {"centre", centre, zero, BATCH, 1, RS_TORCH_DEFAULT, 1, {3}},
      {"factor", &factor, &one, 0, 0, RS_TORCH_FLOAT64, 0, {0}},
  };
  rs_torch_options to = options_for("extra");
  to.inputs = inputs;
  to.input_count = 2;
  rs_torch *t = torch_open(&to);
  for (int32_t pass = RS_PASS_CONDITIONAL; pass <= RS_PASS_BOTH; pass++) {
    const size_t batch = pass == RS_PASS_BOTH ? 2 * BATCH : BATCH;
    float x[2 * BATCH * N], out[2 * BATCH * N];
    for (size_t i = 0; i < batch * N; i++)
      x[i] = (float)sin((double)i);
    const rs_eval e = {.size = sizeof e,
                       .batch = batch,
                       .elements = N,
                       .input = x,
                       .output = out,
                       .sigma = 2,
                       .alpha = 1,
                       .time = 2,
                       .pass = pass};
    if (rs_torch_evaluate(&e, t) != RS_OK)
      fail_msg("%s", rs_torch_message(t));
    for (size_t k = 0; k < batch * N; k++) {
      const int with = pass != RS_PASS_UNCONDITIONAL && k < BATCH * N;
      const double mean = with ? 0.5 * (double)centre[k / N * 3 + k % N / 4] : 0;
      assert_near((double)out[k], (0.25 * (double)x[k] + 4 * mean) / 4.25, 1e-6);
    }
  }
  rs_torch_free(t);
}

/* make.py's Rows: mean and deviation of each sample; one at a time, or all at once. */
static void test_features(void **state) {
  (void)state;
  enum { COUNT = 3 };
  float x[COUNT * N], rows[COUNT * 2];
  for (size_t i = 0; i < COUNT * N; i++)
    x[i] = (float)sin((double)i);
  for (size_t limit = 0; limit < 2; limit++) {
    rs_torch_options to = options_for("rows");
    to.batch_limit = limit;
    rs_torch *t = torch_open(&to);
    assert_int_equal(rs_torch_feature_elements(t), 2);
    if (rs_torch_features(x, COUNT, rows, t) != RS_OK)
      fail_msg("%s", rs_torch_message(t));
    for (size_t k = 0; k < COUNT; k++) {
      double sum = 0, squares = 0;
      for (size_t i = 0; i < N; i++)
        sum += (double)x[k * N + i];
      for (size_t i = 0; i < N; i++)
        squares += ((double)x[k * N + i] - sum / N) * ((double)x[k * N + i] - sum / N);
      assert_near((double)rows[2 * k], sum / N, 1e-6);
      assert_near((double)rows[2 * k + 1], sqrt(squares / (N - 1)), 1e-6);
    }
    rs_torch_free(t);
  }
}

/* Cut into calls of any size the samples have the same bits. */
static void test_batch_limit(void **state) {
  (void)state;
  float whole[BATCH * N], cut[BATCH * N];
  for (size_t limit = 0; limit <= 2 * BATCH; limit++) {
    rs_torch_options to = options_for("classes");
    to.labels = four_labels;
    to.label_count = BATCH;
    to.batch_limit = limit;
    rs_torch *t = torch_open(&to);
    rs_sampler_options so = model_of(t);
    assert_int_equal(draw(&so, limit ? cut : whole, NULL), RS_OK);
    if (limit)
      assert_memory_equal(cut, whole, sizeof whole);
    rs_torch_free(t);
  }
}

/* A module that writes to its arguments gets copies; one that hides it is found out. */
static void test_writes(void **state) {
  (void)state;
  rs_torch_options to = options_for("scribbles");
  rs_torch *t = torch_open(&to);
  compare(t, model_of(t), scribbles, NULL, 1e-2); /* of numbers in the thousands */
  rs_torch_free(t);
  to = options_for("turncoat");
  t = torch_open(&to);
  float x[BATCH * N];
  int32_t answer = 0;
  rs_sampler_options so = model_of(t);
  assert_int_equal(draw(&so, x, &answer), RS_ERR_CALLBACK);
  assert_int_equal(answer, RS_ERR_CALLBACK);
  assert_non_null(strstr(rs_torch_message(t), "writes to its input"));
  rs_torch_free(t);
}

/* Interrupted at every step, continued by another module of the same file. */
static void test_resume(void **state) {
  (void)state;
  float straight[BATCH * N], x[BATCH * N];
  rs_torch_options to = options_for("classes");
  to.labels = four_labels;
  to.label_count = BATCH;
  rs_torch *t = torch_open(&to);
  rs_sampler_options so = model_of(t);
  assert_int_equal(draw(&so, straight, NULL), RS_OK);
  const rs_schedule_options sc = schedule_for(&so);
  rs_sampler *s = test_sampler(&so);
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(rs_sampler_start(s, x, NULL), s);
  while (rs_restart_step(s) == RS_MORE) {
    unsigned char saved[16384];
    size_t length = 0;
    assert_ok(rs_sampler_save(s, saved, sizeof saved, &length), s);
    rs_sampler_free(s);
    rs_torch_free(t);
    memset(x, 0, sizeof x);
    t = torch_open(&to);
    so = model_of(t);
    so.batch = BATCH;
    s = test_sampler(&so);
    assert_ok(rs_schedule(s, &sc), s);
    assert_ok(rs_sampler_load(s, saved, length, x), s);
  }
  assert_memory_equal(x, straight, sizeof x);
  rs_sampler_free(s);
  rs_torch_free(t);
}

/* The sampler owns the module. Fields that the caller has set stay. */
static void test_model(void **state) {
  (void)state;
  rs_torch_options to = options_for("classes");
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.guidance = RS_GUIDANCE_CALLS;
  so.model.guidance_weight = 3;
  rs_torch *t = torch_open(&to);
  assert_int_equal(rs_torch_model(t, &so), RS_OK);
  assert_int_equal(so.model.guidance, RS_GUIDANCE_CALLS);
  assert_true(so.model.guidance_weight == 3);
  so.model.destroy = rs_torch_destroy;
  rs_sampler_free(test_sampler(&so));
  assert_int_equal(rs_torch_model(NULL, &so), RS_ERR_ARGUMENT);
  so.size = 8;
  t = torch_open(&to);
  assert_int_equal(rs_torch_model(t, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_torch_model(t, &so), RS_ERR_VERSION);
  rs_torch_free(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_types),       cmocka_unit_test(test_double),
      cmocka_unit_test(test_discrete),    cmocka_unit_test(test_guidance),
      cmocka_unit_test(test_features),    cmocka_unit_test(test_inputs),
      cmocka_unit_test(test_batch_limit), cmocka_unit_test(test_writes),
      cmocka_unit_test(test_resume),      cmocka_unit_test(test_model),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
