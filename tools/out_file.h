/* SPDX-License-Identifier: MIT */
#ifndef TOOL_OUT_FILE_H
#define TOOL_OUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

/* A file that appears under its name complete or not at all: it is written beside its place, as
 * PATH.restart-part, then renamed. What a killed process leaves behind is used by the next; while
 * one process writes, another is refused. Failures are said. */
struct out_file {
  FILE *file;
  const char *path;
  char *temporary;
};

/* Whether path can be written, as far as that is known beforehand. */
bool out_check(const char *path);

/* The same of several, which have to be different files; NULL is none. */
bool out_check_all(const char *const *paths, size_t count);

bool out_open(struct out_file *out, const char *path);
bool out_commit(struct out_file *out);
void out_discard(struct out_file *out);

#endif
