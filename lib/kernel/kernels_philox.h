/* SPDX-License-Identifier: MIT
 * Philox4x32-10 (Salmon et al. 2011): four random words for a counter of four and a key of two. */
#ifndef RS_KERNEL_KERNELS_PHILOX_H
#define RS_KERNEL_KERNELS_PHILOX_H

#include <stdint.h>

#include "base/compiler.h"

#define RS__PHILOX_0 0xD2511F53u
#define RS__PHILOX_1 0xCD9E8D57u
enum { RS__PHILOX_ROUNDS = 10 };

RS__INLINE void rs__philox_round(uint32_t word[4], const uint32_t key[2]) {
  const uint64_t p0 = (uint64_t)RS__PHILOX_0 * word[0], p1 = (uint64_t)RS__PHILOX_1 * word[2];
  word[0] = (uint32_t)(p1 >> 32) ^ word[1] ^ key[0];
  word[1] = (uint32_t)p1;
  word[2] = (uint32_t)(p0 >> 32) ^ word[3] ^ key[1];
  word[3] = (uint32_t)p0;
}

/* To the next round's key. */
RS__INLINE void rs__philox_bump(uint32_t key[2]) {
  key[0] += 0x9E3779B9u;
  key[1] += 0xBB67AE85u;
}

#endif
