/* SPDX-License-Identifier: MIT */
#ifndef GODOT_JOB_H
#define GODOT_JOB_H

#include "settings.h"

/* One run, in a thread of its own. None of the functions waits for an evaluation, except jobs_end.
 */
struct job;

enum job_state { JOB_RUNS, JOB_DONE, JOB_CANCELLED, JOB_FAILED };

/* What there is to see of a job. */
struct job_view {
  enum job_state state;
  double progress;            /* share of the evaluations that is done */
  int64_t pictures;           /* how many there were: estimates and, when it is done, the result */
  struct picture picture;     /* the latest; bytes NULL before the first */
  char message[MESSAGE_SIZE]; /* why it failed, or "" */
};

/* Starts a run with a copy of the settings. NULL, with the reason in why. */
struct job *job_start(const struct settings *settings, char why[MESSAGE_SIZE]);

/* The view keeps still between the two. */
const struct job_view *job_look(struct job *job);
void job_leave(struct job *job);

/* Asks the run to stop after the evaluation that it is at. */
void job_cancel(struct job *job);

/* Cancels the job and gives it up; it is cleared away when its thread has ended. Accepts NULL. */
void job_release(struct job *job);

/* Cancels every job that there is and waits for their threads to end. */
void jobs_end(void);

#endif
