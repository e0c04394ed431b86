/* SPDX-License-Identifier: MIT
 * Everything that can go wrong has its own sentence, and nothing is thrown at C. */
#define _POSIX_C_SOURCE 200809L /* mkstemp */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "torch/torch_support.h"

/* rs_torch_new must fail with that status and a sentence that has these words. */
static void refused(const rs_torch_options *options, rs_status want, const char *words) {
  char message[512] = "";
  rs_torch_options o = *options;
  o.message = message;
  o.message_capacity = sizeof message;
  rs_torch *t = (rs_torch *)&o;
  const rs_status st = rs_torch_new(&o, &t);
  assert_null(t);
  if (st != want || !strstr(message, words) || strchr(message, '\n'))
    fail_msg("%s, wanted %s with '%s': %s", rs_status_name(st), rs_status_name(want), words,
             message);
}

static void write_file(const char *path, const void *bytes, size_t count) {
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(bytes, 1, count, f), count);
  fclose(f);
}

static size_t read_module(const char *name, char *bytes, size_t capacity) {
  FILE *f = fopen(module_path(name), "rb");
  assert_non_null(f);
  const size_t count = fread(bytes, 1, capacity, f);
  fclose(f);
  return count;
}

static void test_files(void **state) {
  (void)state;
  rs_torch_options o = options_for("gauss");
  o.path = NULL;
  refused(&o, RS_ERR_ARGUMENT, "no path");
  o.path = "/nowhere/at/all.pt";
  refused(&o, RS_ERR_NAME, "there is no file '/nowhere/at/all.pt'");
  o.path = test_source_dir();
  refused(&o, RS_ERR_NAME, "is a directory");
  o = options_for("saved");
  refused(&o, RS_ERR_SYNTAX, "torch.save, not torch.jit.save?");
  char path[] = "/tmp/restart-torch-XXXXXX", bytes[16384];
  const int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  o.path = path;
  refused(&o, RS_ERR_SYNTAX, "is empty");
  write_file(path, "P", 1);
  refused(&o, RS_ERR_SYNTAX, "is not a TorchScript file");
  write_file(path, "Once upon a time", 16);
  refused(&o, RS_ERR_SYNTAX, "is not a TorchScript file");
  const size_t count = read_module("gauss", bytes, sizeof bytes);
  for (size_t length = 4; length < count; length += 97) {
    write_file(path, bytes, length);
    o.path = path;
    refused(&o, RS_ERR_SYNTAX, "is damaged or cut off");
  }
  unlink(path);
}

/* Whatever stands in a damaged file: a status and a sentence. */
static void test_damage(void **state) {
  (void)state;
  char path[] = "/tmp/restart-torch-XXXXXX", bytes[16384], message[512];
  const int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  const size_t count = read_module("gauss", bytes, sizeof bytes);
  for (size_t at = 40; at < count; at += 41) {
    bytes[at] ^= 0x55;
    write_file(path, bytes, count);
    bytes[at] ^= 0x55;
    rs_torch_options o = options_for("gauss");
    o.path = path;
    o.message = message;
    o.message_capacity = sizeof message;
    message[0] = '\0';
    rs_torch *t = NULL;
    const rs_status st = rs_torch_new(&o, &t);
    assert_true((st == RS_OK) == (t != NULL));
    assert_true((st == RS_OK) != (message[0] != '\0'));
    rs_torch_free(t);
  }
  unlink(path);
}

static void test_options(void **state) {
  (void)state;
  const int64_t shape[2] = {3, 0}, labels[4] = {0, 1, 5, 2};
  rs_torch_options o = options_for("bare");
  refused(&o, RS_ERR_OPTION, "neither in the options nor in the file");
  o.shape = shape;
  refused(&o, RS_ERR_ARGUMENT, "shape_count");
  o.shape_count = 2;
  refused(&o, RS_ERR_OPTION, "below 1");
  o = options_for("gauss");
  o.device = "cuda:0";
  rs_torch *t = NULL;
  if (rs_torch_new(&o, &t) == RS_OK)
    rs_torch_free(t); /* there is one */
  else
    refused(&o, RS_ERR_NAME, "the device 'cuda:0'");
  o.device = "toaster";
  refused(&o, RS_ERR_NAME, "the device 'toaster' cannot be used");
  o = options_for("gauss");
  o.method = "backward";
  refused(&o, RS_ERR_NAME, "has no method 'backward'");
  o = options_for("gauss");
  o.labels = labels;
  refused(&o, RS_ERR_ARGUMENT, "labels and their count");
  o.label_count = 4;
  refused(&o, RS_ERR_OPTION, "no third argument");
  o = options_for("classes");
  o.labels = labels;
  o.label_count = 4;
  refused(&o, RS_ERR_OPTION, "label 5 is not one of the 4 classes");
  o.label_count = 0;
  o.labels = NULL;
  o.dtype = RS_TORCH_INT64;
  refused(&o, RS_ERR_OPTION, "floating");
  o.dtype = 99;
  refused(&o, RS_ERR_OPTION, "floating");
  o.dtype = 0;
  o.time_dtype = RS_TORCH_UINT8;
  refused(&o, RS_ERR_OPTION, "time_dtype");
  o.time_dtype = 0;
  o.threads = -1;
  refused(&o, RS_ERR_OPTION, "threads");
  o = options_for("unknown-key");
  refused(&o, RS_ERR_SYNTAX, "\"prediktion\" is not known");
  o = options_for("unknown-word");
  refused(&o, RS_ERR_SYNTAX, "\"prediction\" is to be one of: denoiser");
  o = options_for("not-flat");
  refused(&o, RS_ERR_SYNTAX, "no number at byte");
}

/* The file's shape, or that of the options, which wins; as much of it as there is room for. */
static void test_shape(void **state) {
  (void)state;
  const int64_t other[2] = {6, 2};
  int64_t got[3] = {-1, -1, -1};
  assert_int_equal(rs_torch_shape(NULL, got, 3), 0);
  rs_torch_options o = options_for("gauss");
  rs_torch *t = torch_open(&o);
  assert_int_equal(rs_torch_shape(t, NULL, 3), 3);
  assert_int_equal(rs_torch_shape(t, got, 0), 3);
  assert_int_equal(got[0], -1);
  assert_int_equal(rs_torch_shape(t, got, 2), 3);
  assert_memory_equal(got, ((int64_t[]){3, 2, -1}), sizeof got);
  assert_int_equal(rs_torch_shape(t, got, 3), 3);
  assert_memory_equal(got, ((int64_t[]){3, 2, 2}), sizeof got);
  rs_torch_free(t);
  o.shape = other;
  o.shape_count = 2;
  t = torch_open(&o);
  assert_int_equal(rs_torch_shape(t, got, 3), 2);
  assert_memory_equal(got, ((int64_t[]){6, 2, 2}), sizeof got);
  rs_torch_free(t);
}

static void test_input_options(void **state) {
  (void)state;
  const float data[8] = {0};
  rs_torch_input in[2] = {{"centre", data, NULL, 1, 0, 0, 1, {3}},
                          {"factor", data, NULL, 1, 0, 0, 0, {0}}};
  rs_torch_options o = options_for("extra");
  o.inputs = in;
  refused(&o, RS_ERR_ARGUMENT, "inputs and their count");
  o.input_count = 2;
  in[1].name = "centre";
  refused(&o, RS_ERR_OPTION, "'centre' is given twice");
  in[1].name = "nothing";
  refused(&o, RS_ERR_NAME, "takes no 'nothing'");
  in[1].name = "x";
  refused(&o, RS_ERR_NAME, "takes no 'x' after input and time");
  in[1].name = NULL;
  refused(&o, RS_ERR_ARGUMENT, "has no name");
  in[1].name = "factor";
  in[1].data = NULL;
  refused(&o, RS_ERR_ARGUMENT, "'factor' has no data");
  in[1].data = data;
  in[1].dtype = 77;
  refused(&o, RS_ERR_OPTION, "'factor': dtype");
  in[1].dtype = 0;
  in[1].dim_count = 9;
  refused(&o, RS_ERR_OPTION, "dim_count");
  in[1].dim_count = 1;
  refused(&o, RS_ERR_OPTION, "'factor': dims");
}

static void test_versions(void **state) {
  (void)state;
  if (sizeof(void *) == 8) { /* the binary interface */
    assert_int_equal(sizeof(rs_torch_options), 120);
    assert_int_equal(offsetof(rs_torch_options, message_capacity), 112);
    assert_int_equal(sizeof(rs_torch_input), 112);
  }
  struct {
    rs_torch_options options;
    uint64_t tail;
  } o;
  memset(&o, 0, sizeof o);
  o.options = options_for("gauss");
  o.options.size = sizeof o;
  rs_torch *t = NULL;
  assert_int_equal(rs_torch_new(&o.options, &t), RS_OK);
  rs_torch_free(t);
  o.tail = 1;
  char message[64] = "";
  o.options.message = message;
  o.options.message_capacity = sizeof message;
  assert_int_equal(rs_torch_new(&o.options, &t), RS_ERR_VERSION);
  assert_null(t);
  assert_non_null(strstr(message, "does not know"));
  o.options.size = 24;
  assert_int_equal(rs_torch_new(&o.options, &t), RS_ERR_VERSION);
  assert_int_equal(rs_torch_new(NULL, &t), RS_ERR_ARGUMENT);
  assert_int_equal(rs_torch_new(&o.options, NULL), RS_ERR_ARGUMENT);
  rs_torch_options_init_sized(NULL, 8);
  rs_torch_free(NULL);
  rs_torch_destroy(NULL);
  assert_string_equal(rs_torch_message(NULL), "");
  const int major = atoi(rs_torch_version());
  assert_true(major >= 1 && major < 100);
  print_message("libtorch %s\n", rs_torch_version());
}

/* One evaluation of a sample; the sampler-free way to see what the callback answers. */
static int32_t evaluate(rs_torch *t, float *out, int32_t pass, size_t batch, size_t elements) {
  static const float x[2 * BATCH * N] = {1};
  const rs_eval e = {.size = sizeof e,
                     .batch = batch,
                     .elements = elements,
                     .input = x,
                     .output = out,
                     .sigma = 1,
                     .alpha = 1,
                     .time = 1,
                     .pass = pass};
  return rs_torch_evaluate(&e, t);
}

static void test_modules(void **state) {
  (void)state;
  const struct {
    const char *module, *words;
  } cases[] = {
      {"throws", "ValueError: not today"},
      {"breaks", "RuntimeError: "},
      {"shape", "a tensor of shape [1, 2, 2, 2], not [1, 3, 2, 2]"},
      {"dtype", "a tensor of type Int, not of a floating type"},
      {"tuple", "a Tuple, not one tensor"},
      {"none", "a None, not one tensor"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const rs_torch_options o = options_for(cases[i].module);
    rs_torch *t = torch_open(&o);
    float out[N];
    for (int repeat = 0; repeat < 3; repeat++) {
      assert_int_equal(evaluate(t, out, RS_PASS_CONDITIONAL, 1, N), RS_ERR_CALLBACK);
      const char *message = rs_torch_message(t);
      if (!strstr(message, cases[i].words) || strchr(message, '\n'))
        fail_msg("%s: wanted '%s': %s", cases[i].module, cases[i].words, message);
    }
    rs_torch_free(t);
  }
}

static void test_not_finite(void **state) {
  (void)state;
  const rs_torch_options o = options_for("nan");
  rs_torch *t = torch_open(&o);
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  assert_int_equal(rs_torch_model(t, &so), RS_OK);
  so.model.destroy = rs_torch_destroy;
  rs_sampler *s = test_sampler(&so);
  float x[N];
  assert_ok(rs_schedule(s, NULL), s);
  assert_status(rs_sample(s, x, NULL), RS_ERR_NONFINITE, s);
  rs_sampler_free(s);
}

static void says(rs_torch *t, int32_t got, int32_t want, const char *words) {
  if (got != want || !strstr(rs_torch_message(t), words))
    fail_msg("%s, wanted %s with '%s': %s", rs_status_name(got), rs_status_name(want), words,
             rs_torch_message(t));
}

static void test_features(void **state) {
  (void)state;
  const struct {
    const char *name, *words;
    int32_t status;
  } rows[] = {{"throws", "not today", RS_ERR_CALLBACK},
              {"dtype", "not of a floating type", RS_ERR_CALLBACK},
              {"tuple", "not one tensor", RS_ERR_CALLBACK},
              {"extra", "needs 'centre', which features are computed without", RS_ERR_OPTION},
              {"into", "needs 'out'", RS_ERR_OPTION}};
  float x[3 * N], y[3 * N];
  for (size_t i = 0; i < 3 * N; i++)
    x[i] = (float)i;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const rs_torch_options o = options_for(rows[i].name);
    rs_torch *t = torch_open(&o);
    assert_int_equal(rs_torch_feature_elements(t), 0);
    says(t, rs_torch_features(x, 3, y, t), rows[i].status, rows[i].words);
    rs_torch_free(t);
  }
  const rs_torch_options o = options_for("rows");
  rs_torch *t = torch_open(&o);
  assert_int_equal(rs_torch_features(NULL, 3, y, t), RS_ERR_ARGUMENT);
  assert_int_equal(rs_torch_features(x, 3, NULL, t), RS_ERR_ARGUMENT);
  assert_int_equal(rs_torch_features(x, 3, y, NULL), RS_ERR_ARGUMENT);
  says(t, rs_torch_features(x, 2, y, t), RS_ERR_CALLBACK, "row of 1 numbers, not of 2");
  rs_torch_free(t);
}

static void test_evaluations(void **state) {
  (void)state;
  const int64_t labels[3] = {0, 1, 9};
  const float data[3] = {0};
  const rs_torch_input in[2] = {{"centre", data, NULL, 1, 0, 0, 1, {3}},
                                {"factor", data, data, 3, 1, 0, 0, {0}}};
  float out[2 * BATCH * N];
  rs_torch_options o = options_for("classes");
  rs_torch *t = torch_open(&o);
  assert_string_equal(rs_torch_message(t), "");
  assert_int_equal(rs_torch_evaluate(NULL, t), RS_ERR_ARGUMENT);
  assert_int_equal(evaluate(NULL, out, 0, 1, N), RS_ERR_ARGUMENT);
  says(t, evaluate(t, NULL, 0, 1, N), RS_ERR_ARGUMENT, "no output");
  says(t, evaluate(t, out, 0, 1, N - 1), RS_ERR_ARGUMENT, "11 elements a sample, the module 12");
  says(t, evaluate(t, out, 9, 2, N), RS_ERR_ARGUMENT, "RS_PASS_");
  says(t, evaluate(t, out, RS_PASS_BOTH, 3, N), RS_ERR_ARGUMENT, "batch");
  says(t, rs_torch_labels(t, labels, 3), RS_ERR_OPTION, "label 9");
  assert_int_equal(evaluate(t, out, 0, 1, N), RS_OK);
  assert_int_equal(rs_torch_labels(t, labels, 2), RS_OK);
  says(t, evaluate(t, out, 0, 3, N), RS_ERR_OPTION, "'y' has 2 rows for 3 samples");
  says(t, evaluate(t, out, RS_PASS_BOTH, 2, N), RS_ERR_OPTION, "'y' has 2 rows for 1 samples");
  assert_int_equal(evaluate(t, out, RS_PASS_BOTH, 4, N), RS_OK);
  rs_torch_free(t);
  o = options_for("extra");
  t = torch_open(&o);
  says(t, evaluate(t, out, 0, 1, N), RS_ERR_OPTION, "needs 'centre', which is not given");
  assert_int_equal(rs_torch_inputs(t, in, 2), RS_OK);
  says(t, evaluate(t, out, 0, 1, N), RS_ERR_OPTION, "'factor' has 3 rows for 1 samples");
  assert_int_equal(evaluate(t, out, 0, 3, N), RS_OK);
  says(t, evaluate(t, out, RS_PASS_UNCONDITIONAL, 3, N), RS_ERR_OPTION, "guidance needs");
  says(t, rs_torch_labels(t, labels, 2), RS_ERR_OPTION, "no third argument free");
  assert_int_equal(rs_torch_inputs(NULL, in, 2), RS_ERR_ARGUMENT);
  assert_int_equal(rs_torch_labels(NULL, labels, 2), RS_ERR_ARGUMENT);
  rs_torch_free(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_files),         cmocka_unit_test(test_damage),
      cmocka_unit_test(test_options),       cmocka_unit_test(test_shape),
      cmocka_unit_test(test_input_options), cmocka_unit_test(test_versions),
      cmocka_unit_test(test_modules),       cmocka_unit_test(test_not_finite),
      cmocka_unit_test(test_features),      cmocka_unit_test(test_evaluations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
