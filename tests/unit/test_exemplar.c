/* SPDX-License-Identifier: MIT
 *
 * The exemplar model: the fast form against a direct one, its bits, its options, its failures. */
#include <math.h>

#include "exemplar.h"

/* ---- the direct form ------------------------------------------------------------------------ */

static size_t wrap(long at, int32_t size) {
  return (size_t)(((at % size) + size) % size);
}

static double direct_distance(const shape *s, const float *e, const float *x, long i, long y,
                              long u, long v) {
  long r = s->side / 2;
  double sum = 0;
  for (size_t c = 0; c < (size_t)s->channels; c++)
    for (long a = -r; a <= r; a++)
      for (long b = -r; b <= r; b++) {
        size_t xr = c * (size_t)s->out_height + wrap(i + a, s->out_height);
        size_t er = c * (size_t)s->height + wrap(u + a, s->height);
        double d = (double)x[xr * (size_t)s->out_width + wrap(y + b, s->out_width)] -
                   (double)e[er * (size_t)s->width + wrap(v + b, s->width)];
        sum += d * d;
      }
  return sum;
}

static void direct_pixel(const shape *s, const float *e, const float *x, double sigma, size_t p,
                         double *out) {
  static double distance[MOST];
  size_t count = (size_t)(s->height * s->width), w = (size_t)s->width;
  long i = (long)(p / (size_t)s->out_width), y = (long)(p % (size_t)s->out_width);
  double least = INFINITY, total = 0;
  for (size_t k = 0; k < count; k++) {
    distance[k] = direct_distance(s, e, x, i, y, (long)(k / w), (long)(k % w));
    least = fmin(least, distance[k]);
  }
  for (int32_t c = 0; c < s->channels; c++)
    out[c] = 0;
  for (size_t k = 0; k < count; k++) {
    double weight = exp((least - distance[k]) / 2 / sigma / sigma);
    total += weight;
    for (size_t c = 0; c < (size_t)s->channels; c++)
      out[c] += weight * (double)e[c * count + k];
  }
  for (int32_t c = 0; c < s->channels; c++)
    out[c] /= total;
}

/* x += the exemplar, repeated. */
static void add_exemplar(const shape *s, const float *e, float *x) {
  for (size_t row = 0; row < (size_t)(s->channels * s->out_height); row++) {
    size_t c = row / (size_t)s->out_height, i = row % (size_t)s->out_height;
    size_t from = c * (size_t)s->height + i % (size_t)s->height;
    for (size_t y = 0; y < (size_t)s->out_width; y++)
      x[row * (size_t)s->out_width + y] += e[from * (size_t)s->width + y % (size_t)s->width];
  }
}

/* Largest difference between rs_exemplar_denoise and the direct form. The input is noise of level
 * sigma alone, or with the exemplar under it as late in a run. */
static double worst_of(const shape *s, double sigma, int under, uint32_t seed) {
  static float e[MOST], x[MOST], fast[MOST];
  double slow[16], worst = 0;
  size_t area = (size_t)(s->out_height * s->out_width);
  fill(e, pixels_of(s), seed, 1);
  fill(x, elements_of(s), seed + 1, (under ? 1.7f : 1) * (float)sigma + (float)!under);
  if (under)
    add_exemplar(s, e, x);
  rs_exemplar *ex = make(s, e);
  rs_eval ev = eval_of(x, fast, 1, elements_of(s), sigma);
  assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
  for (size_t p = 0; p < area; p++) {
    direct_pixel(s, e, x, sigma, p, slow);
    for (size_t c = 0; c < (size_t)s->channels; c++)
      worst = fmax(worst, fabs(slow[c] - (double)fast[c * area + p]));
  }
  rs_exemplar_free(ex);
  return worst;
}

static const shape shapes[] = {
    {1, 8, 8, 8, 8, 1},      {3, 8, 8, 8, 8, 3},     {3, 9, 11, 9, 11, 5}, {4, 7, 5, 12, 10, 3},
    {3, 10, 6, 5, 17, 7},    {1, 4, 4, 4, 4, 15},    {3, 5, 4, 4, 9, 11},  {2, 12, 8, 8, 12, 5},
    {5, 6, 13, 13, 6, 3},    {3, 10, 12, 20, 12, 9}, {1, 33, 4, 4, 35, 3}, {16, 5, 6, 6, 5, 3},
    {3, 12, 10, 10, 12, 15}, {1, 4, 5, 5, 4, 63},
};

/* What differs is float32 rounding of the distances, times 1 / (2 sigma^2) in the exponent: little
 * where the distance to the nearest patch is about what the noise makes it, as in every run, more
 * where a small sigma meets an input that is like nothing in the exemplar. */
static void the_direct_form(void **unused) {
  static const double sigmas[] = {1e-30, 1e-6, 0.01, 0.1, 0.5, 1, 3, 20, 1e4, 1e12};
  static const double tolerance[] = {2e-3, 2e-4};
  (void)unused;
  for (size_t i = 0; i < COUNT(shapes); i++)
    for (size_t k = 0; k < COUNT(sigmas); k++)
      for (int under = 0; under <= 1; under++) {
        double worst = worst_of(&shapes[i], sigmas[k], under, (uint32_t)(100 * i + k));
        if (!(worst < tolerance[under]))
          print_error("shape %zu, sigma %g, under %d: %g\n", i, sigmas[k], under, worst);
        assert_true(worst < tolerance[under]);
      }
}

/* At a tiny sigma the exemplar itself, moved, comes back exactly. */
static void the_exemplar_is_a_fixed_point(void **unused) {
  static float e[MOST], x[MOST], out[MOST];
  const shape s = {3, 16, 12, 16, 12, 5};
  size_t n = elements_of(&s), area = 16 * 12;
  (void)unused;
  fill(e, n, 7, 1);
  for (size_t c = 0; c < 3; c++)
    for (size_t p = 0; p < area; p++)
      x[c * area + p] = e[c * area + (p / 12 + 5) % 16 * 12 + (p % 12 + 3) % 12];
  rs_exemplar *ex = make(&s, e);
  rs_eval ev = eval_of(x, out, 1, n, 1e-20);
  assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
  assert_memory_equal(out, x, n * sizeof *x);
  rs_exemplar_free(ex);
}

/* ---- bits ----------------------------------------------------------------------------------- */

static void batches_and_threads(void **unused) {
  static float e[MOST], x[BATCH * MOST];
  const shape s = {3, 20, 18, 13, 21, 7};
  size_t n = elements_of(&s);
  (void)unused;
  fill(e, pixels_of(&s), 3, 1);
  fill(x, BATCH * n, 4, 2);
  rs_exemplar *ex = make(&s, e);
  for (double sigma = 0.05; sigma < 10; sigma *= 4)
    same_bits_in_any_batch(ex, x, n, sigma);
  rs_exemplar_free(ex);
}

static void instruction_sets(void **unused) {
  static float e[MOST], x[MOST];
  (void)unused;
  for (size_t i = 0; i < COUNT(shapes); i++)
    for (double sigma = 1e-3; sigma < 100; sigma *= 7) {
      size_t n = elements_of(&shapes[i]);
      fill(e, pixels_of(&shapes[i]), (uint32_t)i, 1);
      fill(x, n, (uint32_t)i + 50, 1 + (float)sigma);
      rs_exemplar *ex = make(&shapes[i], e);
      same_bits_by_every_set(ex, x, n, sigma);
      rs_exemplar_free(ex);
    }
}

/* A second evaluation does not see what the first left behind. */
static void no_memory_of_the_last(void **unused) {
  static float e[MOST], x[MOST], y[MOST], first[MOST], again[MOST];
  const shape s = {3, 11, 10, 9, 13, 9};
  size_t n = elements_of(&s);
  (void)unused;
  fill(e, pixels_of(&s), 1, 1);
  fill(x, n, 2, 1);
  fill(y, n, 3, 30);
  rs_exemplar *ex = make(&s, e);
  rs_eval ev = eval_of(x, first, 1, n, 0.4);
  assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
  rs_eval other = eval_of(y, again, 1, n, 20);
  assert_int_equal(rs_exemplar_denoise(&other, ex), 0);
  ev.output = again;
  assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
  assert_memory_equal(first, again, n * sizeof *first);
  rs_exemplar_free(ex);
}

/* ---- options -------------------------------------------------------------------------------- */

static const float some_pixels[3 * 8 * 8];

static rs_exemplar_options good_options(void) {
  const shape s = {3, 8, 8, 0, 0, 0};
  return options_of(&s, some_pixels, NULL);
}

static void refused(const rs_exemplar_options *o, rs_status expected) {
  rs_exemplar *ex = (rs_exemplar *)(uintptr_t)1;
  assert_int_equal(rs_exemplar_new(o, &ex), expected);
  assert_null(ex);
}

static void sizes_out_of_range(void **unused) {
  static const struct {
    size_t field;
    int32_t value;
  } bad[] = {
      {offsetof(rs_exemplar_options, channels), 0},
      {offsetof(rs_exemplar_options, channels), 17},
      {offsetof(rs_exemplar_options, channels), -1},
      {offsetof(rs_exemplar_options, height), 0},
      {offsetof(rs_exemplar_options, height), 3},
      {offsetof(rs_exemplar_options, height), 4097},
      {offsetof(rs_exemplar_options, width), 3},
      {offsetof(rs_exemplar_options, width), 4097},
      {offsetof(rs_exemplar_options, output_height), 3},
      {offsetof(rs_exemplar_options, output_height), -8},
      {offsetof(rs_exemplar_options, output_height), 4097},
      {offsetof(rs_exemplar_options, output_width), 3},
      {offsetof(rs_exemplar_options, output_width), 4097},
      {offsetof(rs_exemplar_options, patch_count), -1},
      {offsetof(rs_exemplar_options, patch_count), 65},
  };
  (void)unused;
  for (size_t i = 0; i < COUNT(bad); i++) {
    rs_exemplar_options o = good_options();
    memcpy((char *)&o + bad[i].field, &bad[i].value, sizeof bad[i].value);
    refused(&o, RS_ERR_OPTION);
  }
}

static void patches_out_of_range(void **unused) {
  static const rs_exemplar_patch bad[][3] = {
      {{2, 15, 0}, {1, 7, 0}, {0, 4, 0}},   {{2, 15, 0}, {1, 7, 0}, {0, 65, 0}},
      {{2, 15, 0}, {1, 7, 0}, {0, -1, 0}},  {{2, 15, 0}, {1, 7, 0}, {0, 3, 1}},
      {{2, 15, 0}, {1, 7, 0}, {0.5, 3, 0}}, {{1, 15, 0}, {1, 7, 0}, {0, 3, 0}},
      {{1, 15, 0}, {2, 7, 0}, {0, 3, 0}},   {{NAN, 15, 0}, {1, 7, 0}, {0, 3, 0}},
      {{2, 0, 0}, {1, 7, 0}, {0, 3, 0}},    {{INFINITY, 1, 0}, {1, 7, 0}, {0, 3, 0}},
      {{2, 15, 0}, {0, 7, 0}, {-1, 3, 0}},
  };
  rs_exemplar_options o = good_options();
  (void)unused;
  o.patch_count = 3;
  refused(&o, RS_ERR_ARGUMENT);
  for (size_t i = 0; i < COUNT(bad); i++) {
    o.patches = bad[i];
    refused(&o, RS_ERR_OPTION);
  }
  o.patch_count = 0;
  refused(&o, RS_ERR_OPTION);
}

static void pixels_out_of_range(void **unused) {
  static const float bad[] = {NAN, INFINITY, -INFINITY, 1e7f};
  static const rs_status answer[] = {RS_ERR_NONFINITE, RS_ERR_NONFINITE, RS_ERR_NONFINITE,
                                     RS_ERR_OPTION};
  float pixels[3 * 8 * 8] = {0};
  rs_exemplar_options o = good_options();
  (void)unused;
  o.pixels = pixels;
  for (size_t i = 0; i < COUNT(bad); i++) {
    pixels[191] = bad[i];
    refused(&o, answer[i]);
  }
}

static void other_options(void **unused) {
  rs_exemplar *ex;
  (void)unused;
  refused(NULL, RS_ERR_ARGUMENT);
  rs_exemplar_options o = good_options();
  assert_int_equal(rs_exemplar_new(&o, NULL), RS_ERR_ARGUMENT);
  o.pixels = NULL;
  refused(&o, RS_ERR_ARGUMENT);
  o = good_options();
  o.alloc.allocate = (void *(*)(size_t, void *))(uintptr_t)1;
  refused(&o, RS_ERR_OPTION);
  o = good_options();
  o.search = 2;
  refused(&o, RS_ERR_OPTION);
  o.search = -1;
  refused(&o, RS_ERR_OPTION);
  o = good_options();
  o.reserved = 1;
  refused(&o, RS_ERR_OPTION);
  o = good_options();
  assert_int_equal(rs_exemplar_new(&o, &ex), RS_OK);
  assert_int_equal(ex->grid.out_height, 8);
  assert_int_equal(ex->grid.out_width, 8);
  rs_exemplar_destroy(ex);
  rs_exemplar_destroy(NULL);
  rs_exemplar_free(NULL);
}

static void struct_sizes(void **unused) {
  struct {
    rs_exemplar_options o;
    unsigned char tail[24];
  } later;
  rs_exemplar *ex;
  (void)unused;
  rs_exemplar_options_init_sized(&later.o, sizeof later);
  rs_exemplar_options o = good_options();
  o.size = sizeof later;
  memcpy(&later.o, &o, sizeof o);
  assert_int_equal(rs_exemplar_new(&later.o, &ex), RS_OK);
  rs_exemplar_free(ex);
  later.tail[23] = 1;
  refused(&later.o, RS_ERR_VERSION);
  o.size = offsetof(rs_exemplar_options, search); /* as the first ones */
  assert_int_equal(rs_exemplar_new(&o, &ex), RS_OK);
  rs_exemplar_free(ex);
  o.size -= 1;
  refused(&o, RS_ERR_VERSION);
  o.size = 0;
  refused(&o, RS_ERR_VERSION);
}

/* ---- memory --------------------------------------------------------------------------------- */

static void allocation_fails(void **unused) {
  rs_exemplar_options o = good_options();
  rs_exemplar *ex = NULL;
  heap h = {0, 0, 0, 0};
  (void)unused;
  for (size_t k = 1; !ex; k++) {
    h = (heap){0, 0, k, 0};
    o.alloc = (rs_alloc){heap_allocate, heap_release, &h};
    rs_status status = rs_exemplar_new(&o, &ex);
    assert_int_equal(status, ex ? RS_OK : RS_ERR_MEMORY);
    assert_true(ex || h.live == 0);
    assert_true(k < 100);
  }
  rs_exemplar_free(ex);
  assert_int_equal(h.live, 0);
}

static void memory_is_modest_and_taken_once(void **unused) {
  static float e[MOST], out[MOST];
  const shape s = {3, 64, 64, 64, 64, 15};
  heap h = {0, 0, 0, 0};
  rs_exemplar_options o = options_of(&s, e, NULL);
  rs_exemplar *ex = NULL;
  (void)unused;
  fill(e, MOST, 1, 1);
  o.alloc = (rs_alloc){heap_allocate, heap_release, &h};
  assert_int_equal(rs_exemplar_new(&o, &ex), RS_OK);
  assert_true(h.bytes < (size_t)32 << 20);
  size_t calls = h.calls;
  rs_eval ev = eval_of(e, out, 1, MOST, 1);
  assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
  assert_int_equal(h.calls, calls);
  rs_exemplar_free(ex);
}

/* ---- evaluations ---------------------------------------------------------------------------- */

static void evaluations_refused(void **unused) {
  static const double bad[] = {0, -1, NAN, INFINITY, -INFINITY};
  static float x[192], out[192];
  const shape s = {3, 8, 8, 8, 8, 3};
  rs_exemplar *ex = make(&s, some_pixels);
  rs_eval good = eval_of(x, out, 1, 192, 1), e = good;
  (void)unused;
  assert_true(rs_exemplar_denoise(NULL, ex) < 0);
  assert_true(rs_exemplar_denoise(&e, NULL) < 0);
  for (size_t i = 0; i < COUNT(bad); i++) {
    e.sigma = bad[i];
    assert_true(rs_exemplar_denoise(&e, ex) < 0);
  }
  e = good, e.input = NULL;
  assert_true(rs_exemplar_denoise(&e, ex) < 0);
  e = good, e.output = NULL;
  assert_true(rs_exemplar_denoise(&e, ex) < 0);
  e = good, e.elements = 191;
  assert_true(rs_exemplar_denoise(&e, ex) < 0);
  assert_int_equal(rs_exemplar_denoise(&good, ex), 0);
  rs_exemplar_free(ex);
}

static void input_not_finite(void **unused) {
  static const float bad[] = {NAN, INFINITY, -INFINITY, 3e38f};
  static float e[192], x[3 * 192], out[3 * 192];
  const shape s = {3, 8, 8, 8, 8, 3};
  (void)unused;
  fill(e, 192, 1, 1);
  rs_exemplar *ex = make(&s, e);
  for (size_t k = 0; k < COUNT(bad); k++) {
    fill(x, 3 * 192, 2, 1);
    x[192 + 77] = bad[k];
    rs_eval ev = eval_of(x, out, 3, 192, 1);
    assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
    for (size_t i = 0; i < 3 * 192; i++)
      assert_int_equal(isfinite(out[i]) != 0, i / 192 != 1);
  }
  rs_exemplar_free(ex);
}

/* A table with two sides does in each range what one side alone does. */
static void patches_by_sigma(void **unused) {
  static float e[192], x[192], both[192], one[192];
  const rs_exemplar_patch table[] = {{2, 7, 0}, {0.5, 5, 0}, {0, 3, 0}};
  const double sigmas[] = {5, 2, 1.99, 0.5, 0.49, 0.01};
  const int32_t sides[] = {7, 7, 5, 5, 3, 3};
  shape s = {3, 8, 8, 8, 8, 0};
  (void)unused;
  fill(e, 192, 1, 1);
  fill(x, 192, 2, 2);
  rs_exemplar_options o = options_of(&s, e, table);
  o.patch_count = 3;
  rs_exemplar *ex = NULL;
  assert_int_equal(rs_exemplar_new(&o, &ex), RS_OK);
  for (size_t i = 0; i < COUNT(sigmas); i++) {
    s.side = sides[i];
    rs_exemplar *single = make(&s, e);
    rs_eval ev = eval_of(x, both, 1, 192, sigmas[i]);
    assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
    ev.output = one;
    assert_int_equal(rs_exemplar_denoise(&ev, single), 0);
    assert_memory_equal(both, one, sizeof one);
    rs_exemplar_free(single);
  }
  rs_exemplar_free(ex);
}

/* ---- with the sampler ----------------------------------------------------------------------- */

static void model_and_schedule(void **unused) {
  const shape s = {3, 8, 8, 12, 16, 3};
  rs_exemplar *ex = make(&s, some_pixels);
  rs_sampler_options so;
  rs_schedule_options sc;
  (void)unused;
  rs_sampler_options_init(&so);
  assert_int_equal(rs_exemplar_model(ex, &so), RS_OK);
  assert_true(so.model.fn == rs_exemplar_denoise);
  assert_ptr_equal(so.model.user, ex);
  assert_null(so.model.destroy);
  assert_int_equal(so.model.prediction, RS_PREDICT_DENOISER);
  assert_int_equal(so.elements, 3 * 12 * 16);
  assert_int_equal(rs_exemplar_model(NULL, &so), RS_ERR_ARGUMENT);
  assert_int_equal(rs_exemplar_model(ex, NULL), RS_ERR_ARGUMENT);
  so.size = 8;
  assert_int_equal(rs_exemplar_model(ex, &so), RS_ERR_VERSION);
  rs_schedule_options_init(&sc);
  sc.rho = 99;
  assert_int_equal(rs_exemplar_schedule(&sc), RS_OK);
  assert_true(sc.rho != 99 && sc.segment_count > 0 && sc.steps > 1);
  assert_int_equal(rs_exemplar_schedule(NULL), RS_ERR_ARGUMENT);
  sc.size = 8;
  assert_int_equal(rs_exemplar_schedule(&sc), RS_ERR_VERSION);
  rs_exemplar_free(ex);
}

static void sample(const rs_sampler_options *so, float *x, const uint64_t *seeds) {
  rs_schedule_options sc;
  rs_sampler *sampler = NULL;
  rs_schedule_options_init(&sc);
  assert_int_equal(rs_exemplar_schedule(&sc), RS_OK);
  assert_int_equal(rs_sampler_new(so, &sampler), RS_OK);
  assert_int_equal(rs_schedule(sampler, &sc), RS_OK);
  assert_int_equal(rs_sample(sampler, x, seeds), RS_OK);
  rs_sampler_free(sampler);
}

/* The last step lands on a mean of exemplar pixels, so within their range but for rounding. */
static void a_restart_run(void **unused) {
  enum { N = 3 * 16 * 24, SAMPLES = 3 };
  static float e[3 * 16 * 16], x[SAMPLES * N], split[N];
  const shape s = {3, 16, 16, 16, 24, 0};
  const uint64_t seeds[SAMPLES] = {5, 6, 7};
  int calls = 0;
  rs_sampler_options so;
  (void)unused;
  for (size_t i = 0; i < COUNT(e); i++)
    e[i] = (float)sin((double)(i % 16) + 0.3 * (double)(i / 16)) * 0.9f;
  rs_exemplar *ex = make(&s, e);
  rs_sampler_options_init(&so);
  assert_int_equal(rs_exemplar_model(ex, &so), RS_OK);
  so.batch = SAMPLES;
  sample(&so, x, seeds);
  for (size_t i = 0; i < COUNT(x); i++)
    assert_true(isfinite(x[i]) && fabsf(x[i]) <= 1);
  assert_memory_not_equal(x, x + N, N * sizeof *x);
  so.batch = 1;
  so.executor = (rs_executor){run_threads, &calls};
  so.model.destroy = rs_exemplar_destroy;
  sample(&so, split, seeds + 1);
  assert_memory_equal(split, x + N, sizeof split);
  assert_true(calls > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_direct_form),       cmocka_unit_test(the_exemplar_is_a_fixed_point),
      cmocka_unit_test(batches_and_threads),   cmocka_unit_test(instruction_sets),
      cmocka_unit_test(no_memory_of_the_last), cmocka_unit_test(sizes_out_of_range),
      cmocka_unit_test(patches_out_of_range),  cmocka_unit_test(pixels_out_of_range),
      cmocka_unit_test(other_options),         cmocka_unit_test(struct_sizes),
      cmocka_unit_test(allocation_fails),      cmocka_unit_test(memory_is_modest_and_taken_once),
      cmocka_unit_test(evaluations_refused),   cmocka_unit_test(input_not_finite),
      cmocka_unit_test(patches_by_sigma),      cmocka_unit_test(model_and_schedule),
      cmocka_unit_test(a_restart_run),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
