/* SPDX-License-Identifier: MIT
 * The lists of solvers and grids, and names. */
#include "support/test.h"

#include <string.h>

typedef rs_status (*at_fn)(size_t index, rs_entry *entry);
typedef rs_status (*named_fn)(const char *name, int32_t *id);

static void check_list(at_fn at, named_fn named, size_t count) {
  rs_entry e;
  rs_entry_init(&e);
  for (size_t i = 0; i < count; i++) {
    int32_t id = -1;
    assert_int_equal(at(i, &e), RS_OK);
    assert_int_equal(named(e.name, &id), RS_OK);
    assert_int_equal(id, e.id);
    assert_true(strlen(e.summary) > 3 && strlen(e.summary) < 60);
  }
  assert_int_equal(at(count, &e), RS_ERR_NAME);
  assert_int_equal(at(0, NULL), RS_ERR_ARGUMENT);
  int32_t id = 77;
  assert_int_equal(named("", &id), RS_ERR_NAME);
  assert_int_equal(named("nothing", &id), RS_ERR_NAME);
  assert_int_equal(id, 77);
  assert_int_equal(named(NULL, &id), RS_ERR_ARGUMENT);
  assert_int_equal(named("euler", NULL), RS_ERR_ARGUMENT);
  e.size = 4;
  assert_int_equal(at(0, &e), RS_ERR_VERSION);
}

static void test_lists(void **state) {
  const struct {
    const char *name;
    int32_t id;
  } rows[] = {{"ddim", RS_SOLVER_EULER},
              {"ddpm", RS_SOLVER_EULER_ANCESTRAL},
              {"euler_a", RS_SOLVER_EULER_ANCESTRAL},
              {"dpm_solver_3", RS_SOLVER_DPM_3},
              {"dpm2", RS_SOLVER_DPM_2},
              {"er_sde_3", RS_SOLVER_ER_SDE},
              {"dpm++-2m-sde", RS_SOLVER_DPMPP_2M_SDE},
              {"dpm++ 2m", RS_SOLVER_DPMPP_2M}};
  (void)state;
  check_list(rs_solver_at, rs_solver_named, 28);
  check_list(rs_grid_at, rs_grid_named, 16);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int32_t id = -1;
    assert_int_equal(rs_solver_named(rows[i].name, &id), RS_OK);
    assert_int_equal(id, rows[i].id);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lists),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
