/* SPDX-License-Identifier: MIT
 * The same bits on every machine, compiler and instruction set: every preset under every
 * prediction, pinned. A change of these numbers changes everybody's pictures (docs/abi.md). */
#include "support/test.h"

#include <string.h>

enum { BATCH = 3, N = 1000 };

/* FNV-1a over the bits of floats, independent of byte order. */
static uint64_t mix(uint64_t hash, const float *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    for (int k = 0; k < 32; k += 8)
      hash = (hash ^ (bits >> k & 255)) * 0x100000001b3u;
  }
  return hash;
}

static void assert_hash(uint64_t hash, uint64_t want) {
  if (hash != want)
    fail_msg("hash %016llx, not %016llx", (unsigned long long)hash, (unsigned long long)want);
}

static void test_noise(void **state) {
  static float z[4 * N];
  const rs_noise_key key = {0x0123456789abcdef, RS_NOISE_JUMP, 2, 3, 4};
  (void)state;
  assert_int_equal(rs_normals(&key, 1, 4 * N, z), RS_OK);
  assert_hash(mix(0xcbf29ce484222325u, z, 4 * N), 0xc2fe4e87d77092ccu);
}

static void test_runs(void **state) {
  static float x[BATCH * N];
  uint64_t hash = 0xcbf29ce484222325u;
  (void)state;
  for (int32_t p = RS_PREDICT_DENOISER; p <= RS_PREDICT_EDM_RAW; p++)
    for (size_t i = 0; rs_preset_name(i); i++) {
      rs_sampler_options so;
      rs_schedule_options sc;
      rs_sampler_options_init(&so);
      so.model.fn = test_network;
      so.model.prediction = p;
      so.batch = BATCH;
      so.elements = N;
      rs_sampler *s = test_sampler(&so);
      rs_schedule_options_init(&sc);
      rs_preset(rs_preset_name(i), &sc);
      sc.s_churn = 3;
      assert_ok(rs_schedule(s, &sc), s);
      assert_ok(rs_sample(s, x, NULL), s);
      hash = mix(hash, x, BATCH * N);
      rs_sampler_free(s);
    }
  assert_hash(hash, 0xd5d9530645693caeu);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_noise), cmocka_unit_test(test_runs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
