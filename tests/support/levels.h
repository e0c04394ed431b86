/* SPDX-License-Identifier: MIT
 * Main grids as the plan has them, for tests. */
#ifndef SUPPORT_LEVELS_H
#define SUPPORT_LEVELS_H

#include <stddef.h>
#include <stdint.h>

#include <restart/restart.h>

enum { TEST_LEVELS_ROOM = 4096 };

typedef struct test_levels {
  double s[TEST_LEVELS_ROOM];
  size_t count;
  rs_status status;
  char message[256];
} test_levels;

/* One network of each process; the table of `test_sd` is Stable Diffusion's. */
extern const rs_model test_ve, test_vp, test_sd, test_iddpm, test_flow, test_pfgmpp;

/* Euler on a grid of so many steps; 0 leaves an end open. */
rs_schedule_options test_grid_options(int32_t grid, int32_t steps, double low, double high);

rs_sampler *test_grid_sampler(const rs_model *model);

/* The main grid of a schedule; it stays until the next call. */
const test_levels *test_grid(const rs_model *model, const rs_schedule_options *schedule);

/* It must be these levels to that relative tolerance. */
void test_grid_expect(const test_levels *levels, const double *want, size_t count,
                      double tolerance);

#endif
