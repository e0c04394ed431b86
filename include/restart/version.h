/* SPDX-License-Identifier: MIT */
#ifndef RESTART_VERSION_H
#define RESTART_VERSION_H

/* The release, by semantic versioning. The build reads these lines; they stand nowhere else. */
#define RS_VERSION_MAJOR 0
#define RS_VERSION_MINOR 1
#define RS_VERSION_PATCH 0

/* The number in the soname. It changes when a program compiled against an older header would no
 * longer run, and only then. */
#define RS_ABI_VERSION 0

/* The release as one number that can be compared: 1.2.3 is 10203. */
#define RS_VERSION (RS_VERSION_MAJOR * 10000 + RS_VERSION_MINOR * 100 + RS_VERSION_PATCH)

/* True when this header is of release major.minor.patch or later. */
#define RS_VERSION_AT_LEAST(major, minor, patch) \
  (RS_VERSION >= (major) * 10000 + (minor) * 100 + (patch))

#endif
