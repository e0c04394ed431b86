/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PNG_FILE_H
#define TOOL_PNG_FILE_H

#include <stdbool.h>

#include "picture.h"

/* Reads any PNG: gray (with or without alpha) becomes one plane, everything else three. Transparent
 * pixels are composited on black. Colour profiles and gamma are left alone: the numbers of the file
 * are the numbers of the picture. Failures are said; the picture is then empty. */
bool png_read(const char *path, struct picture *picture);

/* Writes 8 bits a channel. Failures are said and leave nothing behind. */
bool png_write(const char *path, const struct picture *picture);

#endif
