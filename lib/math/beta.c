/* SPDX-License-Identifier: MIT */
#include "math/beta.h"

#include <stdbool.h>

#include "base/elementary.h"

/* The integral of t^(a-1) (1-t)^(b-1) from 0 to x, divided by x^a, for x <= 1/2: the series in x,
 * whose terms halve. */
static double partial(double x, double a, double b) {
  double factor = 1, sum = 0;
  for (int n = 0; n < 200; n++) {
    const double term = factor / (a + n);
    sum += term;
    if (term <= 1e-17 * sum && term >= -1e-17 * sum)
      break;
    factor *= x * (n + 1 - b) / (n + 1);
  }
  return sum;
}

/* The x <= 1/2 below which `mass` of the integral lies. In y = x^a the integral is nearly a line
 * and bends one way only, so Newton's steps from y = a mass go straight to it. */
static double invert(double mass, double a, double b) {
  const double most = rs__pow(0.5, a);
  double y = a * mass < most ? a * mass : most, x = rs__pow(y, 1 / a);
  for (int k = 0; k < 50 && y > 0; k++) {
    const double step = (y * partial(x, a, b) - mass) * a / rs__pow(1 - x, b - 1);
    y = y - step < most ? y - step : most;
    x = rs__pow(y, 1 / a);
    if (step <= 1e-16 * y && step >= -1e-16 * y)
      break;
  }
  return x;
}

double rs__beta_quantile(double p, double a, double b) {
  if (a == b && p == 0.5)
    return 0.5;
  const double low = rs__pow(0.5, a) * partial(0.5, a, b);
  const double high = rs__pow(0.5, b) * partial(0.5, b, a);
  const bool upper = p * (low + high) > low;
  const double x = upper ? invert((1 - p) * (low + high), b, a) : invert(p * (low + high), a, b);
  return upper ? 1 - x : x;
}
