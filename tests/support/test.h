/* SPDX-License-Identifier: MIT
 * cmocka, and what every test wants. */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <restart/restart.h>

/* The folder tests/ of the source tree. */
const char *test_source_dir(void);

/* A sampler that must come into being. */
rs_sampler *test_sampler(const rs_sampler_options *options);

/* A status that must be so; otherwise the sampler's sentence is shown. */
#define assert_status(call, want, sampler)                                                         \
  do {                                                                                             \
    const rs_status got_ = (call);                                                                 \
    if (got_ != (want))                                                                            \
      fail_msg("%s is %s, not %s: %s", #call, rs_status_name(got_), rs_status_name(want),          \
               rs_sampler_message(sampler));                                                       \
  } while (0)

#define assert_ok(call, sampler) assert_status(call, RS_OK, sampler)

/* |got - want| <= tolerance, false for NaN. */
#define assert_near(got, want, tolerance)                                                          \
  do {                                                                                             \
    const double got_ = (got), want_ = (want), tolerance_ = (tolerance);                           \
    if (!(got_ - want_ <= tolerance_ && want_ - got_ <= tolerance_))                               \
      fail_msg("%s is %.17g, not within %g of %.17g", #got, got_, tolerance_, want_);              \
  } while (0)

/* An allocator that counts, and fails at allocation number `fail_at` (from 1; 0: never). */
typedef struct test_heap {
  size_t taken, live, bytes;
  size_t fail_at;
} test_heap;
rs_alloc test_heap_alloc(test_heap *heap);

/* A smooth, cheap network for tests of flow: output = input / (1 + sigma^2) for either dtype. */
int32_t test_network(const rs_eval *eval, void *user);

#endif
