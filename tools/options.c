/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <stdlib.h>
#include <unistd.h>

#include <restart/exemplar.h>

#include "options.h"
#include "picture.h"
#include "say.h"
#include "values.h"

enum { KEY_SIZE = 256, KEY_PATCH, KEY_SEARCH, KEY_SHEET, KEY_COMPARE, KEY_THREADS };

static const struct argp_option table[] = {
    {0, 0, 0, 0, "Pictures:", 1},
    {"output", 'o', "FILE", 0, "Where to write the picture", 0},
    {"size", KEY_SIZE, "WxH", 0, "Size of the picture (default: that of INPUT)", 0},
    {"count", 'n', "N", 0, "Number of pictures: FILE gets -1, -2, ... before its ending", 0},
    {"seed", 's', "S", 0, "Picture i, from 0, has seed S + i (default 0)", 0},
    {"patch", KEY_PATCH, "P", 0, "Side of the patches at every noise level, odd, 1 to 63", 0},
    {"search", KEY_SEARCH, "HOW", 0,
     "exact (default), or shortlist: many times faster for large pictures", 0},
    {"sheet", KEY_SHEET, 0, 0, "One contact sheet: INPUT and its pictures, each tiled 2 x 2", 0},
    {"compare", KEY_COMPARE, "METHODS", OPTION_ARG_OPTIONAL,
     "A contact sheet that compares methods at equal cost (default ode,sde,restart)", 0},
    {0, 0, 0, 0, "Running:", 4},
    {"threads", KEY_THREADS, "N", 0, "Number of threads (default: all processors)", 0},
    {"quiet", 'q', 0, 0, "Say nothing but errors", 0},
    {0, 0, 0, 0, 0, 0},
};

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

static int search(const char *text) {
  static const char *const words[] = {"exact", "shortlist"}; /* as RS_EXEMPLAR_... */
  return value_word("search", text, words, 2);
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
    options->count = value_whole("count", arg, 1, 10000);
    return 0;
  case 's':
    options->seed = value_seed(arg);
    return 0;
  case KEY_PATCH:
    options->patch = value_whole("patch", arg, 1, 63);
    return 0;
  case KEY_SEARCH:
    options->search = search(arg);
    return 0;
  case KEY_SHEET:
    options->sheet = true;
    return 0;
  case KEY_COMPARE:
    options->sheet = true;
    schedule_compare(&options->schedule, arg ? arg : "ode,sde,restart");
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

static void check(const struct options *options) {
  if (options->patch % 2 == 0 && options->patch)
    say_usage("--patch wants an odd number, not %d", options->patch);
  if (options->schedule.plan)
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
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->schedule;
    return 0;
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
  static const struct argp_child children[] = {{&schedule_argp, 0, NULL, 2}, {0}};
  static const struct argp argp = {
      .options = table,
      .parser = parse,
      .children = children,
      .args_doc = "INPUT.png -o OUT.png\n--sheet INPUT.png... -o SHEET.png\n--plan",
      .doc = "Makes new pictures in the manner of INPUT.png by Restart sampling. They tile "
             "seamlessly.",
  };
  argv[0] = say_command = "restart-sampler texture";
  *options =
      (struct options){.count = 1, .schedule = {.defaults = rs_exemplar_schedule, .sde_churn = 3}};
  options->threads = processors();
  argp_parse(&argp, argc, argv, 0, NULL, options);
}
