/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fingerprint.h"
#include "identity.h"
#include "say.h"

/* To be freed; NULL (and said) when there is none. */
static char *schedule_text(const rs_schedule_options *schedule) {
  size_t length = 0;
  rs_status status = rs_schedule_format(schedule, NULL, 0, &length);
  char *text = status == RS_OK ? malloc(length + 1) : NULL;
  if (text)
    status = rs_schedule_format(schedule, text, length + 1, NULL);
  else if (status == RS_OK)
    status = RS_ERR_MEMORY;
  if (status != RS_OK)
    say("the schedule for the checkpoint: %s", rs_status_text(status));
  return text;
}

static void write_network(FILE *text, const struct draw_options *options,
                          const struct network *network) {
  char shape[256];
  shape_text(&network->shape, shape, sizeof shape);
  fprintf(text, "shape %s\n", shape);
  fprintf(text, "device %s, dtype %d, threads %d\n", options->device ? options->device : "cpu",
          (int)options->dtype, options->threads);
  fprintf(text, "guidance %d, weight %.17g\n", (int)network->model.guidance,
          network->model.guidance_weight);
  fprintf(text, "librestart %s, libtorch %s\n", rs_version_string(), network->calls.version());
}

static void write_samples(FILE *text, const struct draw_options *options) {
  fprintf(text, "count %d\nbatch %d\nseed %" PRIu64 "\n", options->count, options->batch,
          options->seed);
  fprintf(text, "labels %s\n", options->labels_text ? options->labels_text : "none");
}

static bool write_file(FILE *text, const char *what, const char *path) {
  uint64_t hash, bytes;
  if (!fingerprint_file(path, &hash, &bytes))
    return false;
  fprintf(text, "%s %016" PRIx64 " of %" PRIu64 " bytes\n", what, hash, bytes);
  return true;
}

/* What was written, if that was good. */
static char *finish(FILE *text, char **identity, bool good) {
  if (fclose(text) != 0 && good) {
    say("out of memory for the checkpoint");
    good = false;
  }
  if (good)
    return *identity;
  free(*identity);
  return NULL;
}

static FILE *begin(char **identity, size_t *length) {
  FILE *text = open_memstream(identity, length);
  if (!text)
    say("out of memory for the checkpoint");
  return text;
}

char *identity_new(const struct draw_options *options, const struct network *network,
                   const rs_schedule_options *schedule) {
  char *identity = NULL, *lines = schedule_text(schedule);
  size_t length;
  FILE *text = lines ? begin(&identity, &length) : NULL;
  if (text) {
    write_samples(text, options);
    const bool good = write_file(text, "model", options->model);
    write_network(text, options, network);
    fputs(lines, text);
    identity = finish(text, &identity, good);
  }
  free(lines);
  return identity;
}

char *identity_search(const struct draw_options *options, const struct network *network,
                      const char *features) {
  char *identity = NULL;
  size_t length;
  FILE *text = begin(&identity, &length);
  if (!text)
    return NULL;
  bool good = write_file(text, "model", options->model);
  if (good && features)
    good = write_file(text, "features", features);
  fprintf(text, "labels %s\n", options->labels_text ? options->labels_text : "none");
  write_network(text, options, network);
  return finish(text, &identity, good);
}
