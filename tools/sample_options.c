/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <restart/torch.h>

#include "sample_options.h"
#include "say.h"
#include "values.h"

enum {
  KEY_NPY = 256,
  KEY_COLUMNS,
  KEY_RANGE,
  KEY_BATCH,
  KEY_LABELS,
  KEY_GUIDANCE,
  KEY_SHAPE,
  KEY_DEVICE,
  KEY_DTYPE,
  KEY_CHECKPOINT,
  KEY_EVERY,
  KEY_THREADS
};
enum { COUNT_MAX = 10000000, LABELS_MAX = 1000000 };

static const struct argp_option table[] = {
    {0, 0, 0, 0, "Samples:", 1},
    {"output", 'o', "FILE", 0, "Where to write them as one PNG sheet", 0},
    {"npy", KEY_NPY, "FILE", 0, "Where to write their numbers, as float32 for numpy", 0},
    {"count", 'n', "N", 0, "Number of samples (default 1)", 0},
    {"seed", 's', "S", 0, "Sample i, from 0, has seed S + i (default 0)", 0},
    {"labels", KEY_LABELS, "LIST", 0, "Classes, such as 3 or 0,1,2 or 0-9, in turn", 0},
    {"guidance", KEY_GUIDANCE, "W", 0, "Weight of guidance (default: the model's own)", 0},
    {"columns", KEY_COLUMNS, "N", 0, "Of the sheet (default: as many as rows)", 0},
    {"range", KEY_RANGE, "LO,HI", 0, "Values that become black and white (default -1,1)", 0},
    {"shape", KEY_SHAPE, "CxHxW", 0, "Shape of a sample (default: as the model says)", 0},
    {0, 0, 0, 0, "Running:", 4},
    {"batch", KEY_BATCH, "B", 0, "Samples drawn together (default 32)", 0},
    {"device", KEY_DEVICE, "NAME", 0, "Of libtorch: cpu (default), cuda:0, ...", 0},
    {"dtype", KEY_DTYPE, "NAME", 0, "float32, float64, float16 or bfloat16 (default: the model's)",
     0},
    {"threads", KEY_THREADS, "N", 0, "Number of libtorch's threads (default: its own choice)", 0},
    {"checkpoint", KEY_CHECKPOINT, "FILE", 0, "Keep the run in FILE, and continue from there", 0},
    {"checkpoint-every", KEY_EVERY, "SECONDS", 0, "How often (default 30)", 0},
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

static void add_labels(struct sample_options *options, const char *text, long first, long last) {
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

static void labels(struct sample_options *options, const char *text) {
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

static void range(struct sample_options *options, const char *text) {
  char *comma, *end;
  options->low = strtod(text, &comma);
  options->high = *comma == ',' ? strtod(comma + 1, &end) : 0;
  if (*comma != ',' || comma == text || end == comma + 1 || *end || !isfinite(options->low) ||
      !isfinite(options->high) || options->low >= options->high)
    say_usage("--range wants two numbers, such as 0,1, the lower one first, not \"%s\"", text);
}

static void shape(struct sample_options *options, const char *text) {
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

static error_t on_running(int key, char *arg, struct sample_options *options) {
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
  case KEY_CHECKPOINT:
    options->checkpoint = arg;
    return 0;
  case KEY_EVERY:
    options->checkpoint_every = value_whole("checkpoint-every", arg, 0, 1000000);
    return 0;
  case 'q':
    options->quiet = true;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t on_option(int key, char *arg, struct sample_options *options) {
  switch (key) {
  case 'o':
    options->output = arg;
    return 0;
  case KEY_NPY:
    options->npy = arg;
    return 0;
  case 'n':
    options->count = value_whole("count", arg, 1, COUNT_MAX);
    return 0;
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
  case KEY_COLUMNS:
    options->columns = value_whole("columns", arg, 1, 10000);
    return 0;
  case KEY_RANGE:
    range(options, arg);
    return 0;
  case KEY_SHAPE:
    shape(options, arg);
    return 0;
  default:
    return on_running(key, arg, options);
  }
}

static void check(const struct sample_options *options) {
  if (!options->model)
    say_usage("a MODEL.pt is missing");
  if (options->guidance_given && !options->labels_text)
    say_usage("--guidance wants --labels: without a class there is nothing to guide to");
  if (options->schedule.plan)
    return;
  if (!options->output && !options->npy)
    say_usage("the output is missing: -o FILE.png or --npy FILE.npy");
  if (options->output && options->npy && strcmp(options->output, options->npy) == 0)
    say_usage("-o and --npy are the same file");
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  struct sample_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->schedule;
    return 0;
  case ARGP_KEY_ARG:
    if (options->model)
      say_usage("sample wants one MODEL.pt, not also \"%s\"", arg);
    options->model = arg;
    return 0;
  case ARGP_KEY_END:
    check(options);
    return 0;
  default:
    return on_option(key, arg, options);
  }
}

void sample_options_parse(struct sample_options *options, int argc, char **argv) {
  static const struct argp_child children[] = {{&schedule_argp, 0, NULL, 2}, {0}};
  static const struct argp argp = {
      .options = table,
      .parser = parse,
      .children = children,
      .args_doc = "MODEL.pt -o OUT.png\nMODEL.pt --npy OUT.npy\nMODEL.pt --plan",
      .doc = "Draws samples from the network in a TorchScript file. Without options of the "
             "schedule: 18 steps of Heun's method, no restarts.",
  };
  argv[0] = say_command = "restart-sampler sample";
  *options = (struct sample_options){.count = 1,
                                     .batch = 32,
                                     .low = -1,
                                     .high = 1,
                                     .checkpoint_every = 30,
                                     .schedule = {.sde_churn = 10}};
  argp_parse(&argp, argc, argv, 0, NULL, options);
}
