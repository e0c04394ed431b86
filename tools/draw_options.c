/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>

#include <restart/torch.h>

#include "draw_options.h"
#include "say.h"
#include "values.h"

/* Above the keys of the commands' own options, below those of the schedule. */
enum { KEY_BATCH = 384, KEY_LABELS, KEY_GUIDANCE, KEY_SHAPE, KEY_DEVICE, KEY_DTYPE, KEY_THREADS };
enum { COUNT_MAX = 1000000000, LABELS_MAX = 1000000 };

static const struct argp_option network_table[] = {
    {0, 0, 0, 0, "Samples:", GROUP_SAMPLES},
    {"seed", 's', "S", 0, "Sample i, from 0, has seed S + i (default 0)", 0},
    {"labels", KEY_LABELS, "LIST", 0, "Classes, such as 3 or 0,1,2 or 0-9, in turn", 0},
    {"guidance", KEY_GUIDANCE, "W", 0, "Weight of guidance (default: the model's own)", 0},
    {"shape", KEY_SHAPE, "CxHxW", 0, "Shape of a sample (default: as the model says)", 0},
    {0, 0, 0, 0, "Running:", GROUP_RUNNING},
    {"batch", KEY_BATCH, "B", 0, "Samples drawn together (default 32)", 0},
    {"device", KEY_DEVICE, "NAME", 0, "Of libtorch: cpu (default), cuda:0, ...", 0},
    {"dtype", KEY_DTYPE, "NAME", 0, "float32, float64, float16 or bfloat16 (default: the model's)",
     0},
    {"threads", KEY_THREADS, "N", 0,
     "Number of libtorch's threads (default: its own choice; 1 in restart-mpi)", 0},
    {"quiet", 'q', 0, 0, "Say nothing but errors", 0},
    {0, 0, 0, 0, 0, 0},
};

static const char *const dtypes[] = {"float32", "float64", "float16", "bfloat16"};
static const int32_t dtype_numbers[] = {RS_TORCH_FLOAT32, RS_TORCH_FLOAT64, RS_TORCH_FLOAT16,
                                        RS_TORCH_BFLOAT16};

/* ---- values ----------------------------------------------------------------------------------*/

_Noreturn static void bad_labels(const char *text) {
  say_usage("--labels wants classes such as 3 or 0,1,2 or 0-9, at most %d, not \"%s\"", LABELS_MAX,
            text);
}

static long label(const char *whole, const char *at, char **end) {
  errno = 0;
  long value = strtol(at, end, 10);
  if (*at < '0' || *at > '9' || errno)
    bad_labels(whole);
  return value;
}

static void add_labels(struct draw_options *options, const char *text, long first, long last) {
  if (last < first || last - first >= LABELS_MAX - options->label_count)
    bad_labels(text);
  size_t count = (size_t)options->label_count + (size_t)(last - first) + 1;
  int64_t *grown = realloc(options->labels, count * sizeof *grown);
  if (!grown) {
    say("out of memory for the labels");
    exit(EXIT_FAILED);
  }
  options->labels = grown;
  for (long i = first; i <= last; ++i)
    grown[options->label_count++] = i;
}

static void labels(struct draw_options *options, const char *text) {
  options->labels_text = text;
  options->label_count = 0;
  for (const char *at = text;;) {
    char *end;
    long first = label(text, at, &end);
    long last = *end == '-' ? label(text, end + 1, &end) : first;
    add_labels(options, text, first, last);
    if (!*end)
      return;
    if (*end != ',')
      bad_labels(text);
    at = end + 1;
  }
}

static void shape(struct draw_options *options, const char *text) {
  struct shape *shape = &options->shape;
  shape->count = 0;
  for (const char *at = text; shape->count < SHAPE_MAX;) {
    char *end;
    long size = strtol(at, &end, 10);
    if (*at < '1' || *at > '9' || size > COUNT_MAX)
      break;
    shape->sizes[shape->count++] = size;
    if (!*end)
      return;
    if (*end != 'x')
      break;
    at = end + 1;
  }
  say_usage("--shape wants sizes such as 3x32x32, not \"%s\"", text);
}

/* ---- the command line ------------------------------------------------------------------------*/

static error_t on_running(int key, char *arg, struct draw_options *options) {
  switch (key) {
  case KEY_BATCH:
    options->batch = value_whole("batch", arg, 1, 1000000);
    return 0;
  case KEY_DEVICE:
    options->device = arg;
    return 0;
  case KEY_DTYPE:
    options->dtype = dtype_numbers[value_word("dtype", arg, dtypes, 4)];
    return 0;
  case KEY_THREADS:
    options->threads = value_whole("threads", arg, 1, 1024);
    return 0;
  case 'q':
    options->quiet = true;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t on_network(int key, char *arg, struct draw_options *options) {
  switch (key) {
  case 's':
    options->seed = value_seed(arg);
    return 0;
  case KEY_LABELS:
    labels(options, arg);
    return 0;
  case KEY_GUIDANCE:
    options->guidance = value_positive("guidance", arg);
    options->guidance_given = true;
    return 0;
  case KEY_SHAPE:
    shape(options, arg);
    return 0;
  default:
    return on_running(key, arg, options);
  }
}

static void check(const struct draw_options *options) {
  if (!options->model)
    say_usage("a MODEL.pt is missing");
  if (options->guidance_given && !options->labels_text)
    say_usage("--guidance wants --labels: without a class there is nothing to guide to");
}

static error_t parse_network(int key, char *arg, struct argp_state *state) {
  struct draw_options *options = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (options->model)
      say_usage("one MODEL.pt is wanted, not also \"%s\"", arg);
    options->model = arg;
    return 0;
  case ARGP_KEY_END:
    check(options);
    return 0;
  default:
    return on_network(key, arg, options);
  }
}

const struct argp network_argp = {.options = network_table, .parser = parse_network};

static const struct argp_option table[] = {
    {"count", 'n', "N", 0, "Number of samples (default 1)", GROUP_SAMPLES},
    {0, 0, 0, 0, 0, 0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
  struct draw_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = options;
    state->child_inputs[1] = &options->schedule;
    return 0;
  case 'n':
    options->count = value_whole("count", arg, 1, COUNT_MAX);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {
    {&network_argp, 0, NULL, 0}, {&schedule_argp, 0, NULL, GROUP_SCHEDULE}, {0}};

const struct argp draw_argp = {.options = table, .parser = parse, .children = children};
