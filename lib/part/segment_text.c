/* SPDX-License-Identifier: MIT
 * Segments as text. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <restart/restart.h>

#include "base/text.h"

typedef struct {
  const char *text, *at;
  rs_segment *segments;
  size_t capacity, count;
  rs_text_error *error;
} reader;

static rs_status wrong(reader *r, const char *where, const char *what, rs_status status) {
  if (r->error) {
    r->error->position = (size_t)(where - r->text);
    snprintf(r->error->message, sizeof r->error->message, "%s", what);
  }
  return status;
}

static void skip_space(reader *r) {
  while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')
    r->at++;
}

static bool take(reader *r, char c) {
  skip_space(r);
  if (*r->at != c)
    return false;
  r->at++;
  return true;
}

static rs_status expect(reader *r, char c, const char *what) {
  return take(r, c) ? RS_OK : wrong(r, r->at, what, RS_ERR_SYNTAX);
}

static bool readable(double level) {
  return level >= -1e30 && level <= 1e30;
}

static rs_status read_real(reader *r, double *value, const char *what) {
  skip_space(r);
  const size_t n = rs__text_number(r->at, value);
  if (n == 0)
    return wrong(r, r->at, what, RS_ERR_SYNTAX);
  if (!readable(*value))
    return wrong(r, r->at, "this number is too large", RS_ERR_SYNTAX);
  r->at += n;
  return RS_OK;
}

static rs_status read_count(reader *r, int32_t *value, int32_t least, const char *what) {
  double v;
  skip_space(r);
  const char *where = r->at;
  const rs_status st = read_real(r, &v, what);
  if (st != RS_OK)
    return st;
  if (!(v >= -2147483647.0 && v <= 2147483647.0) || v != (double)(int32_t)v)
    return wrong(r, where, what, RS_ERR_SYNTAX);
  *value = (int32_t)v;
  return *value < least ? wrong(r, where, what, RS_ERR_SEGMENT_COUNTS) : RS_OK;
}

/* The four fields and what stands after each. */
static rs_status read_fields(reader *r, rs_segment *s) {
  const char *comma = "a comma should stand here: [n, K, t_min, t_max]";
  rs_status st = read_count(r, &s->points, 2, "n, a whole number of at least 2, should stand here");
  if (st == RS_OK)
    st = expect(r, ',', comma);
  if (st == RS_OK)
    st = read_count(r, &s->iterations, 1, "K, a whole number of at least 1, should stand here");
  if (st == RS_OK)
    st = expect(r, ',', comma);
  if (st == RS_OK)
    st = read_real(r, &s->t_min, "t_min, a number, should stand here");
  if (st == RS_OK)
    st = expect(r, ',', comma);
  if (st == RS_OK)
    st = read_real(r, &s->t_max, "t_max, a number, should stand here");
  if (st == RS_OK)
    st = expect(r, ']', "a closing bracket should stand here: [n, K, t_min, t_max]");
  return st;
}

static rs_status read_segment(reader *r) {
  rs_segment s;
  rs_status st = expect(r, '[', "an opening bracket should stand here: [n, K, t_min, t_max]");
  if (st == RS_OK)
    st = read_fields(r, &s);
  if (st != RS_OK)
    return st;
  if (r->count < r->capacity)
    r->segments[r->count] = s;
  r->count++;
  return RS_OK;
}

static rs_status read_list(reader *r) {
  for (bool comma = false; skip_space(r), *r->at || comma; comma = take(r, ',')) {
    const rs_status st = read_segment(r);
    if (st != RS_OK)
      return st;
  }
  return RS_OK;
}

static rs_status read_key(reader *r) {
  rs_status st = expect(r, '"', "a name in quotes should stand here: \"0\": [n, K, t_min, t_max]");
  if (st != RS_OK)
    return st;
  while (*r->at && *r->at != '"')
    r->at++;
  st = expect(r, '"', "the closing quote is missing");
  return st == RS_OK ? expect(r, ':', "a colon should stand here") : st;
}

static rs_status read_json(reader *r) {
  rs_status st = RS_OK;
  bool more = !take(r, '}');
  while (more) {
    st = read_key(r);
    if (st == RS_OK)
      st = read_segment(r);
    more = st == RS_OK && take(r, ',');
    if (st == RS_OK && !more)
      st = expect(r, '}', "a comma or a closing brace should stand here");
  }
  skip_space(r);
  if (st == RS_OK && *r->at)
    st = wrong(r, r->at, "nothing may follow the closing brace", RS_ERR_SYNTAX);
  return st;
}

rs_status rs_segments_parse(const char *text, rs_segment *segments, size_t capacity, size_t *count,
                            rs_text_error *error) {
  if (!text || !count || (capacity && !segments))
    return RS_ERR_ARGUMENT;
  reader r = {text, text, segments, capacity, 0, error};
  const rs_status st = take(&r, '{') ? read_json(&r) : read_list(&r);
  if (st != RS_OK)
    return st;
  *count = r.count;
  return r.count > capacity ? wrong(&r, r.at, "there are more segments than room", RS_ERR_CAPACITY)
                            : RS_OK;
}

rs_status rs_segments_format(const rs_segment *segments, size_t count, int32_t form, char *buffer,
                             size_t capacity, size_t *length) {
  const bool json = form == RS_TEXT_JSON;
  if ((count && !segments) || (capacity && !buffer) || (!buffer && !length) ||
      (!json && form != RS_TEXT_LIST))
    return RS_ERR_ARGUMENT;
  rs__text t = {buffer, capacity, 0};
  rs__text_add(&t, "%s", json ? "{" : "");
  for (size_t i = 0; i < count; i++) {
    const rs_segment *s = &segments[i];
    if (s->points < 2 || s->iterations < 1)
      return RS_ERR_SEGMENT_COUNTS;
    if (!readable(s->t_min) || !readable(s->t_max))
      return RS_ERR_OPTION;
    rs__text_add(&t, "%s", i ? ", " : "");
    if (json)
      rs__text_add(&t, "\"%zu\": ", i);
    rs__text_add(&t, "[%d,%d,%s,%s]", (int)s->points, (int)s->iterations,
                 rs__text_real(s->t_min, 0).s, rs__text_real(s->t_max, 0).s);
  }
  rs__text_add(&t, "%s", json ? "}" : "");
  return rs__text_end(&t, length);
}
