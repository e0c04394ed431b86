/* SPDX-License-Identifier: MIT */
#include "math/noise.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "kernel/kernels.h"
#include "kernel/kernels_philox.h"

void rs__noise_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t block[4]) {
  uint32_t k[2] = {key[0], key[1]};
  memcpy(block, counter, 4 * sizeof *block);
  for (int round = 0; round < RS__PHILOX_ROUNDS; round++, rs__philox_bump(k))
    rs__philox_round(block, k);
}

/* Marsaglia and Tsang 2000: gamma(a) = (a - 1/3) v for a normal x and a uniform u when
 * ln u < x^2/2 + c - c v + c ln v, v = (1 + x / sqrt(9 c))^3, c = a - 1/3. Half-integer shapes
 * below 1 are raised by one: gamma(a) = gamma(a + 1) u^(1/a). */
double rs__noise_student(const rs_noise_key *key, double d) {
  const double shape = d / 2, a = shape < 1 ? shape + 1 : shape, c = a - 1.0 / 3;
  rs_noise_key own = *key;
  const rs__kernels *kernels = rs__kernels_best();
  own.purpose += 128;
  for (uint64_t trial = 0;; trial++) {
    float x;
    uint32_t word[4];
    const uint32_t k[2] = {(uint32_t)own.seed, (uint32_t)(own.seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)(2 * trial + 1), own.step, own.iteration,
                                 own.purpose + 256u * own.segment};
    kernels->normals(&own, 8 * trial, 1, &x);
    rs__noise_philox(counter, k, word);
    const double u = (word[0] + 0.5) / 4294967296.0, lift = (word[1] + 0.5) / 4294967296.0;
    const double root = 1 + (double)x / sqrt(9 * c), v = root * root * root;
    if (root <= 0 || rs__log(u) >= (double)x * (double)x / 2 + c - c * v + c * rs__log(v))
      continue;
    const double gamma = c * v * (shape < 1 ? rs__pow(lift, 1 / shape) : 1);
    return sqrt(d / (2 * gamma));
  }
}

rs_status rs_normals(const rs_noise_key *key, uint64_t first, size_t count, float *output) {
  const uint64_t elements = (uint64_t)1 << 34;
  if (!key || (count && !output) || key->purpose > 255 || key->segment >= 1u << 24 ||
      first > elements || count > elements - first)
    return RS_ERR_ARGUMENT;
  rs__kernels_best()->normals(key, first, count, output);
  return RS_OK;
}
