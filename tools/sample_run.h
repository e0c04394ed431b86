/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SAMPLE_RUN_H
#define TOOL_SAMPLE_RUN_H

#include "checkpoint.h"
#include "draw.h"
#include "progress.h"
#include "sample_options.h"

/* The samples of `sample`, batch after batch. */
struct sample_run {
  const struct sample_options *options;
  struct draw draw;
  bool begun; /* it is in the midst of a batch */
  struct run_state state;
  struct checkpoint checkpoint;
  struct progress progress;
  int64_t nfe;
  double seconds;
};

/* Continues from the checkpoint, if there is one. False (and said) on failure. The run must stay in
 * place until sample_run_free. */
bool sample_run_init(struct sample_run *run, const struct sample_options *options,
                     struct network *network);
void sample_run_free(struct sample_run *run);

/* Draws what is missing. Answers the exit status; failures and interruptions are said. */
int sample_run_draw(struct sample_run *run);

/* Saves the checkpoint, if one is asked for. */
bool sample_run_keep(struct sample_run *run);

#endif
