/* SPDX-License-Identifier: MIT */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <restart/restart.h>

enum { METHOD_ODE, METHOD_SDE, METHOD_RESTART, METHOD_COUNT };
enum { SEGMENTS_MAX = 64 };

extern const char *const method_names[METHOD_COUNT];

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
  int methods[METHOD_COUNT]; /* one, or those to compare */
  int method_count;
  const char *methods_from; /* the option that named them, or NULL */
  bool sheet;
  bool plan;
  const char *plan_svg;
  int threads;
  bool quiet;

  const char *preset;
  int steps;
  int solver;
  int restart_solver;
  int order;
  double eta;
  int budget;
  bool grid_given;
  int grid;
  double sigma_max;
  double sigma_min;
  double rho;
  double s_noise;
  double s_churn;
  bool segments_given;
  rs_segment segments[SEGMENTS_MAX];
  size_t segment_count;
};

/* Reads the command line; says what is wrong with it and exits, or answers --help and exits. */
void options_parse(struct options *options, int argc, char **argv);

#endif
