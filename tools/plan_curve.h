/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PLAN_CURVE_H
#define TOOL_PLAN_CURVE_H

#include <stdbool.h>

#include <restart/restart.h>

/* A plan as a curve of sigma over evaluations: one line for each step. */
struct plan_line {
  int kind; /* RS_STEP_... */
  double nfe_from;
  double nfe_to;
  double sigma_from;
  double sigma_to;
};

struct plan_curve {
  size_t count;
  struct plan_line *lines;
  double nfe;
  double sigma_max;
  double sigma_min; /* the lowest above 0 */
};

/* False (and said) when there is no memory. */
bool plan_curve_read(struct plan_curve *curve, const rs_sampler *sampler);
void plan_curve_free(struct plan_curve *curve);

/* Where sigma lies on a logarithmic axis, from 0 at the bottom to 1; sigma 0 is the bottom, the
 * lowest level above 0 a little above it. */
double plan_curve_level(const struct plan_curve *curve, double sigma);

/* The curve on a terminal, with text that fits in columns. */
bool plan_print_curve(const struct plan_curve *curve, int columns, bool unicode);

/* The curve as an SVG file. Failures are said. */
bool plan_write_svg(const struct plan_curve *curve, const char *title, const char *path);

#endif
