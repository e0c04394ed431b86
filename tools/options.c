/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lists.h"
#include "options.h"
#include "picture.h"
#include "say.h"

enum {
  KEY_SIZE = 256,
  KEY_METHOD,
  KEY_PRESET,
  KEY_SEGMENTS,
  KEY_STEPS,
  KEY_SIGMA_MAX,
  KEY_SIGMA_MIN,
  KEY_RHO,
  KEY_SOLVER,
  KEY_RESTART_SOLVER,
  KEY_GRID,
  KEY_ORDER,
  KEY_ETA,
  KEY_BUDGET,
  KEY_S_NOISE,
  KEY_S_CHURN,
  KEY_PATCH,
  KEY_PLAN,
  KEY_PLAN_SVG,
  KEY_SHEET,
  KEY_COMPARE,
  KEY_THREADS
};

const char *const method_names[METHOD_COUNT] = {"ode", "sde", "restart"};

static const struct argp_option table[] = {
    {0, 0, 0, 0, "Pictures:", 1},
    {"output", 'o', "FILE", 0, "Where to write the picture", 0},
    {"size", KEY_SIZE, "WxH", 0, "Size of the picture (default: that of INPUT)", 0},
    {"count", 'n', "N", 0, "Number of pictures: FILE gets -1, -2, ... before its ending", 0},
    {"seed", 's', "S", 0, "Picture i, from 0, has seed S + i (default 0)", 0},
    {"patch", KEY_PATCH, "P", 0, "Side of the patches at every noise level, odd, 1 to 63", 0},
    {"sheet", KEY_SHEET, 0, 0, "One contact sheet: INPUT and its pictures, each tiled 2 x 2", 0},
    {"compare", KEY_COMPARE, "METHODS", OPTION_ARG_OPTIONAL,
     "A contact sheet that compares methods at equal cost (default ode,sde,restart)", 0},
    {0, 0, 0, 0, "Schedule:", 2},
    {"method", KEY_METHOD, "NAME", 0,
     "restart (default), or ode or sde with as many evaluations as the Restart plan has", 0},
    {"preset", KEY_PRESET, "NAME", 0, "A published schedule, see restart-sampler presets", 0},
    {"segments", KEY_SEGMENTS, "TEXT", 0, "Restarts: [points,iterations,t_min,t_max], ...", 0},
    {"steps", KEY_STEPS, "N", 0, "Steps of the main pass", 0},
    {"sigma-max", KEY_SIGMA_MAX, "X", 0, "Noise level at the start", 0},
    {"sigma-min", KEY_SIGMA_MIN, "X", 0, "Last noise level above 0", 0},
    {"rho", KEY_RHO, "X", 0, "Exponent of the grids", 0},
    {"budget", KEY_BUDGET, "N", 0, "As many steps as N evaluations pay for, restarts included", 0},
    {"grid", KEY_GRID, "NAME", 0, "Of the main pass, see restart-sampler grids", 0},
    {"solver", KEY_SOLVER, "NAME", 0, "See restart-sampler samplers", 0},
    {"restart-solver", KEY_RESTART_SOLVER, "NAME", 0, "Inside restarts (default: --solver)", 0},
    {"order", KEY_ORDER, "N", 0, "Of solvers that have several", 0},
    {"eta", KEY_ETA, "X", 0, "Stochasticity of SDE solvers (default 1)", 0},
    {"s-noise", KEY_S_NOISE, "X", 0, "Factor on all noise that is added", 0},
    {"s-churn", KEY_S_CHURN, "X", 0, "Stochasticity of sde (default 3)", 0},
    {0, 0, 0, 0, "The plan:", 3},
    {"plan", KEY_PLAN, 0, 0, "Print and draw the schedule; evaluate nothing", 0},
    {"plan-svg", KEY_PLAN_SVG, "FILE", 0, "The same, and draw it into an SVG file", 0},
    {0, 0, 0, 0, "Running:", 4},
    {"threads", KEY_THREADS, "N", 0, "Number of threads (default: all processors)", 0},
    {"quiet", 'q', 0, 0, "Say nothing but errors", 0},
    {0, 0, 0, 0, 0, 0},
};

/* ---- values ----------------------------------------------------------------------------------*/

static int whole(const char *option, const char *text, int least, int most) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (end == text || *end || errno || value < least || value > most)
    say_usage("--%s wants a whole number from %d to %d, not \"%s\"", option, least, most, text);
  return (int)value;
}

static double positive(const char *option, const char *text) {
  char *end;
  double value = strtod(text, &end);
  if (end == text || *end || !isfinite(value) || value <= 0)
    say_usage("--%s wants a number above 0, not \"%s\"", option, text);
  return value;
}

static uint64_t seed(const char *text) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (end == text || *end || errno || strchr(text, '-'))
    say_usage("--seed wants a whole number from 0 to 2^64 - 1, not \"%s\"", text);
  return value;
}

static void size(struct options *options, const char *text) {
  char *cross, *end;
  long width = strtol(text, &cross, 10);
  long height = *cross == 'x' ? strtol(cross + 1, &end, 10) : 0;
  if (*cross != 'x' || cross == text || end == cross + 1 || *end)
    say_usage("--size wants WIDTHxHEIGHT, such as 128x64, not \"%s\"", text);
  if (width < PICTURE_SIDE_MIN || width > PICTURE_SIDE_MAX || height < PICTURE_SIDE_MIN ||
      height > PICTURE_SIDE_MAX)
    say_usage("--size wants sides from %d to %d, not \"%s\"", PICTURE_SIDE_MIN, PICTURE_SIDE_MAX,
              text);
  options->width = (int)width;
  options->height = (int)height;
}

static int method(const char *option, const char *text, size_t length) {
  for (int i = 0; i < METHOD_COUNT; ++i)
    if (strlen(method_names[i]) == length && memcmp(text, method_names[i], length) == 0)
      return i;
  say_usage("--%s wants ode, sde or restart, not \"%.*s\"", option, (int)length, text);
}

static void add_method(struct options *options, const char *option, const char *text,
                       size_t length) {
  int added = method(option, text, length);
  for (int i = 0; i < options->method_count; ++i)
    if (options->methods[i] == added)
      say_usage("--%s has %s twice", option, method_names[added]);
  options->methods[options->method_count++] = added;
}

/* The names of --method (just one) and --compare; separators says what stands between them. */
static void methods(struct options *options, const char *option, const char *text,
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

static void preset(struct options *options, const char *text) {
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

static void segments(struct options *options, const char *text) {
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

/* ---- the command line ------------------------------------------------------------------------*/

static error_t on_schedule(int key, char *arg, struct options *options) {
  switch (key) {
  case KEY_METHOD:
    methods(options, "method", arg, "");
    return 0;
  case KEY_PRESET:
    preset(options, arg);
    return 0;
  case KEY_SEGMENTS:
    segments(options, arg);
    return 0;
  case KEY_STEPS:
    options->steps = whole("steps", arg, 1, 100000);
    return 0;
  case KEY_SIGMA_MAX:
    options->sigma_max = positive("sigma-max", arg);
    return 0;
  case KEY_SIGMA_MIN:
    options->sigma_min = positive("sigma-min", arg);
    return 0;
  case KEY_RHO:
    options->rho = positive("rho", arg);
    return 0;
  case KEY_SOLVER:
    options->solver = solver_named("solver", arg);
    return 0;
  case KEY_RESTART_SOLVER:
    options->restart_solver = solver_named("restart-solver", arg);
    return 0;
  case KEY_GRID:
    options->grid = grid_named("grid", arg);
    options->grid_given = true;
    if (options->grid == RS_GRID_SIGMAS)
      say_usage("--grid wants a grid that is made, not \"%s\"", arg);
    return 0;
  case KEY_ORDER:
    options->order = whole("order", arg, 1, 9);
    return 0;
  case KEY_ETA:
    options->eta = positive("eta", arg);
    return 0;
  case KEY_BUDGET:
    options->budget = whole("budget", arg, 1, 100000);
    return 0;
  case KEY_S_NOISE:
    options->s_noise = positive("s-noise", arg);
    return 0;
  case KEY_S_CHURN:
    options->s_churn = positive("s-churn", arg);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t on_option(int key, char *arg, struct options *options) {
  switch (key) {
  case 'o':
    options->output = arg;
    return 0;
  case KEY_SIZE:
    size(options, arg);
    return 0;
  case 'n':
    options->count = whole("count", arg, 1, 10000);
    return 0;
  case 's':
    options->seed = seed(arg);
    return 0;
  case KEY_PATCH:
    options->patch = whole("patch", arg, 1, 63);
    return 0;
  case KEY_SHEET:
    options->sheet = true;
    return 0;
  case KEY_COMPARE:
    options->sheet = true;
    methods(options, "compare", arg ? arg : "ode,sde,restart", ",");
    return 0;
  case KEY_PLAN_SVG:
    options->plan_svg = arg;
    options->plan = true;
    return 0;
  case KEY_PLAN:
    options->plan = true;
    return 0;
  case KEY_THREADS:
    options->threads = whole("threads", arg, 1, 1024);
    return 0;
  case 'q':
    options->quiet = true;
    return 0;
  default:
    return on_schedule(key, arg, options);
  }
}

static void check(const struct options *options) {
  if (options->patch % 2 == 0 && options->patch)
    say_usage("--patch wants an odd number, not %d", options->patch);
  if (options->budget && options->steps)
    say_usage("--budget and --steps exclude each other");
  if (options->plan)
    return;
  if (options->input_count == 0)
    say_usage("an INPUT.png is missing");
  if (!options->output)
    say_usage("the output is missing: -o FILE");
  if (options->input_count > 1 && !options->sheet)
    say_usage("more than one INPUT wants --sheet or --compare");
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  struct options *options = state->input;
  switch (key) {
  case ARGP_KEY_ARGS:
    options->inputs = state->argv + state->next;
    options->input_count = state->argc - state->next;
    return 0;
  case ARGP_KEY_END:
    check(options);
    return 0;
  default:
    return on_option(key, arg, options);
  }
}

static int processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > 1024 ? 1024 : (int)count;
}

void options_parse(struct options *options, int argc, char **argv) {
  static const struct argp argp = {
      .options = table,
      .parser = parse,
      .args_doc = "INPUT.png -o OUT.png\n--sheet INPUT.png... -o SHEET.png\n--plan",
      .doc = "Makes new pictures in the manner of INPUT.png by Restart sampling. They tile "
             "seamlessly.",
  };
  argv[0] = say_command = "restart-sampler texture";
  *options = (struct options){.count = 1, .methods = {METHOD_RESTART}, .method_count = 1};
  options->threads = processors();
  argp_parse(&argp, argc, argv, 0, NULL, options);
}
