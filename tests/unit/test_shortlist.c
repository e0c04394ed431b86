/* SPDX-License-Identifier: MIT
 *
 * The exemplar model by a short list: against the exact search, its bits, its memory. */
#include <math.h>

#include "exemplar.h"

/* Stripes that bend, in three colours that differ a little, with grain. */
static void paint(const shape *s, float *pixels) {
  fill(pixels, pixels_of(s), 11, 0.2f);
  for (int32_t c = 0; c < s->channels; c++)
    for (int32_t row = 0; row < s->height; row++)
      for (int32_t x = 0; x < s->width; x++) {
        double bent = 0.6 * x + 1.5 * sin(0.23 * row) + 2 * sin(0.17 * x - 0.3 * row) + 0.2 * c;
        pixels[(c * s->height + row) * s->width + x] += (float)(0.7 * sin(bent));
      }
}

/* The exemplar, moved and repeated, under noise that has level sigma. */
static void noisy(const shape *s, const float *e, double sigma, uint32_t seed, float *x) {
  fill(x, elements_of(s), seed, 1.732f * (float)sigma);
  for (int32_t c = 0; c < s->channels; c++)
    for (int32_t row = 0; row < s->out_height; row++)
      for (int32_t i = 0; i < s->out_width; i++)
        x[(c * s->out_height + row) * s->out_width + i] +=
            e[(c * s->height + (row + 5) % s->height) * s->width + (i + 3) % s->width];
}

static void estimate(const shape *s, const float *e, const float *x, double sigma, int32_t search,
                     float *out) {
  rs_exemplar *ex = make_searching(s, e, search);
  rs_eval ev = eval_of(x, out, 1, elements_of(s), sigma);
  assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
  rs_exemplar_free(ex);
}

/* The root of the mean squared difference of the two searches, and the worst one. */
static double off(const shape *s, double sigma, double *worst) {
  static float e[MOST], x[MOST], exact[MOST], brief[MOST];
  double sum = 0;
  paint(s, e);
  noisy(s, e, sigma, 5, x);
  estimate(s, e, x, sigma, RS_EXEMPLAR_EXACT, exact);
  estimate(s, e, x, sigma, RS_EXEMPLAR_SHORTLIST, brief);
  *worst = 0;
  for (size_t i = 0; i < elements_of(s); i++) {
    double d = fabs((double)exact[i] - (double)brief[i]);
    sum += d * d;
    *worst = fmax(*worst, d);
  }
  return sqrt(sum / (double)elements_of(s));
}

/* Few neighbourhoods are all on the list. */
static void a_list_of_all(void **unused) {
  static const shape shapes[] = {
      {1, 8, 8, 8, 8, 1},    {3, 9, 11, 9, 11, 5},    {4, 7, 5, 12, 10, 3},  {3, 10, 6, 5, 17, 7},
      {1, 4, 4, 4, 4, 63},   {2, 12, 8, 70, 12, 5},   {5, 6, 13, 13, 66, 3}, {16, 5, 6, 6, 5, 3},
      {3, 32, 64, 8, 9, 31}, {3, 44, 46, 33, 32, 21},
  };
  static const double sigmas[] = {1e-6, 0.1, 1, 20, 1e6};
  (void)unused;
  for (size_t i = 0; i < COUNT(shapes); i++)
    for (size_t k = 0; k < COUNT(sigmas); k++) {
      double worst;
      off(&shapes[i], sigmas[k], &worst);
      if (!(worst < 1e-3))
        print_error("shape %zu, sigma %g: %g\n", i, sigmas[k], worst);
      assert_true(worst < 1e-3);
    }
}

/* Every rule of the short list, from those for large sigma to those for small. The bounds are a
 * little above what was seen; the pixels deviate by 0.5. */
static void near_the_exact_search(void **unused) {
  static const shape s = {3, 64, 64, 64, 64, 15};
  static const struct {
    double sigma, bound;
  } cases[] = {{40, 0.04}, {8, 0.02}, {6, 0.1}, {5, 0.1}, {2.5, 0.09}, {1, 0.01}, {0.2, 1e-6}};
  (void)unused;
  for (size_t i = 0; i < COUNT(cases); i++) {
    double worst, mean = off(&s, cases[i].sigma, &worst);
    if (!(mean < cases[i].bound))
      print_error("sigma %g: %g, worst %g\n", cases[i].sigma, mean, worst);
    assert_true(mean < cases[i].bound);
  }
}

/* At a tiny sigma the exemplar itself comes back exactly, moved by an odd number of pixels. */
static void the_exemplar_is_a_fixed_point(void **unused) {
  static const shape s = {3, 60, 52, 60, 52, 9};
  static float e[MOST], x[MOST], out[MOST];
  (void)unused;
  paint(&s, e);
  noisy(&s, e, 0, 1, x);
  estimate(&s, e, x, 1e-20, RS_EXEMPLAR_SHORTLIST, out);
  assert_memory_equal(out, x, elements_of(&s) * sizeof *x);
}

/* ---- bits ----------------------------------------------------------------------------------- */

static const shape odd = {3, 47, 50, 21, 61, 11};

static void batches_and_threads(void **unused) {
  static float e[MOST], x[BATCH * MOST];
  size_t n = elements_of(&odd);
  (void)unused;
  paint(&odd, e);
  for (size_t b = 0; b < BATCH; b++)
    noisy(&odd, e, 2, (uint32_t)b, x + b * n);
  rs_exemplar *ex = make_searching(&odd, e, RS_EXEMPLAR_SHORTLIST);
  for (double sigma = 0.05; sigma < 50; sigma *= 6)
    same_bits_in_any_batch(ex, x, n, sigma);
  rs_exemplar_free(ex);
}

static void instruction_sets(void **unused) {
  static const shape shapes[] = {{3, 47, 50, 21, 61, 11},
                                 {1, 70, 33, 9, 18, 31},
                                 {5, 46, 46, 17, 8, 3},
                                 {2, 64, 48, 40, 35, 21}};
  static float e[MOST], x[MOST];
  (void)unused;
  for (size_t i = 0; i < COUNT(shapes); i++)
    for (double sigma = 1e-3; sigma < 100; sigma *= 7) {
      size_t n = elements_of(&shapes[i]);
      paint(&shapes[i], e);
      noisy(&shapes[i], e, sigma, (uint32_t)i, x);
      rs_exemplar *ex = make_searching(&shapes[i], e, RS_EXEMPLAR_SHORTLIST);
      same_bits_by_every_set(ex, x, n, sigma);
      rs_exemplar_free(ex);
    }
}

/* ---- failures, memory ----------------------------------------------------------------------- */

static void input_not_finite(void **unused) {
  static const float bad[] = {NAN, INFINITY, -INFINITY, 3e38f};
  static float e[MOST], x[2 * MOST], out[2 * MOST];
  size_t n = elements_of(&odd);
  (void)unused;
  paint(&odd, e);
  rs_exemplar *ex = make_searching(&odd, e, RS_EXEMPLAR_SHORTLIST);
  for (size_t k = 0; k < COUNT(bad); k++) {
    fill(x, 2 * n, 2, 1);
    x[77] = bad[k];
    rs_eval ev = eval_of(x, out, 2, n, 0.5);
    assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
    for (size_t i = 0; i < 2 * n; i++)
      assert_int_equal(isfinite(out[i]) != 0, i >= n);
  }
  rs_exemplar_free(ex);
}

/* Where nothing varies, where all is huge, and where nothing is like the input. */
static void extremes(void **unused) {
  static float e[MOST], x[MOST], out[MOST];
  static const double sigmas[] = {1e-30, 1e-3, 1, 1e5, 1e30};
  size_t n = elements_of(&odd);
  (void)unused;
  for (int k = 0; k < 3; k++) {
    fill(e, pixels_of(&odd), 3, k == 0 ? 0 : k == 1 ? 1e6f : 1);
    fill(x, n, 4, k == 2 ? 1e14f : 1);
    rs_exemplar *ex = make_searching(&odd, e, RS_EXEMPLAR_SHORTLIST);
    for (size_t i = 0; i < COUNT(sigmas); i++) {
      rs_eval ev = eval_of(x, out, 1, n, sigmas[i]);
      assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
      for (size_t p = 0; p < n; p++)
        assert_true(fabsf(out[p]) <= 1.0001e6f);
    }
    rs_exemplar_free(ex);
  }
}

static void memory_is_modest_and_taken_once(void **unused) {
  static float e[3 * 256 * 256], x[3 * 256 * 256], out[3 * 256 * 256];
  const shape s = {3, 256, 256, 256, 256, 31};
  const rs_exemplar_patch patch = {0, 31, 0};
  rs_exemplar_options o = options_of(&s, e, &patch);
  rs_exemplar *ex = NULL;
  (void)unused;
  o.search = RS_EXEMPLAR_SHORTLIST;
  for (size_t k = 1; k <= 3; k++) {
    heap h = {0, 0, k, 0};
    o.alloc = (rs_alloc){heap_allocate, heap_release, &h};
    assert_int_equal(rs_exemplar_new(&o, &ex), k <= 2 ? RS_ERR_MEMORY : RS_OK);
    if (k == 3) {
      assert_true(h.bytes < (size_t)32 << 20);
      rs_eval ev = eval_of(x, out, 1, elements_of(&s), 1e6);
      assert_int_equal(rs_exemplar_denoise(&ev, ex), 0);
      assert_int_equal(h.calls, 2);
      rs_exemplar_free(ex);
    }
    assert_int_equal(h.live, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_of_all),
      cmocka_unit_test(near_the_exact_search),
      cmocka_unit_test(the_exemplar_is_a_fixed_point),
      cmocka_unit_test(batches_and_threads),
      cmocka_unit_test(instruction_sets),
      cmocka_unit_test(input_not_finite),
      cmocka_unit_test(extremes),
      cmocka_unit_test(memory_is_modest_and_taken_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
