/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SAMPLE_OPTIONS_H
#define TOOL_SAMPLE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "schedule_options.h"
#include "shape.h"

/* The command line of `sample`. A number that is 0 was not given. */
struct sample_options {
  const char *model;
  const char *output;
  const char *npy;
  int count;
  int batch;
  uint64_t seed;
  const char *labels_text; /* as given, or NULL */
  int64_t *labels;         /* sample i has label i modulo label_count; to be freed */
  int label_count;
  bool guidance_given;
  double guidance;
  struct shape shape;
  int columns;
  double low; /* of the values that become black and white */
  double high;
  const char *checkpoint;
  int checkpoint_every; /* seconds */
  const char *device;
  int32_t dtype; /* RS_TORCH_... */
  int threads;
  bool quiet;
  struct schedule_options schedule;
};

/* Reads the command line; says what is wrong with it and exits, or answers --help and exits. */
void sample_options_parse(struct sample_options *options, int argc, char **argv);

#endif
