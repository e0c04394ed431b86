/* SPDX-License-Identifier: MIT */
#ifndef TOOL_CLOCK_H
#define TOOL_CLOCK_H

#include <time.h>

/* Seconds on the monotonic clock. */
static inline double clock_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#endif
