/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "say.h"

char *say_command = "restart-sampler";

static void say_list(const char *format, va_list list) {
  fputs("restart-sampler: ", stderr);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
}

void say(const char *format, ...) {
  va_list list;
  va_start(list, format);
  say_list(format, list);
  va_end(list);
}

void say_usage(const char *format, ...) {
  va_list list;
  va_start(list, format);
  say_list(format, list);
  va_end(list);
  fprintf(stderr, "Try '%s --help' for more.\n", say_command);
  exit(EXIT_USAGE);
}
