/* SPDX-License-Identifier: MIT
 * What the targets share. Each is one function over arbitrary bytes, with one property, that it
 * ends the process over. libFuzzer calls it (run.py); main.c calls it for each input of a corpus,
 * in the tests. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <restart/restart.h>

#ifdef __cplusplus
extern "C"
#endif
    int
    LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) ((condition) ? (void)0 : abort())

/* The bytes, taken from the front; zeros when there are no more. */
typedef struct fuzz_bytes {
  const uint8_t *at;
  size_t left;
} fuzz_bytes;

static inline void fuzz_take(fuzz_bytes *b, void *out, size_t size) {
  const size_t n = size < b->left ? size : b->left;
  memset(out, 0, size);
  if (n)
    memcpy(out, b->at, n);
  b->at += n;
  b->left -= n;
}

static inline uint8_t fuzz_byte(fuzz_bytes *b) {
  uint8_t value;
  fuzz_take(b, &value, 1);
  return value;
}

/* Usually small or a round number, now and then any bit pattern. */
static inline double fuzz_real(fuzz_bytes *b) {
  static const double some[] = {0, 1, 0.5, 1e-3, 2, 7, 20, 80, -1, 1e30, 1e-30, 1e300};
  const uint8_t kind = fuzz_byte(b);
  double any;
  if (kind < 12)
    return some[kind];
  if (kind < 200)
    return fuzz_byte(b) / 16.0;
  fuzz_take(b, &any, sizeof any);
  return any;
}

static inline int32_t fuzz_int(fuzz_bytes *b, int32_t most) {
  const uint8_t kind = fuzz_byte(b);
  int32_t any;
  if (kind < 250)
    return kind % (most + 2);
  fuzz_take(b, &any, sizeof any);
  return any;
}

/* The bytes as text that ends in a zero; to be freed. */
static inline char *fuzz_text(const uint8_t *data, size_t size) {
  char *text = (char *)malloc(size + 1);
  MUST(text);
  if (size)
    memcpy(text, data, size);
  text[size] = 0;
  return text;
}

/* Eight bytes, the least first. */
static inline void fuzz_put(uint8_t *bytes, uint64_t value) {
  for (int i = 0; i < 8; i++)
    bytes[i] = (uint8_t)(value >> 8 * i);
}

/* Makes the checksum at the end of a checkpoint right, as docs/numerics.md has it. */
static inline void fuzz_seal(uint8_t *bytes, size_t length) {
  uint64_t hash = 0xcbf29ce484222325u;
  if (length < 8)
    return;
  for (size_t i = 0; i < length - 8; i++)
    hash = (hash ^ bytes[i]) * 0x100000001b3u;
  fuzz_put(bytes + length - 8, hash);
}

/* output = input / (1 + sigma^2). */
static inline int32_t fuzz_network(const rs_eval *e, void *user) {
  (void)user;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    if (e->output)
      e->output[i] = e->input[i] / (float)(1 + e->sigma * e->sigma);
    else
      e->output_f64[i] = e->input_f64[i] / (1 + e->sigma * e->sigma);
  return 0;
}

#endif
