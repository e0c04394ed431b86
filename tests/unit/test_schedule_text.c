/* SPDX-License-Identifier: MIT
 * Schedules as text: there and back for every field, and every complaint. */
#include <math.h>
#include <string.h>

#include "part/options.h"
#include "support/test.h"

enum { ROOM = 4 };

typedef struct {
  rs_segment segments[ROOM];
  double sigmas[ROOM];
  rs_schedule_room room;
} lists;

static rs_schedule_options fresh(void) {
  rs_schedule_options o;
  rs_schedule_options_init(&o);
  return o;
}

static rs_status parse(const char *text, lists *l, rs_schedule_options *o, rs_text_error *e) {
  rs_schedule_room_init(&l->room);
  l->room.segments = l->segments;
  l->room.sigmas = l->sigmas;
  l->room.segment_capacity = l->room.sigma_capacity = ROOM;
  *o = fresh();
  return rs_schedule_parse(text, &l->room, o, e);
}

/* Levels and s_max may be infinite; nothing else may, and no level is below 0. */
static void test_infinite(void **state) {
  (void)state;
  lists l;
  char text[100];
  rs_text_error e;
  rs_schedule_options o;
  assert_int_equal(parse("grid sigmas\nsigma inf\nsigma 2\nsigma 0\n", &l, &o, &e), RS_OK);
  assert_true(o.sigma_count == 3 && isinf(l.sigmas[0]) && l.sigmas[1] == 2);
  assert_int_equal(rs_schedule_format(&o, text, sizeof text, NULL), RS_OK);
  assert_string_equal(text, "grid sigmas\nsigma inf\nsigma 2\nsigma 0\n");
  const char *const bad[] = {"sigma -1", "sigma 1e999", "sigma -1e999"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(parse(bad[i], &l, &o, &e), RS_ERR_OPTION);
    assert_string_equal(e.message, "out of its range: sigma");
  }
  o = fresh();
  o.s_max = (double)INFINITY;
  assert_int_equal(rs_schedule_format(&o, text, sizeof text, NULL), RS_OK);
  assert_int_equal(parse(text, &l, &o, &e), RS_OK);
  assert_true(isinf(o.s_max));
  assert_int_equal(parse("s_max 1e999", &l, &o, &e), RS_ERR_OPTION);
  assert_int_equal(parse("rho inf", &l, &o, &e), RS_ERR_OPTION);
  assert_int_equal(parse("steps inf", &l, &o, &e), RS_ERR_OPTION);
  assert_int_equal(parse("budget inf", &l, &o, &e), RS_ERR_OPTION);
  assert_int_equal(parse("s_max -inf", &l, &o, &e), RS_ERR_SYNTAX);
  const double sigmas[] = {NAN, -1};
  o = fresh();
  o.sigma_count = 1;
  for (int i = 0; i < 2; i++) {
    o.sigmas = &sigmas[i];
    assert_int_equal(rs_schedule_format(&o, text, sizeof text, NULL), RS_ERR_OPTION);
  }
}

/* A room that is one too small is filled, and nothing is written behind it. */
static void test_small_room(void **state) {
  (void)state;
  lists l;
  rs_schedule_options o = fresh();
  memset(&l, 7, sizeof l);
  const lists before = l;
  rs_schedule_room_init(&l.room);
  l.room.segments = l.segments;
  l.room.sigmas = l.sigmas;
  l.room.segment_capacity = l.room.sigma_capacity = 1;
  assert_int_equal(rs_schedule_parse("segment [3,1,1,2]\nsegment [3,1,2,4]", &l.room, &o, NULL),
                   RS_ERR_CAPACITY);
  assert_int_equal(rs_schedule_parse("grid sigmas\nsigma 2\nsigma 1", &l.room, &o, NULL),
                   RS_ERR_CAPACITY);
  assert_true(l.segments[0].points == 3 && l.sigmas[0] == 2);
  assert_memory_equal(l.segments + 1, before.segments + 1, sizeof l.segments - sizeof *l.segments);
  assert_memory_equal(l.sigmas + 1, before.sigmas + 1, sizeof l.sigmas - sizeof *l.sigmas);
}

static void assert_same(const rs_schedule_options *a, const rs_schedule_options *b) {
  const rs__option *field;
  for (size_t i = 0; (field = rs__options_at(i)) != NULL; i++)
    if (rs__options_get(a, field) != rs__options_get(b, field))
      fail_msg("%s is %g, then %g", field->name, rs__options_get(a, field),
               rs__options_get(b, field));
  assert_int_equal(a->budget, b->budget);
  assert_int_equal(a->segment_count, b->segment_count);
  assert_int_equal(a->sigma_count, b->sigma_count);
  for (size_t i = 0; i < a->segment_count; i++)
    assert_memory_equal(&a->segments[i], &b->segments[i], sizeof(rs_segment));
  for (size_t i = 0; i < a->sigma_count; i++)
    assert_true(a->sigmas[i] == b->sigmas[i]);
}

static void there_and_back(const rs_schedule_options *o) {
  char text[2000];
  size_t length = 0;
  lists l;
  rs_schedule_options back;
  rs_text_error e = {0, ""};
  assert_int_equal(rs_schedule_format(o, text, sizeof text, &length), RS_OK);
  assert_int_equal(length, strlen(text));
  if (parse(text, &l, &back, &e) != RS_OK)
    fail_msg("%s\n%s", text, e.message);
  assert_same(o, &back);
}

/* Each field by itself, at both ends of its range and at every whole number of a short one. */
static void test_fields(void **state) {
  (void)state;
  const rs__option *field;
  for (size_t i = 0; (field = rs__options_at(i)) != NULL; i++) {
    const double values[] = {field->least, field->most, field->real ? 1.0 / 3 : 1};
    for (size_t k = 0; k < 3; k++) {
      rs_schedule_options o = fresh();
      if (values[k] <= field->most && values[k] >= field->least && values[k] < 1e300)
        rs__options_set(&o, field, values[k]);
      there_and_back(&o);
    }
    for (double v = field->least; !field->real && field->most < 100 && v <= field->most; v++) {
      rs_schedule_options o = fresh();
      rs__options_set(&o, field, v);
      there_and_back(&o);
    }
  }
}

static void test_presets(void **state) {
  (void)state;
  const char *name;
  for (size_t i = 0; (name = rs_preset_name(i)) != NULL; i++) {
    lists l;
    rs_schedule_options o = fresh();
    assert_int_equal(rs_preset(name, &o), RS_OK);
    if (o.segment_count <= sizeof l.segments / sizeof *l.segments)
      there_and_back(&o);
  }
}

static void test_words(void **state) {
  (void)state;
  const double sigmas[] = {80, 1.0 / 3, 0};
  const rs_segment segments[] = {{3, 2, .06, .3}, {4, 1, 1, 2}};
  rs_schedule_options o = fresh();
  o.grid = RS_GRID_SIGMAS;
  o.sigmas = sigmas;
  o.sigma_count = 3;
  o.segments = segments;
  o.segment_count = 2;
  o.solver = RS_SOLVER_DPMPP_2M;
  o.meet = RS_MEET_SNAP;
  o.budget = 60;
  there_and_back(&o);
  char text[400];
  assert_int_equal(rs_schedule_format(&o, text, sizeof text, NULL), RS_OK);
  assert_string_equal(text, "grid sigmas\nsolver dpmpp_2m\nmeet snap\nbudget 60\n"
                            "sigma 80\nsigma 0.3333333333333333\nsigma 0\n"
                            "segment [3,2,0.06,0.3]\nsegment [4,1,1,2]\n");
}

static void test_by_hand(void **state) {
  (void)state;
  lists l;
  rs_schedule_options o;
  assert_int_equal(parse("# mine\r\n\n  solver  dpm++ 2m # fast\n\tsteps 12\nsegment [ 3,2, 1 ,2]",
                         &l, &o, NULL),
                   RS_OK);
  assert_int_equal(o.solver, RS_SOLVER_DPMPP_2M);
  assert_int_equal(o.steps, 12);
  assert_int_equal(o.segment_count, 1);
  assert_true(o.segments == l.segments);
  assert_int_equal(l.segments[0].points, 3);
}

static void test_errors(void **state) {
  (void)state;
  const struct {
    const char *text;
    size_t position;
    rs_status status;
    const char *says;
  } rows[] = {
      {"steps", 0, RS_ERR_SYNTAX, "a value should follow steps"},
      {"rho 7\nstep 3", 6, RS_ERR_NAME, "no field step"},
      {"steps 3\nsteps 3", 14, RS_ERR_SYNTAX, "second line of steps"},
      {"budget 3\nbudget 3", 16, RS_ERR_SYNTAX, "second line of budget"},
      {"steps 3x", 6, RS_ERR_SYNTAX, "no number: 3x"},
      {"steps 3.5", 6, RS_ERR_OPTION, "out of its range: steps"},
      {"steps 0", 6, RS_ERR_OPTION, "out of its range: steps"},
      {"steps -1", 6, RS_ERR_OPTION, "out of its range: steps"},
      {"steps 1e300", 6, RS_ERR_OPTION, "out of its range: steps"},
      {"rho 1e9", 4, RS_ERR_OPTION, "out of its range: rho"},
      {"budget 2.5", 7, RS_ERR_OPTION, "budget"},
      {"budget 0", 7, RS_ERR_OPTION, "budget"},
      {"budget 1e18", 7, RS_ERR_OPTION, "budget"},
      {"solver fast", 7, RS_ERR_NAME, "nothing called fast"},
      {"end 1", 4, RS_ERR_NAME, "nothing called 1"},
      {"reserved 1", 9, RS_ERR_OPTION, "out of its range: reserved"},
      {"sigma x", 6, RS_ERR_SYNTAX, "no number"},
      {"segment 3", 8, RS_ERR_SYNTAX, "opening bracket"},
      {"segment [3,0,1,2]", 11, RS_ERR_SEGMENT_COUNTS, "at least 1"},
      {"segment [3,1,1,2] [3,1,1,2]", 8, RS_ERR_SYNTAX, "one segment should stand here"},
      {"segment {}", 8, RS_ERR_SYNTAX, "one segment should stand here"},
      {"segment [3,1,1,2]\nsegment [3,1,1,2]\nsegment [3,1,1,2]\nsegment [3,1,1,2]\n"
       "segment [3,1,1,2]",
       0, RS_ERR_CAPACITY, "than room"},
      {"sigma 5\nsigma 4\nsigma 3\nsigma 2\nsigma 1", 0, RS_ERR_CAPACITY, "than room"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    lists l;
    rs_schedule_options o;
    rs_text_error e = {99, ""};
    assert_int_equal(parse(rows[i].text, &l, &o, NULL), rows[i].status);
    const rs_status st = parse(rows[i].text, &l, &o, &e);
    if (st != rows[i].status || e.position != rows[i].position || !strstr(e.message, rows[i].says))
      fail_msg("%s: %s at %zu: %s", rows[i].text, rs_status_name(st), e.position, e.message);
    const rs_schedule_options untouched = fresh();
    assert_memory_equal(&o, &untouched, sizeof o);
  }
}

static void test_long_line(void **state) {
  (void)state;
  char text[400];
  lists l;
  rs_schedule_options o;
  rs_text_error e = {99, ""};
  memset(text, 'x', sizeof text);
  text[sizeof text - 1] = 0;
  assert_int_equal(parse(text, &l, &o, &e), RS_ERR_SYNTAX);
  assert_non_null(strstr(e.message, "too long"));
  text[160] = 0; /* the shortest that is */
  assert_int_equal(parse(text, &l, &o, &e), RS_ERR_SYNTAX);
  assert_non_null(strstr(e.message, "too long"));
  text[159] = 0;
  assert_int_equal(parse(text, &l, &o, &e), RS_ERR_SYNTAX);
  assert_null(strstr(e.message, "too long"));
  text[0] = '#';
  assert_int_equal(parse(text, &l, &o, &e), RS_OK);
}

static void test_arguments(void **state) {
  (void)state;
  char text[8];
  size_t length = 0;
  rs_schedule_options o = fresh(), bad = fresh();
  rs_schedule_room room;
  rs_schedule_room_init(&room);
  assert_int_equal(rs_schedule_parse(NULL, &room, &o, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_schedule_parse("", &room, NULL, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_schedule_parse("", NULL, &o, NULL), RS_OK);
  assert_int_equal(rs_schedule_parse("sigma 1", NULL, &o, NULL), RS_ERR_CAPACITY);
  room.sigma_capacity = 1;
  assert_int_equal(rs_schedule_parse("", &room, &o, NULL), RS_ERR_ARGUMENT);
  room.sigma_capacity = 0;
  room.segment_capacity = 1;
  assert_int_equal(rs_schedule_parse("", &room, &o, NULL), RS_ERR_ARGUMENT);
  room.size = 1;
  assert_int_equal(rs_schedule_parse("", &room, &o, NULL), RS_ERR_VERSION);
  bad.size = 1;
  assert_int_equal(rs_schedule_parse("", NULL, &bad, NULL), RS_ERR_VERSION);
  assert_int_equal(rs_schedule_format(&bad, text, sizeof text, NULL), RS_ERR_VERSION);
  assert_int_equal(rs_schedule_format(NULL, text, sizeof text, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_schedule_format(&o, NULL, 8, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_schedule_format(&o, NULL, 0, NULL), RS_ERR_ARGUMENT);
  o.budget = 1000001;
  assert_int_equal(rs_schedule_format(&o, NULL, 0, &length), RS_ERR_OPTION);
  o.budget = 0;
  o.segments = &(rs_segment){1, 1, 1, 2};
  o.segment_count = 1;
  assert_int_equal(rs_schedule_format(&o, NULL, 0, &length), RS_ERR_OPTION);
  o.segment_count = 0;
  o.steps = 12;
  assert_int_equal(rs_schedule_format(&o, NULL, 0, &length), RS_OK);
  assert_int_equal(length, strlen("steps 12\n"));
  assert_int_equal(rs_schedule_format(&o, text, sizeof text, &length), RS_ERR_CAPACITY);
  o.steps = -1;
  assert_int_equal(rs_schedule_format(&o, NULL, 0, &length), RS_ERR_OPTION);
  o.steps = RS__STEPS_MAX + 1;
  assert_int_equal(rs_schedule_format(&o, NULL, 0, &length), RS_ERR_OPTION);
  o = fresh();
  o.segment_count = 1;
  assert_int_equal(rs_schedule_format(&o, NULL, 0, &length), RS_ERR_OPTION);
  o = fresh();
  o.sigma_count = 1;
  assert_int_equal(rs_schedule_format(&o, NULL, 0, &length), RS_ERR_OPTION);
  o = fresh();
  o.budget = -1;
  assert_int_equal(rs_schedule_format(&o, NULL, 0, &length), RS_ERR_OPTION);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_small_room), cmocka_unit_test(test_infinite),
      cmocka_unit_test(test_fields),     cmocka_unit_test(test_presets),
      cmocka_unit_test(test_words),      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_errors),     cmocka_unit_test(test_long_line),
      cmocka_unit_test(test_arguments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
