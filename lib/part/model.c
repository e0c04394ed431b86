/* SPDX-License-Identifier: MIT */
#include "part/model.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/elementary.h"

#define TABLE_MAX 1000000

typedef struct {
  const char *name;
  size_t offset;
  int32_t most;
} choice;

#define AT(field) #field, offsetof(rs_model, field)

static const choice choices[] = {
    {AT(prediction), RS_PREDICT_FLOW},   {AT(process), RS_PROCESS_PFGMPP},
    {AT(time), RS_TIME_INDEX_REAL},      {AT(betas), RS_BETAS_TABLE},
    {AT(guidance), RS_GUIDANCE_DOUBLED}, {AT(clip), RS_CLIP_DYNAMIC},
};

static rs_status check_choices(const rs_model *m, rs__note *note) {
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    int32_t v;
    memcpy(&v, (const char *)m + choices[i].offset, sizeof v);
    if (v < 0 || v > choices[i].most)
      return rs__note_set(note, RS_ERR_OPTION, "model.%s %d is not within 0 to %d", choices[i].name,
                          (int)v, (int)choices[i].most);
  }
  for (size_t i = 0; i < sizeof m->reserved / sizeof *m->reserved; i++)
    if (m->reserved[i])
      return rs__note_set(note, RS_ERR_VERSION, "model.reserved must be zero");
  return RS_OK;
}

static void set_default(double *value, double standard) {
  if (*value == 0)
    *value = standard;
}

static void set_defaults(rs_model *m) {
  const bool scaled = m->betas == RS_BETAS_SCALED_LINEAR;
  const bool table = m->process == RS_PROCESS_DISCRETE || m->process == RS_PROCESS_IDDPM;
  if (m->time == RS_TIME_DEFAULT)
    m->time = m->prediction == RS_PREDICT_EDM_RAW                            ? RS_TIME_LOG_SIGMA
              : table                                                        ? RS_TIME_INDEX
              : m->process == RS_PROCESS_VP || m->process == RS_PROCESS_FLOW ? RS_TIME_T
                                                                             : RS_TIME_SIGMA;
  set_default(&m->beta_min, m->process == RS_PROCESS_VP ? 0.1 : scaled ? 0.00085 : 0.0001);
  set_default(&m->beta_max, m->process == RS_PROCESS_VP ? 20 : scaled ? 0.012 : 0.02);
  if (m->betas != RS_BETAS_TABLE) /* of the caller's table nobody knows the length but the caller */
    m->table_count = m->table_count ? m->table_count : 1000;
  set_default(&m->sigma_data, 0.5);
  set_default(&m->aux_dimensions, 2048);
  set_default(&m->guidance_weight, 1);
  set_default(&m->guidance_max, (double)INFINITY);
  if (m->clip_low == 0 && m->clip_high == 0) {
    m->clip_low = -1;
    m->clip_high = 1;
  }
  set_default(&m->clip_quantile, 0.995);
}

static bool within(double value, double low, double high) {
  return value >= low && value <= high;
}

static rs_status check_ranges(const rs_model *m, rs__note *note) {
  const struct {
    const char *name;
    bool good;
  } rows[] = {
      {"sigma_data must be positive", within(m->sigma_data, 1e-30, 1e30)},
      {"beta_min and beta_max must be positive and rising",
       within(m->beta_min, 1e-30, m->beta_max) && within(m->beta_max, 1e-30, 1e3)},
      {"table_count must be within 2 and 1000000", within((double)m->table_count, 2, TABLE_MAX)},
      {"betas of a discrete process must be below 1",
       m->process != RS_PROCESS_DISCRETE || m->betas > RS_BETAS_SCALED_LINEAR || m->beta_max < 1},
      {"alpha_bar is NULL", m->betas != RS_BETAS_TABLE || m->alpha_bar},
      {"aux_dimensions must be within 1 and 1e9", within(m->aux_dimensions, 1, 1e9)},
      {"guidance_weight must be finite", within(m->guidance_weight, -1e6, 1e6)},
      {"guidance_rescale must be within 0 and 1", within(m->guidance_rescale, 0, 1)},
      {"guidance_min must not be above guidance_max", within(m->guidance_min, 0, m->guidance_max)},
      {"clip_low must be below clip_high", m->clip_low < m->clip_high &&
                                               within(m->clip_low, -1e30, 1e30) &&
                                               within(m->clip_high, -1e30, 1e30)},
      {"clip_high must be positive for dynamic clipping",
       m->clip != RS_CLIP_DYNAMIC || m->clip_high > 0},
      {"clip_quantile must be within 0 and 1", within(m->clip_quantile, 0, 1)},
      {"prediction EDM_RAW goes with process VE or PFGMPP", m->prediction != RS_PREDICT_EDM_RAW ||
                                                                m->process == RS_PROCESS_VE ||
                                                                m->process == RS_PROCESS_PFGMPP},
      {"time INDEX goes with a process that has a table", m->time < RS_TIME_INDEX ||
                                                              m->process == RS_PROCESS_DISCRETE ||
                                                              m->process == RS_PROCESS_IDDPM},
      {"time T goes with a process that has a t",
       (m->time != RS_TIME_T && m->time != RS_TIME_T_1000) ||
           (m->process != RS_PROCESS_VE && m->process != RS_PROCESS_PFGMPP)},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!rows[i].good)
      return rs__note_set(note, RS_ERR_OPTION, "model: %s", rows[i].name);
  return RS_OK;
}

rs_status rs__model_check(rs_model *model, rs__note *note) {
  const rs_status st = check_choices(model, note);
  if (st != RS_OK)
    return st;
  set_defaults(model);
  return check_ranges(model, note);
}

static rs_status fill_table(const rs_model *m, double *table, rs__note *note) {
  if (m->process == RS_PROCESS_IDDPM) {
    rs__process_iddpm(m->table_count, table);
    return RS_OK;
  }
  if (m->betas == RS_BETAS_TABLE)
    memcpy(table, m->alpha_bar, m->table_count * sizeof *table);
  else
    rs__process_alpha_bar(m->betas, m->beta_min, m->beta_max, m->table_count, table);
  for (size_t i = 0; i < m->table_count; i++)
    if (!(table[i] >= 0 && table[i] < 1 && (i == 0 || table[i] < table[i - 1])))
      return rs__note_set(note, RS_ERR_OPTION,
                          "model: alpha_bar[%zu] is not within [0, 1) and below the one before", i);
  rs__process_sigmas(table, m->table_count);
  return RS_OK;
}

rs_status rs__model_process(const rs_model *model, rs__memory *memory, rs__process *process,
                            double **table, rs__note *note) {
  *table = NULL;
  *process = (rs__process){
      .kind = model->process, .beta_min = model->beta_min, .beta_max = model->beta_max};
  if (model->process != RS_PROCESS_DISCRETE && model->process != RS_PROCESS_IDDPM)
    return RS_OK;
  *table = rs__memory_take(memory, model->table_count, sizeof **table);
  if (!*table)
    return rs__note_status(note, RS_ERR_MEMORY);
  process->table = *table;
  process->count = model->table_count;
  const rs_status st = fill_table(model, *table, note);
  if (st != RS_OK) {
    rs__memory_give(memory, *table);
    *table = NULL;
  }
  return st;
}

static double time_of(const rs_model *m, const rs__process *p, double sigma) {
  const double count = p->count ? (double)p->count : 1, t = rs__process_time(p, sigma);
  switch (m->time) {
  case RS_TIME_LOG_SIGMA:
    return sigma <= 1e30 ? rs__log(sigma) / 4 : sigma;
  case RS_TIME_T:
    return t / count;
  case RS_TIME_T_1000:
    return 1000 * t / count;
  case RS_TIME_INDEX:
    return floor(t + 0.5);
  case RS_TIME_INDEX_REAL:
    return t;
  default:
    return sigma;
  }
}

static rs__scaling edm_raw(double sigma, double sd) {
  const double variance = sigma * sigma + sd * sd;
  return (rs__scaling){.c_in = 1 / sqrt(variance),
                       .c_skip = sd * sd / variance,
                       .c_out = sigma * sd / sqrt(variance)};
}

/* D from y and the output, x = a y being what the network saw, st = a sigma. */
static rs__scaling linear(int32_t prediction, double a, double sigma) {
  const double st = a * sigma;
  switch (prediction) {
  case RS_PREDICT_EPS:
    return (rs__scaling){.c_in = a, .c_skip = 1, .c_out = -sigma};
  case RS_PREDICT_V:
    return (rs__scaling){
        .c_in = a, .c_skip = a * a / (a * a + st * st), .c_out = -st / (a * a + st * st)};
  case RS_PREDICT_SCORE:
    return (rs__scaling){.c_in = a, .c_skip = 1, .c_out = st * sigma};
  case RS_PREDICT_FLOW:
    return (rs__scaling){.c_in = a, .c_skip = a / (a + st), .c_out = -st / (a + st)};
  default:
    return (rs__scaling){.c_in = a, .c_skip = 0, .c_out = 1};
  }
}

/* alpha is 0 and sigma_t is 1; y stands for x. */
static rs__scaling at_infinity(int32_t prediction) {
  switch (prediction) {
  case RS_PREDICT_V:
    return (rs__scaling){.c_in = 1, .c_skip = 0, .c_out = -1};
  case RS_PREDICT_FLOW:
    return (rs__scaling){.c_in = 1, .c_skip = 1, .c_out = -1};
  default:
    return (rs__scaling){.c_in = 1, .c_skip = 0, .c_out = 1};
  }
}

rs__scaling rs__model_scaling(const rs_model *model, const rs__process *process, double sigma) {
  const bool infinite = !(sigma <= 1e30);
  const double alpha = infinite ? 0 : rs__process_alpha(process, sigma);
  rs__scaling s = infinite ? at_infinity(model->prediction)
                  : model->prediction == RS_PREDICT_EDM_RAW
                      ? edm_raw(sigma, model->sigma_data)
                      : linear(model->prediction, alpha, sigma);
  s.alpha = alpha;
  s.time = time_of(model, process, sigma);
  return s;
}

bool rs__model_at_infinity(const rs_model *model) {
  const bool process = model->process == RS_PROCESS_DISCRETE || model->process == RS_PROCESS_FLOW;
  return process && model->prediction != RS_PREDICT_EPS && model->prediction != RS_PREDICT_SCORE;
}

int32_t rs__model_passes(const rs_model *model, double sigma) {
  const bool guided = model->guidance != RS_GUIDANCE_NONE && sigma >= model->guidance_min &&
                      sigma <= model->guidance_max;
  return guided ? 2 : 1;
}
