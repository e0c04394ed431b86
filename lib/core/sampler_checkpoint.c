/* SPDX-License-Identifier: MIT
 * Checkpoints: numbers in little-endian order, whatever the machine's.
 *
 *     bytes     what
 *     8         "RSCKPT1\n"
 *     8 x 7     dtype, batch, elements, the plan's fingerprint, next move, vectors kept (bit set),
 *               length of the whole in bytes
 *     8 x batch seeds
 *     ...       each kept vector, batch x elements numbers of 4 or 8 bytes
 *     8         FNV-1a checksum of all before it                                               */
#include "core/sampler.h"

#include <string.h>

#include "base/bytes.h"

static const char magic[8] = {'R', 'S', 'C', 'K', 'P', 'T', '1', '\n'};

enum { DTYPE, BATCH, ELEMENTS, FINGERPRINT, MOVE, KEPT, LENGTH, FIELDS };

static size_t real_size(const rs_sampler *s) {
  return s->options.dtype == RS_FLOAT64 ? 8 : 4;
}

/* A vector in the machine's order to or from its bytes. */
static void put_vector(unsigned char *at, const void *vector, size_t count, size_t size) {
  for (size_t i = 0; i < count; i++) {
    uint32_t narrow;
    uint64_t bits;
    if (size == 4)
      memcpy(&narrow, (const float *)vector + i, 4), bits = narrow;
    else
      memcpy(&bits, (const double *)vector + i, 8);
    rs__bytes_put(at + i * size, bits, size);
  }
}

static void get_vector(const unsigned char *at, void *vector, size_t count, size_t size) {
  for (size_t i = 0; i < count; i++) {
    const uint64_t bits = rs__bytes_get(at + i * size, size);
    const uint32_t narrow = (uint32_t)bits;
    if (size == 4)
      memcpy((float *)vector + i, &narrow, 4);
    else
      memcpy((double *)vector + i, &bits, 8);
  }
}

/* The estimate that the step of this move has made last, for progress; RS__X when it has none. */
static int32_t estimate_of(const rs__plan *p, size_t move) {
  size_t step = 0;
  while (step < p->step_count && p->steps[step].end_move <= move)
    step++;
  int32_t last = RS__X;
  for (size_t m = step < p->step_count ? p->steps[step].first_move : move; m < move; m++)
    if (p->moves[m].kind == RS__EVAL)
      last = p->moves[m].out;
  return last;
}

/* The vectors that the moves from here on read before they write them, the state, and what
 * progress shows. */
static uint32_t live(const rs__plan *p, size_t move) {
  uint32_t read = 1u << RS__X | 1u << estimate_of(p, move), written = 0;
  for (size_t i = move; i < p->move_count; i++) {
    const rs__move *m = &p->moves[i];
    uint32_t reads = m->kind == RS__EVAL ? 1u << m->in : 0;
    for (int32_t k = 0; k < m->terms; k++)
      reads |= 1u << m->vector[k];
    read |= reads & ~written;
    written |= 1u << m->out;
  }
  return read;
}

static size_t bits_set(uint32_t bits) {
  size_t n = 0;
  for (; bits; bits &= bits - 1)
    n++;
  return n;
}

static size_t length_of(const rs_sampler *s, uint32_t kept) {
  const size_t vector = s->options.batch * s->options.elements * real_size(s);
  return sizeof magic + 8 * FIELDS + 8 * s->options.batch + bits_set(kept) * vector + 8;
}

rs_status rs_sampler_save(rs_sampler *sampler, void *buffer, size_t capacity, size_t *length) {
  if (!sampler)
    return RS_ERR_ARGUMENT;
  rs_sampler *s = sampler;
  if ((capacity && !buffer) || (!buffer && !length))
    return rs__note_set(&s->note, RS_ERR_ARGUMENT, "buffer is NULL");
  if (s->phase == RS__NONE)
    return rs__note_set(&s->note, RS_ERR_STATE, "rs_sampler_save before rs_sampler_start");
  const uint32_t kept = live(&s->plan, s->move);
  const size_t total = length_of(s, kept), count = s->options.batch * s->options.elements;
  if (length)
    *length = total;
  if (!buffer)
    return rs__note_status(&s->note, RS_OK);
  if (capacity < total)
    return rs__note_set(&s->note, RS_ERR_CAPACITY, "the checkpoint needs %zu bytes, not %zu", total,
                        capacity);
  unsigned char *at = buffer;
  const uint64_t fields[FIELDS] = {(uint64_t)s->options.dtype,
                                   s->options.batch,
                                   s->options.elements,
                                   s->plan.fingerprint,
                                   s->move,
                                   kept,
                                   total};
  memcpy(at, magic, sizeof magic);
  at += sizeof magic;
  for (int f = 0; f < FIELDS; f++, at += 8)
    rs__bytes_put(at, fields[f], 8);
  for (size_t b = 0; b < s->options.batch; b++, at += 8)
    rs__bytes_put(at, s->seeds[b], 8);
  for (int v = 0; v < RS__SLOTS; v++)
    if (kept >> v & 1) {
      put_vector(at, s->vector[v], count, real_size(s));
      at += count * real_size(s);
    }
  rs__bytes_put(at, rs__bytes_checksum(buffer, total - 8), 8);
  return rs__note_status(&s->note, RS_OK);
}

/* Judges the bytes alone, then the bytes against this sampler. */
static rs_status check(rs_sampler *s, const unsigned char *at, size_t length,
                       uint64_t fields[FIELDS]) {
  const size_t head = sizeof magic + 8 * FIELDS;
  if (length < head + 8 || memcmp(at, magic, sizeof magic) != 0)
    return rs__note_set(&s->note, RS_ERR_CHECKPOINT,
                        "this is not a checkpoint, or not a whole one");
  for (int f = 0; f < FIELDS; f++)
    fields[f] = rs__bytes_get(at + sizeof magic + 8 * f, 8);
  if (fields[LENGTH] != length ||
      rs__bytes_checksum(at, length - 8) != rs__bytes_get(at + length - 8, 8))
    return rs__note_set(&s->note, RS_ERR_CHECKPOINT,
                        "the checkpoint is damaged: its length or its checksum is wrong");
  if (fields[DTYPE] != (uint64_t)s->options.dtype || fields[BATCH] != s->options.batch ||
      fields[ELEMENTS] != s->options.elements)
    return rs__note_set(&s->note, RS_ERR_MISMATCH,
                        "the checkpoint is of another shape: batch %llu, elements %llu, float%d",
                        (unsigned long long)fields[BATCH], (unsigned long long)fields[ELEMENTS],
                        fields[DTYPE] == RS_FLOAT64 ? 64 : 32);
  if (fields[FINGERPRINT] != s->plan.fingerprint)
    return rs__note_set(&s->note, RS_ERR_MISMATCH,
                        "the checkpoint is of another plan: schedule and model must be the same");
  if (fields[MOVE] > s->plan.move_count || fields[KEPT] != live(&s->plan, (size_t)fields[MOVE]) ||
      length != length_of(s, (uint32_t)fields[KEPT]))
    return rs__note_set(&s->note, RS_ERR_CHECKPOINT, "the checkpoint contradicts itself");
  return RS_OK;
}

static rs_status load(rs_sampler *s, const unsigned char *at, size_t length, void *x,
                      int32_t dtype) {
  if (!s)
    return RS_ERR_ARGUMENT;
  if (!at || !x)
    return rs__note_set(&s->note, RS_ERR_ARGUMENT, "%s is NULL", at ? "x" : "buffer");
  if (s->busy || s->plan.step_count == 0 || s->options.dtype != dtype)
    return rs__note_set(&s->note, RS_ERR_STATE, "rs_sampler_load %s",
                        s->busy                   ? "within a callback"
                        : s->plan.step_count == 0 ? "before rs_schedule"
                                                  : "of the sampler's other dtype");
  uint64_t fields[FIELDS] = {0};
  rs_status st = check(s, at, length, fields);
  if (st == RS_OK)
    st = rs__sampler_check_known(s);
  if (st != RS_OK)
    return st;
  const size_t count = s->options.batch * s->options.elements;
  at += sizeof magic + 8 * FIELDS;
  for (size_t b = 0; b < s->options.batch; b++, at += 8)
    s->seeds[b] = rs__bytes_get(at, 8);
  rs__sampler_bind(s, x, (size_t)fields[MOVE]);
  for (int v = 0; v < RS__SLOTS; v++)
    if (fields[KEPT] >> v & 1) {
      get_vector(at, s->vector[v], count, real_size(s));
      at += count * real_size(s);
    }
  s->phase = RS__READY;
  return rs__note_status(&s->note, RS_OK);
}

rs_status rs_sampler_load(rs_sampler *sampler, const void *buffer, size_t length, float *x) {
  return load(sampler, buffer, length, x, RS_FLOAT32);
}

rs_status rs_sampler_load_f64(rs_sampler *sampler, const void *buffer, size_t length, double *x) {
  return load(sampler, buffer, length, x, RS_FLOAT64);
}
