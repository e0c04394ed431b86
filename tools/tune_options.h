/* SPDX-License-Identifier: MIT */
#ifndef TOOL_TUNE_OPTIONS_H
#define TOOL_TUNE_OPTIONS_H

#include "draw_options.h"

/* The command line of `tune`. */
struct tune_options {
  struct draw_options draw;
  const char *output;    /* NULL: the standard output */
  const char *reference; /* NULL: none */
  const char *features;  /* NULL: none */
  const char *checkpoint;
  int nfe;
  double evaluations; /* 0: the library's default */
  int32_t skip;
};

/* Reads the command line; says what is wrong with it and exits, or answers --help and exits. */
void tune_options_parse(struct tune_options *options, int argc, char **argv);

#endif
