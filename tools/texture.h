/* SPDX-License-Identifier: MIT */
#ifndef TOOL_TEXTURE_H
#define TOOL_TEXTURE_H

#include "options.h"

/* texture: makes the pictures or the sheet. Answers the exit status. */
int texture_make(const struct options *options);

#endif
