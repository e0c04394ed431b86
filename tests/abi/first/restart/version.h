/* SPDX-License-Identifier: MIT
 * As in the first release. */
#ifndef RESTART_VERSION_H
#define RESTART_VERSION_H
#define RS_VERSION_MAJOR 0
#define RS_VERSION_MINOR 1
#define RS_VERSION_PATCH 0
#define RS_ABI_VERSION 0
#define RS_VERSION (RS_VERSION_MAJOR * 10000 + RS_VERSION_MINOR * 100 + RS_VERSION_PATCH)
#define RS_VERSION_AT_LEAST(major, minor, patch) \
  (RS_VERSION >= (major) * 10000 + (minor) * 100 + (patch))
#endif
