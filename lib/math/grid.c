/* SPDX-License-Identifier: MIT */
#include "math/grid.h"

#include <math.h>

#include "base/elementary.h"

void rs__grid_karras(double high, double low, double rho, size_t points, double *sigmas) {
  const double top = rs__pow(high, 1 / rho), bottom = rs__pow(low, 1 / rho);
  for (size_t i = 1; i + 1 < points; i++) {
    const double part = (double)i / (double)(points - 1);
    sigmas[i] = rs__pow(top + part * (bottom - top), rho);
  }
  sigmas[points - 1] = low;
  sigmas[0] = high;
}

static double part_of(size_t i, size_t points) {
  return (double)i / (double)(points - 1);
}

static void set_ends(double high, double low, size_t points, double *sigmas) {
  sigmas[points - 1] = low;
  sigmas[0] = high;
}

void rs__grid_log_power(double high, double low, double exponent, size_t points, double *sigmas) {
  const double length = rs__log(high / low);
  for (size_t i = 1; i + 1 < points; i++) {
    const double part = 1 - part_of(i, points);
    sigmas[i] = low * rs__exp(length * (exponent == 1 ? part : rs__pow(part, exponent)));
  }
  set_ends(high, low, points, sigmas);
}

void rs__grid_linear(double high, double low, size_t points, double *sigmas) {
  for (size_t i = 1; i + 1 < points; i++)
    sigmas[i] = high + part_of(i, points) * (low - high);
  set_ends(high, low, points, sigmas);
}

/* arctan x, x >= 0: halved until its series is short. */
static double arctan(double x) {
  double factor = 1, sum = 0;
  while (x > 0.1) {
    x = x < 1e15 ? x / (1 + sqrt(1 + x * x)) : 1;
    factor *= 2;
  }
  for (int k = 19; k > 0; k -= 2)
    sum = 1.0 / k - x * x * sum;
  return factor * x * sum;
}

#define HALF_PI 1.57079632679489661923

void rs__grid_cosine(double high, double low, size_t points, double *sigmas) {
  const double top = arctan(high), bottom = arctan(low);
  for (size_t i = 1; i + 1 < points; i++) {
    const double angle = top + part_of(i, points) * (bottom - top);
    sigmas[i] = rs__cos(HALF_PI - angle) / rs__cos(angle);
  }
  set_ends(high, low, points, sigmas);
}

void rs__grid_vp(double high, double low, size_t points, double *sigmas) {
  const double end = 1e-3;
  const double top = rs__log1p(high * high), bottom = rs__log1p(low * low);
  const double slope = 2 * (bottom / end - top) / (end - 1), least = top - slope / 2;
  for (size_t i = 1; i + 1 < points; i++) {
    const double t = 1 + part_of(i, points) * (end - 1);
    sigmas[i] = sqrt(rs__expm1(slope * t * t / 2 + least * t));
  }
  set_ends(high, low, points, sigmas);
}

size_t rs__grid_pick(const double *table, size_t count, double high, double low, size_t points,
                     double *sigmas) {
  size_t first = 0, end = count;
  while (first < count && table[first] < low)
    first++;
  while (end > first && table[end - 1] > high)
    end--;
  if (end == first)
    return 0;
  const double span = (double)(end - first - 1);
  for (size_t i = 0; i < points; i++) {
    const double part = points > 1 ? part_of(i, points) : 0;
    sigmas[i] = table[end - 1 - (size_t)rint(span * part)];
  }
  return rs__grid_distinct(sigmas, points);
}

/* Where a level lies on a curve, in places. */
static double on_curve(const double *curve, size_t count, double sigma) {
  if (sigma >= curve[0])
    return 0;
  for (size_t i = 1; i < count; i++)
    if (sigma >= curve[i])
      return (double)i - rs__log(sigma / curve[i]) / rs__log(curve[i - 1] / curve[i]);
  return (double)(count - 1);
}

void rs__grid_curve(const double *curve, size_t count, double high, double low, size_t points,
                    double *sigmas) {
  const double top = on_curve(curve, count, high), bottom = on_curve(curve, count, low);
  for (size_t i = 1; i + 1 < points; i++) {
    const double place = top + part_of(i, points) * (bottom - top);
    const size_t k = place < (double)(count - 1) ? (size_t)place : count - 2;
    const double part = place - (double)k;
    sigmas[i] = part == 0 ? curve[k] : curve[k] * rs__exp(part * rs__log(curve[k + 1] / curve[k]));
  }
  set_ends(high, low, points, sigmas);
}

size_t rs__grid_distinct(double *sigmas, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || sigmas[i] < sigmas[kept - 1])
      sigmas[kept++] = sigmas[i];
  return kept;
}

bool rs__grid_valid(const double *sigmas, size_t count, bool infinite, size_t *wrong) {
  for (size_t i = 0; i < count; i++) {
    const double s = sigmas[i];
    const bool top = i == 0 && infinite && s > 1e30;
    const bool in_range = s > 0 ? top || (s <= 1e30 && s >= 1e-30) : s == 0 && i + 1 == count;
    if (!in_range || (i && !(s < sigmas[i - 1]))) {
      *wrong = i;
      return false;
    }
  }
  return true;
}

/* Where sigma lies among the nodes, linear in its logarithm between two of them; what is between
 * an infinite level and the next counts as there. */
static double place(const double *sigmas, size_t count, double sigma) {
  size_t i = 0;
  while (i + 1 < count && sigmas[i + 1] >= sigma)
    i++;
  if (sigma >= sigmas[i] || i + 1 == count || sigmas[i + 1] == 0)
    return (double)i;
  if (!(sigmas[i] <= 1e30))
    return (double)(i + 1);
  return (double)i + rs__log(sigmas[i] / sigma) / rs__log(sigmas[i] / sigmas[i + 1]);
}

double rs__grid_ratio(const double *sigmas, size_t count, double high, double low) {
  const double steps = place(sigmas, count, low) - place(sigmas, count, high);
  return rs__pow(high / low, 1 / steps);
}
