/* SPDX-License-Identifier: MIT */
#ifndef TOOL_PRESETS_H
#define TOOL_PRESETS_H

/* presets: one line for each. Answers the exit status. */
int presets_list(int argc, char **argv);

#endif
