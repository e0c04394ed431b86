/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

enum { BAR_MAX = 30, TEXT_MAX = 160 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int columns(void) {
  struct winsize size;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void progress_init(struct progress *progress, bool quiet, int pictures) {
  *progress = (struct progress){.quiet = quiet, .pictures = pictures};
  progress->terminal = isatty(STDERR_FILENO);
  progress->shown = now();
}

void progress_begin(struct progress *progress, const char *name, const rs_sampler *sampler) {
  progress->name = name;
  progress->restarts = 0;
  progress->restart = 0;
  for (size_t i = 0; i < rs_plan_count(sampler); ++i) {
    rs_step_info info;
    rs_step_info_init(&info);
    rs_plan_step(sampler, i, &info);
    progress->restarts += info.kind == RS_STEP_JUMP;
  }
  ++progress->picture;
  progress->began = now();
}

/* "picture 2/7 " where there are several. */
static void which_picture(const struct progress *progress, char *text, size_t capacity) {
  text[0] = 0;
  if (progress->pictures > 1)
    snprintf(text, capacity, "picture %d/%d ", progress->picture, progress->pictures);
}

static void describe(const struct progress *progress, const rs_eval *eval, char *text) {
  const rs_step_info *step = eval->step;
  double seconds = progress->shown - progress->began;
  int64_t done = step->nfe_done + 1;
  int length =
      snprintf(text, TEXT_MAX, "%lld/%lld evaluations, %.1f/s, sigma %.3g", (long long)done,
               (long long)step->nfe_total, seconds > 0 ? (double)done / seconds : 0.0, eval->sigma);
  if (step->kind == RS_STEP_RESTART)
    snprintf(text + length, TEXT_MAX - (size_t)length, ", restart %d/%d", progress->restart,
             progress->restarts);
}

static void show_bar(const struct progress *progress, const rs_eval *eval, const char *text) {
  char which[48];
  which_picture(progress, which, sizeof which);
  int room = columns() - (int)strlen(text) - (int)strlen(which) - 4;
  int width = room < 0 ? 0 : room > BAR_MAX ? BAR_MAX : room;
  int full = (int)((eval->step->nfe_done + 1) * width / eval->step->nfe_total);
  fprintf(stderr, "\r%s[%.*s%*s] %s\033[K", which, full, "##############################",
          width - full, "", text);
}

static void show_line(const struct progress *progress, const char *text) {
  char which[48];
  which_picture(progress, which, sizeof which);
  fprintf(stderr, "%s%s: %s\n", which, progress->name, text);
}

void progress_evaluation(struct progress *progress, const rs_eval *eval) {
  const rs_step_info *step = eval->step;
  if (step->kind == RS_STEP_RESTART && (step->flags & RS_STEP_ITERATION_BEGINS) && eval->stage == 0)
    ++progress->restart;
  bool last = step->nfe_done + 1 == step->nfe_total && progress->picture == progress->pictures;
  double time = now();
  if (progress->quiet || (!last && time - progress->shown < (progress->terminal ? 0.05 : 2.0)))
    return;
  progress->shown = time;
  char text[TEXT_MAX];
  describe(progress, eval, text);
  if (progress->terminal)
    show_bar(progress, eval, text);
  else
    show_line(progress, text);
}

double progress_end(struct progress *progress) {
  if (progress->terminal && !progress->quiet)
    fputs("\r\033[K", stderr);
  return now() - progress->began;
}
