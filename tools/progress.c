/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "progress.h"

enum { BAR_MAX = 30 };

static int columns(void) {
  struct winsize size;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void progress_init(struct progress *progress, bool quiet, const char *unit, int units) {
  *progress = (struct progress){.quiet = quiet, .unit = unit, .units = units};
  progress->terminal = isatty(STDERR_FILENO);
  progress->shown = clock_now();
}

void progress_skip(struct progress *progress, int units) {
  progress->number += units;
}

static bool is_jump(const rs_sampler *sampler, size_t index) {
  rs_step_info info;
  rs_step_info_init(&info);
  return rs_plan_step(sampler, index, &info) == RS_OK && info.kind == RS_STEP_JUMP;
}

void progress_begin(struct progress *progress, const char *name, const rs_sampler *sampler) {
  progress->name = name;
  progress->sampler = sampler;
  progress->restarts = 0;
  for (size_t i = 0; i < rs_plan_count(sampler); ++i)
    progress->restarts += is_jump(sampler, i);
  progress->restart = 0;
  progress->step = 0;
  ++progress->number;
  progress->done_before = -1;
  progress->began = clock_now();
}

/* "picture 2/7 " where there are several. */
static void which_unit(const struct progress *progress, char *text, size_t capacity) {
  text[0] = 0;
  if (progress->units > 1)
    snprintf(text, capacity, "%s %d/%d ", progress->unit, progress->number, progress->units);
}

/* Evaluations of the unit when this one is finished: a doubled batch counts twice. */
static int64_t done_with(const rs_eval *eval) {
  return eval->step->nfe_done + (eval->pass == RS_PASS_BOTH ? 2 : 1);
}

void progress_left(double seconds, char *text) {
  long whole = seconds < 1e8 ? (long)(seconds + 0.5) : 0;
  text[0] = 0;
  if (whole > 0 && whole < 3600)
    sprintf(text, ", %ld:%02ld left", whole / 60, whole % 60);
  else if (whole > 0)
    sprintf(text, ", %ld:%02ld:%02ld left", whole / 3600, whole / 60 % 60, whole % 60);
}

/* If the units to come are like this one. */
static void time_left(const struct progress *progress, int64_t left, double rate, char *text) {
  bool known = rate > 0 && progress->shown - progress->began >= 1;
  progress_left(known ? (double)left / rate : 0, text);
}

static void describe(const struct progress *progress, const rs_eval *eval, char *text) {
  const rs_step_info *step = eval->step;
  double seconds = progress->shown - progress->began;
  int64_t done = done_with(eval), all = step->nfe_total;
  double rate = seconds > 0 ? (double)(done - progress->done_before) / seconds : 0.0;
  char left[PROGRESS_LEFT];
  time_left(progress, all - done + all * (progress->units - progress->number), rate, left);
  int length = snprintf(text, PROGRESS_TEXT, "%lld/%lld evaluations, %.1f/s%s, sigma %.3g",
                        (long long)done, (long long)all, rate, left, eval->sigma);
  if (step->kind == RS_STEP_RESTART)
    snprintf(text + length, PROGRESS_TEXT - (size_t)length, ", restart %d/%d", progress->restart,
             progress->restarts);
}

static void show_bar(const char *which, double part, const char *text) {
  int room = columns() - (int)strlen(text) - (int)strlen(which) - 4;
  int width = room < 0 ? 0 : room > BAR_MAX ? BAR_MAX : room;
  int full = (int)(part * width);
  fprintf(stderr, "\r%s[%.*s%*s] %s\033[K", which, full, "##############################",
          width - full, "", text);
}

bool progress_due(struct progress *progress, double pause, bool last) {
  double time = clock_now();
  if (progress->quiet || (!last && time - progress->shown < (progress->terminal ? 0.05 : pause)))
    return false;
  progress->shown = time;
  return true;
}

void progress_show(const struct progress *progress, double part, const char *text) {
  char which[48];
  which_unit(progress, which, sizeof which);
  if (progress->terminal)
    show_bar(which, part, text);
  else
    fprintf(stderr, "%s%s: %s\n", which, progress->name, text);
}

void progress_evaluation(struct progress *progress, const rs_eval *eval) {
  const rs_step_info *step = eval->step;
  for (; progress->step < step->index; ++progress->step)
    progress->restart += is_jump(progress->sampler, (size_t)progress->step);
  if (progress->done_before < 0)
    progress->done_before = step->nfe_done;
  int64_t done = done_with(eval), all = step->nfe_total;
  if (!progress_due(progress, 2.0, done == all && progress->number == progress->units))
    return;
  char text[PROGRESS_TEXT];
  describe(progress, eval, text);
  progress_show(progress, (double)done / (double)all, text);
}

double progress_end(struct progress *progress) {
  if (progress->terminal && !progress->quiet)
    fputs("\r\033[K", stderr);
  return clock_now() - progress->began;
}
