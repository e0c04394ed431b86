/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SHARDS_H
#define TOOL_SHARDS_H

#include <sha2.h>

#include "draw.h"
#include "mpi_options.h"

/* How the samples are cut into shards: whole batches, so that who draws them changes no batch. */
struct shards {
  int count;
  int samples; /* of one; the last may have fewer */
  int all;     /* samples of all */
};

struct shards shards_cut(const struct mpi_options *options);

static inline int shards_first(const struct shards *shards, int shard) {
  return shard * shards->samples;
}

static inline int shards_end(const struct shards *shards, int shard) {
  int left = shards->all - shards_first(shards, shard);
  return shards_first(shards, shard) + (left < shards->samples ? left : shards->samples);
}

/* "shard-000012.npy". */
enum { SHARD_NAME = 32 };
void shards_name(int shard, char name[SHARD_NAME]);

/* A rank that makes them. */
struct shard_maker {
  const struct mpi_options *options;
  struct shards shards;
  struct draw draw;
  float *samples; /* of one shard */
};

/* False (and said) on failure. maker must stay in place until shard_maker_free. */
bool shard_maker_init(struct shard_maker *maker, const struct mpi_options *options,
                      struct network *network, struct draw_watch watch);
void shard_maker_free(struct shard_maker *maker);

/* Makes a shard's file, unless it is there with the checksum that is known (empty: none): then
 * *kept is true. Failures are said. */
enum drawn shard_make(struct shard_maker *maker, int shard, const char *known,
                      char sum[SHA256_DIGEST_STRING_LENGTH], bool *kept);

#endif
