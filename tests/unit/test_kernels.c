/* SPDX-License-Identifier: MIT
 * Every set of kernels that this processor runs: by what it is to compute, and bit by bit against
 * the one in plain C at every length and alignment, also where numbers are not finite. */
#include "support/test.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/sampler.h"
#include "kernel/kernels.h"

enum { SHORT = 200, LONG = 1500, LINE = 16, TERMS = RS__TERMS + 1, ROOM = LONG + 4 * LINE };

static const size_t long_lengths[] = {255, 256, 257, 511, 1024, LONG};

static size_t length_at(size_t i) {
  const size_t longs = sizeof long_lengths / sizeof *long_lengths;
  return i <= SHORT ? i : i - SHORT - 1 < longs ? long_lengths[i - SHORT - 1] : SIZE_MAX;
}

static const rs__kernels *plain(void) {
  const rs__kernels *last = rs__kernels_at(0);
  for (size_t i = 1; rs__kernels_at(i); i++)
    last = rs__kernels_at(i);
  return last;
}

static void test_list(void **state) {
  (void)state;
  assert_ptr_equal(rs__kernels_best(), rs__kernels_at(0));
  assert_string_equal(plain()->name, "c");
  for (size_t i = 0; rs__kernels_at(i); i++)
    print_message("set %zu: %s\n", i, rs__kernels_at(i)->name);
}

/* Any number but NaN has one pattern of bits; which NaN comes of two is the compiler's choice. */
#define TYPED(REAL, T, TINY, HUGEST)                                                               \
  static REAL value_##T(uint64_t seed) {                                                           \
    const REAL odd[] = {0,    (REAL)-0.0, INFINITY, -INFINITY, NAN,                                \
                        TINY, -TINY / 3,  HUGEST,   -HUGEST,   TINY * 5};                          \
    const uint64_t hash = (seed + 1) * 0x9E3779B97F4A7C15u, top = hash >> 40;                      \
    return top % 23 == 0 ? odd[(hash >> 20) % 10] : (REAL)((double)top / 4096 - 2048);             \
  }                                                                                                \
  static void assert_same_##T(const REAL *a, const REAL *b, size_t n, const char *set,             \
                              const char *what) {                                                  \
    for (size_t i = 0; i < n; i++)                                                                 \
      if (memcmp(&a[i], &b[i], sizeof *a) != 0 && !(isnan(a[i]) && isnan(b[i])))                   \
        fail_msg("%s, %s: element %zu of %zu is %a, not %a", set, what, i, n, (double)a[i],        \
                 (double)b[i]);                                                                    \
  }                                                                                                \
  static void compare_##T(const rs__kernels *k, size_t n, size_t shift) {                          \
    static REAL in[TERMS][ROOM], a[ROOM], b[ROOM];                                                 \
    const REAL *v[TERMS];                                                                          \
    double c[TERMS];                                                                               \
    for (size_t t = 0; t < TERMS; t++) {                                                           \
      v[t] = in[t] + (t == 0 ? shift : (shift + 5 * t) % LINE);                                    \
      c[t] = t == 3 ? 0 : 1 / (1.7 - (double)t);                                                   \
      for (size_t i = 0; i < n + 2 * LINE; i++)                                                    \
        in[t][i] = value_##T(n * 4096 + t * 97 + i);                                               \
    }                                                                                              \
    for (int count = 0; count <= TERMS; count++) {                                                 \
      memcpy(a, in[0], sizeof a);                                                                  \
      memcpy(b, in[0], sizeof b);                                                                  \
      v[count / 2] = a + shift; /* in place */                                                     \
      k->combine_##T(a + shift, n, count, v, c);                                                   \
      v[count / 2] = b + shift;                                                                    \
      plain()->combine_##T(b + shift, n, count, v, c);                                             \
      v[count / 2] = in[count / 2];                                                                \
      assert_same_##T(a, b, n + 2 * LINE, k->name, "combine");                                     \
    }                                                                                              \
    memcpy(a, in[0], sizeof a);                                                                    \
    memcpy(b, in[0], sizeof b);                                                                    \
    k->blend_##T(a + shift, n, v[1], v[2]);                                                        \
    plain()->blend_##T(b + shift, n, v[1], v[2]);                                                  \
    assert_same_##T(a, b, n + 2 * LINE, k->name, "blend");                                         \
    k->scale_##T(a + shift, n, 1 / 3.0);                                                           \
    plain()->scale_##T(b + shift, n, 1 / 3.0);                                                     \
    assert_same_##T(a, b, n + 2 * LINE, k->name, "scale");                                         \
    assert_int_equal(k->nonfinite_##T(a + shift, n), plain()->nonfinite_##T(b + shift, n));        \
    k->clip_##T(a + shift, n, -100, 50);                                                           \
    plain()->clip_##T(b + shift, n, -100, 50);                                                     \
    assert_same_##T(a, b, n + 2 * LINE, k->name, "clip");                                          \
  }                                                                                                \
  static void test_sets_##T(void **state) {                                                        \
    (void)state;                                                                                   \
    for (size_t i = 0; rs__kernels_at(i); i++)                                                     \
      for (size_t l = 0; length_at(l) != SIZE_MAX; l++)                                            \
        for (size_t shift = 0; shift < LINE; shift++)                                              \
          compare_##T(rs__kernels_at(i), length_at(l), shift);                                     \
  }                                                                                                \
  /* In the stated order of operations, into an array of its own or in place. */                   \
  static void test_combine_##T(void **state) {                                                     \
    static REAL in[TERMS][LONG], want[LONG], out[LONG + 1];                                        \
    const REAL *v[TERMS];                                                                          \
    double c[TERMS];                                                                               \
    (void)state;                                                                                   \
    for (size_t t = 0; t < TERMS; t++) {                                                           \
      v[t] = in[t];                                                                                \
      c[t] = 1 / (1.7 - (double)t);                                                                \
      for (size_t i = 0; i < LONG; i++)                                                            \
        in[t][i] = (REAL)(1 / (1.0 + (double)((i * 7 + t * 31) % 101)));                           \
    }                                                                                              \
    for (size_t set = 0; rs__kernels_at(set); set++)                                               \
      for (int count = 0; count <= TERMS; count++) {                                               \
        for (size_t i = 0; i < LONG; i++) {                                                        \
          volatile REAL sum = 0, term;                                                             \
          for (int t = 0; t < count; t++) {                                                        \
            term = (REAL)c[t] * in[t][i];                                                          \
            sum = t == 0 ? term : sum + term;                                                      \
          }                                                                                        \
          want[i] = sum;                                                                           \
        }                                                                                          \
        out[LONG] = 77;                                                                            \
        rs__kernels_at(set)->combine_##T(out, LONG, count, v, c);                                  \
        assert_same_##T(out, want, LONG, rs__kernels_at(set)->name, "order");                      \
        assert_true(out[LONG] == 77);                                                              \
      }                                                                                            \
  }                                                                                                \
  static void test_nonfinite_##T(void **state) {                                                   \
    static REAL v[LONG];                                                                           \
    const REAL bad[] = {NAN, INFINITY, -INFINITY}, good[] = {HUGEST, -HUGEST, TINY, (REAL)-0.0};   \
    (void)state;                                                                                   \
    for (size_t set = 0; rs__kernels_at(set); set++) {                                             \
      for (size_t i = 0; i < LONG; i++)                                                            \
        v[i] = good[i % 4];                                                                        \
      assert_int_equal(rs__kernels_at(set)->nonfinite_##T(v, LONG), LONG);                         \
      for (size_t i = 0; i < LONG; i++) {                                                          \
        v[i] = bad[i % 3];                                                                         \
        if (i + 1 < LONG)                                                                          \
          v[i + 1] = NAN;                                                                          \
        assert_int_equal(rs__kernels_at(set)->nonfinite_##T(v, LONG), i);                          \
        v[i] = good[i % 4];                                                                        \
      }                                                                                            \
    }                                                                                              \
  }

TYPED(float, f32, FLT_MIN, FLT_MAX)
TYPED(double, f64, DBL_MIN, DBL_MAX)

static void test_normals(void **state) {
  static float a[ROOM], b[ROOM];
  const rs_noise_key key = {0xfedcba9876543210u, RS_NOISE_CHURN, 0xabcdef, 0xffffffff, 0x80000001};
  const uint64_t firsts[] = {0, 1, 2, 3, 255, 4294967294u, ((uint64_t)1 << 34) - 2 * LONG};
  (void)state;
  for (size_t set = 0; rs__kernels_at(set); set++)
    for (size_t f = 0; f < sizeof firsts / sizeof *firsts; f++)
      for (size_t l = 0; length_at(l) != SIZE_MAX; l++) {
        const size_t n = length_at(l), shift = l % LINE;
        memset(a, 0, sizeof a);
        memset(b, 0, sizeof b);
        rs__kernels_at(set)->normals(&key, firsts[f], n, a + shift);
        plain()->normals(&key, firsts[f], n, b + shift);
        assert_same_f32(a, b, ROOM, rs__kernels_at(set)->name, "normals");
      }
}

/* A whole run: noise, solver, scaled inputs, guidance, clipping. */
static void run(const rs__kernels *k, int32_t dtype, int32_t guidance, void *x) {
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  so.model.fn = test_network;
  so.model.prediction = RS_PREDICT_V;
  so.model.process = RS_PROCESS_VP;
  so.model.guidance = guidance;
  so.model.guidance_weight = 3;
  so.model.clip = guidance == RS_GUIDANCE_NONE ? RS_CLIP_NONE : RS_CLIP_STATIC;
  so.dtype = dtype;
  so.batch = 3;
  so.elements = 1111;
  rs_sampler *s = test_sampler(&so);
  rs_schedule_options_init(&sc);
  rs_preset("cifar10-vp-43", &sc);
  sc.s_churn = 3;
  assert_ok(rs_schedule(s, &sc), s);
  s->kernels = k;
  if (dtype == RS_FLOAT64)
    assert_ok(rs_sample_f64(s, x, NULL), s);
  else
    assert_ok(rs_sample(s, x, NULL), s);
  rs_sampler_free(s);
}

static void test_runs(void **state) {
  static double a[3 * 1111], b[3 * 1111];
  (void)state;
  for (size_t set = 0; rs__kernels_at(set); set++)
    for (int32_t dtype = RS_FLOAT32; dtype <= RS_FLOAT64; dtype++)
      for (int32_t guidance = RS_GUIDANCE_NONE; guidance <= RS_GUIDANCE_DOUBLED; guidance++) {
        run(rs__kernels_at(set), dtype, guidance, a);
        run(plain(), dtype, guidance, b);
        assert_memory_equal(a, b, sizeof a);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_list),          cmocka_unit_test(test_sets_f32),
      cmocka_unit_test(test_sets_f64),      cmocka_unit_test(test_combine_f32),
      cmocka_unit_test(test_combine_f64),   cmocka_unit_test(test_nonfinite_f32),
      cmocka_unit_test(test_nonfinite_f64), cmocka_unit_test(test_normals),
      cmocka_unit_test(test_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
