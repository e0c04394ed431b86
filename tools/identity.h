/* SPDX-License-Identifier: MIT */
#ifndef TOOL_IDENTITY_H
#define TOOL_IDENTITY_H

#include "network.h"
#include "draw_options.h"

/* All that the bits of a run's samples depend on, a line each; to be freed. NULL (and said) when
 * there is no memory, or the model's file cannot be read. */
char *identity_new(const struct draw_options *options, const struct network *network,
                   const rs_schedule_options *schedule);

/* The same of a search for a schedule, but for what the tuner's own checkpoint knows. features: a
 * file, or NULL. */
char *identity_search(const struct draw_options *options, const struct network *network,
                      const char *features);

#endif
