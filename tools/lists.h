/* SPDX-License-Identifier: MIT */
#ifndef TOOL_LISTS_H
#define TOOL_LISTS_H

#include <stddef.h>
#include <stdint.h>

/* samplers, grids: one line for each. Answers the exit status. */
int samplers_list(int argc, char **argv);
int grids_list(int argc, char **argv);

/* The number of a solver or grid by its name; says which there are and exits if it is none. */
int32_t solver_named(const char *option, const char *text);
int32_t grid_named(const char *option, const char *text);

#endif
