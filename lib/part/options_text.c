/* SPDX-License-Identifier: MIT
 * A schedule as text: a line for each field that is not at its default. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/named.h"
#include "base/sized.h"
#include "base/text.h"
#include "part/options.h"

enum { LINE = 160 }; /* no line that means anything is longer */

/* Ids are places. */
static const rs__named ends[] = {{"zero", RS_END_ZERO}, {"sigma_min", RS_END_SIGMA_MIN}, {NULL, 0}};
static const rs__named meets[] = {
    {"move", RS_MEET_MOVE}, {"insert", RS_MEET_INSERT}, {"snap", RS_MEET_SNAP}, {NULL, 0}};
static const rs__named starts[] = {
    {"noise", RS_START_NOISE}, {"keep", RS_START_KEEP}, {"picture", RS_START_PICTURE}, {NULL, 0}};
static const rs__named spacings[] = {{"linspace", RS_SPACING_LINSPACE},
                                     {"leading", RS_SPACING_LEADING},
                                     {"trailing", RS_SPACING_TRAILING},
                                     {NULL, 0}};

/* A field whose value is a word: a short list, or one of the library's. */
typedef struct {
  const char *field;
  const rs__named *list;
  rs_status (*named)(const char *name, int32_t *id);
  rs_status (*at)(size_t index, rs_entry *entry);
} words;

static const words worded[] = {
    {"grid", NULL, rs_grid_named, rs_grid_at},
    {"solver", NULL, rs_solver_named, rs_solver_at},
    {"restart_solver", NULL, rs_solver_named, rs_solver_at},
    {"end", ends, NULL, NULL},
    {"meet", meets, NULL, NULL},
    {"start", starts, NULL, NULL},
    {"spacing", spacings, NULL, NULL},
};

static const words *words_of(const rs__option *field) {
  for (size_t i = 0; i < sizeof worded / sizeof *worded; i++)
    if (strcmp(worded[i].field, field->name) == 0)
      return &worded[i];
  return NULL;
}

static rs_status find_word(const words *w, const char *word, int32_t *id) {
  return w->list ? rs__named_find(w->list, word, id) : w->named(word, id);
}

/* ---- writing ---------------------------------------------------------------------------------*/

static const char *word_for(const words *w, int32_t id) {
  if (w->list)
    return w->list[id].name;
  rs_entry e;
  rs_entry_init(&e);
  for (size_t i = 0; w->at(i, &e) == RS_OK && e.id != id; i++)
    ;
  return e.name;
}

static rs_status write_field(rs__text *t, const rs__option *field, double value) {
  const words *w = words_of(field);
  if (value == 0)
    return RS_OK;
  if (!(value >= field->least && value <= field->most))
    return RS_ERR_OPTION;
  const rs__real number = rs__text_real(value, 0);
  rs__text_add(t, "%s %s\n", field->name, w ? word_for(w, (int32_t)value) : number.s);
  return RS_OK;
}

static rs_status write_fields(rs__text *t, const rs_schedule_options *o) {
  rs_status st = RS_OK;
  const rs__option *field;
  for (size_t i = 0; (field = rs__options_at(i)) != NULL && st == RS_OK; i++)
    st = write_field(t, field, rs__options_get(o, field));
  return st;
}

static rs_status write_lists(rs__text *t, const rs_schedule_options *o) {
  if ((o->segment_count && !o->segments) || (o->sigma_count && !o->sigmas) || o->budget < 0 ||
      o->budget > RS__STEPS_MAX)
    return RS_ERR_OPTION;
  if (o->budget)
    rs__text_add(t, "budget %lld\n", (long long)o->budget);
  for (size_t i = 0; i < o->sigma_count; i++) {
    if (!(o->sigmas[i] >= 0))
      return RS_ERR_OPTION;
    rs__text_add(t, "sigma %s\n", rs__text_real(o->sigmas[i], 0).s);
  }
  for (size_t i = 0; i < o->segment_count; i++) {
    char text[LINE];
    if (rs_segments_format(&o->segments[i], 1, RS_TEXT_LIST, text, sizeof text, NULL) != RS_OK)
      return RS_ERR_OPTION;
    rs__text_add(t, "segment %s\n", text);
  }
  return RS_OK;
}

rs_status rs_schedule_format(const rs_schedule_options *options, char *buffer, size_t capacity,
                             size_t *length) {
  if (!options || (capacity && !buffer) || (!buffer && !length))
    return RS_ERR_ARGUMENT;
  rs_schedule_options o;
  rs__text t = {buffer, capacity, 0};
  rs_status st = rs__sized_read(&o, sizeof o, RS__FIRST_SCHEDULE_OPTIONS, options);
  if (st == RS_OK)
    st = write_fields(&t, &o);
  rs__text_add(&t, "%s", ""); /* ends a text without lines */
  if (st == RS_OK)
    st = write_lists(&t, &o);
  return st == RS_OK ? rs__text_end(&t, length) : st;
}

/* ---- reading ---------------------------------------------------------------------------------*/

typedef struct {
  const char *text;
  const char *line; /* its first word */
  const char *at;   /* what a complaint is about */
  rs_schedule_options options;
  rs_schedule_room room;
  uint32_t seen; /* bit i: field number i; the highest: the budget */
  rs_text_error *error;
} reader;

static rs_status wrong(reader *r, rs_status status, const char *what, const char *name) {
  if (r->error) {
    r->error->position = (size_t)(r->at - r->text);
    snprintf(r->error->message, sizeof r->error->message, "%s%.60s", what, name);
  }
  return status;
}

static rs_status once(reader *r, size_t bit, const char *name) {
  if (r->seen >> bit & 1)
    return wrong(r, RS_ERR_SYNTAX, "a second line of ", name);
  r->seen |= (uint32_t)1 << bit;
  return RS_OK;
}

static rs_status read_number(reader *r, const char *name, const char *value, double *number) {
  *number = INFINITY;
  if (strcmp(value, "inf") == 0)
    return RS_OK;
  const size_t n = rs__text_number(value, number);
  if (!n || value[n])
    return wrong(r, RS_ERR_SYNTAX, "this is no number: ", value);
  return isfinite(*number) ? RS_OK : wrong(r, RS_ERR_OPTION, "out of its range: ", name);
}

static rs_status read_field(reader *r, size_t index, const rs__option *field, const char *value) {
  const words *w = words_of(field);
  double number = 0;
  int32_t id = 0;
  rs_status st = once(r, index, field->name);
  if (st == RS_OK && !w)
    st = read_number(r, field->name, value, &number);
  if (st == RS_OK && w && find_word(w, value, &id) != RS_OK)
    return wrong(r, RS_ERR_NAME, "there is nothing called ", value);
  if (st != RS_OK)
    return st;
  number = w ? id : number;
  if (!w && !(number >= field->least && number <= field->most &&
              (field->real || number == (double)(int32_t)number)))
    return wrong(r, RS_ERR_OPTION, "out of its range: ", field->name);
  rs__options_set(&r->options, field, number);
  return RS_OK;
}

static rs_status read_budget(reader *r, const char *value) {
  double number = 0;
  rs_status st = once(r, 31, "budget");
  if (st == RS_OK)
    st = read_number(r, "budget", value, &number);
  if (st != RS_OK)
    return st;
  if (!(number >= 1 && number <= RS__STEPS_MAX) || number != (double)(int32_t)number)
    return wrong(r, RS_ERR_OPTION, "out of its range: ", "budget");
  r->options.budget = (int64_t)number;
  return RS_OK;
}

static rs_status read_sigma(reader *r, const char *value) {
  double sigma = 0;
  const rs_status st = read_number(r, "sigma", value, &sigma);
  if (st == RS_OK && sigma < 0)
    return wrong(r, RS_ERR_OPTION, "out of its range: ", "sigma");
  if (st == RS_OK && r->options.sigma_count < r->room.sigma_capacity)
    r->room.sigmas[r->options.sigma_count] = sigma;
  r->options.sigma_count += st == RS_OK;
  return st;
}

static rs_status read_segment(reader *r, const char *value) {
  rs_segment segment;
  size_t count = 0;
  rs_text_error error = {0, ""};
  const rs_status st = rs_segments_parse(value, &segment, 1, &count, &error);
  if (st == RS_ERR_CAPACITY || (st == RS_OK && count != 1))
    return wrong(r, RS_ERR_SYNTAX, "one segment should stand here", "");
  r->at += error.position;
  if (st != RS_OK)
    return wrong(r, st, error.message, "");
  if (r->options.segment_count < r->room.segment_capacity)
    r->room.segments[r->options.segment_count] = segment;
  r->options.segment_count++;
  return RS_OK;
}

static rs_status read_entry(reader *r, const char *name, const char *value) {
  if (strcmp(name, "segment") == 0)
    return read_segment(r, value);
  if (strcmp(name, "sigma") == 0)
    return read_sigma(r, value);
  if (strcmp(name, "budget") == 0)
    return read_budget(r, value);
  const rs__option *field;
  for (size_t i = 0; (field = rs__options_at(i)) != NULL; i++)
    if (strcmp(field->name, name) == 0)
      return read_field(r, i, field, value);
  r->at = r->line;
  return wrong(r, RS_ERR_NAME, "there is no field ", name);
}

static bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/* One line without its end: name, blanks, value, blanks, perhaps a comment. */
static rs_status read_line(reader *r, const char *line, size_t length) {
  char copy[LINE];
  const char *comment = memchr(line, '#', length);
  length = comment ? (size_t)(comment - line) : length;
  while (length && blank(line[length - 1]))
    length--;
  for (; length && blank(*line); length--)
    line++;
  r->line = r->at = line;
  if (length == 0)
    return RS_OK;
  if (length >= sizeof copy)
    return wrong(r, RS_ERR_SYNTAX, "this line is too long", "");
  memcpy(copy, line, length);
  copy[length] = 0;
  const size_t name = strcspn(copy, " \t");
  const size_t value = name + strspn(copy + name, " \t");
  if (!copy[value])
    return wrong(r, RS_ERR_SYNTAX, "a value should follow ", copy);
  copy[name] = 0;
  r->at += value;
  return read_entry(r, copy, copy + value);
}

static rs_status read_lines(reader *r) {
  for (const char *line = r->text; *line;) {
    const size_t length = strcspn(line, "\n");
    const rs_status st = read_line(r, line, length);
    if (st != RS_OK)
      return st;
    line += length + (line[length] == '\n');
  }
  return RS_OK;
}

static rs_status finish(reader *r) {
  rs_schedule_options *o = &r->options;
  o->segments = o->segment_count ? r->room.segments : NULL;
  o->sigmas = o->sigma_count ? r->room.sigmas : NULL;
  r->at = r->text;
  if (o->segment_count > r->room.segment_capacity || o->sigma_count > r->room.sigma_capacity)
    return wrong(r, RS_ERR_CAPACITY, "there are more segments or sigmas than room", "");
  return RS_OK;
}

void rs_schedule_room_init_sized(rs_schedule_room *room, size_t size) {
  rs__sized_init(room, size);
}

rs_status rs_schedule_parse(const char *text, const rs_schedule_room *room,
                            rs_schedule_options *options, rs_text_error *error) {
  reader r = {.text = text, .error = error};
  if (!text || !options)
    return RS_ERR_ARGUMENT;
  rs_schedule_options_init(&r.options);
  rs_status st =
      room ? rs__sized_read(&r.room, sizeof r.room, RS__FIRST_SCHEDULE_ROOM, room) : RS_OK;
  if ((r.room.segment_capacity && !r.room.segments) || (r.room.sigma_capacity && !r.room.sigmas))
    return RS_ERR_ARGUMENT;
  if (st == RS_OK)
    st = read_lines(&r);
  if (st == RS_OK)
    st = finish(&r);
  return st == RS_OK
             ? rs__sized_write(options, &r.options, sizeof r.options, RS__FIRST_SCHEDULE_OPTIONS)
             : st;
}
