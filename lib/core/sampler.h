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
#include "kernel/kernels.h"
#include "plan/plan.h"

/* NONE: nothing was started. READY: `move` is to be played next. ASKED: it is an evaluation that
 * the host is making. */
enum { RS__NONE, RS__READY, RS__ASKED };

/* Arrays that only some plans need; NULL where this one does not. */
typedef struct rs__spare {
  void *input;   /* scaled network input, doubled where guidance wants it */
  void *second;  /* output of the unconditional pass, or of both */
  void *noise;   /* the host's */
  void *scratch; /* for quantiles */
} rs__spare;

struct rs_sampler {
  rs__memory memory;
  rs_sampler_options options; /* complete */
  const rs__kernels *kernels;
  uint64_t *seeds;
  double *student; /* a factor on each sample's noise (PFGM++); NULL for other processes */
  rs__process process;
  double *table; /* of the process; NULL where it has none */
  rs__note note;

  rs__plan plan;           /* no steps before rs_schedule */
  void *vector[RS__SLOTS]; /* RS__X is the caller's */
  rs__spare spare;
  const void *known, *mask; /* of inpainting, the caller's; NULL where there is none */

  int32_t phase;
  bool busy;         /* within a callback */
  size_t move, step; /* next to be played */
  int32_t stage;     /* estimates of this step that are finished */
  int32_t pass;      /* of guidance in two calls: 1 when the first is finished */
  bool input_ready;  /* spare.input has what the next evaluation reads */
  int64_t nfe_done;
  const void *denoised; /* the latest estimate of this step, or NULL */
  rs_step_info info;    /* what eval.step and the progress callback see */
  rs_eval eval;

  atomic_int stop; /* not bool: RISC-V swaps no single bytes, and asks for libatomic */
  int64_t calls;
  int32_t callback_status;
};

/* ---- sampler_run.c */

/* Whether inpainting has what the plan asks for; says why not. */
rs_status rs__sampler_check_known(rs_sampler *s);

/* Binds x and goes to the plan's beginning, or to `move`. */
void rs__sampler_bind(rs_sampler *s, void *x, size_t move);

/* A callback's answer as a status, with a sentence that names the callback. */
rs_status rs__sampler_answer(rs_sampler *s, int32_t answer, const char *callback);

/* ---- sampler_vectors.c */

/* One linear combination over the batch; the vectors may have any element type of the sampler. */
typedef struct rs__job {
  void *out;
  int32_t count; /* vectors, without the library's noise */
  const void *v[RS__TERMS + 1];
  double c[RS__TERMS + 1];
  bool draws; /* the library's noise is one more vector */
  rs_noise_key key;
  double c_noise;
  const double *factor; /* on c_noise, for each sample; NULL: 1 */
  const void *mask;     /* out += mask (sum - out) instead of out = sum; NULL: everywhere */
} rs__job;

enum { RS__JOBS = 4 };

/* Jobs done one after the other on a piece of the vectors, then on the next: what one leaves in
 * the cache the next finds there. */
typedef struct rs__pass {
  const rs_sampler *s;
  const void *checked; /* a piece is left alone unless this vector is finite there; NULL: none */
  int32_t count;
  rs__job job[RS__JOBS];
  size_t samples, elements, piece, pieces_a_sample, pieces;
  atomic_bool bad; /* out: some piece was left alone */
} rs__pass;

void rs__sampler_run(rs__pass *pass);

/* Adds a COMBINE or a BLEND, without its noise. */
void rs__sampler_add(rs__pass *pass, const rs__move *m);

/* Makes X the beginning of the run: noise, or the caller's picture with noise. */
rs_status rs__sampler_begin(rs_sampler *s);

/* Plays a COMBINE or a BLEND. Fails only where the host's noise does, and then changes nothing. */
rs_status rs__sampler_play(rs_sampler *s, const rs__move *m);

/* RS_ERR_NONFINITE, saying what of, unless the first `samples` samples of the vector are finite. */
rs_status rs__sampler_check_finite(rs_sampler *s, const void *vector, size_t samples,
                                   const char *what);

/* ---- sampler_estimate.c */

/* The arrays of an evaluation: what the network reads, and where its output goes. */
const void *rs__sampler_input(rs_sampler *s, const rs__move *m);
void *rs__sampler_output(rs_sampler *s, const rs__move *m);

/* RS_PASS_... of the evaluation that is due. */
int32_t rs__sampler_pass(const rs_sampler *s, const rs__move *m);

/* The move after the evaluation that is due, where it can be made in one pass with the estimate;
 * NULL where it cannot. */
const rs__move *rs__sampler_following(const rs_sampler *s);

/* The network's output is there. Makes the move `then` too, unless it is NULL. Sets *whole when the
 * estimate is complete, guided and clipped. RS_ERR_NONFINITE with a sentence. */
rs_status rs__sampler_estimate(rs_sampler *s, const rs__move *m, const rs__move *then, bool *whole);

#endif
