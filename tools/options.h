/* SPDX-License-Identifier: MIT */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "schedule_options.h"

/* The command line of `texture`. A number that is 0 was not given. */
struct options {
  char **inputs;
  int input_count;
  const char *output;
  int width;
  int height;
  int count;
  uint64_t seed;
  int patch;
  int search; /* RS_EXEMPLAR_... */
  bool sheet;
  int threads;
  bool quiet;
  struct schedule_options schedule;
};

/* Reads the command line; says what is wrong with it and exits, or answers --help and exits. */
void options_parse(struct options *options, int argc, char **argv);

#endif
