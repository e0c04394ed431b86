/* SPDX-License-Identifier: MIT */
#ifndef TOOL_MANIFEST_H
#define TOOL_MANIFEST_H

#include <stdio.h>

#include "identity.h"
#include "shards.h"

/* FOLDER/manifest.jsonl: a line of JSON for the run, then one for each finished shard
 * (docs/mpi.md). Lines are only ever added, so a job that dies leaves at worst half a line, which
 * the next one cuts off. */
struct manifest {
  const struct mpi_options *options;
  struct shards shards;
  char *path;
  const char *head;                          /* the first line, with its end */
  FILE *file;                                /* locked, so that two jobs do not meet */
  char (*sums)[SHA256_DIGEST_STRING_LENGTH]; /* of each shard; empty: not finished */
};

/* The first line, for a job under these options; to be freed. NULL (and said) on failure. */
char *manifest_head(const struct mpi_options *options, const struct network *network,
                    const rs_schedule_options *schedule);

/* What the samples depend on, as lines of text, out of a first line; to be freed. NULL when that is
 * no first line, or when there is no memory. */
char *manifest_identity(const char *head);

/* Opens the folder's manifest, or makes both. head must stay in place. False (and said) on failure,
 * also when the folder has something else in it. manifest_close also after a failure. */
bool manifest_open(struct manifest *manifest, const struct mpi_options *options, const char *head);
void manifest_close(struct manifest *manifest);

/* Whether this process sees the manifest of the folder, too; said if not. */
bool manifest_seen(const struct mpi_options *options, const char *head);

/* A shard is finished: on the disk when this returns. False (and said) on failure. */
bool manifest_add(struct manifest *manifest, int shard, const char *sum);

#endif
