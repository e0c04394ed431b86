/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "difference.h"

bool difference_find(const char *ours, const char *theirs, struct difference *difference) {
  while (*ours && *theirs) {
    size_t here = strcspn(ours, "\n"), there = strcspn(theirs, "\n");
    if (here != there || memcmp(ours, theirs, here) != 0) {
      *difference = (struct difference){(int)here, ours, (int)there, theirs};
      return true;
    }
    ours += here + (ours[here] == '\n');
    theirs += there + (theirs[there] == '\n');
  }
  return false;
}
