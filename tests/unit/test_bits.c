/* SPDX-License-Identifier: MIT
 * The same bits on every machine, compiler and instruction set: every preset under every
 * prediction, every solver on every grid, pinned. A change of these numbers changes everybody's
 * pictures (docs/abi.md). */
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

/* Every solver on every grid that goes with the process, with a restart. */
static void test_solvers_and_grids(void **state) {
  const int32_t processes[] = {RS_PROCESS_VE,    RS_PROCESS_VP,   RS_PROCESS_DISCRETE,
                               RS_PROCESS_IDDPM, RS_PROCESS_FLOW, RS_PROCESS_PFGMPP};
  const rs_segment segment = {4, 2, .5, 3};
  static float x[BATCH * N];
  uint64_t hash = 0xcbf29ce484222325u;
  rs_entry solver, grid;
  (void)state;
  rs_entry_init(&solver);
  rs_entry_init(&grid);
  for (size_t p = 0; p < sizeof processes / sizeof *processes; p++) {
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.model.fn = test_network;
    so.model.process = processes[p];
    so.model.prediction = RS_PREDICT_V;
    so.model.clip = RS_CLIP_DYNAMIC;
    so.batch = BATCH;
    so.elements = 20;
    rs_sampler *s = test_sampler(&so);
    for (size_t g = 0; rs_grid_at(g, &grid) == RS_OK; g++)
      for (size_t i = 0; rs_solver_at(i, &solver) == RS_OK; i++) {
        rs_schedule_options sc;
        rs_schedule_options_init(&sc);
        sc.steps = 8;
        sc.grid = grid.id;
        sc.solver = solver.id;
        sc.meet = RS_MEET_INSERT;
        sc.segments = &segment;
        sc.segment_count = 1;
        if (rs_schedule(s, &sc) != RS_OK)
          continue;
        assert_ok(rs_sample(s, x, NULL), s);
        hash = mix(hash, x, BATCH * 20);
      }
    rs_sampler_free(s);
  }
  assert_hash(hash, 0x6dba720e093fea6cu);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_noise), cmocka_unit_test(test_runs),
                                     cmocka_unit_test(test_solvers_and_grids)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
