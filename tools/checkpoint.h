/* SPDX-License-Identifier: MIT */
#ifndef TOOL_CHECKPOINT_H
#define TOOL_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run as far as it has come: finished samples, and the sampler in the midst of the next ones; or
 * a search, which has no samples. */
struct run_state {
  float *samples;
  size_t elements; /* of one sample */
  uint64_t done;   /* samples that are finished */
  void *sampler;   /* what rs_sampler_save or rs_tuner_save wrote; to be freed; NULL: none */
  size_t sampler_bytes;
};

/* The file that keeps it. Failures are said. */
struct checkpoint {
  const char *path; /* NULL: none */
  char *identity;   /* a line for all that the samples depend on, "name value\n"; to be freed */
  double every;     /* seconds */
  double next;      /* when to save, on the monotonic clock */
};

/* From now on it is saved from time to time. */
void checkpoint_begin(struct checkpoint *checkpoint, const char *path, char *identity, int every);
void checkpoint_free(struct checkpoint *checkpoint);

/* Whether the file, if there is one, is whole; whose it is turns out later. */
bool checkpoint_check(const char *path);

/* Reads the file into the state, whose samples have room for `count`; without a file the state
 * stays as it is. A file that is damaged or of another run is refused and left untouched. */
bool checkpoint_load(struct checkpoint *checkpoint, struct run_state *state, uint64_t count);

bool checkpoint_due(const struct checkpoint *checkpoint);
bool checkpoint_save(struct checkpoint *checkpoint, const struct run_state *state);

/* The run is complete and its outputs are written. */
void checkpoint_remove(struct checkpoint *checkpoint);

#endif
