/* SPDX-License-Identifier: MIT
 * Checkpoint bytes, with their length and checksum put right when the first byte is odd: refused
 * without a trace, or a run that goes on to its end. The last bytes of the input are the
 * checkpoint; the others say how a good one is changed. */
#include "fuzz.h"

enum { N = 4, ROOM = 1024 };

static rs_sampler *make(void) {
  static const rs_segment segment = {3, 2, .1, 2};
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler *s;
  rs_sampler_options_init(&so);
  so.model.fn = fuzz_network;
  so.elements = N;
  MUST(rs_sampler_new(&so, &s) == RS_OK);
  rs_schedule_options_init(&sc);
  sc.steps = 5;
  sc.solver = RS_SOLVER_DPMPP_2M;
  sc.segments = &segment;
  sc.segment_count = 1;
  MUST(rs_schedule(s, &sc) == RS_OK);
  return s;
}

static void put_right(uint8_t *bytes, size_t length) {
  if (length < 72)
    return;
  fuzz_put(bytes + 56, length);
  fuzz_seal(bytes, length);
}

/* A good one, some of whose bytes are changed as the input says. */
static size_t changed(rs_sampler *s, fuzz_bytes *b, uint8_t *bytes) {
  float x[N];
  size_t length;
  MUST(rs_sampler_start(s, x, NULL) == RS_OK);
  for (int n = fuzz_byte(b) % 12; n > 0; n--)
    rs_restart_step(s);
  MUST(rs_sampler_save(s, bytes, ROOM, &length) == RS_OK);
  while (b->left >= 2) {
    const size_t at = fuzz_byte(b) % length;
    bytes[at] = fuzz_byte(b);
  }
  return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t bytes[ROOM];
  fuzz_bytes b = {data, size};
  float x[N], before[N];
  rs_sampler *s = make();
  const uint8_t how = fuzz_byte(&b);
  size_t length = b.left < ROOM ? b.left : ROOM;
  if (how & 2)
    length = changed(s, &b, bytes);
  else
    fuzz_take(&b, bytes, length);
  if (how & 1)
    put_right(bytes, length);
  memset(x, 7, sizeof x);
  memcpy(before, x, sizeof x);
  rs_status st = rs_sampler_load(s, bytes, length, x);
  if (st == RS_OK) {
    while ((st = rs_restart_step(s)) == RS_MORE)
      ;
    MUST(st == RS_OK || st == RS_ERR_NONFINITE);
  } else {
    MUST(st == RS_ERR_CHECKPOINT || st == RS_ERR_MISMATCH);
    MUST(rs_sampler_message(s)[0] && memcmp(x, before, sizeof x) == 0);
  }
  rs_sampler_free(s);
  return 0;
}
