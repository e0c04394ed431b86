/* SPDX-License-Identifier: MIT */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "plan.h"
#include "plan_curve.h"
#include "say.h"
#include "schedule.h"

static int columns(void) {
  struct winsize size;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

char *plan_segments(const rs_schedule_options *schedule) {
  size_t length = 0;
  rs_segments_format(schedule->segments, schedule->segment_count, RS_TEXT_LIST, NULL, 0, &length);
  char *text = malloc(length + 1);
  if (!text || rs_segments_format(schedule->segments, schedule->segment_count, RS_TEXT_LIST, text,
                                  length + 1, &length) != RS_OK) {
    say("out of memory for the text of the segments");
    free(text);
    return NULL;
  }
  return text;
}

static bool print_table(const rs_sampler *sampler) {
  size_t length = 0;
  rs_plan_text(sampler, NULL, 0, &length);
  char *text = malloc(length + 1);
  bool good = text && rs_plan_text(sampler, text, length + 1, &length) == RS_OK;
  if (good)
    printf("%s%s\n", text, length > 0 && text[length - 1] == '\n' ? "" : "\n");
  else
    say("out of memory for the text of the plan");
  free(text);
  return good;
}

static bool write_svg(const struct schedule_options *options, const rs_schedule_options *schedule,
                      const struct plan_curve *curve) {
  char *segments = plan_segments(schedule);
  char *title = NULL;
  bool good =
      segments && asprintf(&title, "%s: %.0f evaluations%s%s", method_names[options->methods[0]],
                           curve->nfe, *segments ? ", restarts " : "", segments) >= 0;
  good = good && plan_write_svg(curve, title, options->plan_svg);
  free(title);
  free(segments);
  return good;
}

int plan_show(const struct schedule_options *options, const rs_model *model) {
  rs_schedule_options schedule;
  if (!schedule_build(options, options->methods[0], model, &schedule))
    return EXIT_FAILED;
  rs_sampler *sampler = schedule_plan(model, &schedule);
  if (!sampler)
    return EXIT_FAILED;
  struct plan_curve curve;
  bool good = plan_curve_read(&curve, sampler);
  good = good && print_table(sampler) &&
         plan_print_curve(&curve, columns(), strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
  if (good && options->plan_svg)
    good = write_svg(options, &schedule, &curve);
  plan_curve_free(&curve);
  rs_sampler_free(sampler);
  return good ? EXIT_DONE : EXIT_FAILED;
}
