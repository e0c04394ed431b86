/* SPDX-License-Identifier: MIT
 *
 * Choosing a schedule by measurement: solver, grid, and Restart's segments.
 *
 * The paper chooses Restart's parameters by hand for each network. A tuner draws samples with many
 * schedules of one budget, compares them with data that the network never saw, and answers with the
 * schedule that was best: an ODE, an SDE, or Restart around an ODE. Restart and SDE are answered
 * only if they beat the best ODE by more than two standard errors on samples and data that were not
 * used to choose them; the usual ODE (Heun's method on Karras' grid) is compared there too, so that
 * a lucky one does not replace it. With a good network and a well-chosen grid the ODE is
 * often the answer.
 *
 *     rs_tune_options to;
 *     rs_tune_options_init(&to);
 *     to.budget = 60;                          -- evaluations that a sample may cost
 *     to.references = data;                    -- clean samples, reference_count x elements
 *     to.reference_count = 512;
 *     rs_tuner *tuner = NULL;
 *     rs_status st = rs_tune(&so, &to, &tuner);   -- so: sampler options, with the network
 *     rs_schedule_options sc;
 *     rs_schedule_options_init(&sc);
 *     if (st == RS_OK)
 *       st = rs_tuner_schedule(tuner, &sc);       -- for rs_schedule, or rs_schedule_format
 *     rs_tuner_free(tuner);
 *
 * This header is new: unlike restart.h it may still change before the first release.
 *
 * Without references only the error of the solver can be seen, by comparison with a much finer run
 * from the same noise. The answer is then the ODE whose samples come closest to that, never
 * Restart. docs/tuning.md tells the method and what it is worth. Conventions are those of
 * restart.h; the same seed, network and options give the same answer.
 */
#ifndef RESTART_TUNE_H
#define RESTART_TUNE_H

#include <restart/restart.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque. */
typedef struct rs_tuner rs_tuner;

/* Two sets of samples, contiguous, sample after sample; or of their features. */
typedef struct rs_tune_sets {
  size_t size;             /* sizeof(rs_tune_sets) of the library */
  size_t elements;         /* of a sample; with features their number */
  const float *samples;    /* count x elements, drawn */
  size_t count;            /* samples */
  const float *references; /* reference_count x elements, data */
  size_t reference_count;
} rs_tune_sets;

/* How far the samples are from the references: *distance, finite, smaller is better; 0 is not
 * needed for equal distributions. Returns by convention 4. */
typedef int32_t (*rs_distance_fn)(const rs_tune_sets *sets, double *distance, void *user);

/* Writes feature_elements numbers for each of count samples, sample after sample. At most a batch
 * at a time; also of the references, in rs_tuner_new. Returns by convention 4. */
typedef int32_t (*rs_features_fn)(const float *samples, size_t count, float *features, void *user);

/* What a tuner is doing. */
enum {
  RS_TUNE_ODE = 0,      /* solvers and grids without noise */
  RS_TUNE_SDE = 1,      /* churn, ancestral sampling, DPM-Solver++ 2M SDE */
  RS_TUNE_RESTART = 2,  /* segments around the best ODE */
  RS_TUNE_FINAL = 3,    /* the best of each kind and the usual ODE, then the better ODE and the best
                           other once more, on new seeds and held-out references */
  RS_TUNE_DONE = 4
};

/* One measurement. */
typedef struct rs_tune_info {
  size_t size;              /* sizeof(rs_tune_info) of the library */
  int32_t phase;            /* RS_TUNE_... */
  int32_t kind;             /* of the schedule: RS_TUNE_ODE, SDE or RESTART */
  const rs_schedule_options *schedule; /* valid until the callback returns */
  int64_t nfe;              /* its evaluations for a sample */
  size_t count;             /* samples that were drawn */
  double distance;          /* of the samples from the references */
  double error;             /* its standard error; 0 where it was not estimated */
  int64_t evaluations;      /* spent so far, samples times evaluations */
  int64_t evaluations_most; /* the limit */
} rs_tune_info;

/* Called after each measurement. Returns by convention 4. */
typedef int32_t (*rs_tune_progress_fn)(const rs_tune_info *info, void *user);

typedef struct rs_tune_options {
  size_t size;               /* set by rs_tune_options_init */
  int64_t budget;            /* evaluations that a sample may cost, guidance counted twice, 5 to
                                100000; required */
  const float *references;   /* clean samples, reference_count x elements, distributed as what the
                                sampler draws (for conditional networks: under its conditions in
                                turn); in place until rs_tuner_free; NULL: none */
  size_t reference_count;    /* 0, or at least 64; from 500 on they tell much */
  int64_t evaluations;       /* most evaluations to spend, samples times evaluations; default the
                                larger of 1000000 and 2000 times the budget; less than the latter is
                                refused, as is a batch too large for a measurement's share */
  uint64_t seed;             /* of samples and of the search */
  int32_t skip;              /* kinds that are not tried, 1 << RS_TUNE_SDE, 1 << RS_TUNE_RESTART, or
                                both; default none */
  int32_t reserved;          /* 0 */
  rs_distance_fn distance;   /* not called where there are no references; default: the sliced
                                Wasserstein-1 distance, every direction in units of the references'
                                spread */
  void *distance_user;       /* handed to distance */
  rs_tune_progress_fn progress; /* default none */
  void *progress_user;       /* handed to progress */
  char *message;             /* where rs_tuner_new writes why it failed, unless by
                                RS_ERR_ARGUMENT or RS_ERR_VERSION; may be NULL */
  size_t message_capacity;   /* bytes there */
  rs_features_fn features;   /* what samples and references are compared by, where an element by
                                itself tells little, as of a photograph; default NULL: the elements.
                                Numbers that a network for other tasks computes serve well; their
                                order says nothing, where that of elements does */
  void *features_user;       /* handed to features */
  size_t feature_elements;   /* features of a sample; required with them */
} rs_tune_options;
#define rs_tune_options_init(options) rs_tune_options_init_sized((options), sizeof *(options))
RS_API void rs_tune_options_init_sized(rs_tune_options *options, size_t size);

/* Makes a tuner for samplers with these options: network, batch (as many samples are drawn
 * together), elements, allocator, executor, noise; float32 only. The network stays the caller's:
 * model.destroy is not called. All memory is taken here, but for the plans of schedules. *tuner is
 * NULL on failure. RS_ERR_ARGUMENT, RS_ERR_OPTION, RS_ERR_VERSION, RS_ERR_MEMORY, RS_ERR_NONFINITE
 * (a reference or its features); RS_STOPPED, RS_ERR_CALLBACK (by features). */
RS_API rs_status rs_tuner_new(const rs_sampler_options *sampler_options,
                              const rs_tune_options *options, rs_tuner **tuner);

/* Gives everything back. Accepts NULL. */
RS_API void rs_tuner_free(rs_tuner *tuner);

/* Makes one measurement. RS_MORE while there is more, RS_OK when the answer is there (and again
 * whenever called after it). After a failure or a stop the next call makes the same measurement,
 * unless it was progress that stopped: it has seen that one.
 * RS_STOPPED, RS_ERR_CALLBACK, RS_ERR_NONFINITE, RS_ERR_MEMORY, RS_ERR_BUDGET (no schedule can be
 * made of it), RS_ERR_STATE (from within a callback of the same tuner). */
RS_API rs_status rs_tuner_step(rs_tuner *tuner);

/* All of it: makes a tuner and steps to the end. *tuner is there unless rs_tuner_new failed. */
RS_API rs_status rs_tune(const rs_sampler_options *sampler_options, const rs_tune_options *options,
                         rs_tuner **tuner);

/* Asks for a stop, as rs_sampler_stop does. */
RS_API void rs_tuner_stop(rs_tuner *tuner);

/* The sentence that explains the last status. Never NULL; valid until the next call. */
RS_API const char *rs_tuner_message(const rs_tuner *tuner);

/* The answer. options must be initialised; its segments stay the tuner's. RS_ERR_STATE until
 * rs_tuner_step said RS_OK. RS_ERR_ARGUMENT, RS_ERR_VERSION. */
RS_API rs_status rs_tuner_schedule(const rs_tuner *tuner, rs_schedule_options *options);

/* The answer and the reasons as text that rs_schedule_parse reads: the final's distances stand in
 * comments. Length and buffer as in rs_segments_format. RS_ERR_STATE, RS_ERR_CAPACITY. */
RS_API rs_status rs_tuner_text(const rs_tuner *tuner, char *buffer, size_t capacity,
                               size_t *length);

/* What was measured so far, to go on in another process: a tuner made with the same options, and
 * not stepped yet, that loads it makes none of these measurements again and ends with the same
 * answer. That the network, the features and the distance are the same is not checked. The progress
 * callback sees the measurements again. Length and buffer as in rs_sampler_save.
 * RS_ERR_ARGUMENT, RS_ERR_CAPACITY; RS_ERR_STATE (stepped already, or within a step),
 * RS_ERR_CHECKPOINT, RS_ERR_MISMATCH (other options or references), on which nothing is changed. */
RS_API rs_status rs_tuner_save(const rs_tuner *tuner, void *buffer, size_t capacity,
                               size_t *length);
RS_API rs_status rs_tuner_load(rs_tuner *tuner, const void *buffer, size_t length);

#ifdef __cplusplus
}
#endif

#endif
