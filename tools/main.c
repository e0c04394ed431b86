/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <restart/restart.h>

#include "lists.h"
#include "options.h"
#include "plan.h"
#include "presets.h"
#include "sample.h"
#include "say.h"
#include "texture.h"
#include "tune.h"

static int texture(int argc, char **argv) {
  struct options options;
  options_parse(&options, argc, argv);
  return options.schedule.plan ? plan_show(&options.schedule, NULL) : texture_make(&options);
}

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} commands[] = {{"texture", texture},      {"sample", sample},          {"tune", tune},
                {"presets", presets_list}, {"samplers", samplers_list}, {"grids", grids_list}};

static void print_version(FILE *stream, struct argp_state *state) {
  (void)state;
  fprintf(stream, "restart-sampler %s\n", rs_version_string());
}

/* Finds the command; the words from its name on are its own. */
static error_t parse(int key, char *arg, struct argp_state *state) {
  int *first = state->input;
  if (key == ARGP_KEY_ARG) {
    *first = state->next - 1;
    state->next = state->argc;
  } else if (key == ARGP_KEY_NO_ARGS)
    say_usage("a command is missing: texture, sample, tune, presets, samplers or grids");
  else
    return ARGP_ERR_UNKNOWN;
  (void)arg;
  return 0;
}

/* Text that does not arrive is a failure too, also that of --help, after which argp exits. */
static void check_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout))
    return;
  say("cannot write to the standard output");
  _exit(EXIT_FAILED);
}

int main(int argc, char **argv) {
  static const struct argp argp = {
      .parser = parse,
      .args_doc = "texture [OPTION...] INPUT.png -o OUT.png\nsample [OPTION...] MODEL.pt -o "
                  "OUT.png\ntune [OPTION...] MODEL.pt --nfe N\npresets\nsamplers\ngrids",
      .doc = "Restart sampling of pictures.\v"
             "  texture   makes new pictures in the manner of a picture\n"
             "  sample    draws samples from the network in a TorchScript file\n"
             "  tune      searches the schedule that serves such a network best\n"
             "  presets   lists the published schedules\n"
             "  samplers  lists the solvers\n"
             "  grids     lists the grids of noise levels\n\n"
             "'restart-sampler COMMAND --help' tells the options of a command.",
  };
  setlocale(LC_CTYPE, "");
  atexit(check_output);
  argp_err_exit_status = EXIT_USAGE;
  argp_program_version_hook = print_version;
  int first = 0;
  argv[0] = say_command;
  argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &first);
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; ++i)
    if (strcmp(argv[first], commands[i].name) == 0)
      return commands[i].run(argc - first, argv + first);
  say_usage("there is no command \"%s\": texture, sample, tune, presets, samplers or grids",
            argv[first]);
}
