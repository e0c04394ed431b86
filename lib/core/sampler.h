/* SPDX-License-Identifier: MIT
 * The handle. sampler.c is its life, sampler_run.c plays its plan, sampler_vectors.c works on its
 * arrays, sampler_checkpoint.c saves and loads it. */
#ifndef RS_CORE_SAMPLER_H
#define RS_CORE_SAMPLER_H

#include <stdatomic.h>
#include <stdbool.h>

#include <restart/restart.h>

#include "base/memory.h"
#include "base/note.h"
#include "plan/plan.h"

/* NONE: nothing was started. READY: `move` is to be played next. ASKED: it is an evaluation that
 * the host is making. */
enum { RS__NONE, RS__READY, RS__ASKED };

struct rs_sampler {
  rs__memory memory;
  rs_sampler_options options; /* complete */
  uint64_t *seeds;
  rs__note note;

  rs__plan plan;           /* no steps before rs_schedule */
  void *vector[RS__SLOTS]; /* RS__X is the caller's */
  void *input;             /* scaled network input; NULL where the plan needs none */
  void *host_noise;        /* NULL where the noise is the library's */

  int32_t phase;
  bool busy;         /* within a callback */
  size_t move, step; /* next to be played */
  int32_t stage;     /* evaluations of this step that are finished */
  int64_t nfe_done;
  const void *denoised; /* the latest estimate of this step, or NULL */
  rs_step_info info;    /* what eval.step and the progress callback see */
  rs_eval eval;

  atomic_bool stop;
  int64_t calls;
  int32_t callback_status;
};

/* ---- sampler_run.c */

/* Binds x and goes to the plan's beginning, or to `move`. */
void rs__sampler_bind(rs_sampler *s, void *x, size_t move);

/* A callback's answer as a status, with a sentence that names the callback. */
rs_status rs__sampler_answer(rs_sampler *s, int32_t answer, const char *callback);

/* ---- sampler_vectors.c */

/* Fills X with noise of the plan's first sigma. */
rs_status rs__sampler_draw_start(rs_sampler *s);

/* Plays a COMBINE. Fails only where the host's noise does, and then changes nothing. */
rs_status rs__sampler_combine(rs_sampler *s, const rs__move *m);

/* The array that the network reads for an EVAL. */
const void *rs__sampler_input(rs_sampler *s, const rs__move *m);

/* Turns the network's output into the denoised estimate; RS_ERR_NONFINITE with a sentence. */
rs_status rs__sampler_denoise(rs_sampler *s, const rs__move *m);

/* RS_ERR_NONFINITE, saying what of, unless the vector is finite. */
rs_status rs__sampler_check_finite(rs_sampler *s, const void *vector, const char *what);

#endif
