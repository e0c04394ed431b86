/* SPDX-License-Identifier: MIT */
#include <mpi.h>

#include "interrupt.h"
#include "job.h"
#include "say.h"

int job_interrupted(void) {
  return interrupt_signal() ? 128 + interrupt_signal() : 0;
}

struct report job_make(struct job *job, const struct task *task) {
  struct report report = {.kind = REPORT_DONE, .shard = task->shard};
  bool kept;
  enum drawn drawn = shard_make(&job->maker, task->shard, task->known, report.sum, &kept);
  report.kept = kept;
  if (drawn != DRAWN) {
    report.kind = REPORT_FAILED;
    report.status = drawn == DRAW_FAILED ? EXIT_FAILED : job_interrupted();
  }
  return report;
}

static void send(struct report report) {
  MPI_Send(&report, sizeof report, MPI_BYTE, 0, TAG_REPORT, MPI_COMM_WORLD);
}

/* Whether rank 0 has sent a task. */
static bool receive(struct job *job, struct task *task) {
  int there;
  MPI_Iprobe(0, TAG_TASK, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
  if (there)
    MPI_Recv(task, sizeof *task, MPI_BYTE, 0, TAG_TASK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  job->ended |= there && task->shard == TASK_END;
  return there;
}

/* Waits for a task. False: it is the END. */
static bool next(struct job *job, struct task *task) {
  bool told = false;
  while (!receive(job, task)) {
    if (job_interrupted() && !told)
      send((struct report){.kind = REPORT_FAILED, .status = job_interrupted()});
    told |= job_interrupted() != 0;
    ranks_pause();
  }
  return !job->ended;
}

/* A task that comes unasked is the END. */
void work_watch(void *user) {
  struct job *job = user;
  struct task task;
  if (job->ended || receive(job, &task) || job_interrupted())
    rs_sampler_stop(job->maker.draw.sampler);
}

void work(struct job *job) {
  struct task task;
  send((struct report){.kind = REPORT_READY});
  while (!job->ended && next(job, &task)) {
    struct report report = job_make(job, &task);
    if (report.kind == REPORT_DONE || !job->ended)
      send(report);
  }
  send((struct report){.kind = REPORT_BYE});
}
