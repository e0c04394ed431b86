/* SPDX-License-Identifier: MIT
 *
 * librestart-exemplar: a score network made from one picture. No training, no weights.
 *
 * For each output pixel it compares the p x p neighbourhood with every neighbourhood of the
 * exemplar, both with wrap-around, and averages the exemplar's centre pixels with the weights
 *
 *     softmax( -|difference|^2 / (2 sigma^2) )
 *
 * which is the exact denoiser of the exemplar's patches, applied everywhere alike (the equivariant
 * local score of Kamb and Ganguli 2024, "An analytic theory of creativity in convolutional
 * diffusion models"). Sampled, it makes new variations of the exemplar that tile seamlessly.
 *
 *     rs_exemplar_options eo;
 *     rs_exemplar_options_init(&eo);
 *     eo.pixels = picture;  eo.channels = 3;  eo.height = 64;  eo.width = 64;
 *     rs_exemplar *exemplar = NULL;
 *     if (rs_exemplar_new(&eo, &exemplar) != RS_OK) ...
 *     rs_sampler_options so;
 *     rs_sampler_options_init(&so);
 *     rs_exemplar_model(exemplar, &so);         -- model and elements
 *     rs_schedule_options sc;
 *     rs_schedule_options_init(&sc);
 *     rs_exemplar_schedule(&sc);                -- the schedule that suits it
 *
 * The time of an exact evaluation is proportional to output pixels x exemplar pixels x (channels +
 * 10) and does not depend on p. By a short list of neighbourhoods (options.search) large pictures
 * take a small part of that. docs/exemplar.md has numbers. Conventions are those of restart.h. An
 * exemplar serves one evaluation at a time; make one for each sampler that runs in another thread.
 */
#ifndef RESTART_EXEMPLAR_H
#define RESTART_EXEMPLAR_H

#include <restart/restart.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque. */
typedef struct rs_exemplar rs_exemplar;

/* The patch side used where sigma is at least `sigma`. */
typedef struct rs_exemplar_patch {
  double sigma;      /* a noise level, in units of the data */
  int32_t side;      /* odd, 1..63 */
  int32_t reserved;  /* 0 */
} rs_exemplar_patch;

/* Which neighbourhoods of the exemplar an output pixel is compared with: all of them, or a short
 * list, many times faster for large pictures; docs/exemplar.md says what that changes. */
enum { RS_EXEMPLAR_EXACT = 0, RS_EXEMPLAR_SHORTLIST = 1 };

typedef struct rs_exemplar_options {
  size_t size;                       /* set by rs_exemplar_options_init */
  const float *pixels;               /* channels x height x width, plane after plane, copied;
                                        required. The schedule and the rule for patches are made for
                                        [-1, 1]; beyond 1e6 is refused */
  int32_t channels;                  /* 1..16; required */
  int32_t height;                    /* of the exemplar, 4..4096; required */
  int32_t width;                     /* the same */
  int32_t output_height;             /* of the pictures to make, 4..4096; default as the exemplar */
  int32_t output_width;              /* the same */
  int32_t patch_count;               /* at most 64; default 0: the built-in rule, see
                                        docs/exemplar.md */
  const rs_exemplar_patch *patches;  /* decreasing sigma, the last one 0; copied. The first whose
                                        sigma is not above that of the evaluation counts. NULL with
                                        patch_count 0 */
  rs_alloc alloc;                    /* default malloc and free */
  int32_t search;                    /* RS_EXEMPLAR_...; default exact */
  int32_t reserved;                  /* 0 */
} rs_exemplar_options;
#define rs_exemplar_options_init(options) \
  rs_exemplar_options_init_sized((options), sizeof *(options))
RS_API void rs_exemplar_options_init_sized(rs_exemplar_options *options, size_t size);

/* Copies the picture and takes all memory that evaluations need. *exemplar is NULL on failure.
 * RS_ERR_ARGUMENT, RS_ERR_OPTION, RS_ERR_VERSION, RS_ERR_MEMORY, RS_ERR_NONFINITE (a pixel). */
RS_API rs_status rs_exemplar_new(const rs_exemplar_options *options, rs_exemplar **exemplar);

/* Gives everything back. Accepts NULL. */
RS_API void rs_exemplar_free(rs_exemplar *exemplar);

/* The network callback; user is the rs_exemplar. A denoiser (RS_PREDICT_DENOISER) of float32
 * states of channels x output_height x output_width elements, at any batch. Uses eval->executor
 * where there is one; the result has the same bits with and without. Takes no memory. A sample
 * whose input is not finite gets an output that is not, which ends a run with RS_ERR_NONFINITE.
 * All of this holds for both searches. Returns 0, or RS_ERR_ARGUMENT: a pointer is NULL, the number
 * of elements is another, or sigma is not positive and finite. */
RS_API int32_t rs_exemplar_denoise(const rs_eval *eval, void *user);

/* Sets model.fn, model.user, model.prediction and elements of sampler options. The exemplar stays
 * the caller's and must outlive the sampler; to hand it over, set model.destroy to
 * rs_exemplar_destroy. RS_ERR_ARGUMENT, RS_ERR_VERSION. */
RS_API rs_status rs_exemplar_model(rs_exemplar *exemplar, rs_sampler_options *options);

/* Fills options with the Restart schedule that serves this model best over the pictures of
 * docs/exemplar.md; all other fields get their defaults. The segments are in static storage.
 * RS_ERR_ARGUMENT, RS_ERR_VERSION. */
RS_API rs_status rs_exemplar_schedule(rs_schedule_options *options);

/* rs_exemplar_free in the form of rs_model.destroy. */
RS_API void rs_exemplar_destroy(void *exemplar);

#ifdef __cplusplus
}
#endif

#endif
