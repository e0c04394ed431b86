/* SPDX-License-Identifier: MIT */
#ifndef TOOL_DRAW_H
#define TOOL_DRAW_H

#include "draw_options.h"
#include "network.h"

enum drawn { DRAWN, DRAW_FAILED, DRAW_STOPPED };

/* Who looks on. Either function may be NULL. */
struct draw_watch {
  void (*before)(void *user); /* each evaluation */
  void (*after)(const rs_eval *eval, void *user);
  void *user;
};

/* Draws the samples of a run, batch after batch. */
struct draw {
  const struct draw_options *options;
  struct network *network;
  struct draw_watch watch;
  rs_schedule_options schedule;
  rs_sampler *sampler; /* of the present batch */
  int batch;           /* its samples */
  uint64_t *seeds;
};

/* False (and said) on failure. draw must stay in place until draw_free. */
bool draw_init(struct draw *draw, const struct draw_options *options, struct network *network,
               struct draw_watch watch);
void draw_free(struct draw *draw);

/* Samples of the batch that begins with sample number first, of those before number end. */
int draw_count(const struct draw *draw, int first, int end);

/* The sampler and the labels for count samples from number first on. False (and said) on failure.
 * From here on an interrupt stops the sampler. */
bool draw_prepare(struct draw *draw, int first, int count);

/* Begins them on x. */
rs_status draw_start(struct draw *draw, float *x, int first);

/* Plays what was started or loaded, with that status, to its end. A failure is said. */
enum drawn draw_play(struct draw *draw, rs_status status);

#endif
