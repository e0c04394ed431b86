/* SPDX-License-Identifier: MIT
 * Sizes near the end of size_t: refused with a sentence, or asked of the allocator in full. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <restart/exemplar.h>

#define MOST ((size_t)200 << 20)

/* What was asked for at most; requests above MOST are refused. */
static size_t largest;

static void *take(size_t bytes, void *user) {
  (void)user;
  largest = bytes > largest ? bytes : largest;
  return bytes > MOST ? NULL : malloc(bytes);
}

static void give(void *memory, void *user) {
  (void)user;
  free(memory);
}

static const rs_alloc heap = {take, give, NULL};

typedef struct row {
  uint64_t batch, elements;
  int32_t dtype, guidance;
  rs_status made, scheduled;
} row;

#define TOP ((uint64_t)1 << 34)
/* The largest batch of the largest samples: 2^24 - 1. */
#define WIDEST (UINT64_MAX / 64 / TOP)

static const row rows[] = {
    {WIDEST, TOP, RS_FLOAT32, RS_GUIDANCE_NONE, RS_OK, RS_ERR_MEMORY},
    {WIDEST, TOP, RS_FLOAT64, RS_GUIDANCE_NONE, RS_OK, RS_ERR_MEMORY},
    {WIDEST, TOP, RS_FLOAT64, RS_GUIDANCE_DOUBLED, RS_OK, RS_ERR_MEMORY},
    {WIDEST, TOP, RS_FLOAT64, RS_GUIDANCE_CALLS, RS_OK, RS_ERR_MEMORY},
    {1, TOP, RS_FLOAT64, RS_GUIDANCE_DOUBLED, RS_OK, RS_ERR_MEMORY},
    {WIDEST + 1, TOP, RS_FLOAT32, RS_GUIDANCE_NONE, RS_ERR_OPTION, RS_OK},
    {1, TOP + 1, RS_FLOAT32, RS_GUIDANCE_NONE, RS_ERR_OPTION, RS_OK},
    {UINT64_MAX, 1, RS_FLOAT32, RS_GUIDANCE_NONE, RS_ERR_OPTION, RS_OK},
    {UINT64_MAX / 64 + 1, 1, RS_FLOAT32, RS_GUIDANCE_NONE, RS_ERR_OPTION, RS_OK},
    {UINT64_MAX / 2 + 2, 2, RS_FLOAT32, RS_GUIDANCE_NONE, RS_ERR_OPTION, RS_OK},
    {(uint64_t)1 << 32, (uint64_t)1 << 32, RS_FLOAT32, RS_GUIDANCE_NONE, RS_ERR_OPTION, RS_OK},
    {UINT64_MAX / 64, 1, RS_FLOAT32, RS_GUIDANCE_NONE, RS_ERR_MEMORY, RS_OK},
};

static void judge(const row *r) {
  rs_sampler *s = NULL;
  rs_sampler_options so;
  char message[200] = "";
  rs_sampler_options_init(&so);
  so.model.fn = test_network;
  so.model.guidance = r->guidance;
  so.batch = (size_t)r->batch;
  so.elements = (size_t)r->elements;
  so.dtype = r->dtype;
  so.alloc = heap;
  so.message = message;
  so.message_capacity = sizeof message;
  largest = 0;
  const rs_status st = rs_sampler_new(&so, &s);
  if (st != r->made)
    fail_msg("batch %llu, elements %llu: %s %s", (unsigned long long)r->batch,
             (unsigned long long)r->elements, rs_status_name(st), message);
  if (st != RS_OK) {
    assert_true(message[0] && (st == RS_ERR_MEMORY) == (largest > 0));
    return;
  }
  assert_status(rs_schedule(s, NULL), r->scheduled, s);
  const double both = r->guidance == RS_GUIDANCE_DOUBLED ? 2 : 1;
  const double size = r->dtype == RS_FLOAT64 ? 8 : 4;
  assert_true((double)largest >= both * size * (double)r->batch * (double)r->elements);
  rs_sampler_free(s);
}

static void test_batch_times_elements(void **state) {
  (void)state;
  if (SIZE_MAX < UINT64_MAX)
    skip();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    judge(&rows[i]);
}

static void test_largest_picture(void **state) {
  enum { SIDE = 4096, PATCH = 63 };
  const rs_exemplar_patch patch = {0, PATCH, 0};
  float *pixels = calloc((size_t)SIDE * SIDE, sizeof *pixels);
  rs_exemplar *exemplar;
  rs_exemplar_options eo;
  (void)state;
  rs_exemplar_options_init(&eo);
  eo.pixels = pixels;
  eo.channels = 1;
  eo.height = eo.width = eo.output_height = eo.output_width = SIDE;
  eo.patches = &patch;
  eo.patch_count = 1;
  eo.alloc = heap;
  largest = 0;
  assert_int_equal(rs_exemplar_new(&eo, &exemplar), RS_ERR_MEMORY);
  assert_null(exemplar);
  const double slots = 4.0 * SIDE * SIDE * PATCH;
  assert_true((double)largest >= slots || slots > (double)(SIZE_MAX / 2));
  free(pixels);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_batch_times_elements),
      cmocka_unit_test(test_largest_picture),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
