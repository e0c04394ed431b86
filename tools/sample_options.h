/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SAMPLE_OPTIONS_H
#define TOOL_SAMPLE_OPTIONS_H

#include "draw_options.h"

/* The command line of `sample`. A number that is 0 was not given. */
struct sample_options {
  struct draw_options draw;
  const char *output;
  const char *npy;
  int columns;
  double low; /* of the values that become black and white */
  double high;
  const char *checkpoint;
  int checkpoint_every; /* seconds */
};

/* Reads the command line; says what is wrong with it and exits, or answers --help and exits. */
void sample_options_parse(struct sample_options *options, int argc, char **argv);

#endif
