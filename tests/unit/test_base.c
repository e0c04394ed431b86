/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "base/memory.h"
#include "base/note.h"
#include "base/sized.h"
#include "base/text.h"

static void test_elementary(void **state) {
  (void)state;
  for (double x = 1e-12; x < 1e12; x *= 1.0173)
    assert_near(rs__log(x), log(x), 1e-15 * (1 + fabs(log(x))));
  for (double x = -300; x < 300; x += 0.37)
    assert_near(rs__exp(x) / exp(x), 1, 1e-15);
  for (double x = 1e-3; x < 200; x *= 1.07)
    assert_near(rs__pow(x, 7) / pow(x, 7), 1, 2e-14);
  for (double x = 1e-12; x < 1e12; x *= 1.0173) {
    assert_near(rs__log1p(x) / log1p(x), 1, 1e-15);
    if (x < 0.99)
      assert_near(rs__log1p(-x) / log1p(-x), 1, 1e-15);
  }
  assert_true(rs__log(1) == 0 && rs__exp(0) == 1 && rs__pow(0, 7) == 0);
  assert_true(isnan(rs__exp(NAN)) && rs__exp(1e300) == INFINITY && rs__exp(-1e300) == 0);
  assert_true(rs__exp(1e4) == INFINITY && rs__exp(-1e4) == 0 && rs__exp(-INFINITY) == 0);
}

static void test_memory(void **state) {
  (void)state;
  test_heap heap = {0};
  const rs_alloc alloc = test_heap_alloc(&heap);
  rs__memory m;
  rs__memory_init(&m, &alloc);
  char *a = rs__memory_take(&m, 3, 100), *b = rs__memory_take(&m, 1, 1);
  assert_non_null(a);
  assert_non_null(b);
  assert_true((uintptr_t)a % 64 == 0 && (uintptr_t)b % 64 == 0);
  for (int i = 0; i < 300; i++)
    assert_int_equal(a[i], 0);
  assert_int_equal(m.bytes, heap.bytes);
  rs__memory_give(&m, a);
  rs__memory_give(&m, b);
  rs__memory_give(&m, NULL);
  assert_int_equal(m.bytes, 0);
  assert_int_equal(heap.live, 0);
  assert_null(rs__memory_take(&m, SIZE_MAX / 2, 3));
  assert_null(rs__memory_take(&m, SIZE_MAX, 1));
  assert_int_equal(heap.taken, 2);
}

static void test_sized(void **state) {
  (void)state;
  struct {
    size_t size;
    int32_t a, b;
  } ours, callers = {sizeof callers, 1, 2};
  assert_int_equal(rs__sized_read(&ours, sizeof ours, sizeof ours, &callers), RS_OK);
  assert_true(ours.a == 1 && ours.b == 2);
  callers.size = sizeof(size_t);
  assert_int_equal(rs__sized_read(&ours, sizeof ours, sizeof ours, &callers), RS_ERR_VERSION);
  assert_int_equal(rs__sized_write(&callers, &ours, sizeof ours, sizeof ours), RS_ERR_VERSION);
  unsigned char newer[sizeof ours + 8] = {0};
  callers.size = sizeof newer;
  memcpy(newer, &callers, sizeof callers);
  assert_int_equal(rs__sized_read(&ours, sizeof ours, sizeof ours, newer), RS_OK);
  assert_int_equal(ours.size, sizeof ours);
  newer[sizeof ours + 7] = 1;
  assert_int_equal(rs__sized_read(&ours, sizeof ours, sizeof ours, newer), RS_ERR_VERSION);
  assert_int_equal(rs__sized_write(newer, &ours, sizeof ours, sizeof ours), RS_OK);
  assert_int_equal(newer[sizeof ours + 7], 0);
  memcpy(&callers, newer, sizeof callers);
  assert_int_equal(callers.size, sizeof newer);
}

/* Nothing is written where the struct is missing or too small for its size. */
static void test_init(void **state) {
  (void)state;
  unsigned char small[sizeof(size_t)] = {1, 2, 3};
  const unsigned char before[sizeof(size_t)] = {1, 2, 3};
  rs__sized_init(NULL, 100);
  rs__sized_init(small, sizeof small - 1);
  assert_memory_equal(small, before, sizeof small);
  const size_t size = sizeof small;
  rs__sized_init(small, size);
  assert_memory_equal(small, &size, sizeof size);
}

static void check_numbers(void) {
  const double values[] = {0, 0.06, 1.0 / 3, 80, -1.5e-7, 1e30, 0.1 + 0.2, 123456789.125};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    double back = -1;
    const rs__real text = rs__text_real(values[i], 0);
    assert_int_equal(rs__text_number(text.s, &back), strlen(text.s));
    assert_true(back == values[i]);
  }
  assert_string_equal(rs__text_real(0.06, 0).s, "0.06");
  assert_string_equal(rs__text_real(10, 0).s, "10");
  assert_string_equal(rs__text_real(40000, 0).s, "40000");
  assert_string_equal(rs__text_real(1e30, 0).s, "1e+30");
  assert_string_equal(rs__text_real(1e-7, 0).s, "1e-07");
  assert_string_equal(rs__text_real(1.23456789, 3).s, "1.23");
  assert_string_equal(rs__text_real(INFINITY, 3).s, "inf");
  assert_string_equal(rs__text_real(-INFINITY, 3).s, "-inf");
  assert_string_equal(rs__text_real(NAN, 0).s, "nan");
  double v;
  assert_int_equal(rs__text_number(".5e1x", &v), 4);
  assert_true(v == 5);
  assert_int_equal(rs__text_number("+2.5-", &v), 4);
  assert_true(v == 2.5);
  assert_int_equal(rs__text_number("3e", &v), 1);
  assert_true(v == 3);
  assert_int_equal(rs__text_number("2e+", &v), 1);
  assert_int_equal(rs__text_number("1,5", &v), 1);
  assert_int_equal(rs__text_number("", &v) + rs__text_number(".", &v) + rs__text_number("-", &v) +
                       rs__text_number("nan", &v) + rs__text_number("inf", &v),
                   0);
  char long_number[200];
  memset(long_number, '1', sizeof long_number);
  long_number[199] = 0;
  assert_int_equal(rs__text_number(long_number, &v), 0);
}

/* RS_TEST_LOCALE in the environment names one with another decimal point (test_locale.py). */
static void test_numbers_under_locale(void **state) {
  const char *name = getenv("RS_TEST_LOCALE");
  char half[32];
  (void)state;
  check_numbers();
  if (!name)
    return;
  assert_non_null(setlocale(LC_ALL, name));
  snprintf(half, sizeof half, "%.1f", 0.5);
  assert_string_not_equal(half, "0.5");
  check_numbers();
  setlocale(LC_ALL, "C");
}

static void test_text(void **state) {
  (void)state;
  char buffer[8];
  rs__text t = {buffer, sizeof buffer, 0};
  rs__text_add(&t, "%s", "1234567");
  size_t length = 0;
  assert_int_equal(rs__text_end(&t, &length), RS_OK);
  assert_int_equal(length, 7);
  rs__text_add(&t, "%d", 89);
  assert_int_equal(rs__text_end(&t, &length), RS_ERR_CAPACITY);
  assert_int_equal(length, 9);
  assert_string_equal(buffer, "1234567");
}

static void test_note(void **state) {
  (void)state;
  rs__note note;
  assert_int_equal(rs__note_set(&note, RS_ERR_GRID, "sigma %d", 7), RS_ERR_GRID);
  assert_string_equal(note.text, "sigma 7");
  assert_int_equal(rs__note_status(&note, RS_ERR_MEMORY), RS_ERR_MEMORY);
  assert_string_equal(note.text, rs_status_text(RS_ERR_MEMORY));
}

static void test_words(void **state) {
  (void)state;
  int64_t v = 0;
  char version[40];
  snprintf(version, sizeof version, "%d.%d.%d", RS_VERSION_MAJOR, RS_VERSION_MINOR,
           RS_VERSION_PATCH);
  assert_string_equal(rs_version_string(), version);
  assert_string_equal(rs_status_name(RS_ERR_NONFINITE), "RS_ERR_NONFINITE");
  assert_string_equal(rs_status_name(-1000), "RS_UNKNOWN");
  assert_string_equal(rs_status_text(-1000), "not a status of this library");
  assert_int_equal(rs_version(), RS_VERSION);
  assert_int_equal(rs_constant("RS_SOLVER_HEUN", &v), RS_OK);
  assert_int_equal(v, RS_SOLVER_HEUN);
  assert_int_equal(rs_constant("sizeof rs_eval", &v), RS_OK);
  assert_int_equal(v, sizeof(rs_eval));
  assert_int_equal(rs_constant("RS_NOTHING", &v), RS_ERR_NAME);
  assert_int_equal(rs_constant(NULL, &v), RS_ERR_ARGUMENT);
  assert_int_equal(rs_constant("RS_OK", NULL), RS_ERR_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_elementary),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_sized),
      cmocka_unit_test(test_init),
      cmocka_unit_test(test_numbers_under_locale),
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_note),
      cmocka_unit_test(test_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
