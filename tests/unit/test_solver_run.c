/* SPDX-License-Identifier: MIT
 * Every solver inside a run: the past forgotten at jumps and kept in checkpoints; and the
 * integrals of the multistep solvers by themselves. */
#include "support/test.h"

#include <math.h>

#include "part/solver.h"

enum { BATCH = 2, N = 5, SIZE = BATCH * N, ROOM = 8192 };

static rs_sampler *make(const rs__solver *solver, double churn) {
  static const rs_segment segments[] = {{6, 2, .06, 3}};
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler_options_init(&so);
  so.model.fn = test_network;
  so.batch = BATCH;
  so.elements = N;
  rs_sampler *s = test_sampler(&so);
  rs_schedule_options_init(&sc);
  sc.steps = 9;
  sc.s_churn = churn;
  sc.solver = sc.restart_solver = solver->id;
  sc.segments = segments;
  sc.segment_count = 1;
  assert_ok(rs_schedule(s, &sc), s);
  return s;
}

/* The state and the checkpoint before evaluation k. */
static size_t stop_before(rs_sampler *s, int64_t k, unsigned char bytes[ROOM]) {
  float x[SIZE];
  rs_request r;
  size_t length = 0;
  rs_request_init(&r);
  assert_ok(rs_sampler_start(s, x, NULL), s);
  while (k-- > 0 && rs_sampler_ask(s, &r) == RS_MORE) {
    test_network(r.eval, NULL);
    rs_sampler_tell(s);
  }
  assert_ok(rs_sampler_save(s, bytes, ROOM, &length), s);
  return length;
}

/* A run that is cut anywhere goes on as if it had not been. */
static void test_resumed(void **state) {
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    rs_sampler *s = make(rs__solver_at(i), 2), *other = make(rs__solver_at(i), 2);
    float straight[SIZE], x[SIZE];
    assert_ok(rs_sample(other, straight, NULL), other);
    for (int64_t k = 0; k <= rs_plan_nfe(s); k++) {
      unsigned char bytes[ROOM];
      const size_t length = stop_before(s, k, bytes);
      rs_status st;
      assert_ok(rs_sampler_load(other, bytes, length, x), other);
      while ((st = rs_restart_step(other)) == RS_MORE)
        ;
      assert_ok(st, other);
      assert_memory_equal(x, straight, sizeof x);
    }
    rs_sampler_free(other);
    rs_sampler_free(s);
  }
}

static rs_step_info step_of(const rs_sampler *s, size_t index) {
  rs_step_info info;
  rs_step_info_init(&info);
  assert_int_equal(rs_plan_step(s, index, &info), RS_OK);
  return info;
}

/* After a jump, steps are of the orders and costs with which a run begins. */
static void test_jump_forgets(void **state) {
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    rs_sampler *s = make(rs__solver_at(i), 0);
    size_t jumps = 0;
    for (size_t k = 0; k < rs_plan_count(s); k++)
      if (step_of(s, k).kind == RS_STEP_JUMP) {
        jumps++;
        for (size_t j = 0; j < 5; j++) {
          assert_int_equal(step_of(s, k + 1 + j).order, step_of(s, j).order);
          assert_int_equal(step_of(s, k + 1 + j).nfe, step_of(s, j).nfe);
        }
      }
    assert_int_equal(jumps, 2);
    rs_sampler_free(s);
  }
}

/* Churn is a small jump: the step after it is a first step. */
static void test_churn_forgets(void **state) {
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++) {
    rs_sampler *s = make(rs__solver_at(i), 2);
    const rs_step_info first = step_of(s, 0);
    for (size_t k = 0; k < rs_plan_count(s); k++)
      if (step_of(s, k).sigma_hat > step_of(s, k).sigma_from && step_of(s, k).sigma_to > 0)
        assert_int_equal(step_of(s, k).order, first.order);
    rs_sampler_free(s);
  }
}

/* Both families of integrals, by each other (r to 1 - r) and by what they are at length 0; on both
 * sides of 1, where the way of computing changes. */
static void test_moments(void **state) {
  const double lengths[] = {1e-12, 1e-3, 0.4, 0.999999, 1, 1.000001, 3, 40};
  (void)state;
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    const double h = lengths[i];
    double up[RS__NODES], down[RS__NODES];
    rs__solver_rising(h, up);
    rs__solver_falling(h, down);
    assert_near(up[0], -expm1(-h) / h, 1e-15);
    assert_near(up[0] - up[1], down[1], 1e-15);
    assert_near(up[0] - 2 * up[1] + up[2], down[2], 2e-15);
    assert_near(up[0] - 3 * up[1] + 3 * up[2] - up[3], down[3], 4e-15);
    for (int j = 0; j < RS__NODES && h < 1e-9; j++)
      assert_near(down[j], 1.0 / (j + 1), 1e-11);
  }
}

/* Weights on the values of a polynomial give the sum of its moments. */
static void test_weights(void **state) {
  const double node[] = {0, -0.7, -1.9, 1}, moment[] = {1, 0.5, 0.3, 0.2}, c[] = {2, -1, 0.5, 3};
  (void)state;
  for (int n = 1; n <= RS__NODES; n++) {
    double weight[RS__NODES], sum = 0, want = 0;
    rs__solver_weights(n, node, moment, weight);
    for (int k = 0; k < n; k++) {
      for (int j = 0; j < n; j++)
        sum += weight[k] * c[j] * pow(node[k], j);
      want += c[k] * moment[k];
    }
    assert_near(sum, want, 1e-14);
  }
}

/* No step is too small or too large for finite coefficients. */
static void test_finite(void **state) {
  const double ends[][2] = {{1000, 1e-7}, {1, 1 - 1e-15}, {1e-7, 1e-9}, {700, 699}};
  (void)state;
  for (size_t i = 0; rs__solver_at(i); i++)
    for (int e = 0; e < 4; e++) {
      const rs__solver *solver = rs__solver_at(i);
      const double s = ends[e][0], t = ends[e][1];
      rs__leg leg = {s, t, .past = solver->past, .order = solver->order, .eta = 1, .s_noise = 1};
      for (int k = 0; k < RS__PAST; k++)
        leg.sigma[k] = s * (1 + 0.001 * (k + 1));
      rs__recipe r = {0};
      rs__solver_step(solver, &leg, &r);
      for (int32_t m = 0; m < r.count; m++)
        for (int32_t k = 0; k < r.move[m].terms; k++)
          assert_true(isfinite(r.move[m].c[k]) && isfinite(r.move[m].c_noise));
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_resumed),       cmocka_unit_test(test_jump_forgets),
      cmocka_unit_test(test_churn_forgets), cmocka_unit_test(test_moments),
      cmocka_unit_test(test_weights),       cmocka_unit_test(test_finite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
