/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "values.h"

int value_whole(const char *option, const char *text, int least, int most) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (end == text || *end || errno || value < least || value > most)
    say_usage("--%s wants a whole number from %d to %d, not \"%s\"", option, least, most, text);
  return (int)value;
}

/* Whether all of text is a finite number. */
static bool number(const char *text, double *value) {
  char *end;
  *value = strtod(text, &end);
  return end != text && !*end && isfinite(*value);
}

double value_positive(const char *option, const char *text) {
  double value;
  if (!number(text, &value) || value <= 0)
    say_usage("--%s wants a number above 0, not \"%s\"", option, text);
  return value;
}

double value_not_negative(const char *option, const char *text) {
  double value;
  if (!number(text, &value) || value < 0)
    say_usage("--%s wants a number that is not negative, not \"%s\"", option, text);
  return value;
}

uint64_t value_seed(const char *text) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (end == text || *end || errno || strchr(text, '-'))
    say_usage("--seed wants a whole number from 0 to 2^64 - 1, not \"%s\"", text);
  return value;
}

int value_word(const char *option, const char *text, const char *const *words, int count) {
  char list[256] = "";
  for (int i = 0; i < count; ++i) {
    if (strcmp(text, words[i]) == 0)
      return i;
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
             i == 0           ? ""
             : i == count - 1 ? " or "
                              : ", ",
             words[i]);
  }
  say_usage("--%s wants %s, not \"%s\"", option, list, text);
}
