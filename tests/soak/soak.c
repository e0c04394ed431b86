/* SPDX-License-Identifier: MIT
 * soak SECONDS: 32 samplers in 8 threads, each plan run again and again under another solver, some
 * stopped from another thread and taken up, some through checkpoints. Every result is that of an
 * undisturbed run; memory does not grow; at the end nothing is left. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <restart/restart.h>

enum { THREADS = 8, EACH = 4, ALL = THREADS * EACH, BATCH = 2, N = 600, SIZE = BATCH * N };
enum { SAVED = 1 << 17 };

/* A sanitizer's own memory grows with what the program touches. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MEMORY_TELLS = 0 };
#else
enum { MEMORY_TELLS = 1 };
#endif

typedef struct guest {
  rs_sampler *s;
  float x[SIZE], want[SIZE];
  int32_t solver;
} guest;

static guest guests[ALL];
static atomic_long live, runs, stops, loads, bad;
static atomic_bool over;

static void *take(size_t bytes, void *user) {
  (void)user;
  live++;
  return malloc(bytes);
}

static void give(void *memory, void *user) {
  (void)user;
  live--;
  free(memory);
}

static int32_t network(const rs_eval *e, void *user) {
  (void)user;
  const float c = (float)(1 / (1 + e->sigma * e->sigma));
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = c * e->input[i];
  return 0;
}

static rs_status plan(guest *g) {
  static const rs_segment segments[] = {{4, 2, .1, 2}, {3, 1, 4, 20}};
  rs_entry solver;
  rs_schedule_options sc;
  rs_entry_init(&solver);
  if (rs_solver_at((size_t)g->solver++, &solver) != RS_OK)
    return g->solver = 0, plan(g);
  rs_schedule_options_init(&sc);
  sc.solver = solver.id;
  sc.steps = 12;
  sc.segments = segments;
  sc.segment_count = 2;
  return rs_schedule(g->s, &sc);
}

static rs_status finish(guest *g, rs_status st) {
  while (st == RS_MORE || st == RS_STOPPED) {
    stops += st == RS_STOPPED;
    st = rs_restart_step(g->s);
  }
  return st;
}

/* In the middle, from its own bytes. */
static rs_status reload(guest *g) {
  static _Thread_local unsigned char bytes[SAVED];
  size_t length;
  rs_status st = rs_sampler_start(g->s, g->x, NULL);
  for (int i = 0; st >= 0 && i < 7; i++)
    st = rs_restart_step(g->s);
  if (st >= 0)
    st = rs_sampler_save(g->s, bytes, SAVED, &length);
  memset(g->x, 0, sizeof g->x);
  if (st == RS_OK)
    st = rs_sampler_load(g->s, bytes, length, g->x);
  loads++;
  return st == RS_OK ? RS_MORE : st;
}

static void play(guest *g) {
  rs_status st = plan(g);
  if (st == RS_OK)
    st = finish(g, rs_sample(g->s, g->want, NULL));
  if (st == RS_OK)
    st = finish(g, runs % 3 ? rs_sample(g->s, g->x, NULL) : reload(g));
  runs += 2;
  if (st != RS_OK || memcmp(g->x, g->want, sizeof g->x) != 0) {
    bad++;
    printf("%s\n", rs_sampler_message(g->s));
  }
}

static void *work(void *first) {
  while (!over)
    for (int i = 0; i < EACH; i++)
      play((guest *)first + i);
  return NULL;
}

/* Kilobytes in memory. */
static long resident(void) {
  long pages = 0, held = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file && fscanf(file, "%ld %ld", &pages, &held) != 2)
    held = 0;
  if (file)
    fclose(file);
  return held * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Stops one after another, and watches. */
static long watch(double seconds) {
  const time_t begin = time(NULL);
  long early = 0;
  for (int i = 0; difftime(time(NULL), begin) < seconds; i++) {
    const struct timespec pause = {0, 2000000};
    nanosleep(&pause, NULL);
    rs_sampler_stop(guests[i % ALL].s);
    if (!early && difftime(time(NULL), begin) >= seconds / 5)
      early = resident();
  }
  over = true;
  return early;
}

int main(int argc, char **argv) {
  const double seconds = argc > 1 ? atof(argv[1]) : 5;
  pthread_t threads[THREADS];
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = network;
  so.batch = BATCH;
  so.elements = N;
  so.alloc = (rs_alloc){take, give, NULL};
  for (int i = 0; i < ALL; i++) {
    guests[i].solver = i % 28;
    if (rs_sampler_new(&so, &guests[i].s) != RS_OK)
      return 1;
  }
  for (int i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, work, &guests[EACH * i]) != 0)
      return 1;
  const long early = watch(seconds);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  const long late = resident();
  for (int i = 0; i < ALL; i++)
    rs_sampler_free(guests[i].s);
  printf(
      "%g s: %ld runs, %ld stops, %ld checkpoints, %ld wrong, %ld KiB early, %ld KiB at the end, "
      "%ld allocations left\n",
      seconds, (long)runs, (long)stops, (long)loads, (long)bad, early, late, (long)live);
  return bad || live || (MEMORY_TELLS && late > early + early / 20 + 1024);
}
