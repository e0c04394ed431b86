/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "say.h"

char *say_command = "restart-sampler";
const char *say_name = "restart-sampler";
FILE *say_stream;

static void say_list(const char *format, va_list list) {
  FILE *stream = say_stream ? say_stream : stderr;
  fprintf(stream, "%s: ", say_name);
  vfprintf(stream, format, list);
  fputc('\n', stream);
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
