/* SPDX-License-Identifier: MIT
 * How many states a run keeps, the caller's among them, and that all are taken before it. */
#include "support/test.h"

#include "part/solver.h"

enum { N = 1 << 18, SMALL = 1 << 16 };

/* States of a sampler's plan; what is not a state has to fit into SMALL bytes. */
static double states(int32_t solver, int32_t dtype, double churn) {
  static double x[N];
  test_heap heap = {0};
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  so.model.fn = test_network;
  so.elements = N;
  so.dtype = dtype;
  so.alloc = test_heap_alloc(&heap);
  sc.solver = solver;
  sc.steps = 6;
  sc.s_churn = churn;
  rs_sampler *s = test_sampler(&so);
  assert_ok(rs_schedule(s, &sc), s);
  const size_t taken = heap.taken, bytes = heap.bytes;
  if (dtype == RS_FLOAT64)
    assert_ok(rs_sample_f64(s, x, NULL), s);
  else
    assert_ok(rs_sample(s, (float *)x, NULL), s);
  assert_int_equal(heap.taken, taken);
  rs_sampler_free(s);
  assert_int_equal(heap.live, 0);
  return 1 + ((double)bytes - SMALL) / (N * (dtype == RS_FLOAT64 ? 8.0 : 4.0));
}

static void test_heun(void **state) {
  (void)state;
  for (int32_t dtype = RS_FLOAT32; dtype <= RS_FLOAT64; dtype++) {
    assert_true(states(RS_SOLVER_HEUN, dtype, 0) <= 4);
    assert_true(states(RS_SOLVER_HEUN, dtype, 3) <= 4);
    assert_true(states(RS_SOLVER_EULER, dtype, 0) <= 3);
  }
}

/* A multistep solver of order p keeps at most p + 3. One more has PNDM, which begins with
 * Runge-Kutta steps of order 4, and one whose two stages share their noise. */
static void test_multistep(void **state) {
  int found = 0;
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    const rs__solver *solver = rs__solver_at(i);
    const double have = states(solver->id, RS_FLOAT32, 0);
    print_message("%s of order %d: %.2f states\n", solver->name, (int)solver->order, have);
    if (solver->past == 0)
      continue;
    found++;
    assert_true(have <= solver->order + 3 + (solver->id == RS_SOLVER_PNDM || solver->stochastic));
  }
  assert_true(found > 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_heun), cmocka_unit_test(test_multistep)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
