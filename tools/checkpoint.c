/* SPDX-License-Identifier: MIT
 * The file, numbers of 8 bytes in little-endian order:
 *
 *     bytes  what
 *     8      "RSRUN1\n" and 0
 *     8 x 4  bytes of the identity, finished samples, bytes of these, bytes of the sampler
 *     ...    identity, samples in the machine's order, sampler
 *     8      FNV-1a checksum of all before it                                                  */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint.h"
#include "clock.h"
#include "difference.h"
#include "fingerprint.h"
#include "out_file.h"
#include "say.h"

enum { IDENTITY, DONE, SAMPLES, SAMPLER, FIELDS, HEAD = 8 + 8 * FIELDS, SUM = 8 };

static const char magic[8] = "RSRUN1\n";

static void put(unsigned char *at, uint64_t value) {
  for (int i = 0; i < 8; ++i)
    at[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get(const unsigned char *at) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i)
    value |= (uint64_t)at[i] << (8 * i);
  return value;
}

void checkpoint_begin(struct checkpoint *checkpoint, const char *path, char *identity, int every) {
  *checkpoint = (struct checkpoint){
      .path = path, .identity = identity, .every = every, .next = clock_now() + every};
}

void checkpoint_free(struct checkpoint *checkpoint) {
  free(checkpoint->identity);
  checkpoint->identity = NULL;
}

/* ---- reading ---------------------------------------------------------------------------------*/

static bool refuse(const struct checkpoint *checkpoint, const char *why) {
  say("the checkpoint %s %s", checkpoint->path, why);
  return false;
}

/* Which line of the identity is another one. */
static bool refuse_other(const struct checkpoint *checkpoint, const char *theirs) {
  struct difference other;
  if (!difference_find(checkpoint->identity, theirs, &other))
    return refuse(checkpoint, "belongs to another run");
  say("the checkpoint %s belongs to another run: it has \"%.*s\", this one \"%.*s\"",
      checkpoint->path, other.theirs_length, other.theirs, other.ours_length, other.ours);
  return false;
}

/* Whether the parts make up the whole. */
static bool whole(const unsigned char *bytes, size_t length) {
  uint64_t left = length - HEAD - SUM;
  for (int i = IDENTITY; i < FIELDS; ++i) {
    uint64_t part = i == DONE ? 0 : get(bytes + 8 + 8 * i);
    if (part > left)
      return false;
    left -= part;
  }
  return left == 0 &&
         get(bytes + length - SUM) == fingerprint(FINGERPRINT_BEGIN, bytes, length - SUM);
}

static bool take(struct checkpoint *checkpoint, struct run_state *state, uint64_t count,
                 const unsigned char *bytes) {
  uint64_t field[FIELDS];
  for (int i = 0; i < FIELDS; ++i)
    field[i] = get(bytes + 8 + 8 * i);
  const unsigned char *samples = bytes + HEAD + field[IDENTITY];
  if (field[DONE] > count || field[SAMPLES] != field[DONE] * state->elements * sizeof(float))
    return refuse(checkpoint, "is damaged");
  state->sampler = field[SAMPLER] ? malloc(field[SAMPLER]) : NULL;
  if (field[SAMPLER] && !state->sampler)
    return refuse(checkpoint, "does not fit into memory");
  if (field[SAMPLER])
    memcpy(state->sampler, samples + field[SAMPLES], field[SAMPLER]);
  state->sampler_bytes = field[SAMPLER];
  if (field[SAMPLES])
    memcpy(state->samples, samples, field[SAMPLES]);
  state->done = field[DONE];
  return true;
}

static bool judge(struct checkpoint *checkpoint, struct run_state *state, uint64_t count,
                  const unsigned char *bytes, size_t length) {
  if (length < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
    return refuse(checkpoint, "is not a checkpoint of this command");
  if (length < HEAD + SUM || !whole(bytes, length))
    return refuse(checkpoint, "is damaged or cut off");
  if (!state)
    return true;
  size_t there = get(bytes + 8);
  char *theirs = strndup((const char *)bytes + HEAD, there);
  if (!theirs)
    return refuse(checkpoint, "does not fit into memory");
  bool same = strcmp(theirs, checkpoint->identity) == 0;
  bool good = same ? take(checkpoint, state, count, bytes) : refuse_other(checkpoint, theirs);
  free(theirs);
  return good;
}

static bool cannot_read(const struct checkpoint *checkpoint) {
  say("cannot read %s: %s", checkpoint->path, strerror(errno));
  return false;
}

static bool read_file(struct checkpoint *checkpoint, FILE *file, struct run_state *state,
                      uint64_t count) {
  long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  if (length < 0)
    return cannot_read(checkpoint);
  rewind(file);
  unsigned char *bytes = malloc((size_t)length + 1);
  if (!bytes)
    return refuse(checkpoint, "does not fit into memory");
  bool good = fread(bytes, 1, (size_t)length, file) == (size_t)length;
  good = good ? judge(checkpoint, state, count, bytes, (size_t)length) : cannot_read(checkpoint);
  free(bytes);
  return good;
}

bool checkpoint_load(struct checkpoint *checkpoint, struct run_state *state, uint64_t count) {
  if (!checkpoint->path)
    return true;
  FILE *file = fopen(checkpoint->path, "rb");
  if (!file)
    return errno == ENOENT || cannot_read(checkpoint);
  bool good = read_file(checkpoint, file, state, count);
  fclose(file);
  return good;
}

bool checkpoint_check(const char *path) {
  struct checkpoint checkpoint = {.path = path};
  return checkpoint_load(&checkpoint, NULL, 0);
}

/* ---- writing ---------------------------------------------------------------------------------*/

static void write_part(FILE *file, uint64_t *sum, const void *bytes, size_t length) {
  *sum = fingerprint(*sum, bytes, length);
  if (length)
    fwrite(bytes, 1, length, file);
}

static void write_all(const struct checkpoint *checkpoint, const struct run_state *state,
                      FILE *file) {
  const size_t identity = strlen(checkpoint->identity);
  const size_t samples = state->done * state->elements * sizeof(float);
  const uint64_t field[FIELDS] = {identity, state->done, samples, state->sampler_bytes};
  unsigned char head[HEAD], last[SUM];
  memcpy(head, magic, sizeof magic);
  for (int i = 0; i < FIELDS; ++i)
    put(head + 8 + 8 * i, field[i]);
  uint64_t sum = FINGERPRINT_BEGIN;
  write_part(file, &sum, head, sizeof head);
  write_part(file, &sum, checkpoint->identity, identity);
  write_part(file, &sum, state->samples, samples);
  write_part(file, &sum, state->sampler, state->sampler_bytes);
  put(last, sum);
  fwrite(last, 1, sizeof last, file);
}

bool checkpoint_due(const struct checkpoint *checkpoint) {
  return checkpoint->path && clock_now() >= checkpoint->next;
}

bool checkpoint_save(struct checkpoint *checkpoint, const struct run_state *state) {
  double began = clock_now();
  struct out_file out;
  bool good = out_open(&out, checkpoint->path);
  if (good) {
    write_all(checkpoint, state, out.file);
    good = out_commit(&out);
  }
  /* However many the finished samples are, saving them takes a twentieth of the time at most. */
  double end = clock_now(), pause = 20 * (end - began);
  checkpoint->next = end + (pause > checkpoint->every ? pause : checkpoint->every);
  return good;
}

void checkpoint_remove(struct checkpoint *checkpoint) {
  if (checkpoint->path && unlink(checkpoint->path) != 0 && errno != ENOENT)
    say("cannot remove %s: %s", checkpoint->path, strerror(errno));
}
