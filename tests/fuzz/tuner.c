/* SPDX-License-Identifier: MIT
 * Checkpoint bytes of a tuner, whose checksum is put right when the first byte is odd: refused, or
 * a search that goes on to an answer. */
#include <stdbool.h>

#include <restart/tune.h>

#include "fuzz.h"

enum { N = 2, REFERENCES = 64, ROOM = 4096 };

/* Of the checkpoint. */
#define HEAD ((size_t)80)

static int32_t first_numbers(const rs_tune_sets *sets, double *distance, void *user) {
  (void)user;
  *distance = (double)sets->samples[0] - (double)sets->references[0];
  *distance *= *distance;
  return 0;
}

/* With a distance of the host's, which is the quicker one. */
static rs_tuner *make(bool hosts) {
  static float references[REFERENCES * N];
  rs_sampler_options so;
  rs_tune_options to;
  rs_tuner *t;
  for (int i = 0; i < REFERENCES * N; i++)
    references[i] = (float)(i * 29 % 64) / 32 - 1;
  rs_sampler_options_init(&so);
  so.model.fn = fuzz_network;
  so.elements = N;
  so.batch = 16;
  rs_tune_options_init(&to);
  to.budget = 5;
  to.evaluations = 11000;
  to.references = references;
  to.reference_count = REFERENCES;
  if (hosts)
    to.distance = first_numbers;
  MUST(rs_tuner_new(&so, &to, &t) == RS_OK);
  return t;
}

/* The head of a good one with the distances of the input. */
static size_t build(const rs_tuner *t, fuzz_bytes *b, uint8_t *bytes) {
  size_t length;
  MUST(rs_tuner_save(t, bytes, ROOM, &length) == RS_OK && length == HEAD + 8);
  const size_t count = b->left / 2 < 400 ? b->left / 2 : 400;
  memset(bytes + HEAD - 8, 0, 8);
  bytes[HEAD - 8] = (uint8_t)count;
  bytes[HEAD - 7] = (uint8_t)(count >> 8);
  for (size_t i = 0; i < count; i++) {
    uint8_t *at = bytes + HEAD + 8 * i;
    memset(at, 0, 8);
    fuzz_take(b, at + 6, 2); /* sign, exponent, the first bits */
  }
  return HEAD + 8 * (count + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t bytes[ROOM];
  fuzz_bytes b = {data, size};
  const uint8_t how = fuzz_byte(&b);
  rs_tuner *t = make(how & 4);
  size_t length = b.left < ROOM ? b.left : ROOM;
  if (how & 2)
    length = build(t, &b, bytes);
  else
    fuzz_take(&b, bytes, length);
  if (how & 1)
    fuzz_seal(bytes, length);
  rs_status st = rs_tuner_load(t, bytes, length);
  MUST(st == RS_OK || st == RS_ERR_CHECKPOINT || st == RS_ERR_MISMATCH);
  /* Past what is on record the search is a long one: two measurements of its own are enough. */
  const size_t recorded = st == RS_OK ? (length - HEAD - 8) / 8 : 0;
  for (size_t i = 0; i < recorded + 2 && st >= RS_OK; i++) {
    st = rs_tuner_step(t);
    MUST(strcmp(rs_status_name(st), "RS_UNKNOWN") != 0);
  }
  MUST(rs_tuner_message(t)[0]);
  rs_tuner_free(t);
  return 0;
}
