/* SPDX-License-Identifier: MIT
 * Every process, prediction and time convention against the same thing said in VE and denoiser.
 * The network here knows only its noisy input x_t and its time, and works out alpha and sigma_t by
 * formulas of its own. */
#include "support/test.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "math/process.h"
#include "part/solver.h"

enum { N = 64, STEPS = 12, TABLE = 1000 };

/* ---- the processes, written again */

static double linear_bar[TABLE];
static const double *bars = linear_bar; /* of the discrete process in use */

static void fill_linear_bar(void) {
  double product = 1;
  for (int i = 0; i < TABLE; i++)
    linear_bar[i] = product *= 1 - (0.0001 + i / 999.0 * (0.02 - 0.0001));
}

static double bar_at(double index) {
  const int low = (int)floor(index), high = low < TABLE - 1 ? low + 1 : low;
  if (index == low)
    return bars[low];
  const double a = sqrt((1 - bars[low]) / bars[low]);
  const double b = sqrt((1 - bars[high]) / bars[high]);
  const double sigma = exp(log(a) + (index - low) * (log(b) - log(a)));
  return 1 / (1 + sigma * sigma);
}

/* Karras et al. 2022, table 1, from the smallest level up. */
static double iddpm[TABLE];

static void fill_iddpm(void) {
  const double pi = 3.14159265358979324;
  double u = 0;
  for (int j = TABLE; j > 0; j--) {
    const double low = sin(pi / 2 * (j - 1) / TABLE / 1.008),
                 high = sin(pi / 2 * j / TABLE / 1.008);
    u = sqrt((u * u + 1) / fmax(low * low / (high * high), 0.001) - 1);
    iddpm[TABLE - j] = u;
  }
}

static double iddpm_at(double index) {
  const int low = (int)floor(index), high = low < TABLE - 1 ? low + 1 : low;
  return exp(log(iddpm[low]) + (index - low) * (log(iddpm[high]) - log(iddpm[low])));
}

/* alpha and sigma_t of what the network is conditioned on. */
static void levels_of(const rs_model *m, double time, double *alpha, double *sigma) {
  *alpha = 1;
  *sigma = time;
  if (m->time == RS_TIME_LOG_SIGMA)
    *sigma = exp(4 * time);
  else if (m->process == RS_PROCESS_VP) {
    const double t = m->time == RS_TIME_T_1000 ? time / 1000 : time;
    *alpha = exp(-(19.9 * t * t / 2 + 0.1 * t) / 2);
    *sigma = sqrt(-expm1(-(19.9 * t * t / 2 + 0.1 * t)));
  } else if (m->process == RS_PROCESS_DISCRETE) {
    const double bar = bar_at(m->time == RS_TIME_T        ? time * TABLE
                              : m->time == RS_TIME_T_1000 ? time * TABLE / 1000
                                                          : time);
    *alpha = sqrt(bar);
    *sigma = sqrt(1 - bar);
  } else if (m->process == RS_PROCESS_IDDPM && m->time == RS_TIME_INDEX_REAL) {
    *sigma = iddpm_at(time);
  } else if (m->process == RS_PROCESS_FLOW) {
    const double t = m->time == RS_TIME_T_1000 ? time / 1000 : time;
    *alpha = 1 - t;
    *sigma = t;
  }
}

/* The denoiser of the data 0.3 N(-1, 0.04) + 0.7 N(1, 0.09) from x = alpha x0 + sigma eps. */
static double estimate(double x, double alpha, double sigma) {
  const double w[2] = {0.3, 0.7}, mean[2] = {-1, 1}, variance[2] = {0.04, 0.09};
  double d[2], log_p[2];
  for (int k = 0; k < 2; k++) {
    const double v = alpha * alpha * variance[k] + sigma * sigma, r = x - alpha * mean[k];
    log_p[k] = log(w[k]) - log(v) / 2 - r * r / (2 * v);
    d[k] = mean[k] + alpha * variance[k] / v * r;
  }
  const double share = 1 / (1 + exp(log_p[1] - log_p[0]));
  return d[1] + share * (d[0] - d[1]);
}

static double prediction_of(int32_t prediction, double x, double alpha, double sigma) {
  const double d = estimate(x, alpha, sigma), eps = sigma > 0 ? (x - alpha * d) / sigma : 0;
  switch (prediction) {
  case RS_PREDICT_EPS:
    return eps;
  case RS_PREDICT_V:
    return alpha * eps - sigma * d;
  case RS_PREDICT_SCORE:
    return -eps / sigma;
  case RS_PREDICT_FLOW:
    return eps - d;
  default:
    return d;
  }
}

static int32_t network(const rs_eval *e, void *user) {
  const rs_model *m = user;
  double alpha, sigma;
  levels_of(m, e->time, &alpha, &sigma);
  assert_near(e->alpha, alpha, 1e-9);
  if (e->sigma <= 1e30)
    assert_near(e->sigma * e->alpha, sigma, 1e-9 * (1 + sigma));
  for (size_t i = 0; i < e->batch * e->elements; i++) {
    const double in = e->input ? (double)e->input[i] : e->input_f64[i];
    double out;
    if (m->prediction == RS_PREDICT_EDM_RAW) {
      const double sd = 0.5, total = sqrt(sigma * sigma + sd * sd), x = in * total;
      out = (estimate(x, 1, sigma) - sd * sd / (total * total) * x) * total / (sigma * sd);
    } else {
      out = prediction_of(m->prediction, in, alpha, sigma);
    }
    if (e->output)
      e->output[i] = (float)out;
    else
      e->output_f64[i] = out;
  }
  return 0;
}

/* ---- runs */

static rs_sampler *sampler_of(rs_model *m, int32_t dtype) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  m->fn = network;
  m->user = m;
  so.model = *m;
  so.elements = N;
  so.dtype = dtype;
  return test_sampler(&so);
}

static void run(rs_model *m, int32_t solver, int32_t dtype, const rs_schedule_options *base,
                double x[N]) {
  rs_sampler *s = sampler_of(m, dtype);
  rs_schedule_options sc = *base;
  float narrow[N];
  sc.solver = solver;
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(dtype == RS_FLOAT64 ? rs_sample_f64(s, x, NULL) : rs_sample(s, narrow, NULL), s);
  for (int i = 0; i < N && dtype == RS_FLOAT32; i++)
    x[i] = (double)narrow[i];
  rs_sampler_free(s);
}

static const struct {
  int32_t process, prediction, time;
} rows[] = {
    {RS_PROCESS_VE, RS_PREDICT_DENOISER, RS_TIME_SIGMA},
    {RS_PROCESS_VE, RS_PREDICT_EPS, RS_TIME_LOG_SIGMA},
    {RS_PROCESS_VE, RS_PREDICT_EDM_RAW, RS_TIME_LOG_SIGMA},
    {RS_PROCESS_VE, RS_PREDICT_V, RS_TIME_SIGMA},
    {RS_PROCESS_VE, RS_PREDICT_SCORE, RS_TIME_SIGMA},
    {RS_PROCESS_VE, RS_PREDICT_FLOW, RS_TIME_SIGMA},
    {RS_PROCESS_VP, RS_PREDICT_DENOISER, RS_TIME_T},
    {RS_PROCESS_VP, RS_PREDICT_EPS, RS_TIME_T_1000},
    {RS_PROCESS_VP, RS_PREDICT_V, RS_TIME_T},
    {RS_PROCESS_VP, RS_PREDICT_SCORE, RS_TIME_T},
    {RS_PROCESS_VP, RS_PREDICT_FLOW, RS_TIME_T_1000},
    {RS_PROCESS_DISCRETE, RS_PREDICT_DENOISER, RS_TIME_INDEX_REAL},
    {RS_PROCESS_DISCRETE, RS_PREDICT_EPS, RS_TIME_INDEX_REAL},
    {RS_PROCESS_DISCRETE, RS_PREDICT_V, RS_TIME_T},
    {RS_PROCESS_DISCRETE, RS_PREDICT_SCORE, RS_TIME_T_1000},
    {RS_PROCESS_DISCRETE, RS_PREDICT_FLOW, RS_TIME_INDEX_REAL},
    {RS_PROCESS_DISCRETE, RS_PREDICT_EPS, RS_TIME_INDEX},
    {RS_PROCESS_IDDPM, RS_PREDICT_DENOISER, RS_TIME_INDEX_REAL},
    {RS_PROCESS_IDDPM, RS_PREDICT_EPS, RS_TIME_INDEX_REAL},
    {RS_PROCESS_IDDPM, RS_PREDICT_V, RS_TIME_SIGMA},
    {RS_PROCESS_FLOW, RS_PREDICT_DENOISER, RS_TIME_T},
    {RS_PROCESS_FLOW, RS_PREDICT_EPS, RS_TIME_T},
    {RS_PROCESS_FLOW, RS_PREDICT_V, RS_TIME_T_1000},
    {RS_PROCESS_FLOW, RS_PREDICT_SCORE, RS_TIME_T},
    {RS_PROCESS_FLOW, RS_PREDICT_FLOW, RS_TIME_T_1000},
};
enum { ROWS = sizeof rows / sizeof *rows };

static rs_model model_of(size_t row) {
  rs_model m = {.process = rows[row].process, .prediction = rows[row].prediction};
  m.time = rows[row].time;
  return m;
}

static rs_schedule_options schedule_of(int32_t grid, size_t row) {
  static const rs_segment segment = {4, 2, .5, 3};
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.grid = grid;
  sc.steps = STEPS;
  sc.sigma_min = 0.02;
  sc.sigma_max = 20;
  sc.segments = &segment;
  sc.segment_count = 1;
  sc.meet = RS_MEET_INSERT;
  sc.snap = rows[row].time == RS_TIME_INDEX;
  return sc;
}

/* The levels of a row's main grid, before its segment changes it; 0 where the grid and the process
 * do not go together. */
static size_t levels(int32_t grid, size_t row, double sigmas[STEPS + 1]) {
  rs_model m = model_of(row);
  rs_sampler *s = sampler_of(&m, RS_FLOAT32);
  rs_schedule_options sc = schedule_of(grid, row);
  size_t count = 0;
  sc.segment_count = 0;
  const rs_status st = rs_schedule(s, &sc);
  if (st != RS_OK)
    assert_status(st, RS_ERR_GRID, s);
  for (; count < rs_plan_count(s); count++) {
    rs_step_info info;
    rs_step_info_init(&info);
    assert_int_equal(rs_plan_step(s, count, &info), RS_OK);
    sigmas[count] = info.sigma_from;
    sigmas[count + 1] = info.sigma_to;
  }
  rs_sampler_free(s);
  return st == RS_OK ? count + 1 : 0;
}

typedef struct {
  double narrow, wide;
  int runs;
} deviation;

/* Asks between the levels of the grid, where a rounded index is another level's. */
static bool asks_between(int32_t solver) {
  return solver == RS_SOLVER_DPM_2 || solver == RS_SOLVER_DPM_3 || solver == RS_SOLVER_DPMPP_2S ||
         solver == RS_SOLVER_PNDM;
}

static void compare(int32_t grid, size_t row, int32_t solver, deviation *d) {
  double sigmas[STEPS + 1], want[N], narrow[N], wide[N];
  const size_t count = levels(grid, row, sigmas);
  if (count == 0 || (rows[row].time == RS_TIME_INDEX && asks_between(solver)))
    return;
  rs_model plain = model_of(0), m = model_of(row);
  rs_schedule_options listed = schedule_of(RS_GRID_SIGMAS, 0), sc = schedule_of(grid, row);
  listed.sigmas = sigmas;
  listed.sigma_count = count;
  if (sc.snap) /* the restart's levels too are the table's */
    sc.segment_count = listed.segment_count = 0;
  run(&plain, solver, RS_FLOAT64, &listed, want);
  run(&m, solver, RS_FLOAT64, &sc, wide);
  run(&m, solver, RS_FLOAT32, &sc, narrow);
  for (int k = 0; k < N; k++) {
    d->narrow = fmax(d->narrow, fabs(narrow[k] - want[k]));
    d->wide = fmax(d->wide, fabs(wide[k] - want[k]));
  }
  d->runs++;
}

/* Every row, solver and grid, with a restart, equals VE with a denoiser on the same levels. */
static void test_all_alike(void **state) {
  deviation d = {0};
  rs_entry grid;
  (void)state;
  rs_entry_init(&grid);
  for (size_t g = 0; rs_grid_at(g, &grid) == RS_OK; g++)
    for (size_t i = 0; rs__solver_at(i) && grid.id != RS_GRID_SIGMAS; i++)
      for (size_t row = 0; row < ROWS && !rs__solver_at(i)->stochastic; row++)
        compare(grid.id, row, rs__solver_at(i)->id, &d);
  print_message("%d runs; largest difference: float32 %.1e, float64 %.1e\n", d.runs, d.narrow,
                d.wide);
  assert_true(d.runs > 4000);
  /* x - sigma eps loses 1e-6 at sigma 20, and the watershed between two modes widens it */
  assert_near(d.narrow, 0, 5e-4);
  assert_near(d.wide, 0, 1e-8);
}

/* Levels of published tables and formulas. */
static void test_known_levels(void **state) {
  double table[TABLE];
  const struct {
    int32_t betas;
    double low, high, first, middle, last;
  } tables[] = {
      {RS_BETAS_SCALED_LINEAR, .00085, .012, 0.029167158151720367, 1.612886194303876,
       14.614641229333639},
      {RS_BETAS_LINEAR, .0001, .02, 0.010000500037502575, 3.424136619044041, 157.40728081040757},
      {RS_BETAS_COSINE, .0001, .02, 0.006425412771142061, 1.0123895639480032, 20291.169610019886},
  };
  (void)state;
  for (int i = 0; i < 3; i++) {
    rs__process_alpha_bar(tables[i].betas, tables[i].low, tables[i].high, TABLE, table);
    rs__process_sigmas(table, TABLE);
    assert_near(table[0] / tables[i].first, 1, 1e-9);
    assert_near(table[499] / tables[i].middle, 1, 1e-9);
    assert_near(table[999] / tables[i].last, 1, 1e-9);
  }
  rs__process_iddpm(TABLE, table);
  assert_near(table[999] / 20291.16961002147, 1, 1e-9);
  assert_near(table[499] / 1.0123895639480023, 1, 1e-9);
  assert_near(table[0] / 0.006425412771141183, 1, 1e-9);
  const rs__process vp = {.kind = RS_PROCESS_VP, .beta_min = 0.1, .beta_max = 20};
  assert_near(rs__process_sigma(&vp, 1) / 152.16697028394637, 1, 1e-12);
  assert_near(rs__process_sigma(&vp, 0.001) / 0.010485992786702987, 1, 1e-12);
}

/* time -> sigma -> time, between table entries too. */
static void test_inverse(void **state) {
  double table[TABLE], u[TABLE];
  (void)state;
  rs__process_alpha_bar(RS_BETAS_LINEAR, .0001, .02, TABLE, table);
  rs__process_sigmas(table, TABLE);
  rs__process_iddpm(TABLE, u);
  const rs__process p[] = {
      {.kind = RS_PROCESS_VE},
      {.kind = RS_PROCESS_VP, .beta_min = 0.1, .beta_max = 20},
      {.kind = RS_PROCESS_DISCRETE, .table = table, .count = TABLE},
      {.kind = RS_PROCESS_IDDPM, .table = u, .count = TABLE},
      {.kind = RS_PROCESS_FLOW},
  };
  for (int i = 0; i < 5; i++)
    for (double t = 0.001; t < 1; t += 0.0137) {
      const double time = p[i].count ? 999 * t : t;
      assert_near(rs__process_time(&p[i], rs__process_sigma(&p[i], time)) / time, 1, 1e-9);
    }
  assert_true(rs__process_time(&p[2], 1e-9) == 0 && rs__process_time(&p[2], 1e9) == 999);
  assert_true(rs__process_sigma(&p[2], -1) == table[0]);
  assert_true(rs__process_sigma(&p[2], 5000) == table[999]);
  assert_true(rs__process_time(&p[4], (double)INFINITY) == 1);
  assert_true(isinf(rs__process_sigma(&p[4], 1)) &&
              rs__process_alpha(&p[4], (double)INFINITY) == 0);
}

/* ---- the jump: noising to s and jumping to t equals noising to t, for data at one point c */

enum { MANY = 100000 };

typedef struct {
  const rs_model *m;
  double c, mean, variance;
} point;

static int32_t at_point(const rs_eval *e, void *user) {
  const point *p = user;
  double alpha, sigma;
  levels_of(p->m, e->time, &alpha, &sigma);
  for (size_t i = 0; i < e->elements; i++) {
    const double eps = (e->input_f64[i] - alpha * p->c) / sigma;
    e->output_f64[i] = p->m->prediction == RS_PREDICT_FLOW  ? eps - p->c
                       : p->m->prediction == RS_PREDICT_V   ? alpha * eps - sigma * p->c
                       : p->m->prediction == RS_PREDICT_EPS ? eps
                                                            : p->c;
  }
  return 0;
}

static double alpha_of(const rs_model *m, double sigma) {
  if (m->process == RS_PROCESS_FLOW)
    return 1 / (1 + sigma);
  const bool vp = m->process == RS_PROCESS_VP || m->process == RS_PROCESS_DISCRETE;
  return vp ? 1 / sqrt(1 + sigma * sigma) : 1;
}

/* Moments of x_t = alpha y right after the jump. */
static int32_t catch_jump(const rs_step_info *info, void *user) {
  point *p = user;
  if (info->kind != RS_STEP_JUMP)
    return 0;
  const double sigma = info->sigma_to;
  const double alpha = alpha_of(p->m, sigma);
  p->mean = p->variance = 0;
  for (int i = 0; i < MANY; i++)
    p->mean += alpha * info->state_f64[i] / MANY;
  for (int i = 0; i < MANY; i++)
    p->variance += pow(alpha * info->state_f64[i] - p->mean, 2) / MANY;
  return 1;
}

static void test_jump_moments(void **state) {
  static double x[MANY];
  (void)state;
  for (int r = 0; r < ROWS; r++) {
    const double a = 0.4, b = 2.5, s_noise = 1;
    rs_model m = {.process = rows[r].process, .prediction = rows[r].prediction};
    m.time = rows[r].time;
    if (m.prediction == RS_PREDICT_EDM_RAW || m.prediction == RS_PREDICT_SCORE)
      continue;
    point p = {&m, 0.7, 0, 0};
    m.fn = at_point;
    m.user = &p;
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.model = m;
    so.elements = MANY;
    so.dtype = RS_FLOAT64;
    so.progress = catch_jump;
    so.progress_user = &p;
    rs_sampler *s = test_sampler(&so);
    const double sigmas[] = {5, a, a / 2};
    const rs_segment segment = {2, 1, a, b};
    rs_schedule_options sc;
    rs_schedule_options_init(&sc);
    sc.grid = RS_GRID_SIGMAS;
    sc.sigmas = sigmas;
    sc.sigma_count = 3;
    sc.segments = &segment;
    sc.segment_count = 1;
    sc.s_noise = s_noise;
    sc.solver = RS_SOLVER_EULER;
    assert_ok(rs_schedule(s, &sc), s);
    assert_status(rs_sample_f64(s, x, NULL), RS_STOPPED, s);
    const double alpha = alpha_of(&m, b);
    const double variance = pow(alpha * b, 2);
    /* the run began on pure noise of sigma 5, so a / 5 of the mean is still missing */
    assert_near(p.mean, alpha * p.c * (1 - a / 5), 5 * sqrt(variance / MANY));
    assert_near(p.variance / variance, 1, 5 * sqrt(2.0 / MANY));
    rs_sampler_free(s);
  }
}

/* ---- zero terminal SNR: the first level is infinite, alpha 0 */

/* Almost the same from a very high level: Euler's first step lands on t z + D, D being the mean. */
static void test_infinite_start(void **state) {
  double bar[TABLE], sigmas[STEPS + 2], x[2][N];
  (void)state;
  memcpy(bar, linear_bar, sizeof bar);
  bar[TABLE - 1] = 0;
  bars = bar;
  for (int i = 0; i <= STEPS; i++)
    sigmas[i + 1] = i < STEPS ? 40 * pow(0.02 / 40, i / (STEPS - 1.0)) : 0;
  const rs_model ve = {.prediction = RS_PREDICT_DENOISER, .time = RS_TIME_SIGMA},
                 table = {.process = RS_PROCESS_DISCRETE,
                          .prediction = RS_PREDICT_V,
                          .time = RS_TIME_INDEX_REAL,
                          .betas = RS_BETAS_TABLE,
                          .alpha_bar = bar,
                          .table_count = TABLE},
                 flow = {
                     .process = RS_PROCESS_FLOW, .prediction = RS_PREDICT_FLOW, .time = RS_TIME_T};
  rs_model denoiser = table;
  denoiser.prediction = RS_PREDICT_DENOISER;
  const rs_model pairs[][2] = {{ve, table}, {ve, denoiser}, {flow, flow}};
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
    for (int infinite = 0; infinite < 2; infinite++) {
      rs_model m = pairs[k][infinite];
      rs_schedule_options sc;
      rs_schedule_options_init(&sc);
      sc.grid = RS_GRID_SIGMAS;
      sc.sigmas = sigmas;
      sc.sigma_count = STEPS + 2;
      sigmas[0] = infinite ? (double)INFINITY : 1e7;
      run(&m, RS_SOLVER_EULER, RS_FLOAT64, &sc, x[infinite]);
    }
    for (int i = 0; i < N; i++)
      assert_near(x[1][i], x[0][i], 1e-4);
  }
  bars = linear_bar;
}

/* There the network sees the noise itself. */
static void test_infinite_input(void **state) {
  const double sigmas[] = {(double)INFINITY, 1, 0};
  const int32_t predictions[] = {RS_PREDICT_DENOISER, RS_PREDICT_V, RS_PREDICT_FLOW};
  (void)state;
  for (int k = 0; k < 3; k++) {
    rs_model m = {.process = RS_PROCESS_FLOW, .prediction = predictions[k], .time = RS_TIME_T};
    rs_sampler *s = sampler_of(&m, RS_FLOAT32);
    rs_schedule_options sc;
    rs_request r;
    float x[N];
    rs_schedule_options_init(&sc);
    sc.grid = RS_GRID_SIGMAS;
    sc.sigmas = sigmas;
    sc.sigma_count = 3;
    assert_ok(rs_schedule(s, &sc), s);
    assert_ok(rs_sampler_start(s, x, NULL), s);
    rs_request_init(&r);
    assert_int_equal(rs_sampler_ask(s, &r), RS_MORE);
    assert_memory_equal(r.eval->input, x, sizeof x);
    rs_sampler_free(s);
  }
}

/* What cannot be asked at alpha 0, and what does not go together. */
/* Beside an infinite level there is only the level below it. */
static void test_beside_infinity(void **state) {
  const double table[] = {0.1, 1, (double)INFINITY};
  const rs__process p = {.kind = RS_PROCESS_DISCRETE, .table = table, .count = 3};
  (void)state;
  assert_true(rs__process_time(&p, 5) == 1 && rs__process_time(&p, 1) == 1);
  assert_true(rs__process_time(&p, 0.01) == 0 && rs__process_time(&p, (double)INFINITY) == 2);
  assert_true(rs__process_sigma(&p, 1.5) == 1 && isinf(rs__process_sigma(&p, 2)));
  assert_true(rs__process_snap(&p, 5) == 1 && isinf(rs__process_snap(&p, (double)INFINITY)));
}

static void test_refused(void **state) {
  const double sigmas[] = {(double)INFINITY, 1, 0};
  const rs_segment top = {3, 1, 1, (double)INFINITY};
  rs_schedule_options sc;
  (void)state;
  rs_schedule_options_init(&sc);
  sc.grid = RS_GRID_SIGMAS;
  sc.sigmas = sigmas;
  sc.sigma_count = 3;
  rs_model m = {.process = RS_PROCESS_FLOW, .prediction = RS_PREDICT_EPS};
  rs_sampler *s = sampler_of(&m, RS_FLOAT32);
  assert_status(rs_schedule(s, &sc), RS_ERR_GRID, s);
  rs_sampler_free(s);
  m = (rs_model){.process = RS_PROCESS_FLOW, .prediction = RS_PREDICT_FLOW};
  s = sampler_of(&m, RS_FLOAT32);
  assert_ok(rs_schedule(s, &sc), s);
  sc.segments = &top;
  sc.segment_count = 1;
  assert_status(rs_schedule(s, &sc), RS_ERR_SEGMENT_RANGE, s);
  rs_sampler_free(s);
  m = (rs_model){.process = RS_PROCESS_PFGMPP, .prediction = RS_PREDICT_EDM_RAW};
  rs_sampler_free(sampler_of(&m, RS_FLOAT32));
}

static const rs_model bad[] = {
    {.process = RS_PROCESS_VP, .prediction = RS_PREDICT_EDM_RAW},
    {.process = RS_PROCESS_VE, .time = RS_TIME_INDEX},
    {.process = RS_PROCESS_VE, .time = RS_TIME_T},
    {.process = RS_PROCESS_DISCRETE, .betas = RS_BETAS_TABLE},
    {.process = RS_PROCESS_DISCRETE, .table_count = 1},
    {.process = RS_PROCESS_DISCRETE,
     .betas = RS_BETAS_TABLE,
     .alpha_bar = (const double[]){0.5, 0.4}},
    {.process = RS_PROCESS_DISCRETE, .beta_min = 0.5, .beta_max = 0.1},
    {.process = RS_PROCESS_DISCRETE, .beta_min = 0.5, .beta_max = 1.5},
    {.process = RS_PROCESS_PFGMPP, .aux_dimensions = -1},
    {.process = RS_PROCESS_DISCRETE,
     .betas = RS_BETAS_TABLE,
     .table_count = 2,
     .alpha_bar = (const double[]){0.5, 0.6}},
    {.process = RS_PROCESS_DISCRETE,
     .betas = RS_BETAS_TABLE,
     .table_count = 2,
     .alpha_bar = (const double[]){1, 0.6}},
    {.process = RS_PROCESS_DISCRETE,
     .betas = RS_BETAS_TABLE,
     .table_count = 2,
     .alpha_bar = (const double[]){0.5, -0.1}},
    {.process = RS_PROCESS_DISCRETE, .table_count = 1000001},
    {.process = RS_PROCESS_VP, .beta_min = -1},
    {.process = RS_PROCESS_VP, .beta_min = 1, .beta_max = 1e4},
    {.process = RS_PROCESS_PFGMPP, .time = RS_TIME_T},
    {.process = RS_PROCESS_VE, .time = RS_TIME_T_1000},
    {.process = RS_PROCESS_FLOW, .prediction = RS_PREDICT_EDM_RAW},
    {.process = RS_PROCESS_FLOW, .time = RS_TIME_INDEX_REAL},
    {.guidance_weight = (double)INFINITY},
    {.clip_low = -1e31, .clip_high = 1},
    {.clip_low = -1, .clip_high = 1e31},
    {.clip = -1},
    {.guidance_rescale = 2},
    {.guidance_min = 2, .guidance_max = 1},
    {.clip = RS_CLIP_STATIC, .clip_low = 1, .clip_high = -1},
    {.clip = RS_CLIP_DYNAMIC, .clip_low = -2, .clip_high = -1},
    {.clip_quantile = 1.5},
    {.guidance = 3},
    {.betas = 4},
    {.clip = 3},
    {.time = 7},
};

static void test_refused_models(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    rs_sampler *s = NULL;
    rs_sampler_options so;
    char message[200] = "";
    rs_sampler_options_init(&so);
    so.elements = N;
    so.model = bad[i];
    so.message = message;
    so.message_capacity = sizeof message;
    if (rs_sampler_new(&so, &s) != RS_ERR_OPTION || strncmp(message, "model", 5) != 0)
      fail_msg("row %zu: %s", i, message);
  }
}

/* ---- PFGM++: a Student t with D degrees of freedom instead of the normal */

static int32_t to_zero(const rs_eval *e, void *user) {
  (void)user;
  memset(e->output_f64, 0, e->batch * e->elements * sizeof(double));
  return 0;
}

enum { SAMPLES = 20000, EACH = 4 };

/* Data at 0: Euler lands on 0.1/3 of the start; the jump's own noise is what is added to that. */
static void check_pfgmpp_jump(rs_sampler *s, double *x, double d, double share) {
  const double a = 0.1, b = 3, add = sqrt(b * b - a * a);
  const double sigmas[] = {b, a, a / 2};
  const rs_segment segment = {2, 1, a, b};
  double *before = malloc(sizeof(double) * SAMPLES * EACH), inside = 0, square = 0;
  rs_schedule_options sc;
  rs_request r;
  assert_non_null(before);
  rs_schedule_options_init(&sc);
  rs_request_init(&r);
  sc.grid = RS_GRID_SIGMAS;
  sc.sigmas = sigmas;
  sc.sigma_count = 3;
  sc.segments = &segment;
  sc.segment_count = 1;
  sc.solver = RS_SOLVER_EULER;
  assert_ok(rs_schedule(s, &sc), s);
  assert_ok(rs_sampler_start_f64(s, x, NULL), s);
  assert_status(rs_restart_step(s), RS_MORE, s);
  memcpy(before, x, sizeof(double) * SAMPLES * EACH);
  assert_status(rs_sampler_ask(s, &r), RS_MORE, s);
  assert_true(r.eval->sigma == b);
  for (int i = 0; i < SAMPLES * EACH; i++) {
    const double z = (x[i] - before[i]) / add;
    inside += fabs(z) < 1;
    square += z * z;
  }
  assert_near(inside / (SAMPLES * EACH), share, 0.012);
  if (d > 4)
    assert_near(square / (SAMPLES * EACH), d / (d - 2), 0.06);
  free(before);
}

static void test_pfgmpp(void **state) {
  const double dimensions[] = {1, 7, 64, 2048};
  double *x = malloc(sizeof(double) * SAMPLES * EACH);
  (void)state;
  assert_non_null(x);
  for (int k = 0; k < 4; k++) {
    const double d = dimensions[k];
    rs_sampler_options so;
    rs_schedule_options sc;
    rs_sampler_options_init(&so);
    so.model.fn = to_zero;
    so.model.process = RS_PROCESS_PFGMPP;
    so.model.aux_dimensions = d;
    so.batch = SAMPLES;
    so.elements = EACH;
    so.dtype = RS_FLOAT64;
    rs_sampler *s = test_sampler(&so);
    rs_schedule_options_init(&sc);
    sc.sigma_max = 3;
    sc.sigma_min = 0.1;
    assert_ok(rs_schedule(s, &sc), s);
    assert_ok(rs_sampler_start_f64(s, x, NULL), s);
    double inside = 0, square = 0;
    for (int i = 0; i < SAMPLES * EACH; i++) {
      inside += fabs(x[i] / 3) < 1;
      square += x[i] * x[i] / 9;
    }
    /* P(|t| < 1) of Student's t with 1, 7, 64, 2048 degrees of freedom */
    const double share[] = {0.5, 0.649383, 0.678930, 0.682571};
    assert_near(inside / (SAMPLES * EACH), share[k], 0.012);
    if (d > 4)
      assert_near(square / (SAMPLES * EACH), d / (d - 2), 0.06);
    check_pfgmpp_jump(s, x, d, share[k]);
    rs_sampler_free(s);
  }
  free(x);
}

/* Without starts and jumps PFGM++ has the noise of EDM, whatever the solver draws. */
static void test_pfgmpp_solvers(void **state) {
  enum { FEW = 40 };
  (void)state;
  for (int32_t solver = RS_SOLVER_EULER; solver <= RS_SOLVER_HEUN_VP; solver++) {
    float x[2][FEW];
    for (int k = 0; k < 2; k++) {
      rs_sampler_options so;
      rs_schedule_options sc;
      rs_sampler_options_init(&so);
      rs_schedule_options_init(&sc);
      so.model.fn = test_network;
      so.model.process = k ? RS_PROCESS_PFGMPP : RS_PROCESS_VE;
      so.model.aux_dimensions = 2;
      so.elements = FEW;
      sc.solver = solver;
      sc.s_churn = 3;
      sc.start = RS_START_KEEP;
      sc.steps = 6;
      for (int i = 0; i < FEW; i++)
        x[k][i] = (float)(i - FEW / 2);
      rs_sampler *s = test_sampler(&so);
      assert_ok(rs_schedule(s, &sc), s);
      assert_ok(rs_sample(s, x[k], NULL), s);
      rs_sampler_free(s);
    }
    assert_memory_equal(x[0], x[1], sizeof x[0]);
  }
}

/* No network is asked at a time that is no number, also where sigma is infinite. */
static int32_t knows_time(const rs_eval *e, void *user) {
  *(int *)user |= e->sigma > 1e30;
  assert_true(e->time == e->time);
  return test_network(e, NULL);
}

static void test_times_at_infinity(void **state) {
  (void)state;
  for (int32_t time = RS_TIME_DEFAULT; time <= RS_TIME_T_1000; time++) {
    float x[4];
    int infinite = 0;
    rs_sampler_options so;
    rs_schedule_options sc;
    rs_sampler_options_init(&so);
    rs_schedule_options_init(&sc);
    so.model.fn = knows_time;
    so.model.user = &infinite;
    so.model.process = RS_PROCESS_FLOW;
    so.model.prediction = RS_PREDICT_FLOW;
    so.model.time = time;
    so.elements = 4;
    sc.grid = RS_GRID_TIME;
    rs_sampler *s = test_sampler(&so);
    assert_ok(rs_schedule(s, &sc), s);
    assert_ok(rs_sample(s, x, NULL), s);
    assert_true(infinite);
    rs_sampler_free(s);
  }
}

int main(void) {
  fill_linear_bar();
  fill_iddpm();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_alike),       cmocka_unit_test(test_known_levels),
      cmocka_unit_test(test_inverse),         cmocka_unit_test(test_jump_moments),
      cmocka_unit_test(test_infinite_start),  cmocka_unit_test(test_infinite_input),
      cmocka_unit_test(test_beside_infinity), cmocka_unit_test(test_refused),
      cmocka_unit_test(test_refused_models),  cmocka_unit_test(test_pfgmpp),
      cmocka_unit_test(test_pfgmpp_solvers),  cmocka_unit_test(test_times_at_infinity),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
