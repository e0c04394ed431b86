/* SPDX-License-Identifier: MIT
 * Random choices of a search. Noise for samples is math/noise's. */
#ifndef RS_BASE_DRAW_H
#define RS_BASE_DRAW_H

#include <stdint.h>

/* 64 random bits; splitmix64 (Steele, Lea and Flood 2014), any state will do. */
uint64_t rs__draw_bits(uint64_t *state);

/* A whole number below `count`, at most 2^32. */
uint64_t rs__draw_below(uint64_t count, uint64_t *state);

#endif
