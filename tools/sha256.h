/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SHA256_H
#define TOOL_SHA256_H

#include <stdbool.h>

enum { SHA256_BYTES = 32, SHA256_TEXT = 2 * SHA256_BYTES + 1 };

/* SHA-256 (FIPS 180-4) of a file, as sha256sum prints it. False when it cannot be read; errno says
 * why. */
bool sha256_file(const char *path, char text[SHA256_TEXT]);

#endif
