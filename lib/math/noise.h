/* SPDX-License-Identifier: MIT
 * The library's noise: counter-based, so that any element of any draw can be had at any time. */
#ifndef RS_MATH_NOISE_H
#define RS_MATH_NOISE_H

#include <stddef.h>
#include <stdint.h>

#include <restart/restart.h>

/* Philox4x32-10: a block of four random words for a counter and a key. */
void rs__noise_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t block[4]);

/* sqrt(d / chi) with chi drawn from the chi-squared distribution of d degrees of freedom: times
 * unit normals, a Student t. Has a stream of its own beside that of key. */
double rs__noise_student(const rs_noise_key *key, double d);

#endif
