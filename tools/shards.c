/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "npy_file.h"
#include "say.h"
#include "shards.h"

struct shards shards_cut(const struct mpi_options *options) {
  int all = options->draw.count;
  int64_t samples = (int64_t)options->shard * options->draw.batch;
  int most = samples < all ? (int)samples : all;
  return (struct shards){.count = (all - 1) / most + 1, .samples = most, .all = all};
}

void shards_name(int shard, char name[SHARD_NAME]) {
  snprintf(name, SHARD_NAME, "shard-%06d.npy", shard);
}

bool shard_maker_init(struct shard_maker *maker, const struct mpi_options *options,
                      struct network *network, struct draw_watch watch) {
  *maker = (struct shard_maker){.options = options, .shards = shards_cut(options)};
  if (!draw_init(&maker->draw, &options->draw, network, watch))
    return false;
  maker->samples = calloc((size_t)maker->shards.samples, network->elements * sizeof(float));
  if (!maker->samples)
    say("out of memory for a shard of %d samples of %zu numbers", maker->shards.samples,
        network->elements);
  return maker->samples;
}

void shard_maker_free(struct shard_maker *maker) {
  draw_free(&maker->draw);
  free(maker->samples);
}

static enum drawn draw_shard(struct shard_maker *maker, int shard) {
  struct draw *draw = &maker->draw;
  const int begin = shards_first(&maker->shards, shard), end = shards_end(&maker->shards, shard);
  enum drawn drawn = DRAWN;
  for (int first = begin; first < end && drawn == DRAWN; first += draw->batch) {
    if (!draw_prepare(draw, first, draw_count(draw, first, end)))
      return DRAW_FAILED;
    float *x = maker->samples + (size_t)(first - begin) * draw->network->elements;
    drawn = draw_play(draw, draw_start(draw, x, first));
  }
  return drawn;
}

static bool write_shard(struct shard_maker *maker, int shard, const char *path,
                        char sum[SHA256_DIGEST_STRING_LENGTH]) {
  int count = shards_end(&maker->shards, shard) - shards_first(&maker->shards, shard);
  if (!npy_write(path, maker->samples, count, &maker->draw.network->shape))
    return false;
  bool good = SHA256File(path, sum) != NULL;
  if (!good)
    say("cannot read %s again: %s", path, strerror(errno));
  return good;
}

static enum drawn make(struct shard_maker *maker, int shard, const char *path, const char *known,
                       char sum[SHA256_DIGEST_STRING_LENGTH], bool *kept) {
  errno = 0;
  *kept = *known && SHA256File(path, sum) && strcmp(sum, known) == 0;
  if (*kept)
    return DRAWN;
  if (*known)
    say("cannot keep %s (%s): its samples are drawn again", path,
        errno ? strerror(errno) : "it is damaged");
  enum drawn drawn = draw_shard(maker, shard);
  if (drawn == DRAWN && !write_shard(maker, shard, path, sum))
    drawn = DRAW_FAILED;
  if (drawn == DRAWN && *known && strcmp(sum, known) != 0)
    say("%s has other bits than before: is the processor another one?", path);
  return drawn;
}

enum drawn shard_make(struct shard_maker *maker, int shard, const char *known,
                      char sum[SHA256_DIGEST_STRING_LENGTH], bool *kept) {
  char name[SHARD_NAME], *path;
  shards_name(shard, name);
  if (asprintf(&path, "%s/%s", maker->options->folder, name) < 0) {
    say("out of memory for the name of a file");
    return DRAW_FAILED;
  }
  enum drawn drawn = make(maker, shard, path, known, sum, kept);
  free(path);
  return drawn;
}
