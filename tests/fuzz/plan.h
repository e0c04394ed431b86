/* SPDX-License-Identifier: MIT
 * Sampler and schedule options from arbitrary bytes. */
#ifndef FUZZ_PLAN_H
#define FUZZ_PLAN_H

#include "fuzz.h"

enum { FUZZ_SEGMENTS = 4, FUZZ_SIGMAS = 24, FUZZ_TABLE = 40 };

/* The lists that options point to. */
typedef struct fuzz_lists {
  rs_segment segments[FUZZ_SEGMENTS];
  double sigmas[FUZZ_SIGMAS];
  double table[FUZZ_TABLE];
} fuzz_lists;

static inline void fuzz_model(fuzz_bytes *b, fuzz_lists *lists, rs_model *m) {
  m->fn = fuzz_network;
  m->prediction = fuzz_int(b, RS_PREDICT_FLOW);
  m->process = fuzz_int(b, RS_PROCESS_PFGMPP);
  m->time = fuzz_int(b, RS_TIME_INDEX_REAL);
  m->betas = fuzz_int(b, RS_BETAS_TABLE);
  m->guidance = fuzz_int(b, RS_GUIDANCE_DOUBLED);
  m->clip = fuzz_int(b, RS_CLIP_DYNAMIC);
  if (fuzz_byte(b) & 1) { /* all that is a number */
    double *const reals[] = {&m->beta_min,       &m->beta_max,        &m->sigma_data,
                             &m->aux_dimensions, &m->guidance_weight, &m->guidance_rescale,
                             &m->guidance_min,   &m->guidance_max,    &m->clip_low,
                             &m->clip_high,      &m->clip_quantile};
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
      *reals[i] = fuzz_real(b);
    m->table_count = (size_t)fuzz_byte(b);
  }
  if (m->betas == RS_BETAS_TABLE) {
    m->table_count = fuzz_byte(b) % (FUZZ_TABLE + 1);
    for (size_t i = 0; i < m->table_count; i++)
      lists->table[i] = fuzz_real(b);
    m->alpha_bar = lists->table;
  }
}

static inline void fuzz_schedule(fuzz_bytes *b, fuzz_lists *lists, rs_schedule_options *o) {
  rs_schedule_options_init(o);
  o->grid = fuzz_int(b, RS_GRID_AYS_SVD);
  o->end = fuzz_int(b, RS_END_SIGMA_MIN);
  o->steps = fuzz_byte(b) % 40;
  o->solver = fuzz_int(b, RS_SOLVER_HEUN_VP);
  o->restart_solver = fuzz_int(b, RS_SOLVER_HEUN_VP);
  o->meet = fuzz_int(b, RS_MEET_SNAP);
  o->start = fuzz_int(b, RS_START_PICTURE);
  o->solver_order = fuzz_int(b, 4);
  o->spacing = fuzz_int(b, RS_SPACING_TRAILING);
  o->snap = fuzz_int(b, 1);
  o->budget = fuzz_byte(b) & 1 ? fuzz_byte(b) : 0;
  o->inpaint = fuzz_byte(b) % 8 == 1;
  double *const reals[] = {&o->sigma_min, &o->sigma_max, &o->rho,          &o->s_noise,
                           &o->s_churn,   &o->s_min,     &o->s_max,        &o->eta,
                           &o->shift,     &o->strength,  &o->restart_gamma};
  const uint16_t which = (uint16_t)(fuzz_byte(b) | fuzz_byte(b) << 8);
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
    if (which >> i & 1)
      *reals[i] = fuzz_real(b);
  o->segment_count = fuzz_byte(b) % (FUZZ_SEGMENTS + 1);
  o->segments = o->segment_count ? lists->segments : NULL;
  for (size_t i = 0; i < o->segment_count; i++)
    lists->segments[i] = (rs_segment){.points = fuzz_byte(b) % 12,
                                      .iterations = fuzz_byte(b) % 6,
                                      .t_min = fuzz_real(b),
                                      .t_max = fuzz_real(b)};
  if (o->grid == RS_GRID_SIGMAS) {
    o->sigma_count = fuzz_byte(b) % (FUZZ_SIGMAS + 1);
    o->sigmas = lists->sigmas;
    for (size_t i = 0; i < o->sigma_count; i++)
      lists->sigmas[i] = fuzz_real(b);
  }
}

#endif
