/* SPDX-License-Identifier: MIT */
#include "math/process.h"

#include <math.h>

#include "base/elementary.h"

#define HALF_PI 1.57079632679489661923

static double cosine_bar(double part) {
  const double c = rs__cos((part + 0.008) / 1.008 * HALF_PI);
  return c * c;
}

static double beta_at(int32_t betas, double low, double high, size_t i, size_t count) {
  const double part = (double)i / (double)(count - 1);
  if (betas == RS_BETAS_SCALED_LINEAR) {
    const double root = sqrt(low) + part * (sqrt(high) - sqrt(low));
    return root * root;
  }
  if (betas == RS_BETAS_LINEAR)
    return low + part * (high - low);
  const double n = (double)count;
  return fmin(1 - cosine_bar((double)(i + 1) / n) / cosine_bar((double)i / n), 0.999);
}

void rs__process_alpha_bar(int32_t betas, double beta_min, double beta_max, size_t count,
                           double *table) {
  double product = 1;
  for (size_t i = 0; i < count; i++) {
    product *= 1 - beta_at(betas, beta_min, beta_max, i, count);
    table[i] = product;
  }
}

void rs__process_sigmas(double *table, size_t count) {
  for (size_t i = 0; i < count; i++)
    table[i] = table[i] > 0 ? sqrt((1 - table[i]) / table[i]) : (double)INFINITY;
}

/* alpha-bar of index j, C2 = 0.008; ratios of it are kept above C1 = 0.001. */
static double iddpm_bar(double part) {
  const double s = rs__cos(HALF_PI * (1 - part / 1.008));
  return s * s;
}

void rs__process_iddpm(size_t count, double *table) {
  const double n = (double)count;
  double u = 0;
  for (size_t j = count; j-- > 0;) {
    const double ratio = iddpm_bar((double)j / n) / iddpm_bar((double)(j + 1) / n);
    u = sqrt((u * u + 1) / fmax(ratio, 0.001) - 1);
    table[count - 1 - j] = u;
  }
}

double rs__process_alpha(const rs__process *p, double sigma) {
  switch (p->kind) {
  case RS_PROCESS_VP:
  case RS_PROCESS_DISCRETE:
    return 1 / sqrt(1 + sigma * sigma);
  case RS_PROCESS_FLOW:
    return 1 / (1 + sigma);
  default:
    return 1;
  }
}

/* With B the integral of beta, alpha^2 = e^-B and sigma^2 = e^B - 1; B = b0 t + (b1 - b0) t^2/2. */
static double vp_time(const rs__process *p, double sigma) {
  const double b0 = p->beta_min, slope = p->beta_max - p->beta_min;
  const double b = 2 * rs__log(sqrt(1 + sigma * sigma));
  return 2 * b / (b0 + sqrt(b0 * b0 + 2 * slope * b));
}

static double vp_sigma(const rs__process *p, double t) {
  const double b = p->beta_min * t + (p->beta_max - p->beta_min) * t * t / 2;
  return sqrt(rs__expm1(b));
}

/* Between the two entries around sigma; beyond the ends, the ends. */
static double table_time(const rs__process *p, double sigma) {
  size_t low = 0, high = p->count - 1;
  while (high - low > 1) {
    const size_t middle = (low + high) / 2;
    if (p->table[middle] <= sigma)
      low = middle;
    else
      high = middle;
  }
  const double bottom = p->table[low], top = p->table[high];
  if (sigma >= top)
    return (double)high;
  if (sigma <= bottom || !(top <= 1e30))
    return (double)low;
  return (double)low + rs__log(sigma / bottom) / rs__log(top / bottom);
}

static double table_sigma(const rs__process *p, double index) {
  if (!(index > 0))
    return p->table[0];
  if (index >= (double)(p->count - 1))
    return p->table[p->count - 1];
  const size_t low = (size_t)index;
  const double bottom = p->table[low], top = p->table[low + 1], part = index - (double)low;
  if (part == 0 || !(top <= 1e30))
    return bottom;
  return bottom * rs__exp(part * rs__log(top / bottom));
}

double rs__process_time(const rs__process *p, double sigma) {
  switch (p->kind) {
  case RS_PROCESS_VP:
    return vp_time(p, sigma);
  case RS_PROCESS_DISCRETE:
  case RS_PROCESS_IDDPM:
    return table_time(p, sigma);
  case RS_PROCESS_FLOW:
    return sigma <= 1e30 ? sigma / (1 + sigma) : 1;
  default:
    return sigma;
  }
}

double rs__process_sigma(const rs__process *p, double time) {
  switch (p->kind) {
  case RS_PROCESS_VP:
    return vp_sigma(p, time);
  case RS_PROCESS_DISCRETE:
  case RS_PROCESS_IDDPM:
    return table_sigma(p, time);
  case RS_PROCESS_FLOW:
    return time < 1 ? time / (1 - time) : (double)INFINITY;
  default:
    return time;
  }
}

double rs__process_snap(const rs__process *p, double sigma) {
  return sigma <= 1e30 ? rs__process_sigma(p, rint(rs__process_time(p, sigma))) : sigma;
}
