/* SPDX-License-Identifier: MIT
 * Schedule text: what is read can be written, and what is written is read as the same. */
#include "fuzz.h"

enum { MOST = 32, ROOM = 1 << 14 };

typedef struct side {
  rs_segment segments[MOST];
  double sigmas[MOST];
  rs_schedule_options options;
  char text[ROOM];
} side;

static rs_status read(const char *text, side *s, rs_text_error *error) {
  rs_schedule_room room;
  rs_schedule_room_init(&room);
  room.segments = s->segments;
  room.segment_capacity = MOST;
  room.sigmas = s->sigmas;
  room.sigma_capacity = MOST;
  rs_schedule_options_init(&s->options);
  return rs_schedule_parse(text, &room, &s->options, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static side first, second;
  char *text = fuzz_text(data, size);
  size_t length;
  rs_text_error error = {0, ""};
  const rs_status st = read(text, &first, &error);
  if (st == RS_OK) {
    MUST(rs_schedule_format(&first.options, first.text, ROOM, &length) == RS_OK);
    MUST(read(first.text, &second, NULL) == RS_OK);
    MUST(rs_schedule_format(&second.options, second.text, ROOM, &length) == RS_OK);
    MUST(strcmp(first.text, second.text) == 0);
  } else {
    MUST(error.position <= strlen(text) && error.message[0]);
  }
  free(text);
  return 0;
}
