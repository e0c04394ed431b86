/* SPDX-License-Identifier: MIT
 * The same bits on every machine, compiler and instruction set: noise, every preset under every
 * prediction, every solver on every grid, every solver in detail, guidance, checkpoints, texts, the
 * exemplar model, a search. A change of these numbers changes everybody's pictures (docs/abi.md).
 *
 *     test_bits                compares with the table below
 *     test_bits --print        prints it
 *     test_bits --values FILE  compares, and writes the numbers as text, for platforms.py */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <restart/exemplar.h>
#include <restart/restart.h>
#include <restart/tune.h>

enum { BATCH = 3, N = 1000 };

static uint64_t hash;
static FILE *values;
static float x[BATCH * N];

static void stop(const char *what) {
  fprintf(stderr, "test_bits: %s\n", what);
  exit(2);
}

#define DO(call)                                                                                   \
  do {                                                                                             \
    if ((call) != RS_OK)                                                                           \
      stop(#call);                                                                                 \
  } while (0)

/* FNV-1a over bytes. */
static void mix(const void *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
}

/* Numbers byte by byte from the lowest, whatever the machine's order. */
static void mix_bits(uint64_t bits, size_t size) {
  unsigned char bytes[8];
  for (size_t k = 0; k < size; k++)
    bytes[k] = (unsigned char)(bits >> 8 * k);
  mix(bytes, size);
}

static void keep(double value) {
  if (values && fprintf(values, "%.17g\n", value) < 0)
    stop("the values cannot be written");
}

static void mix_f32(const float *v, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &v[i], sizeof bits);
    mix_bits(bits, sizeof bits);
    keep((double)v[i]);
  }
}

static void mix_f64(const double *v, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint64_t bits;
    memcpy(&bits, &v[i], sizeof bits);
    mix_bits(bits, sizeof bits);
    keep(v[i]);
  }
}

/* Output = input / (1 + sigma^2) for either dtype. */
static int32_t network(const rs_eval *e, void *user) {
  (void)user;
  const double c = 1 / (1 + e->sigma * e->sigma);
  for (size_t i = 0; i < e->batch * e->elements; i++) {
    if (e->output)
      e->output[i] = (float)c * e->input[i];
    else
      e->output_f64[i] = c * e->input_f64[i];
  }
  return 0;
}

static rs_sampler *sampler(rs_sampler_options *so, size_t elements) {
  rs_sampler *s;
  so->model.fn = network;
  so->batch = BATCH;
  so->elements = elements;
  DO(rs_sampler_new(so, &s));
  return s;
}

static void run_noise(int32_t unused) {
  static float z[4 * N];
  const rs_noise_key key = {0x0123456789abcdef, RS_NOISE_JUMP, 2, 3, 4};
  (void)unused;
  DO(rs_normals(&key, 1, 4 * N, z));
  mix_f32(z, 4 * N);
}

static void run_presets(int32_t unused) {
  (void)unused;
  for (int32_t p = RS_PREDICT_DENOISER; p <= RS_PREDICT_EDM_RAW; p++)
    for (size_t i = 0; rs_preset_name(i); i++) {
      rs_sampler_options so;
      rs_schedule_options sc;
      rs_sampler_options_init(&so);
      so.model.prediction = p;
      rs_sampler *s = sampler(&so, N);
      rs_schedule_options_init(&sc);
      rs_preset(rs_preset_name(i), &sc);
      sc.s_churn = 3;
      DO(rs_schedule(s, &sc));
      DO(rs_sample(s, x, NULL));
      mix_f32(x, BATCH * N);
      rs_sampler_free(s);
    }
}

static const rs_segment segment = {4, 2, .5, 3};

static rs_schedule_options restart_around(int32_t solver, int32_t grid) {
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = 8;
  sc.grid = grid;
  sc.solver = solver;
  sc.meet = RS_MEET_INSERT;
  sc.segments = &segment;
  sc.segment_count = 1;
  return sc;
}

/* Every solver on every grid that goes with the process. */
static void run_process(int32_t process) {
  rs_entry solver, grid;
  rs_sampler_options so;
  rs_entry_init(&solver);
  rs_entry_init(&grid);
  rs_sampler_options_init(&so);
  so.model.process = process;
  so.model.prediction = RS_PREDICT_V;
  so.model.clip = RS_CLIP_DYNAMIC;
  rs_sampler *s = sampler(&so, 20);
  for (size_t g = 0; rs_grid_at(g, &grid) == RS_OK; g++)
    for (size_t i = 0; rs_solver_at(i, &solver) == RS_OK; i++) {
      const rs_schedule_options sc = restart_around(solver.id, grid.id);
      if (rs_schedule(s, &sc) != RS_OK)
        continue;
      DO(rs_sample(s, x, NULL));
      mix_f32(x, BATCH * 20);
    }
  rs_sampler_free(s);
}

static void run_solvers_and_grids(int32_t unused) {
  (void)unused;
  for (int32_t p = RS_PROCESS_VE; p <= RS_PROCESS_PFGMPP; p++)
    run_process(p);
}

static void run_solver_f64(int32_t solver) {
  static double wide[BATCH * N];
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.dtype = RS_FLOAT64;
  const rs_schedule_options sc = restart_around(solver, RS_GRID_KARRAS);
  rs_sampler *s = sampler(&so, 100);
  DO(rs_schedule(s, &sc));
  DO(rs_sample_f64(s, wide, NULL));
  mix_f64(wide, BATCH * 100);
  rs_sampler_free(s);
}

static void run_solvers_f64(int32_t unused) {
  rs_entry solver;
  rs_entry_init(&solver);
  (void)unused;
  for (size_t i = 0; rs_solver_at(i, &solver) == RS_OK; i++)
    run_solver_f64(solver.id);
}

static void run_guidance(int32_t guidance) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.guidance = guidance;
  so.model.guidance_weight = 3;
  so.model.guidance_rescale = .7;
  so.model.process = RS_PROCESS_DISCRETE;
  so.model.prediction = RS_PREDICT_EPS;
  rs_sampler *s = sampler(&so, N);
  const rs_schedule_options sc = restart_around(RS_SOLVER_DPMPP_2M, RS_GRID_KARRAS);
  DO(rs_schedule(s, &sc));
  DO(rs_sample(s, x, NULL));
  mix_f32(x, BATCH * N);
  rs_sampler_free(s);
}

/* In the middle of a restart. */
static void run_checkpoint(int32_t unused) {
  static unsigned char bytes[5 * sizeof x];
  size_t length;
  rs_sampler_options so;
  (void)unused;
  rs_sampler_options_init(&so);
  rs_sampler *s = sampler(&so, N);
  const rs_schedule_options sc = restart_around(RS_SOLVER_DPMPP_3M, RS_GRID_KARRAS);
  DO(rs_schedule(s, &sc));
  DO(rs_sampler_start(s, x, NULL));
  for (int i = 0; i < 8; i++)
    rs_restart_step(s);
  DO(rs_sampler_save(s, bytes, sizeof bytes, &length));
  mix(bytes, length);
  rs_sampler_free(s);
}

static void run_text(int32_t unused) {
  static char text[8000];
  size_t length;
  rs_sampler_options so;
  (void)unused;
  rs_sampler_options_init(&so);
  rs_sampler *s = sampler(&so, N);
  const rs_schedule_options sc = restart_around(RS_SOLVER_HEUN, RS_GRID_EXPONENTIAL);
  DO(rs_schedule(s, &sc));
  DO(rs_plan_text(s, text, sizeof text, &length));
  mix(text, length);
  DO(rs_schedule_format(&sc, text, sizeof text, &length));
  mix(text, length);
  rs_sampler_free(s);
}

static void sample_exemplar(const rs_exemplar_options *eo) {
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_exemplar *exemplar;
  rs_sampler *s;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  DO(rs_exemplar_new(eo, &exemplar));
  DO(rs_exemplar_model(exemplar, &so));
  DO(rs_exemplar_schedule(&sc));
  DO(rs_sampler_new(&so, &s));
  DO(rs_schedule(s, &sc));
  DO(rs_sample(s, x, NULL));
  mix_f32(x, so.elements);
  rs_sampler_free(s);
  rs_exemplar_free(exemplar);
}

static void run_exemplar(int32_t patch) {
  enum { SIDE = 16, CHANNELS = 3, SIZE = SIDE * SIDE * CHANNELS };
  const rs_exemplar_patch patches[] = {{0, patch, 0}};
  static float pixels[SIZE];
  rs_exemplar_options eo;
  rs_exemplar_options_init(&eo);
  for (int i = 0; i < SIZE; i++)
    pixels[i] = (float)(i * i * 37 % 256) / 128 - 1;
  eo.pixels = pixels;
  eo.channels = CHANNELS;
  eo.height = eo.width = SIDE;
  eo.patches = patches;
  eo.patch_count = 1;
  sample_exemplar(&eo);
}

/* Large enough for a list that has not all. */
static void run_shortlist(int32_t channels) {
  enum { HEIGHT = 46, WIDTH = 47, CHANNELS = 3, SIZE = HEIGHT * WIDTH * CHANNELS };
  static float pixels[SIZE];
  rs_exemplar_options eo;
  rs_exemplar_options_init(&eo);
  for (int i = 0; i < SIZE; i++)
    pixels[i] = (float)(i % WIDTH * (i / WIDTH) * 37 % 256) / 128 - 1;
  eo.pixels = pixels;
  eo.channels = channels;
  eo.height = HEIGHT;
  eo.width = WIDTH;
  eo.output_height = 14;
  eo.output_width = 18;
  eo.search = RS_EXEMPLAR_SHORTLIST;
  sample_exemplar(&eo);
}

static void run_tuner(int32_t unused) {
  static float references[64 * 4];
  static char text[8000];
  size_t length;
  rs_sampler_options so;
  rs_tune_options to;
  rs_tuner *tuner;
  (void)unused;
  for (int i = 0; i < 64 * 4; i++)
    references[i] = (float)(i * 29 % 64) / 32 - 1;
  rs_sampler_options_init(&so);
  rs_tune_options_init(&to);
  so.model.fn = network;
  so.batch = 16;
  so.elements = 4;
  to.budget = 20;
  to.evaluations = 50000;
  to.references = references;
  to.reference_count = 64;
  DO(rs_tune(&so, &to, &tuner));
  DO(rs_tuner_text(tuner, text, sizeof text, &length));
  mix(text, length);
  rs_tuner_free(tuner);
}

static void run_solver(int32_t solver) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  const rs_schedule_options sc = restart_around(solver, RS_GRID_KARRAS);
  rs_sampler *s = sampler(&so, 100);
  DO(rs_schedule(s, &sc));
  DO(rs_sample(s, x, NULL));
  mix_f32(x, BATCH * 100);
  rs_sampler_free(s);
}

typedef struct row {
  const char *name;
  void (*run)(int32_t argument);
  int32_t argument;
  uint64_t want;
} row;

static const row rows[] = {
    {"noise", run_noise, 0, 0xc2fe4e87d77092ccu},
    {"presets", run_presets, 0, 0xd5d9530645693caeu},
    {"solvers and grids", run_solvers_and_grids, 0, 0x669ce7087e56e940u},
    {"solvers in float64", run_solvers_f64, 0, 0xa34a60b1ecc4b75fu},
    {"guidance in calls", run_guidance, RS_GUIDANCE_CALLS, 0x06625c25b278cad5u},
    {"guidance doubled", run_guidance, RS_GUIDANCE_DOUBLED, 0x06625c25b278cad5u},
    {"checkpoint", run_checkpoint, 0, 0x69f7e13f8c712b73u},
    {"texts", run_text, 0, 0x2c02dbac24c6d2d5u},
    {"exemplar, patches of 3", run_exemplar, 3, 0xcb97597f3fcd5ec0u},
    {"exemplar, patches of 15", run_exemplar, 15, 0xabf184fac64ed8a5u},
    {"exemplar, short list", run_shortlist, 3, 0x828a5cc1af4e554au},
    {"tuner", run_tuner, 0, 0x9cb52066a64ae31du},
};

/* Every solver by itself, in the order of the list. */
static const uint64_t by_solver[] = {
    0xf44bb72b64b26dc2u, 0x0badec9d00a7fd44u, 0x8deb69340d4867c3u, 0xbaf6d6241d520b9bu,
    0x571c43a3d414453fu, 0x61a2362a257555feu, 0x7b2ea4b09f5aacdfu, 0x491bc3fa58864814u,
    0x902fefa1eaf72302u, 0x23b238dae55fc51eu, 0xf5fb520c73c159bau, 0x8f4c820d1bdf83d4u,
    0xf7b77ca4b60febd3u, 0xe7d3bff68a698437u, 0xcc614cf043af02b7u, 0x11172a7153121ef9u,
    0x13cbe37fbbb9bf55u, 0x82bc914a397c7447u, 0x71e65bb3c142b23fu, 0x627263d80fdbb665u,
    0x0ec185d8ebc7174cu, 0x1c9a317c8d0da16du, 0x3b6535da7ffb1e24u, 0xd41883428dc76173u,
    0x2917c9c87165bf7eu, 0xb858c70ecf53807cu, 0x14aa748a6e0ba01bu, 0x91ec13704a205cb0u,
};

enum { SOLVERS = sizeof by_solver / sizeof *by_solver };

/* One row, and whether it is as it should be. */
static int judge(const row *r, int print) {
  hash = 0xcbf29ce484222325u;
  r->run(r->argument);
  const int good = hash == r->want;
  if (print || !good)
    printf("%-24s %016" PRIx64 "%s\n", r->name, hash, print || good ? "" : "  DIFFERS");
  return good;
}

int main(int argc, char **argv) {
  const int print = argc == 2 && strcmp(argv[1], "--print") == 0;
  int good = 0, count = 0;
  if (argc == 3 && strcmp(argv[1], "--values") == 0 && !(values = fopen(argv[2], "w")))
    stop("the values cannot be written");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, count++)
    good += judge(&rows[i], print);
  rs_entry solver;
  rs_entry_init(&solver);
  for (size_t i = 0; rs_solver_at(i, &solver) == RS_OK; i++, count++) {
    const row r = {solver.name, run_solver, solver.id, i < SOLVERS ? by_solver[i] : 0};
    good += judge(&r, print);
  }
  if (values && fclose(values) != 0)
    stop("the values cannot be written");
  if (!print)
    printf("%d of %d equal\n", good, count);
  return !print && good != count;
}
