/* SPDX-License-Identifier: MIT */
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "job.h"
#include "say.h"

static void send(int rank, const struct task *task) {
  MPI_Send(task, sizeof *task, MPI_BYTE, rank, TAG_TASK, MPI_COMM_WORLD);
}

/* The job has to end, with a status if that is not 0: no more tasks. */
static void end(struct job *job, int status) {
  struct dealer *dealer = &job->dealer;
  if (!dealer->status)
    dealer->status = status;
  dealer->ending = true;
  for (int rank = 1; rank < job->ranks.size; ++rank)
    if (!dealer->ended[rank]) {
      send(rank, &(struct task){.shard = TASK_END});
      dealer->ended[rank] = true;
    }
}

/* The next shard, or the END. */
static struct task next(struct dealer *dealer) {
  struct task task = {.shard = TASK_END};
  if (dealer->ending || dealer->next >= dealer->manifest.shards.count)
    return task;
  task.shard = dealer->next++;
  strcpy(task.known, dealer->manifest.sums[task.shard]);
  return task;
}

static void answer(struct job *job, int rank) {
  struct task task = next(&job->dealer);
  send(rank, &task);
  job->dealer.ended[rank] = task.shard == TASK_END;
}

/* ---- reports ---------------------------------------------------------------------------------*/

static void show(struct job *job) {
  struct dealer *dealer = &job->dealer;
  const struct shards *shards = &dealer->manifest.shards;
  double seconds = clock_now() - dealer->began;
  double rate = (dealer->finished - dealer->kept) * (double)shards->samples / seconds;
  double left = (shards->count - dealer->finished) * (double)shards->samples;
  if (!progress_due(&dealer->progress, 10.0, dealer->finished == shards->count))
    return;
  char text[PROGRESS_TEXT], time[PROGRESS_LEFT];
  progress_left(rate > 0 ? left / rate : 0, time);
  snprintf(text, sizeof text, "%.4g samples/s%s", rate, time);
  progress_show(&dealer->progress, (double)dealer->finished / shards->count, text);
}

static void take(struct job *job, const struct report *report) {
  struct dealer *dealer = &job->dealer;
  if (report->kind == REPORT_FAILED)
    end(job, report->status);
  if (report->kind != REPORT_DONE)
    return;
  if (!report->kept && !manifest_add(&dealer->manifest, report->shard, report->sum)) {
    end(job, EXIT_FAILED);
    return;
  }
  dealer->kept += report->kept != 0;
  dealer->progress.number = ++dealer->finished;
  show(job);
}

/* Takes the reports that are there. The workers do not wait for the disk. */
static void serve(struct job *job) {
  struct dealer *dealer = &job->dealer;
  for (;;) {
    int there;
    MPI_Status from;
    MPI_Iprobe(MPI_ANY_SOURCE, TAG_REPORT, MPI_COMM_WORLD, &there, &from);
    if (!there)
      return;
    double began = clock_now();
    struct report report;
    MPI_Recv(&report, sizeof report, MPI_BYTE, from.MPI_SOURCE, TAG_REPORT, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    bool asks = report.kind == REPORT_READY || report.kind == REPORT_DONE;
    if (asks && !dealer->ended[from.MPI_SOURCE])
      answer(job, from.MPI_SOURCE);
    dealer->byes += report.kind == REPORT_BYE;
    take(job, &report);
    dealer->busy += clock_now() - began;
  }
}

/* ---- rank 0 ----------------------------------------------------------------------------------*/

static void look(struct job *job) {
  serve(job);
  if (job_interrupted())
    end(job, job_interrupted());
}

void deal_watch(void *user) {
  struct job *job = user;
  look(job);
  if (job->dealer.ending)
    rs_sampler_stop(job->maker.draw.sampler);
}

static void make_own(struct job *job) {
  for (;;) {
    look(job);
    struct task task = next(&job->dealer);
    if (task.shard == TASK_END)
      return;
    struct report report = job_make(job, &task);
    double began = clock_now();
    take(job, &report);
    job->dealer.busy += clock_now() - began;
  }
}

static void conclude(const struct job *job) {
  const struct dealer *dealer = &job->dealer;
  const struct mpi_options *options = job->maker.options;
  const struct shards *shards = &job->maker.shards;
  if (dealer->status > 128)
    say("interrupted: %d of %d shards are finished; the same command continues", dealer->finished,
        shards->count);
  else if (dealer->status)
    say("the job has failed: %d of %d shards are finished; the same command continues",
        dealer->finished, shards->count);
  else if (!options->draw.quiet)
    printf("%s: %d samples in %d shards, %d of them from before, %.2f s, %d ranks, seed %llu; "
           "dealing took rank 0 %.3f ms a shard\n",
           options->folder, shards->all, shards->count, dealer->kept, clock_now() - dealer->began,
           job->ranks.size, (unsigned long long)options->draw.seed,
           1e3 * dealer->busy / shards->count);
}

int deal(struct job *job) {
  struct dealer *dealer = &job->dealer;
  const struct mpi_options *options = job->maker.options;
  progress_init(&dealer->progress, options->draw.quiet, "shard", dealer->manifest.shards.count);
  dealer->progress.name = options->folder;
  dealer->began = clock_now();
  make_own(job);
  while (dealer->byes < job->ranks.size - 1) {
    look(job);
    ranks_pause();
  }
  progress_end(&dealer->progress);
  conclude(job);
  return dealer->status;
}
