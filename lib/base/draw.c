/* SPDX-License-Identifier: MIT */
#include "base/draw.h"

uint64_t rs__draw_bits(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

uint64_t rs__draw_below(uint64_t count, uint64_t *state) {
  return (rs__draw_bits(state) >> 32) * count >> 32;
}
