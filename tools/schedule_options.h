/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SCHEDULE_OPTIONS_H
#define TOOL_SCHEDULE_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include <restart/restart.h>

enum { METHOD_ODE, METHOD_SDE, METHOD_RESTART, METHOD_COUNT };
enum { SEGMENTS_MAX = 64, SIGMAS_MAX = 1024 };

extern const char *const method_names[METHOD_COUNT];

/* The options of the schedule, shared by the commands that sample. A number that is 0 was not
 * given. */
struct schedule_options {
  rs_status (*defaults)(rs_schedule_options *schedule); /* of the command; NULL: the library's */
  double sde_churn;                                     /* the command's default for sde */

  int methods[METHOD_COUNT]; /* one, or those to compare */
  int method_count;
  const char *methods_from; /* the option that named them, or NULL */
  bool plan;
  const char *plan_svg;

  const char *preset;
  const char *file; /* of a schedule, or NULL */
  rs_schedule_options from_file;
  rs_segment file_segments[SEGMENTS_MAX];
  double file_sigmas[SIGMAS_MAX];
  int steps;
  int solver;
  int restart_solver;
  int order;
  double eta;
  int budget;
  bool grid_given;
  int grid;
  int end;     /* 1 + RS_END_... */
  int meet;    /* 1 + RS_MEET_... */
  int spacing; /* 1 + RS_SPACING_... */
  double shift;
  bool snap;
  double sigma_max;
  double sigma_min;
  double rho;
  double s_noise;
  bool s_churn_given;
  double s_churn;
  bool s_min_given;
  double s_min;
  double s_max;
  bool restart_gamma_given;
  double restart_gamma;
  bool segments_given;
  rs_segment segments[SEGMENTS_MAX];
  size_t segment_count;
};

/* For argp_child; its input is a struct schedule_options. */
extern const struct argp schedule_argp;

/* The values of --compare: methods with commas between them. */
void schedule_compare(struct schedule_options *options, const char *text);

#endif
