/* SPDX-License-Identifier: MIT */
#include <argp.h>

#include <restart/tune.h>

#include "say.h"
#include "tune_options.h"
#include "values.h"

enum { KEY_NFE = 256, KEY_REFERENCE, KEY_EVALUATIONS, KEY_SKIP, KEY_CHECKPOINT, KEY_FEATURES };
enum { GROUP_SEARCH = GROUP_SCHEDULE };

static const struct argp_option table[] = {
    {0, 0, 0, 0, "Search:", GROUP_SEARCH},
    {"nfe", KEY_NFE, "N", 0, "Evaluations that a sample may cost (required)", 0},
    {"reference", KEY_REFERENCE, "PATH", 0,
     "Data that the network was trained for: a .npy file [count, shape...] or a folder of .png "
     "files, 64 or more, better 500",
     0},
    {"features", KEY_FEATURES, "FILE.pt", 0,
     "Compare by what the module in FILE computes of samples, which for photographs sees more", 0},
    {"evaluations", KEY_EVALUATIONS, "N", 0, "To spend, all in all (default 1000000)", 0},
    {"skip", KEY_SKIP, "KIND", 0, "Do not try sde, or restart; may be given twice", 0},
    {"output", 'o', "FILE", 0, "Where to write the schedule (default: the standard output)", 0},
    {"checkpoint", KEY_CHECKPOINT, "FILE", 0, "Keep the search in FILE, and continue from there",
     GROUP_RUNNING},
    {0, 0, 0, 0, 0, 0},
};

static const char *const kinds[] = {"sde", "restart"};

static error_t on_option(int key, char *arg, struct tune_options *options) {
  switch (key) {
  case KEY_NFE:
    options->nfe = value_whole("nfe", arg, 5, 100000);
    return 0;
  case KEY_REFERENCE:
    options->reference = arg;
    return 0;
  case KEY_FEATURES:
    options->features = arg;
    return 0;
  case KEY_EVALUATIONS:
    options->evaluations = value_positive("evaluations", arg);
    if (options->evaluations < 1 || options->evaluations > 1e14)
      say_usage("--evaluations wants a number from 1 to 1e14, not \"%s\"", arg);
    return 0;
  case KEY_SKIP:
    options->skip |= 1 << (RS_TUNE_SDE + value_word("skip", arg, kinds, 2));
    return 0;
  case KEY_CHECKPOINT:
    options->checkpoint = arg;
    return 0;
  case 'o':
    options->output = arg;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  struct tune_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->draw;
    return 0;
  case ARGP_KEY_END:
    if (!options->nfe)
      say_usage("--nfe N is missing: what a sample may cost");
    return 0;
  default:
    return on_option(key, arg, options);
  }
}

void tune_options_parse(struct tune_options *options, int argc, char **argv) {
  static const struct argp_child children[] = {{&network_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      .options = table,
      .parser = parse,
      .children = children,
      .args_doc = "MODEL.pt --nfe N --reference PATH -o SCHEDULE",
      .doc = "Searches the schedule that serves the network in a TorchScript file best at a given "
             "cost: an ODE, an SDE, or Restart. sample --schedule reads it.",
  };
  argv[0] = say_command = "restart-sampler tune";
  *options = (struct tune_options){.draw = {DRAW_DEFAULTS}};
  argp_parse(&argp, argc, argv, 0, NULL, options);
}
