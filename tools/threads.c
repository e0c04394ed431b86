/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "say.h"
#include "threads.h"

struct threads {
  pthread_mutex_t lock;
  pthread_cond_t begin;
  pthread_cond_t end;
  rs_task_fn task;
  void *context;
  size_t count;
  atomic_size_t next;
  unsigned round; /* counts the calls of run; a worker joins each round once */
  int busy;       /* workers that have not finished this round */
  bool quit;
  int workers;
  pthread_t ids[];
};

static void take_tasks(struct threads *threads) {
  size_t i;
  while ((i = atomic_fetch_add(&threads->next, 1)) < threads->count)
    threads->task(i, threads->context);
}

static void *worker(void *user) {
  struct threads *threads = user;
  unsigned seen = 0;
  pthread_mutex_lock(&threads->lock);
  for (;;) {
    while (threads->round == seen && !threads->quit)
      pthread_cond_wait(&threads->begin, &threads->lock);
    if (threads->quit)
      break;
    seen = threads->round;
    pthread_mutex_unlock(&threads->lock);
    take_tasks(threads);
    pthread_mutex_lock(&threads->lock);
    if (--threads->busy == 0)
      pthread_cond_signal(&threads->end);
  }
  pthread_mutex_unlock(&threads->lock);
  return NULL;
}

static void run(size_t count, rs_task_fn task, void *context, void *user) {
  struct threads *threads = user;
  pthread_mutex_lock(&threads->lock);
  threads->task = task;
  threads->context = context;
  threads->count = count;
  atomic_store(&threads->next, 0);
  threads->busy = threads->workers;
  ++threads->round;
  pthread_cond_broadcast(&threads->begin);
  pthread_mutex_unlock(&threads->lock);
  take_tasks(threads);
  pthread_mutex_lock(&threads->lock);
  while (threads->busy > 0)
    pthread_cond_wait(&threads->end, &threads->lock);
  pthread_mutex_unlock(&threads->lock);
}

struct threads *threads_new(int count) {
  struct threads *threads = calloc(1, sizeof *threads + (size_t)count * sizeof(pthread_t));
  if (!threads) {
    say("out of memory for %d threads", count);
    return NULL;
  }
  pthread_mutex_init(&threads->lock, NULL);
  pthread_cond_init(&threads->begin, NULL);
  pthread_cond_init(&threads->end, NULL);
  /* Signals go to the main thread alone, so the handler never races with its clean-up. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  for (int i = 0; i < count - 1; ++i) {
    if (pthread_create(&threads->ids[threads->workers], NULL, worker, threads) != 0)
      break;
    ++threads->workers;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return threads;
}

void threads_free(struct threads *threads) {
  if (!threads)
    return;
  pthread_mutex_lock(&threads->lock);
  threads->quit = true;
  pthread_cond_broadcast(&threads->begin);
  pthread_mutex_unlock(&threads->lock);
  for (int i = 0; i < threads->workers; ++i)
    pthread_join(threads->ids[i], NULL);
  pthread_cond_destroy(&threads->end);
  pthread_cond_destroy(&threads->begin);
  pthread_mutex_destroy(&threads->lock);
  free(threads);
}

rs_executor threads_executor(struct threads *threads) {
  return (rs_executor){.run = run, .user = threads};
}
