/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

enum { SEGMENTS_MAX = 64 };

static bool failed(rs_status status, const char *sentence, const char *reason,
                   char why[MESSAGE_SIZE]) {
  if (status != RS_OK)
    snprintf(why, MESSAGE_SIZE, "%s: %s", sentence, reason);
  return status != RS_OK;
}

/* ---- the model -------------------------------------------------------------------------------*/

static bool exemplar_open(struct run *run, const struct settings *settings,
                          rs_sampler_options *options, char why[MESSAGE_SIZE]) {
  const struct picture *exemplar = &settings->exemplar;
  rs_exemplar_options exemplar_options;
  rs_exemplar_options_init(&exemplar_options);
  exemplar_options.channels = exemplar->channels;
  exemplar_options.height = exemplar->height;
  exemplar_options.width = exemplar->width;
  exemplar_options.output_height = (int32_t)settings->height;
  exemplar_options.output_width = (int32_t)settings->width;
  exemplar_options.search = settings_search(settings);
  float *values = malloc(picture_size(exemplar) * sizeof *values);
  rs_status status = RS_ERR_MEMORY;
  if (values) {
    picture_to_values(exemplar, values);
    exemplar_options.pixels = values;
    status = rs_exemplar_new(&exemplar_options, &run->exemplar);
  }
  free(values);
  if (status == RS_OK)
    status = rs_exemplar_model(run->exemplar, options);
  run->picture.channels = exemplar->channels;
  run->picture.width = settings->width ? (int32_t)settings->width : exemplar->width;
  run->picture.height = settings->height ? (int32_t)settings->height : exemplar->height;
  return !failed(status, "the exemplar cannot be used", rs_status_text(status), why);
}

/* ---- the schedule ----------------------------------------------------------------------------*/

/* What the preset says, or what suits the model. "a1111" reads the steps as its budget. */
static bool start_schedule(const struct settings *settings, rs_schedule_options *schedule,
                           char why[MESSAGE_SIZE]) {
  rs_schedule_options_init(schedule);
  rs_status status = RS_OK;
  if (text_given(settings->preset)) {
    schedule->steps = (int32_t)settings->steps;
    status = rs_preset(settings->preset, schedule);
  } else if (settings->exemplar.bytes) {
    status = rs_exemplar_schedule(schedule);
  }
  const bool budget = settings->preset && strcmp(settings->preset, "a1111") == 0;
  if (settings->steps > 0 && !budget)
    schedule->steps = (int32_t)settings->steps;
  return !failed(status, "the preset cannot be used", rs_status_text(status), why);
}

static bool set_segments(const struct settings *settings, rs_schedule_options *schedule,
                         rs_segment segments[SEGMENTS_MAX], char why[MESSAGE_SIZE]) {
  if (!text_given(settings->segments))
    return true;
  const char *text = strcmp(settings->segments, "none") == 0 ? "" : settings->segments;
  rs_text_error error = {0};
  const rs_status status =
      rs_segments_parse(text, segments, SEGMENTS_MAX, &schedule->segment_count, &error);
  schedule->segments = segments;
  return !failed(status, "the segments cannot be used",
                 *error.message ? error.message : rs_status_text(status), why);
}

static bool plan(struct run *run, const struct settings *settings, char why[MESSAGE_SIZE]) {
  rs_segment segments[SEGMENTS_MAX];
  rs_schedule_options schedule;
  if (!start_schedule(settings, &schedule, why) ||
      !set_segments(settings, &schedule, segments, why))
    return false;
  const rs_status status = rs_schedule(run->sampler, &schedule);
  return !failed(status, "the schedule is impossible", rs_sampler_message(run->sampler), why);
}

/* ---- the run ---------------------------------------------------------------------------------*/

bool run_prepare(struct run *run, const struct settings *settings, rs_progress_fn progress,
                 void *user, char why[MESSAGE_SIZE]) {
  rs_sampler_options options;
  rs_sampler_options_init(&options);
  const bool open = settings->exemplar.bytes
                        ? exemplar_open(run, settings, &options, why)
                        : torch_open(&run->torch, settings, &options, &run->picture, why);
  if (!open)
    return false;
  options.progress = progress;
  options.progress_user = user;
  rs_status status = rs_sampler_new(&options, &run->sampler);
  run->values = malloc(options.elements * sizeof *run->values);
  if (!run->values)
    status = RS_ERR_MEMORY;
  return !failed(status, "the sampler cannot be made", rs_status_text(status), why) &&
         plan(run, settings, why);
}

rs_status run_sample(struct run *run, uint64_t seed, char why[MESSAGE_SIZE]) {
  const rs_status status = rs_sample(run->sampler, run->values, &seed);
  if (status < 0) {
    const char *reason = run->torch.network && status == RS_ERR_CALLBACK
                             ? run->torch.message(run->torch.network)
                             : rs_sampler_message(run->sampler);
    failed(status, "the picture could not be made", reason, why);
  }
  return status;
}

void run_free(struct run *run) {
  rs_sampler_free(run->sampler);
  rs_exemplar_free(run->exemplar);
  torch_close(&run->torch);
  free(run->values);
}
