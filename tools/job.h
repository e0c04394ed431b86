/* SPDX-License-Identifier: MIT */
#ifndef TOOL_JOB_H
#define TOOL_JOB_H

#include <stdint.h>

#include "manifest.h"
#include "progress.h"
#include "ranks.h"

/* The protocol. Rank 0 deals out shards and draws some itself; the others, the workers, ask it for
 * one after the other. It answers between two evaluations of its own.
 *
 *   a worker sends reports: READY once; DONE or FAILED after each shard; BYE as its last one
 *   rank 0 sends tasks: a shard for each READY or DONE; and to each worker exactly one END, as an
 *   answer or, when the job has to end, at any time: a worker looks out for it as it draws       */
enum { TAG_REPORT = 1, TAG_TASK = 2 };
enum { REPORT_READY, REPORT_DONE, REPORT_FAILED, REPORT_BYE };
enum { TASK_END = -1 };

struct report {
  int32_t kind;
  int32_t shard;
  int32_t kept;                          /* it was there already */
  int32_t status;                        /* with which the job has to end; for FAILED */
  char sum[SHA256_DIGEST_STRING_LENGTH]; /* for DONE */
};

struct task {
  int32_t shard;
  char known[SHA256_DIGEST_STRING_LENGTH]; /* the checksum of the shard if it was finished before,
                                              or empty */
};

/* What only rank 0 has. */
struct dealer {
  struct manifest manifest;
  struct progress progress;
  int next;     /* shard to be dealt */
  int finished; /* shards */
  int kept;     /* of them, those that were there already */
  bool *ended;  /* which workers were sent the END */
  int byes;
  bool ending;
  int status; /* of the job */
  double began;
  double busy; /* seconds spent on messages and the manifest */
};

/* A rank's part. */
struct job {
  struct ranks ranks;
  char *head; /* the manifest's first line */
  struct shard_maker maker;
  bool ended; /* this worker was sent the END */
  struct dealer dealer;
};

/* The status of a job that an interrupt has ended; 0 if there was none. */
int job_interrupted(void);

/* Makes the shard of a task. */
struct report job_make(struct job *job, const struct task *task);

/* Rank 0's part, under an open manifest: all shards are dealt and made. Answers the exit status. */
int deal(struct job *job);

/* A worker's part. */
void work(struct job *job);

/* Before each evaluation, for draw_watch, whose user is the job. */
void deal_watch(void *job);
void work_watch(void *job);

#endif
