/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SAMPLE_OUTPUT_H
#define TOOL_SAMPLE_OUTPUT_H

#include "sample_options.h"

/* Whether samples of that shape can be written as asked; said if not. */
bool sample_output_check(const struct sample_options *options, const struct shape *shape);

/* Writes the sheet and the array. False (and said) on failure. */
bool sample_output_write(const struct sample_options *options, const struct shape *shape,
                         const float *samples);

#endif
