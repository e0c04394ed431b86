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

char *identity_new(const struct draw_options *options, const struct network *network,
                   const rs_schedule_options *schedule) {
  uint64_t hash, bytes;
  if (!fingerprint_file(options->model, &hash, &bytes))
    return NULL;
  char *lines = schedule_text(schedule);
  if (!lines)
    return NULL;
  char *identity = NULL;
  size_t length = 0;
  FILE *text = open_memstream(&identity, &length);
  if (text) {
    write_samples(text, options);
    fprintf(text, "model %016" PRIx64 " of %" PRIu64 " bytes\n", hash, bytes);
    write_network(text, options, network);
    fputs(lines, text);
    if (fclose(text) != 0) {
      free(identity);
      identity = NULL;
    }
  }
  if (!identity)
    say("out of memory for the checkpoint");
  free(lines);
  return identity;
}
