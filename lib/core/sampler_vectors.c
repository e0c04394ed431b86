/* SPDX-License-Identifier: MIT */
#include "core/sampler.h"

#include <string.h>

#include "math/noise.h"
#include "math/vector.h"

/* Elements that are worked on at once where there is noise or more than one job, the most
 * otherwise, and the least that is worth a task. */
enum { CHUNK = 1024, PIECE = 32 * CHUNK, TASK = 32 * CHUNK };

static void combine_f32(const rs__job *j, const rs__kernels *k, size_t at, size_t n,
                        const float *noise, const double *c) {
  const float *v[RS__TERMS + 1];
  float sum[CHUNK], *out = (float *)j->out + at;
  for (int i = 0; i < j->count; i++)
    v[i] = (const float *)j->v[i] + at;
  if (j->draws)
    v[j->count] = noise;
  k->combine_f32(j->mask ? sum : out, n, j->count + j->draws, v, c);
  if (j->mask)
    k->blend_f32(out, n, sum, (const float *)j->mask + at);
}

static void combine_f64(const rs__job *j, const rs__kernels *k, size_t at, size_t n,
                        const float *noise, const double *c) {
  const double *v[RS__TERMS + 1];
  double wide[CHUNK], sum[CHUNK], *out = (double *)j->out + at;
  for (int i = 0; i < j->count; i++)
    v[i] = (const double *)j->v[i] + at;
  if (j->draws) {
    rs__vector_widen(wide, noise, n);
    v[j->count] = wide;
  }
  k->combine_f64(j->mask ? sum : out, n, j->count + j->draws, v, c);
  if (j->mask)
    k->blend_f64(out, n, sum, (const double *)j->mask + at);
}

/* n elements from number `first` of a sample. */
static void run_job(const rs__pass *p, const rs__job *j, size_t sample, size_t first, size_t n) {
  const rs_sampler *s = p->s;
  const size_t at = sample * p->elements + first;
  double c[RS__TERMS + 1];
  float noise[CHUNK];
  memcpy(c, j->c, sizeof c);
  if (j->c_noise > 0)
    c[j->draws ? j->count : j->count - 1] = j->c_noise * (j->factor ? j->factor[sample] : 1);
  if (j->draws) {
    rs_noise_key key = j->key;
    key.seed = s->seeds[sample];
    s->kernels->normals(&key, first, n, noise);
  }
  if (s->options.dtype == RS_FLOAT64)
    combine_f64(j, s->kernels, at, n, noise, c);
  else
    combine_f32(j, s->kernels, at, n, noise, c);
}

static size_t nonfinite(const rs_sampler *s, const void *vector, size_t at, size_t n) {
  return s->options.dtype == RS_FLOAT64 ? s->kernels->nonfinite_f64((const double *)vector + at, n)
                                        : s->kernels->nonfinite_f32((const float *)vector + at, n);
}

static void run_piece(rs__pass *p, size_t index) {
  const size_t sample = index / p->pieces_a_sample;
  const size_t first = index % p->pieces_a_sample * p->piece;
  const size_t n = p->elements - first < p->piece ? p->elements - first : p->piece;
  if (p->checked && nonfinite(p->s, p->checked, sample * p->elements + first, n) < n) {
    atomic_store(&p->bad, true);
    return;
  }
  for (int32_t j = 0; j < p->count; j++)
    run_job(p, &p->job[j], sample, first, n);
}

static void run_task(size_t index, void *context) {
  rs__pass *p = context;
  const size_t share = TASK / p->piece, first = index * share;
  const size_t end = p->pieces - first < share ? p->pieces : first + share;
  for (size_t piece = first; piece < end; piece++)
    run_piece(p, piece);
}

/* Without noise the batch is one long sample, and without a second job a piece may be long. */
static void divide(rs__pass *p) {
  const rs_sampler_options *o = &p->s->options;
  bool noisy = false, masked = false;
  for (int32_t j = 0; j < p->count; j++) {
    noisy |= p->job[j].c_noise > 0;
    masked |= p->job[j].mask != NULL;
  }
  p->samples = noisy ? o->batch : 1;
  p->elements = o->batch / p->samples * o->elements;
  p->piece = noisy || masked || p->count + (p->checked != NULL) > 1 ? CHUNK : PIECE;
  p->pieces_a_sample = (p->elements + p->piece - 1) / p->piece;
  p->pieces = p->pieces_a_sample * p->samples;
}

void rs__sampler_run(rs__pass *p) {
  const rs_executor *executor = &p->s->options.executor;
  divide(p);
  atomic_init(&p->bad, false);
  const size_t share = TASK / p->piece, tasks = (p->pieces + share - 1) / share;
  if (executor->run && tasks > 1)
    executor->run(tasks, run_task, p, executor->user);
  else
    for (size_t i = 0; i < tasks; i++)
      run_task(i, p);
}

/* Asks the host for its noise. */
static rs_status ask_noise(rs_sampler *s, const rs_noise_key *key) {
  const bool wide = s->options.dtype == RS_FLOAT64;
  const rs_noise_request request = {.size = sizeof request,
                                    .batch = s->options.batch,
                                    .elements = s->options.elements,
                                    .seeds = s->seeds,
                                    .output = wide ? NULL : s->spare.noise,
                                    .output_f64 = wide ? s->spare.noise : NULL,
                                    .purpose = key->purpose,
                                    .segment = key->segment,
                                    .iteration = key->iteration,
                                    .step = key->step};
  s->busy = true;
  const int32_t answer = s->options.noise(&request, s->options.noise_user);
  s->busy = false;
  const rs_status st = rs__sampler_answer(s, answer, "noise");
  return st == RS_OK
             ? rs__sampler_check_finite(s, s->spare.noise, s->options.batch, "the host's noise")
             : st;
}

/* The forward noise of PFGM++ is a multivariate Student t with D degrees of freedom. */
static const double *student_factors(rs_sampler *s, const rs_noise_key *key) {
  const bool forward = key->purpose == RS_NOISE_START || key->purpose == RS_NOISE_JUMP ||
                       key->purpose == RS_NOISE_INPAINT || key->purpose == RS_NOISE_INPAINT_JUMP;
  if (!s->student || !forward)
    return NULL;
  for (size_t b = 0; b < s->options.batch; b++) {
    rs_noise_key k = *key;
    k.seed = s->seeds[b];
    s->student[b] = rs__noise_student(&k, s->options.model.aux_dimensions);
  }
  return s->student;
}

/* Adds c * noise to the last job and runs the pass. */
static rs_status run_noisy(rs_sampler *s, rs__pass *p, uint32_t purpose, double c) {
  const rs_step_info *info = &s->plan.steps[s->step].info;
  const bool start = purpose == RS_NOISE_START, restart = !start && info->kind != RS_STEP_MAIN;
  rs__job *j = &p->job[p->count - 1];
  j->key = (rs_noise_key){.purpose = purpose,
                          .segment = restart ? (uint32_t)info->segment + 1 : 0,
                          .iteration = restart ? (uint32_t)info->iteration : 0,
                          .step = start ? 0 : (uint32_t)info->step};
  j->c_noise = c;
  j->draws = !s->options.noise;
  j->factor = student_factors(s, &j->key);
  if (s->options.noise) {
    const rs_status st = ask_noise(s, &j->key);
    if (st != RS_OK)
      return st;
    j->v[j->count++] = s->spare.noise;
  }
  rs__sampler_run(p);
  return RS_OK;
}

rs_status rs__sampler_begin(rs_sampler *s) {
  const double sigma = s->plan.sigmas[0];
  rs__pass p = {.s = s, .count = 1, .job[0].out = s->vector[RS__X]};
  rs__job *j = &p.job[0];
  if (s->plan.options.start != RS_START_NOISE) {
    const rs_status st = rs__sampler_check_finite(s, j->out, s->options.batch, "the start state");
    if (st != RS_OK || s->plan.options.start == RS_START_KEEP)
      return st;
    j->v[j->count] = j->out;
    j->c[j->count++] = sigma <= 1e30;
  }
  return run_noisy(s, &p, RS_NOISE_START, sigma <= 1e30 ? sigma : 1);
}

void rs__sampler_add(rs__pass *p, const rs__move *m) {
  const rs_sampler *s = p->s;
  rs__job *j = &p->job[p->count++];
  *j = (rs__job){.out = s->vector[m->out], .count = m->terms};
  for (int32_t k = 0; k < m->terms; k++) {
    j->v[k] = s->vector[m->vector[k]];
    j->c[k] = m->c[k];
  }
  if (m->kind == RS__BLEND) {
    j->v[j->count] = s->known;
    j->c[j->count++] = 1;
    j->mask = s->mask;
  }
}

rs_status rs__sampler_play(rs_sampler *s, const rs__move *m) {
  rs__pass p = {.s = s};
  rs__sampler_add(&p, m);
  if (m->c_noise > 0)
    return run_noisy(s, &p, m->purpose, m->c_noise);
  rs__sampler_run(&p);
  return RS_OK;
}

rs_status rs__sampler_check_finite(rs_sampler *s, const void *vector, size_t samples,
                                   const char *what) {
  const size_t elements = s->options.elements, n = samples * elements;
  const size_t bad = nonfinite(s, vector, 0, n);
  if (bad == n)
    return RS_OK;
  const size_t last = s->plan.step_count - 1;
  const rs_step_info *info = &s->plan.steps[s->step < last ? s->step : last].info;
  return rs__note_set(&s->note, RS_ERR_NONFINITE,
                      "%s is not finite: sample %zu, element %zu, in step %d of the plan (sigma "
                      "%s to %s), after %lld evaluations",
                      what, bad / elements, bad % elements, (int)info->index,
                      rs__text_real(info->sigma_from, 6).s, rs__text_real(info->sigma_to, 6).s,
                      (long long)s->nfe_done);
}
