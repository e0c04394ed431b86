/* SPDX-License-Identifier: MIT */
#include <argp.h>

#include "mpi_options.h"
#include "say.h"
#include "values.h"

enum { KEY_NPY = 256, KEY_SHARD };

static const struct argp_option table[] = {
    {"npy", KEY_NPY, "FOLDER", 0, "Where to write their numbers, as float32 for numpy",
     GROUP_SAMPLES},
    {"shard", KEY_SHARD, "N", 0, "Batches in one file, dealt to a rank together (default 10)",
     GROUP_RUNNING},
    {0, 0, 0, 0, 0, 0},
};

static void check(const struct mpi_options *options) {
  if (!options->folder && !options->draw.schedule.plan)
    say_usage("the output is missing: --npy FOLDER");
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  struct mpi_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->draw;
    return 0;
  case KEY_NPY:
    options->folder = arg;
    return 0;
  case KEY_SHARD:
    options->shard = value_whole("shard", arg, 1, 1000000);
    return 0;
  case ARGP_KEY_END:
    check(options);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

void mpi_options_parse(struct mpi_options *options, int argc, char **argv) {
  static const struct argp_child children[] = {{&draw_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      .options = table,
      .parser = parse,
      .children = children,
      .args_doc = "MODEL.pt --npy FOLDER\nMODEL.pt --plan",
      .doc = "Draws samples from the network in a TorchScript file on all ranks of an MPI job, for "
             "instance mpirun -n 4 restart-mpi ... The samples have the bits of restart-sampler "
             "sample --threads 1. A job that ended early is continued by the same command.",
  };
  *options = (struct mpi_options){.draw = {DRAW_DEFAULTS, .threads = 1}, .shard = 10};
  argp_parse(&argp, argc, argv, 0, NULL, options);
}
