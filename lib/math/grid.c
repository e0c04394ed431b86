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

bool rs__grid_valid(const double *sigmas, size_t count, size_t *wrong) {
  for (size_t i = 0; i < count; i++) {
    const double s = sigmas[i];
    const bool in_range = s > 0 ? s <= 1e30 && s >= 1e-30 : s == 0 && i + 1 == count;
    if (!in_range || (i && !(s < sigmas[i - 1]))) {
      *wrong = i;
      return false;
    }
  }
  return true;
}

/* Where sigma lies among the nodes, linear in its logarithm between two of them. */
static double place(const double *sigmas, size_t count, double sigma) {
  size_t i = 0;
  while (i + 1 < count && sigmas[i + 1] >= sigma)
    i++;
  if (sigma >= sigmas[i] || i + 1 == count || sigmas[i + 1] == 0)
    return (double)i;
  return (double)i + rs__log(sigmas[i] / sigma) / rs__log(sigmas[i] / sigmas[i + 1]);
}

double rs__grid_ratio(const double *sigmas, size_t count, double high, double low) {
  const double steps = place(sigmas, count, low) - place(sigmas, count, high);
  return rs__pow(high / low, 1 / steps);
}
