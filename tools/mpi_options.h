/* SPDX-License-Identifier: MIT */
#ifndef TOOL_MPI_OPTIONS_H
#define TOOL_MPI_OPTIONS_H

#include "draw_options.h"

/* The command line of restart-mpi. */
struct mpi_options {
  struct draw_options draw;
  const char *folder;
  int shard; /* batches of one */
};

/* Reads the command line; says what is wrong with it and exits, or answers --help and exits. */
void mpi_options_parse(struct mpi_options *options, int argc, char **argv);

#endif
