/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists.h"
#include "say.h"
#include "schedule_options.h"
#include "values.h"

/* Above the keys of the commands' own options. */
enum {
  KEY_METHOD = 512,
  KEY_PRESET,
  KEY_FILE,
  KEY_SEGMENTS,
  KEY_STEPS,
  KEY_SIGMA_MAX,
  KEY_SIGMA_MIN,
  KEY_RHO,
  KEY_SOLVER,
  KEY_RESTART_SOLVER,
  KEY_GRID,
  KEY_SPACING,
  KEY_SHIFT,
  KEY_SNAP,
  KEY_END,
  KEY_MEET,
  KEY_ORDER,
  KEY_ETA,
  KEY_BUDGET,
  KEY_S_NOISE,
  KEY_S_CHURN,
  KEY_S_MIN,
  KEY_S_MAX,
  KEY_RESTART_GAMMA,
  KEY_PLAN,
  KEY_PLAN_SVG
};

const char *const method_names[METHOD_COUNT] = {"ode", "sde", "restart"};

static const struct argp_option table[] = {
    {0, 0, 0, 0, "Schedule:", 2},
    {"method", KEY_METHOD, "NAME", 0,
     "restart (default), or ode or sde with as many evaluations as the Restart plan has", 0},
    {"preset", KEY_PRESET, "NAME", 0, "A published schedule, see restart-sampler presets", 0},
    {"schedule", KEY_FILE, "FILE", 0, "A schedule as text, as tune writes it", 0},
    {"segments", KEY_SEGMENTS, "TEXT", 0, "Restarts: [points,iterations,t_min,t_max], ...", 0},
    {"steps", KEY_STEPS, "N", 0, "Steps of the main pass", 0},
    {"sigma-max", KEY_SIGMA_MAX, "X", 0, "Noise level at the start", 0},
    {"sigma-min", KEY_SIGMA_MIN, "X", 0, "Last noise level above 0", 0},
    {"rho", KEY_RHO, "X", 0, "Exponent of the grids", 0},
    {"budget", KEY_BUDGET, "N", 0, "As many steps as N evaluations pay for, restarts included", 0},
    {"grid", KEY_GRID, "NAME", 0, "Of the main pass, see restart-sampler grids", 0},
    {"spacing", KEY_SPACING, "NAME", 0, "Of the grid time: linspace, leading or trailing", 0},
    {"shift", KEY_SHIFT, "X", 0, "Shift of a flow model's times (default 1)", 0},
    {"snap", KEY_SNAP, 0, 0, "Only noise levels of the model's table", 0},
    {"end", KEY_END, "NAME", 0, "Where the grid ends: zero (default) or sigma-min", 0},
    {"meet", KEY_MEET, "NAME", 0, "How a restart meets the grid: move (default), insert or snap",
     0},
    {"solver", KEY_SOLVER, "NAME", 0, "See restart-sampler samplers", 0},
    {"restart-solver", KEY_RESTART_SOLVER, "NAME", 0, "Inside restarts (default: --solver)", 0},
    {"order", KEY_ORDER, "N", 0, "Of solvers that have several", 0},
    {"eta", KEY_ETA, "X", 0, "Stochasticity of SDE solvers (default 1)", 0},
    {"s-noise", KEY_S_NOISE, "X", 0, "Factor on the noise of restarts and churn", 0},
    {"s-churn", KEY_S_CHURN, "X", 0, "Stochasticity of the main pass, except with ode", 0},
    {"s-min", KEY_S_MIN, "X", 0, "Churn from this noise level", 0},
    {"s-max", KEY_S_MAX, "X", 0, "Churn up to this noise level", 0},
    {"restart-gamma", KEY_RESTART_GAMMA, "X", 0, "Churn inside restarts (default 0)", 0},
    {0, 0, 0, 0, "The plan:", 3},
    {"plan", KEY_PLAN, 0, 0, "Print and draw the schedule; evaluate nothing", 0},
    {"plan-svg", KEY_PLAN_SVG, "FILE", 0, "The same, and draw it into an SVG file", 0},
    {0, 0, 0, 0, 0, 0},
};

static const char *const ends[] = {"zero", "sigma-min"};
static const char *const meets[] = {"move", "insert", "snap"};
static const char *const spacings[] = {"linspace", "leading", "trailing"};

/* ---- values ----------------------------------------------------------------------------------*/

static int method(const char *option, const char *text, size_t length) {
  for (int i = 0; i < METHOD_COUNT; ++i)
    if (strlen(method_names[i]) == length && memcmp(text, method_names[i], length) == 0)
      return i;
  say_usage("--%s wants ode, sde or restart, not \"%.*s\"", option, (int)length, text);
}

static void add_method(struct schedule_options *options, const char *option, const char *text,
                       size_t length) {
  int added = method(option, text, length);
  for (int i = 0; i < options->method_count; ++i)
    if (options->methods[i] == added)
      say_usage("--%s has %s twice", option, method_names[added]);
  options->methods[options->method_count++] = added;
}

/* The names of --method (just one) and --compare; separators says what stands between them. */
static void methods(struct schedule_options *options, const char *option, const char *text,
                    const char *separators) {
  if (options->methods_from && strcmp(options->methods_from, option) != 0)
    say_usage("--method and --compare exclude each other");
  options->methods_from = option;
  options->method_count = 0;
  for (;;) {
    size_t length = strcspn(text, separators);
    add_method(options, option, text, length);
    if (!text[length])
      return;
    text += length + 1;
  }
}

static void preset(struct schedule_options *options, const char *text) {
  size_t i = 0;
  while (rs_preset_name(i) && strcmp(text, rs_preset_name(i)) != 0)
    ++i;
  if (!rs_preset_name(i))
    say_usage("there is no preset \"%s\"; 'restart-sampler presets' lists them", text);
  options->preset = text;
}

/* The text on one line with a caret under the position. Multi-byte characters take one column. */
static void point_at(const char *text, size_t position) {
  fputs("  ", stderr);
  for (const char *c = text; *c; ++c)
    fputc((unsigned char)*c < ' ' ? ' ' : *c, stderr);
  fputs("\n  ", stderr);
  for (size_t i = 0; i < position && text[i]; ++i)
    if (((unsigned char)text[i] & 0xC0) != 0x80)
      fputc(' ', stderr);
  fputs("^\n", stderr);
}

static void segments(struct schedule_options *options, const char *text) {
  rs_text_error error = {0};
  rs_status status =
      rs_segments_parse(text, options->segments, SEGMENTS_MAX, &options->segment_count, &error);
  options->segments_given = true;
  if (status == RS_OK)
    return;
  if (status == RS_ERR_CAPACITY)
    say_usage("--segments has %zu restarts, at most %d are possible", options->segment_count,
              SEGMENTS_MAX);
  say("the segments cannot be read: %s", error.message);
  point_at(text, error.position);
  exit(EXIT_USAGE);
}

/* The file as text, to be freed; NULL for an empty one. */
static char *read_text(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = NULL;
  size_t room = 0;
  const ssize_t length = file ? getdelim(&text, &room, 0, file) : -1;
  const bool good = file && (length >= 0 || feof(file));
  if (!good)
    say("cannot read %s: %s", path, strerror(errno));
  if (file)
    fclose(file);
  if (!good)
    exit(EXIT_FAILED);
  if (length >= 0 && (size_t)length != strlen(text))
    say_usage("%s is not text", path);
  if (length < 0) {
    free(text); /* which nothing was written to */
    text = NULL;
  }
  return text;
}

static void schedule_file(struct schedule_options *options, const char *path) {
  char *file = read_text(path);
  const char *text = file ? file : "";
  rs_text_error error = {0};
  rs_schedule_room room;
  rs_schedule_room_init(&room);
  room.segments = options->file_segments;
  room.segment_capacity = SEGMENTS_MAX;
  room.sigmas = options->file_sigmas;
  room.sigma_capacity = SIGMAS_MAX;
  rs_schedule_options_init(&options->from_file);
  if (rs_schedule_parse(text, &room, &options->from_file, &error) != RS_OK) {
    int line = 1;
    for (size_t i = 0; i < error.position; ++i)
      line += text[i] == '\n';
    say_usage("%s, line %d: %s", path, line, error.message);
  }
  if (options->from_file.start != RS_START_NOISE || options->from_file.inpaint)
    say_usage("%s is for a program: here every run begins with noise, and there is nothing to keep",
              path);
  options->file = path;
  free(file);
}

void schedule_compare(struct schedule_options *options, const char *text) {
  methods(options, "compare", text, ",");
}

/* ---- the command line ------------------------------------------------------------------------*/

static void grid(struct schedule_options *options, const char *text) {
  options->grid = grid_named("grid", text);
  options->grid_given = true;
  if (options->grid == RS_GRID_SIGMAS)
    say_usage("--grid wants a grid that is made, not \"%s\"", text);
}

static error_t on_plan(int key, char *arg, struct schedule_options *options) {
  switch (key) {
  case KEY_METHOD:
    methods(options, "method", arg, "");
    return 0;
  case KEY_PRESET:
    preset(options, arg);
    return 0;
  case KEY_FILE:
    schedule_file(options, arg);
    return 0;
  case KEY_SEGMENTS:
    segments(options, arg);
    return 0;
  case KEY_PLAN_SVG:
    options->plan_svg = arg;
    options->plan = true;
    return 0;
  case KEY_PLAN:
    options->plan = true;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t on_noise(int key, char *arg, struct schedule_options *options) {
  switch (key) {
  case KEY_ETA:
    options->eta = value_positive("eta", arg);
    return 0;
  case KEY_S_NOISE:
    options->s_noise = value_positive("s-noise", arg);
    return 0;
  case KEY_S_CHURN:
    options->s_churn = value_not_negative("s-churn", arg);
    options->s_churn_given = true;
    return 0;
  case KEY_S_MIN:
    options->s_min = value_not_negative("s-min", arg);
    options->s_min_given = true;
    return 0;
  case KEY_S_MAX:
    options->s_max = value_positive("s-max", arg);
    return 0;
  case KEY_RESTART_GAMMA:
    options->restart_gamma = value_not_negative("restart-gamma", arg);
    options->restart_gamma_given = true;
    return 0;
  default:
    return on_plan(key, arg, options);
  }
}

static error_t on_grid(int key, char *arg, struct schedule_options *options) {
  switch (key) {
  case KEY_SIGMA_MAX:
    options->sigma_max = value_positive("sigma-max", arg);
    return 0;
  case KEY_SIGMA_MIN:
    options->sigma_min = value_positive("sigma-min", arg);
    return 0;
  case KEY_RHO:
    options->rho = value_positive("rho", arg);
    return 0;
  case KEY_GRID:
    grid(options, arg);
    return 0;
  case KEY_SPACING:
    options->spacing = 1 + value_word("spacing", arg, spacings, 3);
    return 0;
  case KEY_SHIFT:
    options->shift = value_positive("shift", arg);
    return 0;
  case KEY_SNAP:
    options->snap = true;
    return 0;
  case KEY_END:
    options->end = 1 + value_word("end", arg, ends, 2);
    return 0;
  case KEY_MEET:
    options->meet = 1 + value_word("meet", arg, meets, 3);
    return 0;
  default:
    return on_noise(key, arg, options);
  }
}

static error_t on_solver(int key, char *arg, struct schedule_options *options) {
  switch (key) {
  case KEY_STEPS:
    options->steps = value_whole("steps", arg, 1, 100000);
    return 0;
  case KEY_BUDGET:
    options->budget = value_whole("budget", arg, 1, 100000);
    return 0;
  case KEY_SOLVER:
    options->solver = solver_named("solver", arg);
    return 0;
  case KEY_RESTART_SOLVER:
    options->restart_solver = solver_named("restart-solver", arg);
    return 0;
  case KEY_ORDER:
    options->order = value_whole("order", arg, 1, 9);
    return 0;
  default:
    return on_grid(key, arg, options);
  }
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  struct schedule_options *options = state->input;
  if (key == ARGP_KEY_INIT) {
    options->methods[0] = METHOD_RESTART;
    options->method_count = 1;
    return 0;
  }
  if (key == ARGP_KEY_END && options->budget && options->steps)
    say_usage("--budget and --steps exclude each other");
  if (key == ARGP_KEY_END && options->preset && options->file)
    say_usage("--preset and --schedule exclude each other");
  return on_solver(key, arg, options);
}

const struct argp schedule_argp = {.options = table, .parser = parse};
