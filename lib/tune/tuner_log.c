/* SPDX-License-Identifier: MIT
 * Checkpoints of a tuner: the distances that were measured, in order.
 *
 *     bytes      what
 *     8          "RSTUNE4\n"
 *     8 x 9      budget, evaluations, seed, kinds that are skipped, batch, elements, numbers that a
 *                sample is compared by, references (a checksum of what is compared), distances
 *     8 x count  distances
 *     8          FNV-1a checksum of all before it */
#include <string.h>

#include "base/bytes.h"
#include "tune/tuner.h"

static const char magic[8] = {'R', 'S', 'T', 'U', 'N', 'E', '4', '\n'};

enum { BUDGET, EVALUATIONS, SEED, SKIP, BATCH, ELEMENTS, WIDTH, REFERENCES, COUNT, FIELDS };
enum { HEAD = 8 + 8 * FIELDS };

static uint64_t bits_of(const void *number, size_t size) {
  uint32_t narrow;
  uint64_t bits;
  if (size == 8)
    memcpy(&bits, number, 8);
  else
    memcpy(&narrow, number, 4), bits = narrow;
  return bits;
}

static uint64_t references(const rs_tuner *t) {
  uint64_t sum = 0;
  for (size_t i = 0; i < t->options.reference_count * t->width; i++) {
    unsigned char bytes[12];
    rs__bytes_put(bytes, sum, 8);
    rs__bytes_put(bytes + 8, bits_of(&t->references[i], 4), 4);
    sum = rs__bytes_checksum(bytes, sizeof bytes);
  }
  return sum;
}

static void fields_of(const rs_tuner *t, uint64_t fields[FIELDS]) {
  fields[BUDGET] = (uint64_t)t->options.budget;
  fields[EVALUATIONS] = (uint64_t)t->options.evaluations;
  fields[SEED] = t->options.seed;
  fields[SKIP] = (uint64_t)t->options.skip;
  fields[BATCH] = t->batch;
  fields[ELEMENTS] = t->elements;
  fields[WIDTH] = t->width;
  fields[REFERENCES] = references(t);
  fields[COUNT] = t->logged;
}

rs_status rs_tuner_save(const rs_tuner *tuner, void *buffer, size_t capacity, size_t *length) {
  if (!tuner || (capacity && !buffer) || (!buffer && !length))
    return RS_ERR_ARGUMENT;
  const size_t total = HEAD + 8 * tuner->logged + 8;
  if (length)
    *length = total;
  if (!buffer)
    return RS_OK;
  if (capacity < total)
    return RS_ERR_CAPACITY;
  uint64_t fields[FIELDS];
  fields_of(tuner, fields);
  unsigned char *at = buffer;
  memcpy(at, magic, sizeof magic);
  for (size_t f = 0; f < FIELDS; f++)
    rs__bytes_put(at + 8 + 8 * f, fields[f], 8);
  for (size_t i = 0; i < tuner->logged; i++)
    rs__bytes_put(at + HEAD + 8 * i, bits_of(&tuner->log[i], 8), 8);
  rs__bytes_put(at + total - 8, rs__bytes_checksum(at, total - 8), 8);
  return RS_OK;
}

static rs_status check(rs_tuner *t, const unsigned char *at, size_t length) {
  uint64_t fields[FIELDS];
  if (length < HEAD + 8 || memcmp(at, magic, sizeof magic) != 0 ||
      rs__bytes_checksum(at, length - 8) != rs__bytes_get(at + length - 8, 8))
    return rs__note_set(&t->note, RS_ERR_CHECKPOINT,
                        "this is not a tuner's checkpoint, or it is damaged");
  const uint64_t count = rs__bytes_get(at + 8 + 8 * COUNT, 8);
  if (count > RS__LOG_MOST || length != HEAD + 8 * (size_t)count + 8)
    return rs__note_set(&t->note, RS_ERR_CHECKPOINT, "the checkpoint contradicts itself");
  fields_of(t, fields);
  for (size_t f = 0; f < COUNT; f++)
    if (rs__bytes_get(at + 8 + 8 * f, 8) != fields[f])
      return rs__note_set(&t->note, RS_ERR_MISMATCH,
                          "the checkpoint is of other options or other references");
  return RS_OK;
}

rs_status rs_tuner_load(rs_tuner *tuner, const void *buffer, size_t length) {
  if (!tuner || !buffer)
    return RS_ERR_ARGUMENT;
  if (tuner->busy || tuner->logged)
    return rs__note_set(&tuner->note, RS_ERR_STATE, "the tuner has measured already%s",
                        tuner->busy ? ", this is within a callback" : "");
  const unsigned char *at = buffer;
  const rs_status st = check(tuner, at, length);
  if (st != RS_OK)
    return st;
  tuner->logged = (size_t)rs__bytes_get(at + 8 + 8 * COUNT, 8);
  for (size_t i = 0; i < tuner->logged; i++) {
    const uint64_t bits = rs__bytes_get(at + HEAD + 8 * i, 8);
    memcpy(&tuner->log[i], &bits, 8);
  }
  return rs__note_status(&tuner->note, RS_OK);
}
