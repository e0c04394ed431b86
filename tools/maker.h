/* SPDX-License-Identifier: MIT */
#ifndef TOOL_MAKER_H
#define TOOL_MAKER_H

#include <restart/exemplar.h>

#include "options.h"
#include "picture.h"
#include "progress.h"

/* Makes pictures from one exemplar. */
struct maker {
  rs_exemplar *exemplar;
  rs_sampler *sampler;
  struct picture picture; /* the last one made */
  struct progress *progress;
};

/* The size of the pictures: that asked for, or the input's. */
static inline int output_height(const struct options *options, const struct picture *input) {
  return options->height ? options->height : input->height;
}

static inline int output_width(const struct options *options, const struct picture *input) {
  return options->width ? options->width : input->width;
}

/* False (and said) on failure. maker must stay in place until maker_free. */
bool maker_init(struct maker *maker, const struct options *options, const struct picture *input,
                rs_executor executor, struct progress *progress);
void maker_free(struct maker *maker);

/* The schedule of the pictures to come. */
bool maker_schedule(struct maker *maker, const rs_schedule_options *schedule);

/* Makes the picture of seed; name is for the progress. Answers the exit status; a failure is said,
 * an interruption not. */
int maker_run(struct maker *maker, uint64_t seed, const char *name, double *seconds);

#endif
