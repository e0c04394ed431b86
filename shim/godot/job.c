/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "job.h"
#include "run.h"

struct job {
  struct job *next; /* in the list of all jobs */
  bool owned;       /* not released yet */
  pthread_t thread;
  struct settings settings;
  uint8_t *spare; /* of the thread: where the next picture is made */
  pthread_mutex_t lock;
  struct job_view view; /* this and what follows is under the lock */
  rs_sampler *sampler;  /* while it can be stopped */
  bool cancelled;
};

/* All jobs whose threads were not joined, so that none outlives the library's code. */
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct job *list;

/* ---- in the thread ---------------------------------------------------------------------------*/

/* Makes the values the latest picture. The lock is held for moments only. */
static void show(struct job *job, const float *values, double progress) {
  struct picture next = job->view.picture; /* only this thread changes it */
  next.bytes = job->spare;
  picture_from_values(&next, values);
  pthread_mutex_lock(&job->lock);
  job->spare = job->view.picture.bytes;
  job->view.picture = next;
  job->view.pictures++;
  job->view.progress = progress;
  pthread_mutex_unlock(&job->lock);
}

static int32_t watch(const rs_step_info *info, void *user) {
  if (info->denoised)
    show(user, info->denoised, (double)info->nfe_done / (double)info->nfe_total);
  return 0;
}

/* From here on the sampler can be stopped; with NULL not any more. */
static void expose(struct job *job, rs_sampler *sampler) {
  pthread_mutex_lock(&job->lock);
  job->sampler = sampler;
  if (sampler && job->cancelled)
    rs_sampler_stop(sampler);
  pthread_mutex_unlock(&job->lock);
}

static bool take_pictures(struct job *job, const struct picture *picture, char why[MESSAGE_SIZE]) {
  struct picture first = *picture;
  first.bytes = calloc(picture_size(picture), 1);
  job->spare = calloc(picture_size(picture), 1);
  pthread_mutex_lock(&job->lock);
  job->view.picture = first;
  pthread_mutex_unlock(&job->lock);
  const bool good = first.bytes && job->spare;
  if (!good)
    snprintf(why, MESSAGE_SIZE, "out of memory");
  return good;
}

/* The last that the thread does: whoever sees it may join the thread without a delay. */
static void end(struct job *job, rs_status status, const char *why) {
  pthread_mutex_lock(&job->lock);
  snprintf(job->view.message, MESSAGE_SIZE, "%s", why);
  job->view.state = status == RS_OK ? JOB_DONE : status == RS_STOPPED ? JOB_CANCELLED : JOB_FAILED;
  pthread_mutex_unlock(&job->lock);
}

static void *work(void *user) {
  struct job *job = user;
  struct run run = {0};
  char why[MESSAGE_SIZE] = "";
  rs_status status = RS_ERR_STATE;
  if (run_prepare(&run, &job->settings, watch, job, why) && take_pictures(job, &run.picture, why)) {
    expose(job, run.sampler);
    status = run_sample(&run, (uint64_t)job->settings.seed, why);
    expose(job, NULL);
  }
  if (status == RS_OK)
    show(job, run.values, 1);
  run_free(&run);
  end(job, status, why);
  return NULL;
}

/* ---- outside ---------------------------------------------------------------------------------*/

static void discard(struct job *job) {
  settings_free(&job->settings);
  free(job->spare);
  free(job->view.picture.bytes);
  pthread_mutex_destroy(&job->lock);
  free(job);
}

static bool ended(struct job *job) {
  const bool answer = job_look(job)->state != JOB_RUNS;
  job_leave(job);
  return answer;
}

/* Clears away the released jobs whose threads have ended. */
static void clear(void) {
  pthread_mutex_lock(&list_lock);
  for (struct job **place = &list; *place;) {
    struct job *job = *place;
    if (job->owned || !ended(job)) {
      place = &job->next;
      continue;
    }
    *place = job->next;
    pthread_join(job->thread, NULL);
    discard(job);
  }
  pthread_mutex_unlock(&list_lock);
}

struct job *job_start(const struct settings *settings, char why[MESSAGE_SIZE]) {
  clear();
  struct job *job = calloc(1, sizeof *job);
  if (!job || !settings_copy(&job->settings, settings)) {
    snprintf(why, MESSAGE_SIZE, "out of memory");
    free(job);
    return NULL;
  }
  job->owned = true;
  pthread_mutex_init(&job->lock, NULL);
  if (pthread_create(&job->thread, NULL, work, job) != 0) {
    snprintf(why, MESSAGE_SIZE, "the system gives no thread");
    discard(job);
    return NULL;
  }
  pthread_mutex_lock(&list_lock);
  job->next = list;
  list = job;
  pthread_mutex_unlock(&list_lock);
  return job;
}

const struct job_view *job_look(struct job *job) {
  pthread_mutex_lock(&job->lock);
  return &job->view;
}

void job_leave(struct job *job) {
  pthread_mutex_unlock(&job->lock);
}

void job_cancel(struct job *job) {
  pthread_mutex_lock(&job->lock);
  job->cancelled = true;
  if (job->sampler)
    rs_sampler_stop(job->sampler);
  pthread_mutex_unlock(&job->lock);
}

void job_release(struct job *job) {
  if (!job)
    return;
  job_cancel(job);
  pthread_mutex_lock(&list_lock);
  job->owned = false;
  pthread_mutex_unlock(&list_lock);
  clear();
}

void jobs_end(void) {
  pthread_mutex_lock(&list_lock);
  for (struct job *job = list; job; job = job->next)
    job_cancel(job);
  while (list) {
    struct job *job = list;
    list = job->next;
    pthread_join(job->thread, NULL);
    if (!job->owned)
      discard(job);
  }
  pthread_mutex_unlock(&list_lock);
}
