/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SAY_H
#define TOOL_SAY_H

#include <stdio.h>

/* Exit statuses of the command. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* The command as it was called, for help and hints: "restart-sampler texture". */
extern char *say_command;

/* What stands before each sentence: "restart-sampler". */
extern const char *say_name;

/* Where sentences go; NULL: stderr. */
extern FILE *say_stream;

/* One sentence, after the name and a colon. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a command line that cannot be understood: points to --help and exits. */
_Noreturn void say_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
