/* SPDX-License-Identifier: MIT
 * A tuner: measurements one after another. What is measured next follows from the seed and from
 * what was measured before, so a list of results is all that a checkpoint needs. */
#ifndef RS_TUNE_TUNER_H
#define RS_TUNE_TUNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <restart/tune.h>

#include "base/memory.h"
#include "base/note.h"
#include "math/sliced.h"

enum {
  RS__KINDS = 3,         /* ODE, SDE, RESTART, as RS_TUNE_... */
  RS__USUAL = RS__KINDS, /* in the final beside the best of each kind: the usual ODE */
  RS__FINALISTS = RS__USUAL + 1,
  RS__NOBODY = -1,
  RS__HEATS = 2,              /* of the final */
  RS__TRIES = 12,             /* schedules of a kind that are tried */
  RS__KEPT = 4,               /* of which so many are tried again, with more samples */
  RS__BLOCKS = 8,             /* of samples in a heat, for standard errors */
  RS__FINAL = RS__BLOCKS + 1, /* distances of a finalist in a heat: without block i, and with all */
  RS__LEVELS = 3,             /* most segments */
  RS__FINER = 4, /* how much finer the runs are that stand for data where there is none */
  RS__LOG_MOST = RS__KINDS * (RS__TRIES + RS__KEPT) + (RS__FINALISTS + 2) * RS__FINAL
};

/* Rounds of measurements. Each has so many bits of seeds to itself. */
enum { RS__SEARCH, RS__FIRST_HEAT /* of the final; the other follows */ };
enum { RS__ROUND_SEEDS = 40 };

/* The distance of a schedule under which the network's output explodes. */
#define RS__HOPELESS 1e300

/* ---- tuner_space.c: what can be varied */

enum {
  RS__SOLVER,
  RS__RHO,
  RS__SIGMA_MIN,
  RS__SIGMA_MAX, /* every kind */
  RS__CHURN,
  RS__S_MIN,
  RS__S_MAX, /* SDE */
  RS__T_MIN,
  RS__RATIO,
  RS__ITERATIONS,
  RS__POINTS,
  RS__SEGMENTS, /* RESTART */
  RS__S_NOISE,  /* SDE and RESTART */
  RS__GENES
};

/* A schedule as places in the lists of values. */
typedef struct rs__candidate {
  int32_t kind;
  int32_t gene[RS__GENES];
} rs__candidate;

/* Not to be copied: options point to the segments. */
typedef struct rs__candidate_schedule {
  rs_schedule_options options;
  rs_segment segments[RS__LEVELS];
} rs__candidate_schedule;

/* What most programs would do: Heun's method, Karras' grid, and the paper's smallest restart. */
rs__candidate rs__tuner_usual(int32_t kind);

/* Makes of the usual one the start number `number` of a search; 0 is the usual one itself. end: a
 * low end of the grid, in units of the usual one. false: there are fewer. */
bool rs__tuner_start(int32_t kind, size_t number, double end, rs__candidate *c);

/* Every gene of the kind drawn anew, the others kept. */
rs__candidate rs__tuner_random(rs__candidate c, uint64_t *state);

/* One gene a place up or down. */
rs__candidate rs__tuner_neighbour(rs__candidate c, uint64_t *state);

bool rs__tuner_equal(const rs__candidate *a, const rs__candidate *b);

/* spread: the standard deviation of the data; range: of the sampler's usual grid. */
void rs__tuner_build(const rs__candidate *c, int64_t budget, double spread, const double range[2],
                     rs__candidate_schedule *schedule);

/* ---- the tuner */

typedef struct rs__trial {
  rs__candidate candidate;
  double few, many; /* distances with fewer and with more samples */
} rs__trial;

struct rs_tuner {
  rs__memory memory;
  rs__note note;
  rs_tune_options options;
  rs_sampler *sampler;
  size_t batch, elements;
  size_t width;            /* numbers that a sample is compared by: its elements, or its features */
  const float *references; /* of that width, the caller's or `reference_features`; or none */
  double spread, range[2];
  size_t few, many;        /* samples of a measurement in the search */
  size_t heats[RS__HEATS]; /* and in the final's heats; 0: there is no such heat */

  float *drawn, *reference_features; /* a batch; of all references: only where there are features */
  float *samples;                    /* or their features; as many as the largest measurement has */
  float *fine;     /* without references: what samples are compared with, as many */
  float *held_out; /* the references of the final, all blocks */
  int charged;     /* bit k: the evaluations of round k's are counted */
  int fine_round;  /* 0: not drawn; 1 + k: those of round k */
  uint64_t *seeds; /* of a batch */
  rs__slice directions[RS__SLICED_DIRECTIONS];
  double *sums; /* see rs__sliced_project; none where distances are others */
  float *sample_rows, *search_rows, *final_rows; /* projections: of samples, of references */
  float *sample_part, *final_part;               /* and of a block */
  float *sample_row, *final_row;                 /* see rs__sliced_set */
  size_t search_references;                      /* the first ones; then the final's, by blocks */
  size_t block_references;

  bool busy; /* within a step, so perhaps within a callback */
  int32_t phase;
  uint64_t random;
  rs__trial trials[RS__TRIES];
  size_t proposed, tried, again; /* in this phase; `again`: of the KEPT */
  rs__candidate best[RS__FINALISTS];
  bool known[RS__FINALISTS];
  double finals[RS__HEATS][RS__FINALISTS][RS__FINAL];
  int32_t heat, finalist;          /* which is next */
  int32_t ode, challenger, winner; /* finalists: the two of the last heat, and the answer */
  rs__candidate_schedule answer;

  int64_t evaluations;
  double log[RS__LOG_MOST]; /* every distance so far, in order */
  size_t logged, replayed;  /* of a checkpoint: taken from the log instead of measured */
};

/* RS_ERR_OPTION: there is no such schedule. */
rs_status rs__tuner_plan(rs_tuner *t, const rs_schedule_options *schedule);

/* The status of what a callback of the host's answered, by convention 4. */
rs_status rs__tuner_answered(rs_tuner *t, const char *callback, int32_t answer);

/* Features of samples, or of references. */
rs_status rs__tuner_features(rs_tuner *t, const float *samples, size_t count, float *features);

/* Draws `count` samples by the plan, with seeds from `first` on; features of them where there are
 * any. */
rs_status rs__tuner_draw(rs_tuner *t, uint64_t first, size_t count, float *samples);

/* Sorted projections of x. */
void rs__tuner_project(rs_tuner *t, const float *x, size_t count, float *rows);

/* The distance of the first `count` samples from the references of the search, or from the fine
 * samples. */
rs_status rs__tuner_distance(rs_tuner *t, size_t count, double *distance);

/* Of `count` samples from the final's references, and of all but one block from all but one. */
rs_status rs__tuner_final(rs_tuner *t, size_t count, double distances[RS__FINAL]);

/* Draws `count` samples of a round by the candidate's schedule and measures them; or what a
 * checkpoint says. RS_ERR_OPTION: there is no such schedule; nothing was spent. */
rs_status rs__tuner_measure(rs_tuner *t, const rs__candidate *c, int32_t round, size_t count,
                            double *distances);

/* Tells the host what was measured last. RS_MORE, or that it wants no more. */
rs_status rs__tuner_report(rs_tuner *t, const rs__candidate *c, size_t count, double distance,
                           double error);

/* The next measurement of the final. RS_OK when there is none. */
rs_status rs__tuner_final_round(rs_tuner *t);

/* Samples of a finalist in all heats. */
size_t rs__tuner_samples(const rs_tuner *t, int32_t one);

/* How much larger the distance of finalist a is than that of b, or than 0 with RS__NOBODY, in the
 * heats of both; and the standard error by the jackknife (Efron and Stein 1981). */
double rs__tuner_gain(const rs_tuner *t, int32_t a, int32_t b, double *error);

/* The next measurement. RS_MORE, RS_OK when there is none, or a failure. */
rs_status rs__tuner_next(rs_tuner *t);

#endif
