/* SPDX-License-Identifier: MIT
 * The reference programs' runs, reproduced. Prints the largest deviation of each file, relative to
 * the largest number of its result. */
#include "support/golden.h"
#include "support/grids.h"
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "part/solver.h"

/* The tolerance of float64 is the reference's own: 1e-6 where its restarts' grids, or iDDPM's
 * table, are float32, 3e-3 where it takes integrals by rectangles. That of float32 is 1e-5, or this
 * where it is more.
 */
typedef struct {
  const char *name;
  double tolerance_f64;
} run;

static run runs[] = {
    {"edm-heun-18", 1e-10},
    {"edm-sde-churn-18", 1e-10},
    {"restart-cifar-vp-43", 1e-6},
    {"restart-cifar-vp-115", 1e-6},
    {"restart-imagenet-99", 1e-6},
    {"restart-imagenet-203", 1e-6},
    {"restart-imagenet-203-gamma", 1e-6},
    {"kdiff-euler-12", 1e-10},
    {"kdiff-heun-12", 1e-10},
    {"kdiff-heun-14-churn", 1e-10},
    {"kdiff-heun-exponential", 1e-10},
    {"kdiff-euler-vp", 1e-10},
    {"kdiff-dpm_2-12", 1e-10},
    {"kdiff-dpm_3-11", 1e-10},
    {"kdiff-dpmpp_2s-12", 1e-10},
    {"kdiff-dpmpp_2m-12", 1e-10},
    {"kdiff-dpmpp_2m-polyexponential", 1e-10},
    {"kdiff-lms-12", 1e-10},
    {"diffusers-dpmpp_3m-12", 1e-10},
    {"diffusers-unipc-2", 1e-10},
    {"diffusers-unipc-2-zero", 1e-10},
    {"diffusers-unipc-3", 1e-10},
    {"diffusers-deis-2", 1e-10},
    {"diffusers-deis-3", 1e-10},
    {"diffusers-ipndm-4", 1e-10},
    {"diffusers-pndm-12", 1e-10},
    {"kdiff-euler_ancestral-12", 1e-10},
    {"kdiff-dpm_2_ancestral-12", 1e-10},
    {"kdiff-dpmpp_2s_ancestral-12", 1e-10},
    {"kdiff-dpmpp_sde-12", 1e-10},
    {"kdiff-dpmpp_2m_sde-12", 1e-10},
    {"kdiff-dpmpp_3m_sde-12", 1e-10},
    {"edm-ablation-edm-linear-none-euler", 1e-10},
    {"edm-ablation-iddpm-linear-none-heun", 1e-6},
    {"edm-ablation-ve-ve-none-heun", 1e-10},
    {"edm-ablation-vp-vp-vp-euler", 1e-10},
    {"edm-ablation-vp-vp-vp-heun", 1e-10},
    {"diffusers-sa-2", 1e-10},
    {"diffusers-sa-3", 1e-10},
    {"er-sde-3-12", 3e-3},
    {"er-sde-3-exact-12", 1e-10},
    {"comfy-seeds-2-12", 1e-10},
    {"comfy-seeds-3-12", 1e-10},
};

/* Replays the latents and the noise of a file. */
typedef struct {
  const golden *g;
  size_t draw;
} tape;

static int32_t replay(const rs_noise_request *r, void *user) {
  tape *t = user;
  const double *z = t->g->latents;
  if (r->purpose != RS_NOISE_START) {
    assert_true(t->draw < t->g->draws);
    z = t->g->noise + GOLDEN_SIZE * t->draw++;
  }
  for (size_t i = 0; i < GOLDEN_SIZE; i++) {
    if (r->output)
      r->output[i] = (float)z[i];
    else
      r->output_f64[i] = z[i];
  }
  return 0;
}

static int32_t solver_named(const char *name) {
  for (size_t i = 0; rs__solver_at(i); i++)
    if (strcmp(rs__solver_at(i)->name, name) == 0)
      return rs__solver_at(i)->id;
  fail_msg("no solver is named %s", name);
  return RS_SOLVER_DEFAULT;
}

/* The ablation sampler: the grid of one process, solved in the time of one. */
static void read_ablation(const golden *g, rs_schedule_options *o) {
  static double sigmas[GRIDS_MOST];
  char grid[256], schedule[256], solver[256], name[600];
  if (!golden_word(g, "discretization", grid))
    return;
  assert_non_null(golden_word(g, "schedule", schedule));
  assert_non_null(golden_word(g, "solver", solver));
  const bool linear = strcmp(schedule, "linear") == 0;
  snprintf(name, sizeof name, "%s%s%s", solver, linear ? "" : "_", linear ? "" : schedule);
  o->solver = solver_named(name);
  o->grid = RS_GRID_SIGMAS;
  o->sigmas = sigmas;
  o->sigma_count = grids_ablation(grid, (int)golden_number(g, "num_steps", 0), sigmas);
}

static void read_schedule(const golden *g, rs_schedule_options *o, rs_segment segments[8]) {
  char word[256];
  rs_schedule_options_init(o);
  if (g->sigmas) {
    o->grid = RS_GRID_SIGMAS;
    o->sigmas = g->sigmas;
    o->sigma_count = g->sigma_count;
  } else {
    o->steps = (int32_t)golden_number(g, "num_steps", 0);
    o->sigma_min = golden_number(g, "sigma_min", 0);
    o->sigma_max = golden_number(g, "sigma_max", 0);
    o->rho = golden_number(g, "rho", 0);
  }
  read_ablation(g, o);
  if (golden_word(g, "sampler", word))
    o->solver = solver_named(word);
  o->solver_order = (int32_t)golden_number(g, "order", 0);
  o->s_churn = golden_number(g, "S_churn", golden_number(g, "s_churn", 0));
  o->s_min = golden_number(g, "S_min", golden_number(g, "s_tmin", 0));
  o->s_max = golden_number(g, "S_max", golden_number(g, "s_tmax", 0));
  o->s_noise = golden_number(g, "S_noise", golden_number(g, "s_noise", 0));
  o->restart_gamma = golden_number(g, "restart_gamma", 0);
  o->meet = RS_MEET_SNAP;
  if (golden_word(g, "restart", word)) {
    assert_int_equal(rs_segments_parse(word, segments, 8, &o->segment_count, NULL), RS_OK);
    o->segments = segments;
  }
}

/* Runs a file's configuration and returns the largest deviation. */
static double deviation(golden *g, int32_t dtype) {
  tape t = {g, 0};
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = golden_network;
  so.model.user = g;
  so.batch = GOLDEN_BATCH;
  so.elements = GOLDEN_N;
  so.dtype = dtype;
  so.noise = replay;
  so.noise_user = &t;
  rs_sampler *s = test_sampler(&so);
  rs_schedule_options sc;
  rs_segment segments[8];
  read_schedule(g, &sc, segments);
  assert_ok(rs_schedule(s, &sc), s);
  float x[GOLDEN_SIZE];
  double wide[GOLDEN_SIZE];
  assert_ok(dtype == RS_FLOAT64 ? rs_sample_f64(s, wide, NULL) : rs_sample(s, x, NULL), s);
  rs_counters c;
  rs_counters_init(&c);
  assert_ok(rs_sampler_counters(s, &c), s);
  assert_int_equal(c.calls, (int64_t)golden_number(g, "nfe", -1));
  assert_int_equal(rs_plan_nfe(s), c.calls);
  assert_int_equal(t.draw, g->draws);
  rs_sampler_free(s);
  double worst = 0, scale = 0;
  for (int i = 0; i < GOLDEN_SIZE; i++) {
    const double got = dtype == RS_FLOAT64 ? wide[i] : (double)x[i];
    assert_true(isfinite(got));
    worst = fmax(worst, fabs(got - g->final[i]));
    scale = fmax(scale, fabs(g->final[i]));
  }
  return worst / scale;
}

static void test_run(void **state) {
  const run *r = *state;
  golden *g = golden_read(r->name);
  const double narrow = deviation(g, RS_FLOAT32), wide = deviation(g, RS_FLOAT64);
  print_message("%-35s nfe %3.0f  float32 %.1e  float64 %.1e\n", r->name,
                golden_number(g, "nfe", 0), narrow, wide);
  golden_free(g);
  assert_near(narrow, 0, fmax(1e-5, r->tolerance_f64));
  assert_near(wide, 0, r->tolerance_f64);
}

int main(void) {
  enum { COUNT = sizeof runs / sizeof *runs };
  struct CMUnitTest tests[COUNT];
  for (int i = 0; i < COUNT; i++)
    tests[i] = (struct CMUnitTest){runs[i].name, test_run, NULL, NULL, &runs[i]};
  return _cmocka_run_group_tests("golden", tests, COUNT, NULL, NULL);
}
