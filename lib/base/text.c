/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool in_number(char c) {
  return (c >= '0' && c <= '9') || c == 'e' || c == '+' || c == '-';
}

/* printf and strtod use the decimal point of the locale, which may be several bytes long. */
static size_t decimal_point(char point[16]) {
  char probe[32];
  const int length = snprintf(probe, sizeof probe, "%.1f", 0.5);
  const size_t n = length < 3 || length > 17 ? 0 : (size_t)length - 2;
  memcpy(point, probe + 1, n);
  return n;
}

static void unlocalise(char *s) {
  char *out = s;
  bool in_point = false;
  for (; *s; s++) {
    const bool point = !in_number(*s);
    if (!point || !in_point)
      *out++ = point ? '.' : *s;
    in_point = point;
  }
  *out = 0;
}

static void print(rs__real *r, double value, int digits) {
  snprintf(r->s, sizeof r->s, "%.*g", digits, value);
  unlocalise(r->s);
}

/* The fewest digits that read back the same; a few more where they spare the exponent. */
static rs__real exact(double value) {
  rs__real first = {""}, r;
  for (int digits = 1; digits <= 17; digits++) {
    double back = 0;
    print(&r, value, digits);
    rs__text_number(r.s, &back);
    if (back != value)
      continue;
    if (!strchr(r.s, 'e'))
      return r;
    if (!first.s[0])
      first = r;
  }
  return first;
}

rs__real rs__text_real(double value, int digits) {
  rs__real r;
  if (!(value - value == 0))
    snprintf(r.s, sizeof r.s, "%s", value != value ? "nan" : value > 0 ? "inf" : "-inf");
  else if (digits)
    print(&r, value, digits);
  else
    r = exact(value);
  return r;
}

static size_t number_length(const char *s) {
  size_t i = s[0] == '-' || s[0] == '+', digits = 0;
  for (; s[i] >= '0' && s[i] <= '9'; i++)
    digits++;
  if (s[i] == '.')
    for (i++; s[i] >= '0' && s[i] <= '9'; i++)
      digits++;
  if (!digits)
    return 0;
  if (s[i] == 'e' || s[i] == 'E') {
    const size_t sign = s[i + 1] == '-' || s[i + 1] == '+';
    size_t j = i + 1 + sign;
    if (s[j] >= '0' && s[j] <= '9') {
      while (s[j] >= '0' && s[j] <= '9')
        j++;
      i = j;
    }
  }
  return i;
}

size_t rs__text_number(const char *text, double *value) {
  char copy[128], point[16];
  const size_t length = number_length(text), wide = decimal_point(point);
  if (length == 0 || length + wide >= sizeof copy)
    return 0;
  const char *dot = memchr(text, '.', length);
  const size_t before = dot ? (size_t)(dot - text) : length;
  char *out = copy;
  memcpy(out, text, before);
  out += before;
  if (dot) {
    memcpy(out, point, wide);
    memcpy(out + wide, dot + 1, length - before - 1);
    out += wide + length - before - 1;
  }
  *out = 0;
  *value = strtod(copy, NULL);
  return length;
}

void rs__text_add(rs__text *t, const char *format, ...) {
  const size_t room = t->length < t->capacity ? t->capacity - t->length : 0;
  va_list arguments;
  va_start(arguments, format);
  const int n = vsnprintf(room ? t->buffer + t->length : NULL, room, format, arguments);
  va_end(arguments);
  t->length += n > 0 ? (size_t)n : 0;
}

rs_status rs__text_end(const rs__text *t, size_t *length) {
  if (length)
    *length = t->length;
  return t->buffer && t->length >= t->capacity ? RS_ERR_CAPACITY : RS_OK;
}
