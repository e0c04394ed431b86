/* SPDX-License-Identifier: MIT */
#include "support/grids.h"

#include <math.h>
#include <string.h>

#include "support/test.h"

/* t from 1 to 1e-3. */
static double vp(double part) {
  const double t = 1 + part * (1e-3 - 1);
  return sqrt(exp(19.9 * t * t / 2 + 0.1 * t) - 1);
}

/* sigma^2 evenly in its logarithm, from 100^2 to 0.02^2. */
static double ve(double part) {
  return sqrt(1e4 * pow(4e-4 / 1e4, part));
}

static double edm(double part) {
  return pow(pow(80, 1. / 7) + part * (pow(0.002, 1. / 7) - pow(80, 1. / 7)), 7);
}

static double alpha_bar(int j) {
  const double root = sin(1.57079632679489661923 * j / 1000 / 1.008);
  return root * root;
}

/* The levels u_j of iDDPM, M = 1000, C1 = 0.001, C2 = 0.008, from 81 down to 0.002, highest first;
 * returns how many there are. The program takes alpha_bar in single precision: its levels differ in
 * the seventh digit. */
static int iddpm_levels(double u[1001]) {
  int count = 0, first = -1;
  u[1000] = 0;
  for (int j = 1000; j > 0; j--) {
    const double ratio = alpha_bar(j - 1) / alpha_bar(j);
    u[j - 1] = sqrt((u[j] * u[j] + 1) / fmax(ratio, 1e-3) - 1);
  }
  for (int j = 0; j <= 1000; j++)
    if (u[j] >= 0.002 && u[j] <= 81) {
      first = first < 0 ? j : first;
      count++;
    }
  memmove(u, u + first, (size_t)count * sizeof *u);
  return count;
}

static double iddpm(double part) {
  double u[1001];
  const int count = iddpm_levels(u);
  return u[(int)rint((count - 1) * part)];
}

size_t grids_ablation(const char *name, int steps, double sigmas[GRIDS_MOST]) {
  static const struct {
    const char *name;
    double (*at)(double);
  } grids[] = {{"vp", vp}, {"ve", ve}, {"iddpm", iddpm}, {"edm", edm}};
  assert_true(steps > 1 && steps < GRIDS_MOST);
  for (size_t k = 0; k < sizeof grids / sizeof *grids; k++)
    if (strcmp(grids[k].name, name) == 0) {
      for (int i = 0; i < steps; i++)
        sigmas[i] = grids[k].at((double)i / (steps - 1));
      sigmas[steps] = 0;
      return (size_t)steps + 1;
    }
  fail_msg("no grid is called %s", name);
  return 0;
}
