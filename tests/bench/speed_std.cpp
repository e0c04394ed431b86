// SPDX-License-Identifier: MIT
// Normals as a C++ program has them.
#include <random>

#include "speed.h"

double speed_normals_std(float *out, std::size_t n) {
  static std::mt19937 engine(1);
  std::normal_distribution<float> normal;
  const double begin = speed_now();
  for (std::size_t i = 0; i < n; i++)
    out[i] = normal(engine);
  return speed_now() - begin;
}
