/* SPDX-License-Identifier: MIT */
#include "base/elementary.h"

#include <math.h>

/* ln 2 in two parts: the first has 20 zero bits at the end, so that its multiples are exact. */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

/* artanh(f)/f - 1 for z = f^2, |f| < 0.18: the series ends where it no longer counts. */
static double artanh_rest(double z) {
  double sum = 0;
  for (int k = 21; k >= 3; k -= 2)
    sum = (sum + 1.0 / k) * z;
  return sum;
}

double rs__log(double x) {
  int e;
  double m = frexp(x, &e);
  if (m < 0.70710678118654752) {
    m *= 2;
    e--;
  }
  /* ln m = 2 artanh((m-1)/(m+1)), |argument| < 0.172 */
  const double f = (m - 1) / (m + 1);
  return e * LN2_HIGH + (2 * f + (2 * f * artanh_rest(f * f) + e * LN2_LOW));
}

double rs__log1p(double x) {
  if (fabs(x) > 0.3)
    return rs__log(1 + x);
  const double f = x / (2 + x);
  return 2 * f + 2 * f * artanh_rest(f * f);
}

double rs__exp(double x) {
  if (!(fabs(x) <= 1e4)) /* nothing that a double or an int could hold */
    return x > 0 ? HUGE_VAL : x < 0 ? 0 : x;
  const double n = floor(x * 1.44269504088896340736 + 0.5);
  const double r = (x - n * LN2_HIGH) - n * LN2_LOW;
  double sum = 1;
  for (int k = 14; k >= 1; k--)
    sum = 1 + sum * r / k;
  return ldexp(sum, (int)n);
}

double rs__pow(double x, double y) {
  return x > 0 ? rs__exp(y * rs__log(x)) : 0;
}

double rs__expm1(double x) {
  if (fabs(x) > 0.3)
    return rs__exp(x) - 1;
  double sum = 1;
  for (int k = 16; k >= 2; k--)
    sum = 1 + sum * x / k;
  return x * sum;
}

double rs__cos(double x) {
  /* cos x = 1 - 2 sin^2(x/2), |x/2| <= pi/2, by the series of the sine */
  const double h = x / 2, z = h * h;
  double sum = 1;
  for (int k = 24; k >= 2; k -= 2)
    sum = 1 - sum * z / (k * (k + 1));
  return 1 - 2 * (h * sum) * (h * sum);
}
