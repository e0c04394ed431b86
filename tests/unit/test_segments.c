/* SPDX-License-Identifier: MIT
 * Where restarts meet the grid, and their text. */
#include "support/test.h"

#include <math.h>
#include <string.h>

#include "part/segments.h"

typedef struct {
  double sigmas[32];
  size_t count;
  rs_segment_info infos[4];
  rs__note note;
  rs_status status;
} met;

/* Nodes 16, 8, 4, 2, 1, 0.5, 0. */
static met meet(int32_t how, size_t n, const rs_segment *segments) {
  met m = {{16, 8, 4, 2, 1, 0.5, 0}, 7, {{0}}, {{0}}, 0};
  m.status = rs__segments_meet(segments, n, how, false, NULL, m.sigmas, &m.count, m.infos, &m.note);
  return m;
}

#define MEET(how, ...)                                                                             \
  meet(how, sizeof((rs_segment[]){__VA_ARGS__}) / sizeof(rs_segment), (rs_segment[]){__VA_ARGS__})

static void assert_node(const met *m, size_t segment, int32_t node, double t_min) {
  if (m->status != RS_OK)
    fail_msg("%s", m->note.text);
  assert_int_equal(m->infos[segment].node, node);
  assert_true(m->infos[segment].executed.t_min == t_min);
  assert_true(m->sigmas[node] == t_min);
  for (size_t i = 1; i < m->count; i++)
    assert_true(m->sigmas[i] < m->sigmas[i - 1]);
}

static void test_move(void **state) {
  (void)state;
  met m = MEET(RS_MEET_MOVE, {3, 1, 1.8, 4});
  assert_node(&m, 0, 3, 1.8);
  assert_int_equal(m.count, 7);
  assert_true(m.infos[0].asked.t_min == 1.8);
  m = MEET(RS_MEET_MOVE, {3, 1, 1.2, 4}, {3, 1, 0.9, 4});
  assert_node(&m, 0, 4, 1.2);
  assert_node(&m, 1, 5, 0.9);
  m = MEET(RS_MEET_MOVE, {3, 1, 12.5, 16});
  assert_node(&m, 0, 1, 12.5);
  m = MEET(RS_MEET_MOVE, {3, 1, 2, 4});
  assert_node(&m, 0, 3, 2);
}

static void test_insert(void **state) {
  (void)state;
  met m = MEET(RS_MEET_INSERT, {3, 1, 1.8, 4}, {2, 1, 3, 4}, {2, 1, 1, 5});
  assert_int_equal(m.count, 9);
  assert_node(&m, 0, 5, 1.8);
  assert_node(&m, 1, 3, 3);
  assert_node(&m, 2, 6, 1);
}

static void test_snap(void **state) {
  (void)state;
  met m = MEET(RS_MEET_SNAP, {3, 1, 1.6, 4}, {3, 1, 1.4, 4});
  assert_node(&m, 0, 3, 2);
  assert_node(&m, 1, 4, 1);
  assert_true(m.infos[0].asked.t_min == 1.6);
  assert_true(m.infos[0].executed.t_max == 4);
  /* As far from 2 as from 1: the lower node. */
  m = MEET(RS_MEET_SNAP, {3, 1, 1.5, 4});
  assert_node(&m, 0, 4, 1);
}

/* The grid halves at each node; [5, 16 -> 1] falls by 2 a step as well. */
static void test_ratio(void **state) {
  (void)state;
  met m = MEET(RS_MEET_MOVE, {5, 1, 1, 16}, {2, 1, 2, 16});
  assert_near(m.infos[0].ratio, 2, 1e-12);
  assert_near(m.infos[0].main_ratio, 2, 1e-12);
  assert_near(m.infos[1].ratio, 8, 1e-12);
}

static void test_refused(void **state) {
  const struct {
    int32_t how;
    rs_status status;
    size_t count;
    rs_segment s[2];
    const char *says;
  } rows[] = {
      {RS_MEET_MOVE, RS_ERR_SEGMENT_COUNTS, 1, {{1, 1, 1, 2}}, "segment 0 has 1 points"},
      {RS_MEET_MOVE, RS_ERR_SEGMENT_COUNTS, 1, {{2, 0, 1, 2}}, "0 iterations"},
      {RS_MEET_MOVE, RS_ERR_SEGMENT_INVERTED, 1, {{2, 1, 2, 1}}, "from t_min 2 up to t_max 1"},
      {RS_MEET_MOVE, RS_ERR_SEGMENT_INVERTED, 1, {{2, 1, 2, 2}}, "not above"},
      {RS_MEET_MOVE, RS_ERR_SEGMENT_INVERTED, 1, {{2, 1, NAN, 2}}, "nan"},
      {RS_MEET_MOVE, RS_ERR_SEGMENT_RANGE, 1, {{2, 1, 1, 17}}, "within the main grid's 0.5 to 16"},
      {RS_MEET_MOVE, RS_ERR_SEGMENT_RANGE, 1, {{2, 1, 0.4, 2}}, "0.4 to 2"},
      {RS_MEET_MOVE, RS_ERR_SEGMENT_RANGE, 1, {{2, 1, -1, 2}}, "-1 to 2"},
      {RS_MEET_SNAP, RS_ERR_SEGMENT_RANGE, 1, {{2, 1, 15, 16}}, "no inner node"},
      {RS_MEET_SNAP, RS_ERR_SEGMENT_INVERTED, 1, {{2, 1, 1.7, 1.9}}, "snaps to the node 2"},
      {RS_MEET_SNAP, RS_ERR_SEGMENT_INVERTED, 1, {{2, 1, 1.7, 2}}, "snaps to the node 2"},
      {RS_MEET_SNAP,
       RS_ERR_SEGMENT_COLLISION,
       2,
       {{2, 1, 1.1, 2}, {2, 1, 0.9, 2}},
       "segments 0 and 1 meet the same node of the main grid, sigma 1"},
      {RS_MEET_MOVE, RS_ERR_SEGMENT_COLLISION, 2, {{2, 1, 1.1, 2}, {2, 3, 1.1, 4}}, "sigma 1.1"},
      {RS_MEET_INSERT, RS_ERR_SEGMENT_COLLISION, 2, {{2, 1, 1.1, 2}, {2, 3, 1.1, 4}}, "sigma 1.1"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const met m = meet(rows[i].how, rows[i].count, rows[i].s);
    if (m.status != rows[i].status || !strstr(m.note.text, rows[i].says))
      fail_msg("row %zu is %s: %s", i, rs_status_name(m.status), m.note.text);
  }
}

/* The last node of a grid that does not end in 0 is not an inner one. */
static void test_last_node(void **state) {
  (void)state;
  for (int32_t how = RS_MEET_MOVE; how <= RS_MEET_SNAP; how++) {
    const rs_segment end = {2, 1, 0.5, 2};
    rs_segment_info info;
    rs__note note;
    double sigmas[8] = {4, 0.5};
    size_t count = 2;
    assert_int_equal(rs__segments_meet(&end, 1, how, false, NULL, sigmas, &count, &info, &note),
                     RS_ERR_SEGMENT_RANGE);
    assert_non_null(strstr(note.text, "no inner node"));
    double finer[8] = {4, 2, 0.5};
    count = 3;
    assert_int_equal(rs__segments_meet(&end, 1, how, false, NULL, finer, &count, &info, &note),
                     RS_ERR_SEGMENT_RANGE);
    assert_true(finer[1] == 2 && finer[2] == 0.5);
  }
}

/* Levels that no grid has are refused of a dropped segment too. */
static void test_dropped_refused(void **state) {
  (void)state;
  const rs_segment wrong[] = {
      {2, 1, -5, (double)INFINITY}, {2, 1, 0, 100}, {2, 1, -100, 100}, {2, 1, 1, 1e31}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    rs_segment_info info;
    rs__note note;
    double sigmas[] = {16, 8, 4, 2, 1, 0};
    size_t count = 6;
    assert_int_equal(
        rs__segments_meet(&wrong[i], 1, RS_MEET_MOVE, true, NULL, sigmas, &count, &info, &note),
        RS_ERR_SEGMENT_RANGE);
    assert_non_null(strstr(note.text, "is not within 1e-30 and 1e30"));
  }
}

/* A dropped segment has no node that another could collide with. */
static void test_dropped(void **state) {
  (void)state;
  const rs_segment segments[] = {{2, 1, 2, 100}, {2, 1, 2, 4}, {2, 1, 4, 8}};
  rs_segment_info infos[3];
  rs__note note;
  double sigmas[] = {16, 8, 4, 2, 1, 0};
  size_t count = 6;
  assert_int_equal(
      rs__segments_meet(segments, 3, RS_MEET_MOVE, true, NULL, sigmas, &count, infos, &note),
      RS_OK);
  assert_true(infos[0].dropped && infos[0].node == -1);
  assert_true(!infos[1].dropped && infos[1].node == 3);
  assert_true(!infos[2].dropped && infos[2].node == 2);
}

/* A node that a segment has is not taken from it: of two nodes, three segments are one too many. */
static void test_move_full(void **state) {
  (void)state;
  const met m = MEET(RS_MEET_MOVE, {2, 1, 1.2, 2}, {2, 1, 1.6, 2}, {2, 1, 1.4, 2});
  assert_int_equal(m.status, RS_ERR_SEGMENT_COLLISION);
}

static void test_parse(void **state) {
  const struct {
    const char *text;
    size_t count;
    rs_segment last;
  } rows[] = {
      {"", 0, {0}},
      {" \n", 0, {0}},
      {"[3,2,.06,.30]", 1, {3, 2, .06, .30}},
      {" [ 3 , 2 , 6e-2 , 0.3 ] ", 1, {3, 2, .06, .30}},
      {"[3,2,.06,.30], [4,1,1.09,1.92]", 2, {4, 1, 1.09, 1.92}},
      {"[3,2,.06,.30] [4,1,1.09,1.92]", 2, {4, 1, 1.09, 1.92}},
      {"{}", 0, {0}},
      {"\t[3,\r\n2,\t.06,.30]\r\n", 1, {3, 2, .06, .30}},
      {"{\"0\": [4, 1, 19.35, 40.79], \"1\": [4, 1, 1.09, 1.92]}", 2, {4, 1, 1.09, 1.92}},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    rs_segment s[4] = {{0}};
    size_t count = 99;
    assert_int_equal(rs_segments_parse(rows[i].text, s, 4, &count, NULL), RS_OK);
    assert_int_equal(count, rows[i].count);
    if (count)
      assert_memory_equal(&s[count - 1], &rows[i].last, sizeof *s);
  }
}

static void test_parse_errors(void **state) {
  const struct {
    const char *text;
    size_t position;
    rs_status status;
    const char *says;
  } rows[] = {
      {"3,2", 0, RS_ERR_SYNTAX, "opening bracket"},
      {"[3 2,.06,.3]", 3, RS_ERR_SYNTAX, "comma"},
      {"[3,2,.06,.3", 11, RS_ERR_SYNTAX, "closing bracket"},
      {"[3,2,.06]", 8, RS_ERR_SYNTAX, "comma"},
      {"[3,2,x,.3]", 5, RS_ERR_SYNTAX, "t_min"},
      {"[3,2,.06,nan]", 9, RS_ERR_SYNTAX, "t_max"},
      {"[3,2,.06,1e999]", 9, RS_ERR_SYNTAX, "too large"},
      {"[3,2,-1e31,1]", 5, RS_ERR_SYNTAX, "too large"},
      {"[-3e9,2,.06,.3]", 1, RS_ERR_SYNTAX, "whole number"},
      {"[3.5,2,.06,.3]", 1, RS_ERR_SYNTAX, "whole number"},
      {"[3e9,2,.06,.3]", 1, RS_ERR_SYNTAX, "whole number"},
      {"[1,2,.06,.3]", 1, RS_ERR_SEGMENT_COUNTS, "at least 2"},
      {"[3, 0,.06,.3]", 4, RS_ERR_SEGMENT_COUNTS, "at least 1"},
      {"[3,2,.06,.3],", 13, RS_ERR_SYNTAX, "opening bracket"},
      {"[3,2,.06,.3] x", 13, RS_ERR_SYNTAX, "opening bracket"},
      {"{0: [3,2,.06,.3]}", 1, RS_ERR_SYNTAX, "quotes"},
      {"{\"0 [3,2,.06,.3]}", 17, RS_ERR_SYNTAX, "closing quote"},
      {"{\"0\" [3,2,.06,.3]}", 5, RS_ERR_SYNTAX, "colon"},
      {"{\"0\": [3,2,.06,.3]", 18, RS_ERR_SYNTAX, "closing brace"},
      {"{\"0\": [3,2,.06,.3],}", 19, RS_ERR_SYNTAX, "quotes"},
      {"{\"0\": [3,2,.06,.3]} []", 20, RS_ERR_SYNTAX, "nothing may follow"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    rs_segment s[4];
    size_t count = 99;
    rs_text_error e = {99, ""};
    const rs_status st = rs_segments_parse(rows[i].text, s, 4, &count, &e);
    if (st != rows[i].status || e.position != rows[i].position || !strstr(e.message, rows[i].says))
      fail_msg("%s: %s at %zu: %s", rows[i].text, rs_status_name(st), e.position, e.message);
    assert_int_equal(count, 99);
  }
}

static void test_parse_arguments(void **state) {
  (void)state;
  rs_segment s[1];
  size_t count;
  rs_text_error e;
  assert_int_equal(rs_segments_parse(NULL, s, 1, &count, &e), RS_ERR_ARGUMENT);
  assert_int_equal(rs_segments_parse("", s, 1, NULL, &e), RS_ERR_ARGUMENT);
  assert_int_equal(rs_segments_parse("", NULL, 1, &count, &e), RS_ERR_ARGUMENT);
  assert_int_equal(rs_segments_parse("[", s, 1, &count, NULL), RS_ERR_SYNTAX);
  assert_int_equal(rs_segments_parse("[2,1,1,2] [2,1,1,2]", s, 1, &count, &e), RS_ERR_CAPACITY);
  assert_int_equal(count, 2);
  assert_int_equal(rs_segments_parse("[2,1,1,2] [2,1,1,2]", NULL, 0, &count, &e), RS_ERR_CAPACITY);
  assert_int_equal(count, 2);
}

static void test_format(void **state) {
  const rs_segment s[] = {{3, 2, .06, .30}, {4, 1, 1.0 / 3, 1e-7}};
  char text[200];
  size_t length = 0, count = 0;
  (void)state;
  assert_int_equal(rs_segments_format(s, 2, RS_TEXT_LIST, text, sizeof text, &length), RS_OK);
  assert_string_equal(text, "[3,2,0.06,0.3], [4,1,0.3333333333333333,1e-07]");
  assert_int_equal(length, strlen(text));
  assert_int_equal(rs_segments_format(s, 1, RS_TEXT_JSON, text, sizeof text, &length), RS_OK);
  assert_string_equal(text, "{\"0\": [3,2,0.06,0.3]}");
  for (int32_t form = RS_TEXT_LIST; form <= RS_TEXT_JSON; form++) {
    rs_segment back[2];
    assert_int_equal(rs_segments_format(s, 2, form, text, sizeof text, NULL), RS_OK);
    assert_int_equal(rs_segments_parse(text, back, 2, &count, NULL), RS_OK);
    assert_memory_equal(back, s, sizeof s);
  }
  assert_int_equal(rs_segments_format(s, 2, RS_TEXT_LIST, NULL, 0, &length), RS_OK);
  assert_int_equal(rs_segments_format(s, 2, RS_TEXT_LIST, text, length, &length), RS_ERR_CAPACITY);
  assert_int_equal(rs_segments_format(s, 2, RS_TEXT_LIST, text, length + 1, &length), RS_OK);
  assert_int_equal(rs_segments_format(NULL, 0, RS_TEXT_LIST, text, 1, &length), RS_OK);
  assert_int_equal(length, 0);
  assert_int_equal(rs_segments_format(s, 2, 7, text, sizeof text, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_segments_format(NULL, 2, 0, text, sizeof text, &length), RS_ERR_ARGUMENT);
  assert_int_equal(rs_segments_format(s, 2, 0, NULL, 0, NULL), RS_ERR_ARGUMENT);
  assert_int_equal(rs_segments_format(s, 2, 0, NULL, 9, &length), RS_ERR_ARGUMENT);
}

/* What reading refuses is not written. */
static void test_format_refused(void **state) {
  const struct {
    rs_segment segment;
    rs_status status;
  } rows[] = {{{1, 1, 1, 2}, RS_ERR_SEGMENT_COUNTS},   {{2, 0, 1, 2}, RS_ERR_SEGMENT_COUNTS},
              {{2, 1, (double)NAN, 2}, RS_ERR_OPTION}, {{2, 1, 1, (double)INFINITY}, RS_ERR_OPTION},
              {{2, 1, -1e31, 1}, RS_ERR_OPTION},       {{2, 1, 1, 1e31}, RS_ERR_OPTION}};
  char text[200];
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_int_equal(rs_segments_format(&rows[i].segment, 1, RS_TEXT_LIST, text, 200, NULL),
                     rows[i].status);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_move),         cmocka_unit_test(test_insert),
      cmocka_unit_test(test_snap),         cmocka_unit_test(test_ratio),
      cmocka_unit_test(test_refused),      cmocka_unit_test(test_last_node),
      cmocka_unit_test(test_dropped),      cmocka_unit_test(test_dropped_refused),
      cmocka_unit_test(test_move_full),    cmocka_unit_test(test_parse),
      cmocka_unit_test(test_parse_errors), cmocka_unit_test(test_parse_arguments),
      cmocka_unit_test(test_format),       cmocka_unit_test(test_format_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
