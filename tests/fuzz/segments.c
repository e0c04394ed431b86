/* SPDX-License-Identifier: MIT
 * Segment text: what is read can be written and read again with the same bits. */
#include "fuzz.h"

enum { MOST = 64, ROOM = 64 * 120 };

static void judge(const rs_segment *segments, size_t count, int32_t form) {
  static char text[ROOM];
  static rs_segment again[MOST];
  size_t length, back;
  MUST(rs_segments_format(segments, count, form, text, sizeof text, &length) == RS_OK);
  MUST(strlen(text) == length);
  MUST(rs_segments_parse(text, again, MOST, &back, NULL) == RS_OK && back == count);
  for (size_t i = 0; i < count; i++)
    MUST(again[i].points == segments[i].points && again[i].iterations == segments[i].iterations &&
         again[i].t_min == segments[i].t_min && again[i].t_max == segments[i].t_max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static rs_segment segments[MOST];
  char *text = fuzz_text(data, size);
  size_t count = 0;
  rs_text_error error = {0, ""};
  const rs_status st = rs_segments_parse(text, segments, MOST, &count, &error);
  if (st == RS_OK) {
    judge(segments, count, RS_TEXT_LIST);
    judge(segments, count, RS_TEXT_JSON);
  } else {
    MUST(error.position <= strlen(text) && error.message[0]);
  }
  free(text);
  return 0;
}
