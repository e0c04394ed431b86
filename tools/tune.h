/* SPDX-License-Identifier: MIT */
#ifndef TOOL_TUNE_H
#define TOOL_TUNE_H

/* The command restart-sampler tune. Answers the exit status. */
int tune(int argc, char **argv);

#endif
