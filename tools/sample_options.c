/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <math.h>
#include <stdlib.h>

#include "sample_options.h"
#include "say.h"
#include "values.h"

enum { KEY_NPY = 256, KEY_COLUMNS, KEY_RANGE, KEY_CHECKPOINT, KEY_EVERY };

static const struct argp_option table[] = {
    {"output", 'o', "FILE", 0, "Where to write them as one PNG sheet", GROUP_SAMPLES},
    {"npy", KEY_NPY, "FILE", 0, "Where to write their numbers, as float32 for numpy", 0},
    {"columns", KEY_COLUMNS, "N", 0, "Of the sheet (default: as many as rows)", 0},
    {"range", KEY_RANGE, "LO,HI", 0, "Values that become black and white (default -1,1)", 0},
    {"checkpoint", KEY_CHECKPOINT, "FILE", 0, "Keep the run in FILE, and continue from there",
     GROUP_RUNNING},
    {"checkpoint-every", KEY_EVERY, "SECONDS", 0, "How often (default 30)", 0},
    {0, 0, 0, 0, 0, 0},
};

static void range(struct sample_options *options, const char *text) {
  char *comma, *end;
  options->low = strtod(text, &comma);
  options->high = *comma == ',' ? strtod(comma + 1, &end) : 0;
  if (*comma != ',' || comma == text || end == comma + 1 || *end || !isfinite(options->low) ||
      !isfinite(options->high) || options->low >= options->high)
    say_usage("--range wants two numbers, such as 0,1, the lower one first, not \"%s\"", text);
}

static error_t on_option(int key, char *arg, struct sample_options *options) {
  switch (key) {
  case 'o':
    options->output = arg;
    return 0;
  case KEY_NPY:
    options->npy = arg;
    return 0;
  case KEY_COLUMNS:
    options->columns = value_whole("columns", arg, 1, 10000);
    return 0;
  case KEY_RANGE:
    range(options, arg);
    return 0;
  case KEY_CHECKPOINT:
    options->checkpoint = arg;
    return 0;
  case KEY_EVERY:
    options->checkpoint_every = value_whole("checkpoint-every", arg, 0, 1000000);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static void check(const struct sample_options *options) {
  if (options->draw.schedule.plan)
    return;
  if (!options->output && !options->npy)
    say_usage("the output is missing: -o FILE.png or --npy FILE.npy");
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  struct sample_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->draw;
    return 0;
  case ARGP_KEY_END:
    check(options);
    return 0;
  default:
    return on_option(key, arg, options);
  }
}

void sample_options_parse(struct sample_options *options, int argc, char **argv) {
  static const struct argp_child children[] = {{&draw_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      .options = table,
      .parser = parse,
      .children = children,
      .args_doc = "MODEL.pt -o OUT.png\nMODEL.pt --npy OUT.npy\nMODEL.pt --plan",
      .doc = "Draws samples from the network in a TorchScript file. Without options of the "
             "schedule: 18 steps of Heun's method, no restarts.",
  };
  argv[0] = say_command = "restart-sampler sample";
  *options = (struct sample_options){
      .draw = {DRAW_DEFAULTS}, .low = -1, .high = 1, .checkpoint_every = 30};
  argp_parse(&argp, argc, argv, 0, NULL, options);
}
