/* SPDX-License-Identifier: MIT
 * More than one thread: an executor. The library starts none by itself; it hands out its work in
 * tasks, and the program runs them as it likes. The bits do not depend on how. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <restart/exemplar.h>

enum { THREADS = 2, SIDE = 32, PIXELS = 3 * SIDE * SIDE };

/* A round of work: whoever is free takes the next task. */
typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t begun, ended;
  rs_task_fn task;
  void *context;
  size_t next, count, running;
  long rounds, tasks;
  int leave;
} pool;

/* Takes tasks until there are none. The lock is held on entry and on return. */
static void help(pool *p) {
  while (p->next < p->count) {
    const size_t index = p->next++;
    p->running++;
    pthread_mutex_unlock(&p->lock);
    p->task(index, p->context);
    pthread_mutex_lock(&p->lock);
    p->running--;
  }
  if (p->running == 0)
    pthread_cond_signal(&p->ended);
}

static void *work(void *argument) {
  pool *p = argument;
  pthread_mutex_lock(&p->lock);
  while (!p->leave) {
    help(p);
    pthread_cond_wait(&p->begun, &p->lock);
  }
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

/* The executor: returns when all tasks are done. The calling thread works too. */
static void run(size_t count, rs_task_fn task, void *context, void *user) {
  pool *p = user;
  pthread_mutex_lock(&p->lock);
  p->task = task;
  p->context = context;
  p->next = 0;
  p->count = count;
  p->rounds++;
  p->tasks += (long)count;
  pthread_cond_broadcast(&p->begun);
  help(p);
  while (p->running > 0)
    pthread_cond_wait(&p->ended, &p->lock);
  pthread_mutex_unlock(&p->lock);
}

static int draw(const rs_executor *executor, float *x) {
  static float stripes[PIXELS];
  rs_exemplar_options eo;
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_exemplar *exemplar = NULL;
  rs_sampler *s = NULL;
  for (int i = 0; i < PIXELS; i++)
    stripes[i] = i / 4 % 2 ? 1.0f : -1.0f;
  rs_exemplar_options_init(&eo);
  rs_schedule_options_init(&sc);
  rs_sampler_options_init(&so);
  eo.pixels = stripes;
  eo.channels = 3;
  eo.height = eo.width = SIDE;
  if (executor)
    so.executor = *executor;
  const int good = rs_exemplar_new(&eo, &exemplar) == RS_OK &&
                   rs_exemplar_model(exemplar, &so) == RS_OK && rs_sampler_new(&so, &s) == RS_OK &&
                   rs_exemplar_schedule(&sc) == RS_OK && rs_schedule(s, &sc) == RS_OK &&
                   rs_sample(s, x, NULL) == RS_OK;
  puts(rs_sampler_message(s));
  rs_sampler_free(s);
  rs_exemplar_free(exemplar);
  return good;
}

int main(void) {
  static float alone[PIXELS], together[PIXELS];
  static pool p = {.lock = PTHREAD_MUTEX_INITIALIZER,
                   .begun = PTHREAD_COND_INITIALIZER,
                   .ended = PTHREAD_COND_INITIALIZER};
  pthread_t thread[THREADS - 1];
  const rs_executor executor = {run, &p};
  for (int i = 0; i < THREADS - 1; i++)
    if (pthread_create(&thread[i], NULL, work, &p) != 0)
      return 1;
  const int good = draw(NULL, alone) && draw(&executor, together);
  pthread_mutex_lock(&p.lock);
  p.leave = 1;
  pthread_cond_broadcast(&p.begun);
  pthread_mutex_unlock(&p.lock);
  for (int i = 0; i < THREADS - 1; i++)
    pthread_join(thread[i], NULL);
  const int same = memcmp(alone, together, sizeof alone) == 0;
  printf("%ld tasks in %ld rounds on %d threads, %s\n", p.tasks, p.rounds, THREADS,
         same ? "the same bits" : "other bits");
  return !(good && same && p.tasks > p.rounds);
}
