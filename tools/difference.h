/* SPDX-License-Identifier: MIT */
#ifndef TOOL_DIFFERENCE_H
#define TOOL_DIFFERENCE_H

#include <stdbool.h>

/* The first line in which two identities differ, for "%.*s". */
struct difference {
  int ours_length;
  const char *ours;
  int theirs_length;
  const char *theirs;
};

/* False when there is none as far as the shorter text goes. */
bool difference_find(const char *ours, const char *theirs, struct difference *difference);

#endif
